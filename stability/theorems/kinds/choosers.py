"""Searches for the free symbols of a statement: in floats, or fixed beforehand.

None of them is trusted: what they find is checked against the domain that the theorem declares.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from stability.conventions import Name
from stability.theorems.kinds.situation import Situation
from stability.theorems.kinds.support import least
from stability.theorems.statements.closed_sums import resolve
from stability.theorems.statements.minimise import fast, names_of, smallest
from stability.theorems.statements.term import Term


def _as_function(at: Situation, value: str, schedule: str, free: str) -> Callable[[float], float]:
    """A value of the statement as a function of its one free symbol, in floats."""
    expression = resolve(at.statement.values[value], schedule)
    names = names_of(expression)
    numbers, function = at.floats(frozenset(names)), fast(expression, names)

    def of(x: float) -> float:
        with np.errstate(all="ignore"):
            return float(function(*({**numbers, free: x}[n] for n in names)))

    return of


@dataclass(frozen=True)
class Minimise:
    """Choose one free positive symbol so that the bound is about smallest."""

    name: Name
    low: float = 1e-9
    high: float = 1e9

    def __call__(self, at: Situation) -> Mapping[str, Fraction]:
        """The chosen value, as an exact rational."""
        bound = _as_function(at, "bound", "constant", self.name)
        return {self.name: Fraction(smallest(bound, self.low, self.high))}


@dataclass(frozen=True)
class Fixed:
    """Give a free symbol a fixed value, shown with the constant or the bound."""

    name: Name
    value: Fraction

    def __call__(self, at: Situation) -> Mapping[str, Fraction]:
        """The fixed value."""
        return {self.name: self.value}


@dataclass(frozen=True)
class BurnIn:
    """Choose the burn-in t0 in 1..T, the number of steps before which the point is not met.

    Minimises `target`, one of the values of the statement; any t0 gives a valid constant.
    """

    target: Name

    def __call__(self, at: Situation) -> Mapping[str, Fraction]:
        """The chosen t0."""
        value = _as_function(at, self.target, "decay", "t0")
        steps = int(at.floats(frozenset(("T",)))["T"])
        if steps == 1:
            return {"t0": Fraction(1)}
        near = smallest(value, 1.0, float(steps))
        candidates = {1, steps, min(max(int(near), 1), steps), min(int(near) + 1, steps)}
        return {"t0": Fraction(min(sorted(candidates), key=lambda n: value(float(n))))}


@dataclass(frozen=True)
class OverSteps:
    """Choose a free symbol as m/T, which keeps (1 + g/m)^T below e."""

    name: Name

    def __call__(self, at: Situation) -> Mapping[str, Fraction]:
        """The chosen value."""
        steps = at.known["T"]
        count = steps.enclosure(at.size).high if isinstance(steps, Term) else steps
        return {self.name: Fraction(at.size) / Fraction(count)}


@dataclass(frozen=True)
class FixedSplit:
    """Share the failure probability out as was fixed beforehand; the shares add up to 1.

    For statements that hold at once for several levels of noise: another split for each of them
    would need a union over the splits.
    """

    shares: tuple[tuple[Name, Fraction], ...]

    def __call__(self, at: Situation) -> Mapping[str, Fraction]:
        """The share of each part."""
        return {name: at.available * share for name, share in self.shares}


@dataclass(frozen=True)
class ShareOf:
    """Give a free symbol a fixed share of one value of the constant."""

    name: Name
    of: Name
    share: Fraction

    def __call__(self, at: Situation) -> Mapping[str, Fraction]:
        """The share, as an exact rational."""
        return {self.name: Fraction(at.known[self.of].upper(at.size)) * self.share}


@dataclass(frozen=True)
class ElasticNorms:
    """Take the least norms of beta that are supported, for moments of one order."""

    names: tuple[Name, ...]
    order: Fraction = Fraction(2)

    def __call__(self, at: Situation) -> Mapping[str, Fraction]:
        """The order and the norms; a norm that nothing supports is left out."""
        known = {**at.known, "order": self.order}
        norms = {n: least(n, at.supporting, at.structure, known, at.size) for n in self.names}
        return {"order": self.order, **{n: x for n, x in norms.items() if x is not None}}
