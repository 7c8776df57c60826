"""Which even order a chain takes: a search in floats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import inf, log

from stability.conventions import Name
from stability.theorems.kinds.failure_split import FailureSplit
from stability.theorems.kinds.situation import Situation
from stability.theorems.statements.minimise import fast, names_of

ORDERS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16)
"""Halves of the orders that may be taken."""
NEAR = 3
"""So many orders are tried, around the one that a bound of the order q delta^(-1/q) would take."""


@dataclass(frozen=True)
class ChainOrder:
    """The order that gives about the smallest bound, with the failure probability shared out.

    A norm that grows like q, times delta^(-1/q), is smallest at q = log(1/delta): orders near that
    are tried.
    """

    split: FailureSplit
    name: Name = "half"

    def __call__(self, at: Situation) -> Mapping[str, Fraction]:
        """Half the order, and the share of each part.

        Orders are compared with the shares that are best for the middle one: these hardly differ.
        """
        tried = {half: self._of_order(at, half) for half in self._near(float(at.available))}
        middle = list(tried)[NEAR // 2]
        shares = self.split(tried[middle])
        values = {half: self._value(known, shares) for half, known in tried.items()}
        best = min(values, key=lambda half: values[half])
        if best != middle:
            shares = self.split(tried[best])
        return {self.name: Fraction(best), **shares}

    def _of_order(self, at: Situation, half: int) -> Situation:
        return replace(at, known={**at.known, self.name: Fraction(half)})

    def _near(self, failure: float) -> tuple[int, ...]:
        wanted = log(1 / failure) / 2 if 0 < failure < 1 else 1
        nearest = min(range(len(ORDERS)), key=lambda k: abs(ORDERS[k] - wanted))
        first = min(max(nearest - NEAR // 2, 0), len(ORDERS) - NEAR)
        return ORDERS[first : first + NEAR]

    @staticmethod
    def _value(at: Situation, found: Mapping[str, Fraction]) -> float:
        bound = at.statement.values["bound"]
        names = names_of(bound)
        numbers = {**at.floats(frozenset(names)), **{n: float(x) for n, x in found.items()}}
        value = float(fast(bound, names)(*(numbers[n] for n in names)))
        return value if value == value else inf
