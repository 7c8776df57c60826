"""Vectorised interval arithmetic in float64: arrays of lower and upper ends, rounded outwards.

Basic operations of IEEE 754 are within half a unit in the last place, so one step outwards is
enough; for log and exp eight units are allowed, more than any numpy build is known to err.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import sympy
from numpy.typing import NDArray

from stability.errors import EvaluationError
from stability.theorems.statements.chains import functions as chains
from stability.theorems.statements.enclosure import COMPARE

Floats = NDArray[np.float64]
FUNCTION_SLACK = 8 * np.finfo(np.float64).eps


class Interval(NamedTuple):
    """Arrays of lower and upper ends; `low <= true value <= high` entry by entry."""

    low: Floats
    high: Floats


def _down(x: Floats) -> Floats:
    return np.nextafter(x, -np.inf)


def _up(x: Floats) -> Floats:
    return np.nextafter(x, np.inf)


def _widen(low: Floats, high: Floats) -> Interval:
    tiny = np.finfo(np.float64).tiny
    return Interval(
        low - FUNCTION_SLACK * np.abs(low) - tiny, high + FUNCTION_SLACK * np.abs(high) + tiny
    )


def point(values: Floats) -> Interval:
    """Exact floats as intervals of width zero."""
    return Interval(values, values)


class IntervalArithmetic:
    """Intervals throughout; entries whose comparison is not decided become NaN."""

    def number(self, value: sympy.Expr) -> Interval:
        """An atom of a statement, enclosed."""
        if value.is_Rational:
            exact = Fraction(int(value.p), int(value.q))  # type: ignore[attr-defined]
            near = np.float64(float(exact))
            if Fraction(float(near)) == exact:
                return Interval(near, near)
            return Interval(_down(near), _up(near))
        near = np.float64(float(value))
        if not np.isfinite(near):
            raise EvaluationError(f"{value} in a statement has no finite value")
        return Interval(_down(near), _up(near))

    def add(self, a: Interval, b: Interval) -> Interval:
        """The sum."""
        return Interval(_down(a.low + b.low), _up(a.high + b.high))

    def multiply(self, a: Interval, b: Interval) -> Interval:
        """The product; positive factors, the usual case, need two products only."""
        if np.all(a.low >= 0) and np.all(b.low >= 0):
            return Interval(np.maximum(_down(a.low * b.low), 0.0), _up(a.high * b.high))
        corners = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high]
        return Interval(_down(np.minimum.reduce(corners)), _up(np.maximum.reduce(corners)))

    def integer_power(self, base: Interval, exponent: int) -> Interval:
        """A whole power by repeated squaring."""
        if exponent < 0:
            return self._reciprocal(self.integer_power(base, -exponent))
        result = point(np.float64(1.0))  # type: ignore[arg-type]
        square = base
        while exponent:
            if exponent & 1:
                result = self.multiply(result, square)
            exponent >>= 1
            if exponent:
                square = self._square(square)
        return result

    def _square(self, a: Interval) -> Interval:
        ends = (np.abs(a.low), np.abs(a.high))
        low = np.where((a.low <= 0) & (a.high >= 0), 0.0, np.minimum(*ends))
        return Interval(np.maximum(_down(low * low), 0.0), _up(np.maximum(*ends) ** 2))

    def _reciprocal(self, a: Interval) -> Interval:
        crosses = (a.low <= 0) & (a.high >= 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            low, high = _down(1.0 / a.high), _up(1.0 / a.low)
        return Interval(np.where(crosses, np.nan, low), np.where(crosses, np.nan, high))

    def power(self, base: Interval, exponent: Interval) -> Interval:
        """A real power of a number that is not negative: square roots, else through logarithms."""
        half = np.all(exponent.low == 0.5) and np.all(exponent.high == 0.5)
        if half or (np.all(exponent.low == -0.5) and np.all(exponent.high == -0.5)):
            root = Interval(
                np.maximum(_down(np.sqrt(np.maximum(base.low, 0.0))), 0.0),
                _up(np.sqrt(base.high)),
            )
            return root if half else self._reciprocal(root)
        return self.function("exp", [self.multiply(exponent, self.function("log", [base]))])

    def function(self, name: str, arguments: list[Interval]) -> Interval:
        """Logarithm, exponential, rounding, extremes, chains, the error function."""
        a = arguments[0]
        if name in chains.VALUES:
            each = np.vectorize(chains.VALUES[name], otypes=[np.float64])
            return point(each(*(argument.high for argument in arguments)))
        if name in ("minimum", "maximum"):
            pick = np.minimum if name == "minimum" else np.maximum
            low, high = a
            for other in arguments[1:]:
                low, high = pick(low, other.low), pick(high, other.high)
            return Interval(low, high)
        if name in ("floor", "ceiling"):
            round_ = np.floor if name == "floor" else np.ceil
            low, high = round_(a.low), round_(a.high)
            return Interval(np.where(low == high, low, np.nan), np.where(low == high, high, np.nan))
        if name == "log":
            with np.errstate(divide="ignore", invalid="ignore"):
                return _widen(np.log(a.low), np.log(a.high))
        if name == "exp":
            with np.errstate(over="ignore", under="ignore"):
                low, high = _widen(np.exp(a.low), np.exp(a.high))
            return Interval(np.maximum(low, 0.0), high)
        if name == "erf":
            from scipy.special import erf

            return _widen(erf(a.low), erf(a.high))
        if name == "absolute":
            ends = (np.abs(a.low), np.abs(a.high))
            low = np.where((a.low <= 0) & (a.high >= 0), 0.0, np.minimum(*ends))
            return Interval(low, np.maximum(*ends))
        raise EvaluationError(f"{name} has no vectorised form")

    def choose(
        self,
        relation: str,
        a: Interval,
        b: Interval,
        yes: Callable[[], Any],
        no: Callable[[], Any],
    ) -> Interval:
        """Entry by entry the branch that the comparison selects; NaN where it is undecided."""
        if relation not in ("<", "<=", ">", ">="):
            raise EvaluationError(f"{relation} has no vectorised form")
        compare = COMPARE[relation]
        always = compare(a.low, b.high) & compare(a.high, b.low)
        never = ~(compare(a.low, b.high) | compare(a.high, b.low) | compare(a.low, b.low))
        if np.all(always):
            return yes()
        if np.all(never):
            return no()
        with np.errstate(invalid="ignore", divide="ignore"):
            one, other = yes(), no()
        return Interval(
            *(
                np.where(always, y, np.where(never, n, np.nan))
                for y, n in zip(one, other, strict=True)
            )
        )

    def whole(self, value: Interval) -> int:
        """Limits of sums must be the same whole number for all entries."""
        ends = np.unique(np.concatenate([np.ravel(value.low), np.ravel(value.high)]))
        if len(ends) != 1 or ends[0] != int(ends[0]):
            raise EvaluationError("a sum without closed form cannot be vectorised over its length")
        return int(ends[0])
