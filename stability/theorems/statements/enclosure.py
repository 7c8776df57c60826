"""Rigorous real numbers: exact rationals as long as possible, arb balls beyond."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil, floor
from typing import Any

import sympy
from flint import arb, fmpq, fmpz

from stability.errors import EvaluationError
from stability.theorems.statements.chains import functions as chains

Real = Fraction | arb
LARGEST_BITS = 20_000
"""Rationals with more digits than this become balls: exactness would only fill the memory."""

COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


class Undecided(ArithmeticError):
    """The balls overlap: more precision is needed to compare or to round."""


def ball(value: Real | int) -> arb:
    """The tightest ball around a rational at the current precision."""
    if isinstance(value, arb):
        return value
    value = Fraction(value)
    return arb(fmpq(value.numerator, value.denominator))


def ends(value: arb) -> tuple[Fraction, Fraction]:
    """Rational ends of a ball: its lower and upper bound, exactly.

    Numbers nearer to 0 than 2^-LARGEST_BITS are rounded outwards to 0 or to that, so that an
    exponential of a huge negative number costs nothing. Raises EvaluationError for numbers
    beyond 2^LARGEST_BITS.
    """
    return _dyadic(value.lower(), -1), _dyadic(value.upper(), 1)


def _dyadic(point: arb, outwards: int) -> Fraction:
    mantissa, exponent = (int(part) for part in point.mid().man_exp())
    if mantissa == 0:
        return Fraction(0)
    magnitude = exponent + mantissa.bit_length()
    if magnitude > LARGEST_BITS:
        raise EvaluationError("the statement has no value of a reasonable size here")
    if magnitude < -LARGEST_BITS:
        sign = 1 if mantissa > 0 else -1
        return Fraction(sign, 2**LARGEST_BITS) if sign == outwards else Fraction(0)
    return Fraction(mantissa) * Fraction(2) ** exponent


def _small(value: Fraction) -> Real:
    bits = value.numerator.bit_length() + value.denominator.bit_length()
    return value if bits <= LARGEST_BITS else ball(value)


class EnclosureArithmetic:
    """Rationals stay exact; the precision of balls is that of the surrounding flint context."""

    def number(self, value: sympy.Expr) -> Real:
        """An atom: a rational, pi or e."""
        if value.is_Rational:
            return Fraction(int(value.p), int(value.q))  # type: ignore[attr-defined]
        if value is sympy.pi:
            return arb.pi()
        if value is sympy.E:
            return arb.const_e()
        raise EvaluationError(f"{value} in a statement has no finite value")

    def add(self, a: Real, b: Real) -> Real:
        """The sum."""
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return _small(a + b)
        return ball(a) + ball(b)

    def multiply(self, a: Real, b: Real) -> Real:
        """The product; an exact zero stays one."""
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return _small(a * b)
        if (isinstance(a, Fraction) and a == 0) or (isinstance(b, Fraction) and b == 0):
            return Fraction(0)
        return ball(a) * ball(b)

    def integer_power(self, base: Real, exponent: int) -> Real:
        """A whole power. Raises EvaluationError for a division by zero."""
        if isinstance(base, Fraction):
            if base == 0 and exponent < 0:
                raise EvaluationError("the statement divides by zero here")
            bits = base.numerator.bit_length() + base.denominator.bit_length()
            if base in (0, 1) or bits * abs(exponent) <= LARGEST_BITS:
                return base**exponent
        return ball(base) ** fmpz(exponent)

    def power(self, base: Real, exponent: Real) -> Real:
        """A real power of a number that is not negative."""
        if isinstance(exponent, Fraction):
            if exponent.denominator == 1:
                return self.integer_power(base, int(exponent))
            if exponent.denominator == 2:
                return self.integer_power(self._root(base), exponent.numerator)
        return ball(base) ** ball(exponent)

    def _root(self, value: Real) -> Real:
        if isinstance(value, Fraction) and value >= 0:
            ends_ = [sympy.integer_nthroot(n, 2) for n in value.as_integer_ratio()]
            if all(exact for _, exact in ends_):
                return Fraction(int(ends_[0][0]), int(ends_[1][0]))
        # A difference that is 0 in truth may be enclosed by a ball that reaches below 0.
        root = ball(value)
        return (root.nonnegative_part() if root.contains(0) else root).sqrt()

    def function(self, name: str, arguments: list[Real]) -> Real:
        """Logarithm, exponential, rounding, extremes, harmonic numbers, chains, erf."""
        first = arguments[0]
        if name in chains.VALUES:
            return chains.value(
                name, [a if isinstance(a, Fraction) else ends(a)[1] for a in arguments]
            )
        if name in ("minimum", "maximum"):
            return self._extreme(name, arguments)
        if name in ("floor", "ceiling"):
            if isinstance(first, Fraction):
                return Fraction(floor(first) if name == "floor" else ceil(first))
            rounded = (first.floor() if name == "floor" else first.ceil()).unique_fmpz()
            if rounded is None:
                raise Undecided(name)
            return Fraction(int(rounded))
        if name == "harmonic":
            return _harmonic(ball(first), len(arguments) == 2)
        if name == "absolute":
            return abs(first)
        if name == "erf":
            return first if first == Fraction(0) else ball(first).erf()
        if first == Fraction(1 if name == "log" else 0):
            return Fraction(0 if name == "log" else 1)
        return ball(first).log() if name == "log" else ball(first).exp()

    def _extreme(self, name: str, arguments: list[Real]) -> Real:
        smallest = name == "minimum"
        if all(isinstance(a, Fraction) for a in arguments):
            return min(arguments) if smallest else max(arguments)  # type: ignore[type-var]
        best = ball(arguments[0])
        for other in arguments[1:]:
            best = best.min(ball(other)) if smallest else best.max(ball(other))
        return best

    def choose(
        self, relation: str, a: Real, b: Real, yes: Callable[[], Any], no: Callable[[], Any]
    ) -> Any:
        """The branch that a comparison selects; Undecided while the balls overlap."""
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return yes() if COMPARE[relation](a, b) else no()
        difference = ball(a) - ball(b)
        if difference > 0:
            return yes() if COMPARE[relation](1, 0) else no()
        if difference < 0:
            return yes() if COMPARE[relation](-1, 0) else no()
        raise Undecided(relation)

    def whole(self, value: Real) -> int:
        """A whole number as a Python integer."""
        if isinstance(value, Fraction):
            if value.denominator != 1:
                raise EvaluationError(f"a sum ends at {value}, which is not whole")
            return int(value)
        found = value.unique_fmpz()
        if found is None:
            raise Undecided("whole number")
        return int(found)


def _harmonic(count: arb, of_squares: bool) -> arb:
    if of_squares:
        return arb(2).zeta() - arb(2).zeta(count + 1)
    return (count + 1).digamma() + arb.const_euler()
