"""Hypothesis strategies for training setups, users' own constants and elastic constants."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st

from stability.conventions import MEANS, VALUES, Averaged, Convention, Neighbour, Notion
from stability.errors import SetupError
from stability.setup.algorithms import (
    KINDS,
    Algorithm,
    ConstantStep,
    DecayingStep,
    StepSize,
)
from stability.setup.contradictions import ORDERED
from stability.setup.fields import Declaration, declarations
from stability.setup.setup import AssumedStability, Loss, Sample, Setup, Training
from stability.testing.strategies.rationals import (
    counts,
    non_negative_rationals,
    numbers_for,
    positive_rationals,
    shares,
)
from stability.theorems.statements.symbols import MEANINGS


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


MAYBE_POSITIVE = _maybe(positive_rationals())
MAYBE_NON_NEGATIVE = _maybe(non_negative_rationals())
YES_NO_UNKNOWN = st.sampled_from([True, False, None])
RISKS = _maybe(st.lists(non_negative_rationals(), min_size=1, max_size=4))


@st.composite
def _ladder(draw: st.DrawFn, length: int) -> tuple[Fraction, ...]:
    """Positive rationals in non-decreasing order."""
    return tuple(sorted(draw(positive_rationals()) for _ in range(length)))


@st.composite
def losses(draw: st.DrawFn) -> Loss:
    """Losses with any part known or not, mean <= rms <= fourth root <= supremum; the range mostly
    is."""
    mean, rms, top = draw(_ladder(3))
    lipschitz = draw(st.booleans())
    return Loss(
        range=draw(st.one_of(*[positive_rationals()] * 7, st.none())),
        lipschitz=top if lipschitz else None,
        mean_lipschitz=mean if lipschitz and draw(st.booleans()) else None,
        rms_lipschitz=rms if lipschitz and draw(st.booleans()) else None,
        fourth_moment_lipschitz=draw(st.sampled_from([rms**4, (rms * top) ** 2, None]))
        if lipschitz
        else None,
        smoothness=draw(MAYBE_POSITIVE),
        convex=draw(YES_NO_UNKNOWN),
        nonnegative=draw(YES_NO_UNKNOWN),
    )


def step_sizes() -> st.SearchStrategy[StepSize]:
    """Constant steps and steps c/t."""
    return st.builds(
        lambda kind, size: kind(size),
        st.sampled_from([ConstantStep, DecayingStep]),
        positive_rationals(),
    )


STEPS = 60
"""Setups train for at most so many steps or epochs, so that every sum is short."""

LARGEST = 200
"""The largest whole number drawn for a field of an algorithm."""


def _values(declared: Declaration) -> st.SearchStrategy[Any]:
    """What a declaration allows, None included where it is optional."""
    allowed = declared.allowed
    if allowed.choices:
        found: st.SearchStrategy[Any] = st.sampled_from(allowed.choices)
    elif allowed.word:
        found = st.sampled_from(("an accountant", "a proof"))
    else:
        found = numbers_for(allowed, LARGEST)
    return _maybe(found) if declared.optional else found


@st.composite
def algorithms(draw: st.DrawFn, kind: str | None = None) -> Algorithm:
    """Algorithms of one kind of `stability.setup.algorithms.KINDS`, or of any."""
    algorithm = KINDS[kind if kind is not None else draw(st.sampled_from(sorted(KINDS)))]
    declared = declarations(algorithm)
    own = {"step_size", "steps", "epochs"}
    given = {n: draw(_values(d)) for n, d in sorted(declared.items()) if n not in own}
    if algorithm.ways:  # one thing is said in one way
        said = draw(st.sampled_from(algorithm.ways))
        given |= dict.fromkeys(name for way in algorithm.ways if way != said for name in way)
        if given[said[0]] is None:
            given[said[0]] = draw(numbers_for(declared[said[0]].allowed, LARGEST))
    if "step_size" in declared:
        given["step_size"] = draw(step_sizes())
        given[draw(st.sampled_from(["steps", "epochs"]))] = draw(counts(1, STEPS))
    if "clipping" in declared and draw(st.integers(0, 3)):
        given |= {"clipping": None, "scores": None}  # few theorems speak of clipped gradients
    if "measured" in declared:
        given["measured"] = draw(st.sampled_from([False, False, True]))
    placed = {f"algorithm.{name}": value for name, value in given.items()}
    _raised(placed, algorithm.kind)
    given = {place.partition(".")[2]: value for place, value in placed.items()}
    try:
        return algorithm(**given)
    except SetupError:  # each value is allowed, and some do not go together
        reject()


def _raised(values: dict[str, Any], kind: str | None, fixed: str = "") -> None:
    """Raise what another value has to stay below, where the pair is known, but not at `fixed`."""
    for _ in range(2):  # a ladder of three needs two rounds
        for pair in ORDERED:
            small, large = values.get(pair.small), values.get(pair.large)
            applies = not pair.kinds or kind in pair.kinds
            if applies and small is not None and large is not None and small > large:
                place, value = (pair.small, large) if pair.large == fixed else (pair.large, small)
                values[place] = value


def _agreeing(values: dict[str, Any], kind: str) -> None:
    """Change values by place so that none contradicts another."""
    _raised(values, kind)
    mu, radius = (values.get(f"algorithm.{n}") for n in ("strong_convexity", "radius"))
    if mu is not None and radius is not None:
        for name in ("mean_lipschitz", "rms_lipschitz", "lipschitz"):
            slope = values.get(f"loss.{name}")
            if slope is not None:
                values[f"loss.{name}"] = max(slope, mu * radius)
    fourth = "loss.fourth_moment_lipschitz"
    if values.get(fourth) is not None:
        below = values["loss.rms_lipschitz"] or values["loss.mean_lipschitz"] or 0
        values[fourth] = min(max(values[fourth], below**4), values["loss.lipschitz"] ** 4)


def _placed(section: str, instance: Any) -> dict[str, Any]:
    return {f"{section}.{n}": getattr(instance, n) for n in declarations(instance)}


@st.composite
def trainings(draw: st.DrawFn, steps: int | None = None) -> Training:
    """Quantities of a run: risks before each of its steps and of the output, training error."""
    risks = draw(RISKS) if steps is not None else None
    repeated = None if risks is None else tuple((risks * (steps + 1))[: steps + 1])  # type: ignore[operator]
    error = draw(MAYBE_NON_NEGATIVE)
    given = repeated is not None or error is not None
    return Training(
        expected_risks=repeated,
        erm_error=error,
        measured=draw(st.sampled_from([False, False, True])) if given else None,
    )


@st.composite
def setups(draw: st.DrawFn, kind: str | None = None) -> Setup:
    """Valid training setups of one algorithm kind, or of any, in exact rationals.

    Any optional field may be missing; steps are constant or c/t, counted in steps or epochs. Most
    of them violate a hypothesis of any given theorem: see `applicable_setups` for the others.

    >>> from hypothesis import find
    >>> find(setups("knn"), lambda setup: setup.sample.size > 5).sample.size
    6
    """
    algorithm = draw(algorithms(kind))
    fewest = {"sample.size": 1, **_placed("algorithm", algorithm)}
    _raised(fewest, algorithm.kind)
    size = draw(counts(fewest["sample.size"], 5000))
    steps = algorithm.steps_at(size)
    training = draw(trainings(steps if steps is not None and steps <= STEPS else None))
    values = {"sample.size": size, **_placed("algorithm", algorithm)}
    values |= {**_placed("loss", draw(losses())), **_placed("training", training)}
    _agreeing(values, algorithm.kind)
    risks, limit = values["training.expected_risks"], values["loss.range"]
    if risks is not None and limit is not None:
        values["training.expected_risks"] = (*risks[:-1], min(risks[-1], limit))
    of = {n: v for p, v in values.items() for s, _, n in [p.partition(".")] if s == "loss"}
    run = {n: v for p, v in values.items() for s, _, n in [p.partition(".")] if s == "training"}
    return Setup(
        sample=_sample(size), loss=Loss(**of), algorithm=algorithm, training=Training(**run)
    )


def _sample(size: int) -> Sample:
    """A sample; every fourth one is not cut into folds."""
    return Sample(size, folds=None if size % 4 == 0 else 2 + size % 7)


@dataclass(frozen=True)
class ElasticConstants:
    """The numbers of the finite-sample elastic theorem, B1 <= B <= U and D <= U."""

    m: int
    delta: Fraction
    M: Fraction
    B: Fraction
    U: Fraction
    B1: Fraction
    D: Fraction


@st.composite
def elastic_constants(draw: st.DrawFn, constant: bool = False) -> ElasticConstants:
    """Sample size, failure probability, range and the four numbers of an elastic constant.

    With `constant`, those of a constant beta: B = U = B1 = D.

    >>> from hypothesis import find
    >>> found = find(elastic_constants(), lambda e: e.B < e.U)
    >>> found.B1 <= found.B <= found.U and found.D <= found.U
    True
    """
    m, delta, M = draw(counts()), draw(shares()), draw(positive_rationals())
    U = draw(non_negative_rationals())
    if constant:
        return ElasticConstants(m, delta, M, B=U, U=U, B1=U, D=U)
    parts = st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(1, 50), Fraction(0)])
    mixed = st.one_of(shares(), parts)
    B = U * draw(mixed)
    return ElasticConstants(m, delta, M, B=B, U=U, B1=B * draw(mixed), D=U * draw(mixed))


@st.composite
def notion_values(
    draw: st.DrawFn, notion: str | Notion, neighbour: str | Neighbour
) -> dict[str, Fraction | int]:
    """The values of one notion and neighbour, by name, in the order that they must have."""
    names = VALUES[Notion(notion), Neighbour(neighbour)]
    if Notion(notion) is Notion.ELASTIC:
        elastic = draw(elastic_constants())
        return {name: getattr(elastic, name) for name in names}
    if Notion(notion) is Notion.ELASTIC_ARGUMENT:
        slopes = sorted(draw(numbers_for(MEANINGS[name].allowed)) for name in names)
        return dict(zip(("u_mean", "u_rms", "u_sup"), slopes, strict=True))
    return {name: draw(numbers_for(MEANINGS[name].allowed)) for name in names}


@st.composite
def assumed_setups(draw: st.DrawFn, notion: str | Notion | None = None) -> Setup:
    """Setups with the user's own constant, of one notion or of any.

    >>> from hypothesis import find
    >>> find(assumed_setups("uniform"), lambda s: s.stability.scaling == "1/m").stability.notion
    'uniform'
    """
    kinds = [pair for pair in VALUES if notion is None or pair[0] == notion]
    found, neighbour = draw(st.sampled_from(kinds))
    deleting = neighbour == Neighbour.DELETION
    averages = [str(over) for over in Averaged if over is not Averaged.BOTH or found in MEANS]
    loss, training = draw(losses()), draw(trainings())
    if training.erm_error is not None and loss.range is not None:
        training = replace(training, erm_error=min(training.erm_error, loss.range))
    return Setup(
        sample=_sample(draw(counts(1, 5000))),
        loss=loss,
        training=training,
        stability=AssumedStability(
            notion=str(found),
            neighbour=str(neighbour),
            values=tuple(draw(notion_values(found, neighbour)).items()),
            convention=draw(st.sampled_from([None, *map(str, Convention)])) if deleting else None,
            averaged_over=draw(st.sampled_from(averages)),
            scaling=draw(st.sampled_from([None, "constant", "1/m"])),
            structure=draw(st.sampled_from([None, "product"])) if found == Notion.ELASTIC else None,
            symmetric=draw(st.booleans()),
        ),
    )
