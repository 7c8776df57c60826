"""What each symbol stands for in a given setup: the one place where setups and symbols meet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import sympy

from stability.conventions import Name, Provenance
from stability.setup.algorithms import KINDS, ConstantStep, DecayingStep
from stability.setup.fields import declarations
from stability.setup.measured import was_measured
from stability.setup.setup import Loss, Sample, Setup, Training
from stability.theorems.kinds.hypothesis import Failure
from stability.theorems.statements.closed_sums import CONSTANT, DECAY
from stability.theorems.statements.symbols import symbols
from stability.theorems.statements.term import Term

Value = Fraction | int | Term | tuple[Fraction, ...]


@dataclass(frozen=True)
class Reader:
    """Where a symbol's value stands in a setup.

    `measured`: it may be an upper confidence bound, whose failure is `loss.measured_failure`.
    `otherwise`: a place from which it follows where its own is not given.
    """

    place: Name
    read: Callable[[Setup], Value | None]
    measured: bool = False
    otherwise: Name | None = None

    def failure(self, meaning: str, setup: Setup) -> Failure:
        """What to say if the setup does not give it; `meaning` says what it is."""
        gone = [d for d in setup.dropped if d.place == self.place.partition("[")[0]]
        found = str(gone[-1]) if gone else None
        remedy = f"Give {self.place}: {meaning}."
        if gone:
            remedy = f"Give {self.place} for the setup as it is now: {meaning}."
        return Failure(self.place, found, remedy)

    def estimated(self, setup: Setup) -> bool:
        """Whether the value comes from runs, so that what follows is an estimate."""
        section, _, field = self.place.partition("[")[0].partition(".")
        holder = setup.value(section)
        return holder is not None and was_measured(holder, field)


@cache
def at(place: str) -> Reader:
    """The value that stands at a place of the setup: one reader for each place."""
    return Reader(place, lambda setup: setup.value(place))


def _declared() -> dict[str, tuple[str, ...]]:
    """The symbols that fields declare to stand for, and the places of these fields."""
    places: dict[str, dict[str, None]] = {}
    sections: list[tuple[str, type]] = [("sample", Sample), ("loss", Loss), ("training", Training)]
    sections += [("algorithm", kind) for kind in KINDS.values()]
    for section, kind in sections:
        for field, declared in declarations(kind).items():
            if declared.symbol_name:
                places.setdefault(declared.symbol_name, {})[f"{section}.{field}"] = None
    return {name: tuple(found) for name, found in places.items()}


PLACES: Mapping[str, tuple[str, ...]] = _declared()
"""The places at which a symbol may be given, the first one first."""


def origin(symbol: str, setup: Setup) -> Name | None:
    """The place in a setup from which a symbol's value comes, None if it is not given.

    That is the first of its places that has a value: a range of the loss that is given counts
    before the one that follows from the range of a base loss.
    """
    return next((p for p in PLACES[symbol] if setup.value(p) is not None), None)


def range_origin(setup: Setup) -> Name | None:
    """Where a setup says its loss range M: "loss.range", or a field from which it follows.

    None if it does not say it, and no theorem that asks for M applies.

    >>> from stability.setup.algorithms import GibbsAveraging
    >>> range_origin(Setup(sample=9, algorithm=GibbsAveraging(regularization=1, base_range=5)))
    'algorithm.base_range'
    """
    return origin("M", setup)


def loss_range(setup: Setup) -> Fraction | None:
    """The loss range M of a setup: given, or as it follows from what is given; None if unknown.

    >>> from stability.setup.algorithms import GibbsAveraging
    >>> loss_range(Setup(sample=9, algorithm=GibbsAveraging(regularization=1, base_range=5)))
    Fraction(5, 1)
    """
    place = range_origin(setup)
    return None if place is None else setup.value(place)


def _declared_reader(symbol: str) -> Reader:
    """The value of the fields that stand for a symbol, which are none of a theorem's business."""

    def read(setup: Setup) -> Value | None:
        place = origin(symbol, setup)
        return None if place is None else setup.value(place)

    return Reader(PLACES[symbol][0], read)


DECLARED = {name: _declared_reader(name) for name in PLACES}


def _steps(setup: Setup) -> Value | None:
    steps, epochs = setup.value("algorithm.steps"), setup.value("algorithm.epochs")
    if steps is not None or epochs is None:
        return steps
    if setup.value("algorithm.kind") == "gd":
        return epochs
    m, batch = symbols("m batch")
    return Term(epochs * sympy.ceiling(m / batch), {"batch": _batch(setup)})


def _batch(setup: Setup) -> int:
    return setup.value("algorithm.batch_size") or 1


def smoothness(setup: Setup) -> Fraction | None:
    """gamma of the objectives: lambda/2 |w|^2 of weight decay adds lambda to that of the loss."""
    loss = setup.loss.smoothness
    return None if loss is None else loss + weight_decay(setup)


def strong_convexity(setup: Setup) -> Fraction | None:
    """mu of the objectives: of the losses, and lambda of a regulariser lambda/2 |w|^2; if any."""
    place = origin("mu", setup)
    known = Fraction(0) if place is None else setup.value(place)
    beside = weight_decay(setup)
    if setup.value("algorithm.kind") == "erm":
        beside = setup.value("algorithm.regularization") or Fraction(0)
    return known + beside or None


def weight_decay(setup: Setup) -> Fraction:
    """lambda of weight decay lambda/2 |w|^2, 0 where there is none."""
    return setup.value("algorithm.weight_decay") or Fraction(0)


def _mean(setup: Setup) -> Value | None:
    loss = setup.loss
    fourth = loss.fourth_moment_lipschitz
    if loss.mean_lipschitz or loss.rms_lipschitz or fourth is None or loss.lipschitz is None:
        return loss.mean_lipschitz or loss.rms_lipschitz or loss.lipschitz
    return Term(_ROOT_OF_FOURTH, {"fourth": fourth})


def _root_mean_square(setup: Setup) -> Value | None:
    """sqrt(E L^2) is at most sqrt(sup L E L), and at most the fourth root of E L^4."""
    L, mean, rms = symbols("L L_mean L_rms")
    loss = setup.loss
    candidates = (
        ({"L": loss.lipschitz, "L_mean": loss.mean_lipschitz}, sympy.sqrt(L * mean)),
        ({"L_rms": loss.rms_lipschitz}, rms),
        ({"fourth": loss.fourth_moment_lipschitz}, _ROOT_OF_FOURTH),
    )
    return _smallest(loss.lipschitz, candidates)


def _fourth_root_of_mean(setup: Setup) -> Value | None:
    """The fourth root of E L^4 is at most sqrt(sup L sqrt(E L^2))."""
    L, rms = symbols("L L_rms")
    top, second = setup.loss.lipschitz, _root_mean_square(setup)
    candidates = (
        ({"L": top, "L_rms": second if isinstance(second, Term) else None}, sympy.sqrt(L * rms)),
        ({"fourth": setup.loss.fourth_moment_lipschitz}, _ROOT_OF_FOURTH),
    )
    return _smallest(top, candidates)


_ROOT_OF_FOURTH = sympy.sqrt(sympy.sqrt(sympy.Symbol("fourth", positive=True)))
Candidates = tuple[tuple[Mapping[str, Value | None], sympy.Expr], ...]


def _smallest(top: Fraction | None, candidates: Candidates) -> Value | None:
    """The smallest of what can be computed; the supremum if nothing else is known."""
    known = [(at, e) for at, e in candidates if all(v is not None for v in at.values())]
    if top is None or not known:
        return top
    bindings = {name: value for at, _ in known for name, value in at.items()}
    return Term(_minimum(tuple(e for _, e in known)), bindings)


@cache
def _minimum(expressions: tuple[sympy.Expr, ...]) -> sympy.Expr:
    return sympy.Min(*expressions)


def _mean_root_kernel(setup: Setup) -> Value | None:
    return setup.value("algorithm.mean_sqrt_kernel") or setup.value("algorithm.kernel_bound")


def _constant_step(setup: Setup) -> Value | None:
    step = setup.value("algorithm.step_size")
    return step.size if isinstance(step, ConstantStep) else None


def _decaying_step(setup: Setup) -> Value | None:
    step = setup.value("algorithm.step_size")
    return step.c if isinstance(step, DecayingStep) else None


def _or(place: str, otherwise: int) -> Callable[[Setup], Value | None]:
    """The value at a place, or what stands for it where nothing is given."""

    def read(setup: Setup) -> Value | None:
        found = setup.value(place)
        return otherwise if found is None else found

    return read


def _output_risk(setup: Setup) -> Value | None:
    risks, steps = setup.training.expected_risks, setup.steps
    return risks[steps] if risks and steps is not None and len(risks) > steps else None


READERS: Mapping[str, Reader] = {
    **DECLARED,
    "L_mean": Reader("loss.mean_lipschitz", _mean, measured=True, otherwise="loss.lipschitz"),
    "L_rms": Reader(
        "loss.rms_lipschitz", _root_mean_square, measured=True, otherwise="loss.lipschitz"
    ),
    "L_4": Reader(
        "loss.fourth_moment_lipschitz",
        _fourth_root_of_mean,
        measured=True,
        otherwise="loss.lipschitz",
    ),
    "gamma": Reader("loss.smoothness", smoothness),
    "mu": Reader("algorithm.strong_convexity", strong_convexity),
    "T": Reader("algorithm.steps", _steps),
    "alpha": Reader("algorithm.step_size", _constant_step),
    "c": Reader("algorithm.step_size", _decaying_step),
    "batch": Reader("algorithm.batch_size", _batch),
    "kappa_mean": Reader(
        "algorithm.mean_sqrt_kernel",
        _mean_root_kernel,
        measured=True,
        otherwise="algorithm.kernel_bound",
    ),
    "training_risk": Reader("training.expected_risks[steps]", _output_risk),
    "F": at("training.expected_risks"),
    "noise_levels": Reader("training.noise_levels", _or("training.noise_levels", 1)),
    "offset": Reader("training.noise_offset", _or("training.noise_offset", 0)),
}
"""Symbol name to reader: what fields declare, and what takes more than reading a field. `m` is
bound last, to the sample size asked for."""


MEASURED_SYMBOLS = frozenset(name for name, reader in READERS.items() if reader.measured)
"""Symbols that may stand for upper confidence bounds of measured quantities."""


def uses_measured(term: Term) -> bool:
    """Whether a term depends on a symbol that may have been measured."""
    names = {s.name for s in term.expression.free_symbols}
    if names & MEASURED_SYMBOLS:
        return True
    inner = [v for n, v in term.bindings.items() if n in names and isinstance(v, Term)]
    return any(uses_measured(v) for v in inner)


def schedule_of(setup: Setup) -> str:
    """How the setup's steps go: "constant" or "decay"."""
    step = setup.value("algorithm.step_size")
    return DECAY if isinstance(step, DecayingStep) else CONSTANT


@dataclass(frozen=True)
class Bindings:
    """The values of a statement's symbols, or the first failure; and what measuring adds."""

    values: Mapping[str, Any]
    failure_probability: Fraction
    failure: Failure | None
    estimated: bool = False

    @property
    def provenance(self) -> Provenance:
        """What may be promised of what follows from them."""
        if self.estimated:
            return Provenance.PLUG_IN
        return Provenance.CERTIFIED if self.failure_probability else Provenance.PROVED


def missing(
    setup: Setup,
    names: Iterable[str],
    readers: Mapping[str, Reader],
    meaning: Callable[[str], str],
    told: frozenset[str] = frozenset(),
) -> tuple[Failure, ...]:
    """What to say of every symbol but `m` that the setup does not give, one for each place.

    `meaning` says what a symbol stands for in the theorem that needs it.
    Places that are `told` already are left out, and so is what follows from one that is.
    """
    found: dict[str, Failure] = {}
    for name in sorted(set(names) - {"m"}):
        known = "c" if name == "alpha" and schedule_of(setup) == DECAY else name
        reader = readers.get(known) or READERS.get(known)
        if reader is None or reader.read(setup) is not None:
            continue
        failure = reader.failure(meaning(known), setup)
        if not {failure.where, reader.otherwise} & {*told, *found}:
            found[failure.where] = failure
    return tuple(found.values())


def bind(
    setup: Setup,
    names: Iterable[str],
    readers: Mapping[str, Reader],
    meaning: Callable[[str], str],
) -> Bindings:
    """Read every symbol but `m` from the setup.

    `readers` overrides the usual place of a symbol for one theorem, and `meaning` says what a
    symbol stands for there. Step sizes (`alpha`) are bound as `alpha` or, for steps c/t, as `c`.
    """
    values: dict[str, Any] = {}
    risk, estimated = Fraction(0), False
    for name in sorted(set(names) - {"m"}):
        if name == "alpha" and schedule_of(setup) == DECAY:
            name = "c"
        reader = readers.get(name) or READERS.get(name)
        if reader is None:
            continue
        value = reader.read(setup)
        if value is None:
            return Bindings(values, risk, reader.failure(meaning(name), setup), estimated)
        values[name] = value
        estimated = estimated or reader.estimated(setup)
        if reader.measured and setup.loss.measured_failure > risk:
            risk = setup.loss.measured_failure
    return Bindings(values, risk, None, estimated)
