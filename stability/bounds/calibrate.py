"""The inverse problems: which sample size, number of steps, step size or regularisation will do.

Every answer was put back in the setup and met its target. That it is met beyond, at larger sample
sizes, is said only where the bound is known to fall.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import inf
from typing import Any

from stability.bounds.analyse import DELTA, analyse, one_of
from stability.bounds.best import Best, answers, best, guaranteed, own_record
from stability.bounds.falling import Reach, batch_size, reach, rounded_up_whole
from stability.bounds.parameters import LARGEST_SIZE, Parameter, parameter_at
from stability.bounds.paths import follow
from stability.bounds.search import Edge, decimal_grid, edge, short
from stability.conventions import Provenance, Quantity, Trust
from stability.errors import EvaluationError, Infeasible, Refusal, SetupError
from stability.rounding import rounded_up
from stability.setup.algorithms import DecayingStep
from stability.setup.fields import LARGEST_EXPONENT, Exact, exact
from stability.setup.setup import Setup, probability
from stability.theorems.catalogue import CATALOGUE, distinct, named
from stability.theorems.kinds import GeneralizationTheorem, Theorem
from stability.theorems.kinds.bound import Bound
from stability.told import Told

ONLY_HERE = "this value"
"""`Calibration.holds_at` where nothing is known of other values."""


@dataclass(frozen=True, eq=False)
class Calibration(Told):
    """The answer: `setup` is the given one with `value` at `solve`, `best` its best bound there.

    `value` is exact; as `number` it prints with at most 12 digits (whole numbers with all) and
    reads back as exactly itself. `at_end`: the search ended there, a still better value might do.
    `holds_at` says at which other values the target is known to be met, by the same path: "this
    value" only, "every larger size", or "multiples of 128 from 512 on".
    """

    solve: str
    value: Fraction | int
    best: Best
    setup: Setup
    at_end: bool
    holds_at: str

    @property
    def number(self) -> int | float:
        """The value as a plain number."""
        return self.value if isinstance(self.value, int) else float(self.value)

    @property
    def bound(self) -> float:
        """The number that meets the target."""
        return self.best.bound.value

    @property
    def theorem(self) -> str:
        """The theorem that gives it."""
        return self.best.bound.theorem

    @property
    def path(self) -> tuple[str, ...]:
        """Ids from the source of the constant to that theorem."""
        return self.best.bound.path

    @property
    def averaged_over(self) -> str:
        """The randomness of the run over which the quantity is averaged."""
        return str(self.best.bound.averaged_over)

    @property
    def vacuous(self) -> bool:
        """Whether the target is so large that the bound says no more than the loss range does."""
        return self.best.bound.vacuous

    @property
    def elsewhere(self) -> str:
        """Where else the target is known to be met, in a sentence."""
        if self.holds_at == ONLY_HERE:
            return "Whether the same theorems meet the target at any other value is not known."
        return f"The same theorems meet the target at {self.holds_at}."

    def told(self) -> tuple[str, ...]:
        """The value, the bound there, and what the bound promises."""
        labels = self.best.bound.labels
        number = rounded_up(self.best.bound.enclosure.high)
        return (
            f"{self.solve} = {self.number}",
            f"bound {number}, by {' > '.join(self.path)}",
            self.elsewhere,
            f"It is: {', '.join((*labels.words, labels.losses))}.",
            *(("The search ended here: a still better value might do.",) if self.at_end else ()),
            *(("It is met by the range of the loss alone.",) if self.vacuous else ()),
        )

    def told_latex(self) -> str:
        """The formula of the bound, in the symbols of the setup."""
        return self.best.bound.told_latex()

    def record(self) -> dict[str, Any]:
        """The answer as plain values, for JSON, with every label of the bound."""
        return {
            "theorem": self.theorem,
            "solve": self.solve,
            "value": self.number,
            "bound": self.bound,
            "path": list(self.path),
            **self.best.bound.labels.record(),
            "at_end": self.at_end,
            "vacuous": self.vacuous,
            "holds_at": self.holds_at,
            "own_theorems": own_record(self.best.bound.rules),
        }


def calibrate(
    setup: Setup,
    target: Exact,
    solve: str,
    *,
    theorem: str | None = None,
    quantity: str | None = None,
    delta: Exact = DELTA,
    theorems: Iterable[Theorem] | None = None,
) -> Calibration:
    """A sample size or regularisation, as small as the search finds, or a number of steps or a step
    size, as large as it finds, at which a bound is at most `target`.

    The answer meets the target and the next value that would be better does not. Bounds need not be
    monotone (steps that follow the sample size jump where a batch begins): other values are known
    to do only as `holds_at` of the answer says, and a stretch between two points of the search grid
    is not seen.

    `solve` is a place in the setup, one of `parameters.PARAMETERS`. The bound is the best
    on `quantity` by the rule of `stability.bounds.best`, among all, or among the paths through
    `theorem`; `delta` its total failure probability. `quantity` is the gap unless given, or what
    `theorem` bounds if that is a generalization theorem. `theorems` are those of the catalogue
    unless given. For steps c/t the step size is c. If the
    setup gives epochs, the steps follow the sample size; solving for `algorithm.steps` replaces
    them. A constant of your own with scaling "1/m" is rescaled with the sample size (see
    `.setup.stability` of the answer).

    Raises SetupError for what cannot be solved for and for an unknown theorem or
    quantity, Infeasible if nothing in the range searched meets the target.

    >>> from stability.setup.setup import AssumedStability, Loss, Sample
    >>> own = AssumedStability(notion="uniform", values={"beta": "1e-5"}, scaling="1/m")
    >>> setup = Setup(sample=Sample(1000), loss=Loss(range=1), stability=own)
    >>> answer = calibrate(setup, "0.1", "sample.size")
    >>> answer.value, answer.theorem, answer.bound <= 0.1
    (159, 'uniform-split', True)
    """
    parameter = parameter_at(setup, solve)
    known = CATALOGUE if theorems is None else distinct(theorems)
    through = None if theorem is None else named(theorem, known)
    search = _Search(
        parameter, setup, _target(target), through, quantity, probability(delta), known
    )
    found = edge(search.feasible, parameter.grid, whole=parameter.whole)
    if found is None:
        raise search.infeasible()
    return search.answer(found)


class _Search:
    """One calibration: what is asked of each value, and the best bound seen on the way."""

    def __init__(
        self,
        parameter: Parameter,
        setup: Setup,
        target: Fraction,
        theorem: Theorem | None,
        quantity: str | None,
        delta: Fraction,
        theorems: tuple[Theorem, ...],
    ) -> None:
        self.parameter, self.setup, self.target, self.delta = parameter, setup, target, delta
        self.theorem = theorem
        self.quantity = _asked(self.theorem, quantity)
        self.theorems = _relevant(theorems, self.theorem, self.quantity)
        self.smallest: tuple[float, Fraction, str] | None = None
        self.refusals: dict[str, Refusal] = {}
        self.met_by: Bound | None = None

    def _changed(self, x: Fraction) -> Setup | None:
        """The setup with this value, None if there is none: too few examples to train on, say."""
        try:
            return self.parameter.changed(self.setup, x)
        except SetupError:
            return None

    def best(self, x: Fraction) -> Best | None:
        """The best bound at this value, as `stability bounds` has it there."""
        setup = self._changed(x)
        if setup is None:
            return None
        analysis = analyse(setup, self.delta, theorems=self.theorems)
        for refusal in analysis.refused:
            self.refusals.setdefault(refusal.theorem, refusal)
        asked = self.theorem
        through = (b for b in analysis.bounds if asked is None or asked.id in b.path)
        found = best(through, self.quantity)
        if found is not None and (self.smallest is None or found.bound.value < self.smallest[0]):
            self.smallest = found.bound.value, x, found.bound.theorem
        return found

    def feasible(self, x: Fraction) -> bool:
        """Whether the best bound meets the target: it does where the path that last did still does.

        The best is never above it, unless it rests on a constant or a theorem of your own.
        """
        setup = self._changed(x)
        if self.met_by is not None and setup is not None:
            again, value = _followed(self.met_by, setup, self.delta)
            if again is not None and value <= self.target and guaranteed(again):
                return True
        found = self.best(x)
        if found is None or found.bound.value > self.target:
            return False
        if not _of_your_own(found.bound):
            self.met_by = found.bound
        return True

    def answer(self, found: Edge) -> Calibration:
        """The best bound at the value found."""
        there = self.best(found.value)
        assert there is not None, "it was feasible"
        return Calibration(
            solve=self.parameter.place,
            value=int(found.value) if self.parameter.whole else found.value,
            best=there,
            setup=self.parameter.changed(self.setup, found.value),
            at_end=found.at_end,
            holds_at=self._holds_at(there.bound, found.value),
        )

    def _holds_at(self, bound: Bound, value: Fraction) -> str:
        """At which other values the path is known to meet the target."""
        if self.parameter.place != "sample.size":
            return ONLY_HERE
        if reach(bound) is Reach.EVERY:
            return str(Reach.EVERY)
        batch = batch_size(self.setup)
        setup = self._changed(Fraction(-(-value // batch) * batch))
        next_one = (None, inf) if setup is None else _followed(bound, setup, self.delta)
        multiple, met = next_one[0], next_one[1] <= self.target
        if batch > 1 and multiple is not None and met and reach(multiple) is Reach.MULTIPLES:
            return f"multiples of {batch} from {_size_of(multiple)} on"
        return ONLY_HERE

    def infeasible(self) -> Infeasible:
        """Why there is no answer, with the best that was seen."""
        low, high = sorted((self.parameter.grid[0], self.parameter.grid[-1]))
        searched = f"{self.parameter.place} from {_text(low)} to {_text(high)}"
        if self.smallest is None:
            refusal = self.refusals.get(self.theorem.id) if self.theorem else None
            why = f" {refusal}" if refusal else " `stability bounds` shows why."
            what = f"{self.theorem.id} gives no bound" if self.theorem else "there is no bound"
            return Infeasible(
                f"{what} on the {self.quantity} on this setup for any {searched}.{why}"
            )
        value, x, theorem = self.smallest
        return Infeasible(
            f"no {searched} brings the bound on the {self.quantity} to {float(self.target):g}; the "
            f"smallest seen is {value:.12g}, by {theorem} at {self.parameter.place} = {_text(x)}",
            best=value,
        )


def _of_your_own(bound: Bound) -> bool:
    return bound.provenance is Provenance.ASSUMED or bound.trust is Trust.OWN


def _asked(theorem: Theorem | None, quantity: str | None) -> Quantity:
    """The quantity that is asked for; a generalization theorem asks for its own."""
    if quantity is not None:
        return one_of(Quantity, quantity, "quantity")
    own = isinstance(theorem, GeneralizationTheorem)
    return theorem.statements[0].quantity if own else Quantity.GAP


def _relevant(
    theorems: tuple[Theorem, ...], theorem: Theorem | None, quantity: Quantity
) -> tuple[Theorem, ...]:
    """Those that may be on a path to the quantity; of the paths through one theorem, it is last."""
    if isinstance(theorem, GeneralizationTheorem):
        last: tuple[Theorem, ...] = (theorem,)
    else:
        wanted = answers(quantity)
        bounding = (t for t in theorems if isinstance(t, GeneralizationTheorem))
        last = tuple(t for t in bounding if any(s.quantity in wanted for s in t.statements))
    first = (t for t in theorems if not isinstance(t, GeneralizationTheorem))
    return (*first, *last)


def _followed(path: Bound, setup: Setup, delta: Fraction) -> tuple[Bound | None, float]:
    """The same path at another setup and its value; infinite where it has none."""
    try:
        bound = follow(path, setup, delta)
        return bound, inf if bound is None else bound.value
    except (EvaluationError, OverflowError):
        return None, inf


def _text(x: Fraction) -> str:
    return str(x.numerator) if x.denominator == 1 and x < 10**16 else f"{float(x):.12g}"


def _target(target: Exact) -> Fraction:
    try:
        value = exact(target)
    except (ValueError, TypeError):
        value = Fraction(0)
    if value <= 0:
        raise SetupError(
            where="target",
            found=target,
            allowed="a number above 0",
            remedy="It is the value that the bound shall not exceed, such as 0.1.",
        )
    return value


@dataclass(frozen=True)
class NonvacuousSize:
    """A sample size at which a bound says something, and where else it is known to.

    `reach`: at every larger size, at larger multiples of `multiple_of` (of which `size` is one), or
    nothing is known of other sizes.
    """

    size: int
    reach: Reach
    multiple_of: int = 1

    @property
    def reach_words(self) -> str:
        """At which sizes it is known: all larger ones, multiples of a number, or this one."""
        multiples = self.reach is Reach.MULTIPLES
        return f"multiples of {self.multiple_of}" if multiples else str(self.reach)

    @property
    def words(self) -> str:
        """The size in words.

        >>> NonvacuousSize(512, Reach.MULTIPLES, 128).words
        'from m = 512 on, at multiples of 128'
        """
        if self.reach is Reach.EVERY:
            return f"from m = {self.size} on"
        if self.reach is Reach.MULTIPLES:
            return f"from m = {self.size} on, at multiples of {self.multiple_of}"
        return f"at m = {self.size}"


@lru_cache(maxsize=1024)  # a page, a table and a sentence ask for the same
def nonvacuous_size(bound: Bound) -> NonvacuousSize | None:
    """A sample size above the present one at which the same path says something.

    Looked for by doubling up to 2^50 and bisection. Where the bound is known to fall as the sample
    grows it is the smallest, and the bound says something at all larger ones; where it falls along
    the multiples of the batch size, the smallest of these. Where neither is known, other sizes may
    be vacuous, smaller ones may be not, and the search may miss a size. None if none was found (the
    constant grows with the sample size, say, or is known at this size only), or if the bound
    already says something.
    """
    setup = bound.stability.setup
    if setup.stability is not None and setup.stability.scaling is None:
        return None
    size, batch = setup.sample.size, batch_size(setup)

    def at(n: int) -> Bound | None:
        return _followed(bound, setup.with_size(n), bound.failure or DELTA)[0]

    def along(first: int, step: int) -> Bound | None:
        """The bound at the best multiple of a step."""
        doubled = [Fraction(first * 2**k) for k in range(LARGEST_SIZE) if first * 2**k <= LAST]
        found = edge(
            lambda n: _says_something(bound, setup.with_size(step * int(n))), doubled, whole=True
        )
        if found is None or (found.at_end and step == 1):
            return None
        return at(step * int(found.value))

    if not bound.vacuous:
        return None
    anywhere = along(size, 1)
    if anywhere is not None and reach(anywhere) is Reach.EVERY:
        return NonvacuousSize(_size_of(anywhere), Reach.EVERY)
    multiple = along(-(-size // batch), batch) if batch > 1 else None
    if multiple is not None and reach(multiple) is Reach.MULTIPLES:
        return NonvacuousSize(_size_of(multiple), Reach.MULTIPLES, batch)
    if anywhere is None:
        return None
    above = rounded_up_whole(anywhere)
    if above is not None:
        limit, start = anywhere.trivial_value, _size_of(anywhere)
        doubled = [Fraction(start * 2**k) for k in range(LARGEST_SIZE) if start * 2**k <= LAST]
        found = edge(lambda n: _below(above.upper(int(n)), limit), doubled, whole=True)
        if found is not None:
            return NonvacuousSize(int(found.value), Reach.EVERY)
    return NonvacuousSize(_size_of(anywhere), Reach.HERE)


LAST = 2**LARGEST_SIZE
"""The largest sample size that is looked at."""


def _size_of(bound: Bound) -> int:
    return bound.stability.setup.sample.size


@lru_cache(maxsize=1024)
def nonvacuous_step_size(bound: Bound) -> float | None:
    """A step size below the present one at which the same path says something, about the largest.

    For steps c/t it is c. Nothing is claimed of other step sizes. None if there is none down to
    10^-18 of the present one, if the setup has no step size, or if the bound already says
    something.
    """
    setup = bound.stability.setup
    step = setup.value("algorithm.step_size")
    if step is None:
        return None
    start = step.c if isinstance(step, DecayingStep) else step.size
    smaller = [short(start * x) for x in reversed(decimal_grid(-18, 0)[:-1])]
    grid = [start, *(x for x in smaller if x > Fraction(1, 10**LARGEST_EXPONENT))]
    found = edge(
        lambda x: _says_something(bound, setup.with_value("algorithm.step_size", x)),
        grid,
        whole=False,
    )
    return None if found is None or found.at_end else float(found.value)


def _says_something(path: Bound, setup: Setup) -> bool:
    bound, value = _followed(path, setup, path.failure or DELTA)
    return bound is not None and _below(value, bound.trivial_value)


def _below(value: float, trivial: float | None) -> bool:
    return trivial is None or value < trivial
