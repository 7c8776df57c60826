"""Small changes of a setup, by place: the same table repairs a hypothesis and breaks it.

Fields that need no edits of their own get them from their declarations. An edit says nothing about
theorems. Which hypothesis it repairs or breaks is found by asking the hypotheses, so a theorem made
of the parts of `theorems.kinds.hypotheses` needs no entry here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from stability.errors import SetupError
from stability.setup.algorithms import KINDS, Algorithm, ConstantStep, DecayingStep
from stability.setup.contradictions import MEANS_OF_SLOPES, MOST_STEPS
from stability.setup.fields import Declaration, declarations
from stability.setup.setup import AssumedStability, Loss, Sample, Setup, Training
from stability.theorems.kinds.symbol_values import loss_range, smoothness, strong_convexity

Edit = Callable[[Setup], Setup]
FEW_STEPS = 20

FULL_LOSS = Loss(
    range=1,
    lipschitz=1,
    mean_lipschitz="0.5",
    rms_lipschitz="0.6",
    fourth_moment_lipschitz="0.2",
    smoothness=1,
    convex=True,
    nonnegative=True,
)
"""A loss of which everything is known."""
FULL_TRAINING = Training(
    expected_risks=(Fraction(1, 2),) * (FEW_STEPS + 1),
    erm_error="0.1",
    measured=False,
    noise="0.5",
    noise_levels=3,
    noise_offset="0.01",
)
"""Risks before each step and of the output, and a training error."""
_SMALL: Mapping[str, Any] = {
    "step_size": "0.1",
    "steps": FEW_STEPS,
    "epochs": None,
    "strong_convexity": "0.25",
    "weight_decay": "0.5",
    "measured": False,
    "radius": 1,
    "subsample": 10,
    "base_stability": "0.1",
    "neighbours": 3,
}
"""Values with which everything is quick to compute, in place of the examples of declarations."""


_OF_CLIPPING = frozenset(("clipping", "scores"))
"""Fields of what most theorems do not speak of."""


def _said_already(kind: type[Algorithm]) -> frozenset[str]:
    """Fields that say in another way, or beside it, what the first of the ways says."""
    first = kind.ways[0][:1] if kind.ways else ()
    return frozenset(name for way in kind.ways for name in way if name not in first)


def full(kind: type[Algorithm]) -> Algorithm:
    """An algorithm of this kind with every optional field given, as the examples have it.

    >>> from stability.setup.algorithms import GibbsAveraging
    >>> full(GibbsAveraging)
    GibbsAveraging(regularization=Fraction(1, 10), base_range=Fraction(1, 1))
    """
    given = {
        name: _SMALL[name] if name in _SMALL else _example(declared)
        for name, declared in declarations(kind).items()
        if name not in _said_already(kind) | _OF_CLIPPING
    }
    return kind(**given)


def _example(declared: Declaration) -> Any:
    return tomllib.loads(f"value = {declared.example}", parse_float=Decimal)["value"]


FULL_ALGORITHMS = tuple(full(kind) for kind in KINDS.values())
"""One algorithm of every kind, every optional field given."""

FULL_SETUPS: Mapping[str, Setup] = {
    algorithm.kind: Setup(
        sample=Sample(100, folds=5),
        loss=FULL_LOSS,
        algorithm=algorithm,
        training=FULL_TRAINING
        if algorithm.steps_at(100) is not None
        else replace(FULL_TRAINING, expected_risks=None),
    )
    for algorithm in FULL_ALGORITHMS
}
"""A setup of every kind of which everything is known."""


def put(place: str, value: Any) -> Edit:
    """Set a place to a value."""
    return lambda setup: setup.with_value(place, value)


def in_place_of(place: str, value: Any) -> Edit:
    """Set a field of the algorithm, in place of those that say the same in another way."""
    name = place.partition(".")[2]

    def edit(setup: Setup) -> Setup:
        algorithm = setup.algorithm
        ways = [way for way in algorithm.ways if name not in way]  # type: ignore[union-attr]
        others = dict.fromkeys(sum(ways, ()))
        return replace(setup, algorithm=replace(algorithm, **{**others, name: value}))  # type: ignore[type-var]

    return edit


def times(place: str, factor: Fraction | int) -> Edit:
    """Multiply the number at a place; a step size keeps its schedule."""

    def edit(setup: Setup) -> Setup:
        value = setup.value(place)
        number = getattr(value, "size", None) or getattr(value, "c", None) or value
        return setup.with_value(place, number * factor)

    return edit


def _without_lipschitz(setup: Setup) -> Setup:
    gone = dict.fromkeys(("lipschitz", *MEANS_OF_SLOPES))
    loss = replace(setup.loss, **gone)  # type: ignore[arg-type]
    return replace(setup, loss=loss)


def _schedule(kind: type[ConstantStep] | type[DecayingStep]) -> Edit:
    def edit(setup: Setup) -> Setup:
        step = setup.value("algorithm.step_size")
        size = getattr(step, "size", None) or getattr(step, "c", None)
        return setup.with_value("algorithm.step_size", kind(size))  # type: ignore[arg-type]

    return edit


def _inverse_strong_convexity(setup: Setup) -> Setup:
    mu = strong_convexity(setup)
    return setup.with_value("algorithm.step_size", DecayingStep(1 / mu))  # type: ignore[operator]


def _without_curvature(setup: Setup) -> Setup:
    flat = setup.with_value("algorithm.strong_convexity", None)
    return flat.with_value("algorithm.weight_decay", 0)


def _just_above(setup: Setup, numerator: int, with_mu: bool) -> Setup:
    mu = strong_convexity(setup) if with_mu else 0
    limit = Fraction(numerator) / (smoothness(setup) + (mu or 0))  # type: ignore[operator]
    return setup.with_value("algorithm.step_size", limit * (1 + Fraction(1, 10**9)))


def _risks_for_all_steps(setup: Setup) -> Setup:
    if setup.steps > MOST_STEPS:  # type: ignore[operator]
        setup = _counted_in_steps(setup)
    half = min(Fraction(1, 2), loss_range(setup) or Fraction(1, 2))
    risks = (half,) * (setup.steps + 1)  # type: ignore[operator]
    training = replace(setup.training, expected_risks=risks, measured=False)
    return replace(setup, training=training)


def _counted_in_steps(setup: Setup) -> Setup:
    return setup.with_value("algorithm.steps", FEW_STEPS)


def _of_kind(kind: str) -> Edit:
    full = FULL_SETUPS[kind].algorithm
    return lambda setup: replace(setup, algorithm=full, stability=None)


def _assumed(setup: Setup) -> Setup:
    own = AssumedStability(notion="uniform", values=(("beta", Fraction(1, 1000)),))
    return replace(setup, algorithm=None, stability=own)


_EDITS: Mapping[str, tuple[Edit, ...]] = {
    "sample.size": (
        put("sample.size", 1000),
        put("sample.size", 1),
        put("sample.size", 2),
        times("sample.size", 10),
    ),
    "sample.folds": (put("sample.folds", 3), put("sample.folds", None)),
    "loss.range": (put("loss.range", 1), times("loss.range", 2)),
    "loss.lipschitz": (put("loss.lipschitz", 1000), _without_lipschitz),
    "loss.smoothness": (put("loss.smoothness", 1), put("loss.smoothness", None)),
    "loss.convex": (
        put("loss.convex", True),
        put("loss.convex", False),
        put("loss.convex", None),
    ),
    "loss.nonnegative": (
        put("loss.nonnegative", True),
        put("loss.nonnegative", False),
        put("loss.nonnegative", None),
    ),
    "algorithm.step_size": (
        _inverse_strong_convexity,
        _schedule(ConstantStep),
        _schedule(DecayingStep),
        *(lambda s, n=n, w=w: _just_above(s, n, w) for n in (1, 2) for w in (True, False)),
        times("algorithm.step_size", Fraction(1, 10)),
        times("algorithm.step_size", Fraction(1, 10**6)),
        times("algorithm.step_size", Fraction(11, 10)),
        times("algorithm.step_size", 10**7),
    ),
    "algorithm.steps": (_counted_in_steps, put("algorithm.steps", 1)),
    "algorithm.order": (
        put("algorithm.order", "with-replacement"),
        put("algorithm.order", "shuffled"),
    ),
    "algorithm.batch_size": (put("algorithm.batch_size", 1), put("algorithm.batch_size", 2)),
    "algorithm.strong_convexity": (
        put("algorithm.strong_convexity", Fraction(1, 1000)),
        put("algorithm.strong_convexity", None),
        _without_curvature,
    ),
    "algorithm.weight_decay": (
        put("algorithm.weight_decay", Fraction(1, 2)),
        put("algorithm.weight_decay", Fraction(1, 1000)),
        put("algorithm.weight_decay", 0),
    ),
    "algorithm.radius": (put("algorithm.radius", 1), put("algorithm.radius", None)),
    "algorithm.subsample": (put("algorithm.subsample", 1), times("algorithm.subsample", 10**6)),
    "algorithm.neighbours": (put("algorithm.neighbours", 1), times("algorithm.neighbours", 10**6)),
    "algorithm.bags": (put("algorithm.bags", None), put("algorithm.bags", 50)),
    "algorithm.prediction_range": (
        put("algorithm.prediction_range", 1),
        put("algorithm.prediction_range", 2),
        put("algorithm.prediction_range", None),
    ),
    "algorithm.base_stability": (
        put("algorithm.base_stability", Fraction(1, 10)),
        put("algorithm.base_stability", None),
    ),
    "algorithm.optimization_error": (
        put("algorithm.optimization_error", 0),
        put("algorithm.optimization_error", 1),
    ),
    "algorithm.clipping": (put("algorithm.clipping", None), put("algorithm.clipping", 1)),
    "algorithm.scores": (put("algorithm.scores", 1), put("algorithm.scores", 3)),
    "algorithm.mu": (in_place_of("algorithm.mu", Fraction(1, 2)),),
    "algorithm.rho": (in_place_of("algorithm.rho", Fraction(1, 10)),),
    "algorithm.delta_at_zero": (in_place_of("algorithm.delta_at_zero", Fraction(1, 5)),),
    "algorithm.measured": (put("algorithm.measured", False), put("algorithm.measured", True)),
    "training.expected_risks": (
        _risks_for_all_steps,
        lambda setup: _risks_for_all_steps(_counted_in_steps(setup)),
        put("training.expected_risks", None),
    ),
    "training.erm_error": (
        lambda setup: replace(
            setup, training=replace(setup.training, erm_error=Fraction(1, 10), measured=False)
        ),
        put("training.erm_error", None),
    ),
}


def _of_declaration(place: str, declared: Declaration) -> tuple[Edit, ...]:
    """Other values of a field that needs no edits of its own: what is declared says which."""
    allowed = declared.allowed
    edits = [put(place, choice) for choice in allowed.choices or (_example(declared),)]
    if not allowed.choices and not allowed.flag:
        edits += [times(place, 10**6), times(place, Fraction(1, 1000))]
    if declared.optional:
        edits.append(put(place, None))
    return tuple(edits)


EDITS: Mapping[str, tuple[Edit, ...]] = {
    **{
        place: _of_declaration(place, declared)
        for kind in KINDS.values()
        for name, declared in declarations(kind).items()
        if (place := f"algorithm.{name}") not in _EDITS and name != "epochs"
    },
    **_EDITS,
    "algorithm.kind": (*(_of_kind(kind) for kind in KINDS), _assumed),
}
"""Edits by the place that they change."""


def told_anew(changed: Setup, before: Setup) -> Setup:
    """A changed setup in which the values that the change dropped are known again, if they can be.

    A change of a setup drops what was known of the runs of the one before, risks among it. Here
    nothing is carried over: the same numbers are given for the setup as it is now. Where they
    contradict it, such as risks of more steps than there are, they stay away.

    >>> before = FULL_SETUPS["erm"]
    >>> [told_anew(s, before).training.erm_error for s in (before, before.with_size(7))]
    [Fraction(1, 10), Fraction(1, 10)]
    """
    for gone in changed.dropped:
        section, _, name = gone.place.partition(".")
        value = before.value(gone.place)
        if value is None:
            continue
        rest = tuple(other for other in changed.dropped if other != gone)
        try:
            known = replace(getattr(changed, section), **{name: value})
            changed = replace(changed, **{section: known}, dropped=rest)  # type: ignore[arg-type]
        except SetupError:
            continue
    return changed


def edited(setup: Setup, place: str) -> Iterator[Setup]:
    """The setup after every edit of a place that makes sense for it; what was known stays known."""
    for edit in EDITS.get(place, ()):
        try:
            changed = told_anew(edit(setup), setup)
        except (SetupError, TypeError, AttributeError):
            continue  # the setup has no such place, or nothing there
        if changed != setup:
            yield changed
