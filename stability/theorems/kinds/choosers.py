"""Numerical choice of the free symbols of a statement. Every choice in range gives a valid bound,

so floats may search; the value of the choice is then computed exactly or enclosed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import sympy

from stability.theorems.kinds.constant import Product, Stability
from stability.theorems.statements.closed_sums import resolve
from stability.theorems.statements.minimise import fast, smallest
from stability.theorems.statements.symbols import symbol
from stability.theorems.statements.term import Term


def _floats(bindings: Mapping[str, Any], names: frozenset[str], size: int) -> dict[str, float]:
    numbers = {}
    for name in names:
        value = bindings.get(name, size if name == "m" else None)
        if value is None:
            continue
        numbers[name] = value.upper(size) if isinstance(value, Term) else float(value)
    return numbers


@dataclass(frozen=True)
class Minimise:
    """Choose one free positive symbol so that the statement is about smallest."""

    name: str
    low: float = 1e-9
    high: float = 1e9

    def __call__(
        self,
        theorem: Any,
        reading: Any,
        known: Mapping[str, Any],
        stability: Stability,
        available: Fraction,
    ) -> Mapping[str, Fraction]:
        """The chosen value, as an exact rational."""
        expression = resolve(reading.values["bound"], "constant")
        names = tuple(sorted(s.name for s in expression.free_symbols))
        numbers = _floats(known, frozenset(names), stability.setup.sample.size)
        function = fast(expression, names)

        def value(x: float) -> float:
            with np.errstate(all="ignore"):
                return float(function(*({**numbers, self.name: x}[n] for n in names)))

        return {self.name: Fraction(smallest(value, self.low, self.high))}


@dataclass(frozen=True)
class Fixed:
    """Give a free symbol a fixed value, shown in the row."""

    name: str
    value: Fraction

    def __call__(
        self,
        theorem: Any,
        reading: Any,
        known: Mapping[str, Any],
        stability: Stability,
        available: Fraction,
    ) -> Mapping[str, Fraction]:
        """The fixed value."""
        return {self.name: self.value}


@dataclass(frozen=True)
class BurnIn:
    """Choose the burn-in t0 in 1..T, the number of steps before which the point is not met.

    Minimises `target`, one of the values of the form; any t0 gives a valid constant.
    """

    target: str

    def __call__(self, setup: Any, form: Any, values: Mapping[str, Any]) -> Mapping[str, int]:
        """The chosen t0."""
        expression = resolve(form.values[self.target], "decay")
        names = tuple(sorted(s.name for s in expression.free_symbols))
        numbers = _floats(values, frozenset(names), setup.sample.size)
        function = fast(expression, names)
        steps = int(numbers["T"])

        def value(burn_in: float) -> float:
            with np.errstate(all="ignore"):
                return float(function(*({**numbers, "t0": burn_in}[n] for n in names)))

        if steps == 1:
            return {"t0": 1}
        near = smallest(value, 1.0, float(steps))
        candidates = {1, steps, min(max(int(near), 1), steps), min(int(near) + 1, steps)}
        return {"t0": min(sorted(candidates), key=lambda n: value(float(n)))}


@dataclass(frozen=True)
class OverSteps:
    """Choose a free symbol as m/T, which keeps (1 + g/m)^T below e."""

    name: str

    def __call__(self, setup: Any, form: Any, values: Mapping[str, Any]) -> Mapping[str, Fraction]:
        """The chosen value."""
        steps = values["T"]
        count = steps.enclosure(setup.sample.size).high if isinstance(steps, Term) else steps
        return {self.name: Fraction(setup.sample.size) / Fraction(count)}


@dataclass(frozen=True)
class FixedInSetup:
    """Give a free symbol of a stability theorem a fixed value, shown with the constant."""

    name: str
    value: Fraction

    def __call__(self, setup: Any, form: Any, values: Mapping[str, Any]) -> Mapping[str, Fraction]:
        """The fixed value."""
        return {self.name: self.value}


@dataclass(frozen=True)
class ShareOf:
    """Give a free symbol a fixed share of one value of the constant."""

    name: str
    of: str
    share: Fraction

    def __call__(
        self,
        theorem: Any,
        reading: Any,
        known: Mapping[str, Any],
        stability: Stability,
        available: Fraction,
    ) -> Mapping[str, Fraction]:
        """The share, as an exact rational."""
        value = known[self.of].upper(stability.setup.sample.size)
        return {self.name: Fraction(value) * self.share}


@dataclass(frozen=True)
class ElasticNorms:
    """Upper bounds of the L_q norms of beta from its four numbers, q = 2.

    |X|_q <= (U^(q-1) E X)^(1/q) for 0 <= X <= U. The supremum over the first argument has mean B
    for a product, and is otherwise only known to be at most U.
    """

    def __call__(
        self,
        theorem: Any,
        reading: Any,
        known: Mapping[str, Any],
        stability: Stability,
        available: Fraction,
    ) -> Mapping[str, Fraction]:
        """The order and the three norms."""
        size = stability.setup.sample.size
        product = isinstance(stability.structure, Product)
        means = {
            "diagonal_norm": "D",
            "column_norm": "B1",
            "supremum_norm": "B" if product else "U",
        }
        U, x = symbol("U"), sympy.Symbol("x", nonnegative=True)
        norms = {
            name: Fraction(
                Term(sympy.sqrt(U) * sympy.sqrt(x), {"U": known["U"], "x": known[mean]}).upper(size)
            )
            for name, mean in means.items()
        }
        return {"order": Fraction(2), **norms}
