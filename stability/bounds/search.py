"""The search behind `calibrate`: the best feasible number, by a grid and then bisection.

Nothing is assumed to be monotone. The grid is walked from the end one would like best; the first
feasible point is moved towards the last infeasible one before it. What is returned was tested
itself, and the next number towards the better end was tested and failed. A feasible stretch that
lies between two points of the grid is not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from math import isqrt

DIGITS = 12
"""Significant digits of the numbers that are tried: they are printed and read back exactly."""

Feasible = Callable[[Fraction], bool]


def short(value: Fraction) -> Fraction:
    """The nearest number of 12 significant decimal digits.

    >>> short(Fraction(2, 3))
    Fraction(666666666667, 1000000000000)
    """
    context = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN)
    return Fraction(context.divide(Decimal(value.numerator), Decimal(value.denominator)))


def decimal_grid(low: int, high: int) -> tuple[Fraction, ...]:
    """Three numbers per power of ten, from 10^low to 10^high.

    >>> [float(x) for x in decimal_grid(0, 1)]
    [1.0, 2.15443469003, 4.64158883361, 10.0]
    """
    roots = [Fraction(1), Fraction("2.15443469003"), Fraction("4.64158883361")]
    powers = [root * Fraction(10) ** k for k in range(low, high) for root in roots]
    return (*powers, Fraction(10) ** high)


def binary_grid(high: int) -> tuple[Fraction, ...]:
    """The powers of two from 1 to 2^high."""
    return tuple(Fraction(2**k) for k in range(high + 1))


@dataclass(frozen=True)
class Edge:
    """A feasible number next to an infeasible one; `at_end`: the end of the grid itself."""

    value: Fraction
    at_end: bool


def edge(feasible: Feasible, grid: Iterable[Fraction], *, whole: bool) -> Edge | None:
    """The feasible number nearest to the start of the grid, None if no grid point is feasible.

    >>> edge(lambda n: n >= 1000, binary_grid(20), whole=True)
    Edge(value=Fraction(1000, 1), at_end=False)
    >>> edge(lambda x: x <= 2, reversed(decimal_grid(-3, 3)), whole=False).value
    Fraction(2, 1)
    """
    outside: Fraction | None = None
    for point in grid:
        if feasible(point):
            if outside is None:
                return Edge(point, True)
            return Edge(_between(feasible, outside, point, whole), False)
        outside = point
    return None


def _between(feasible: Feasible, outside: Fraction, inside: Fraction, whole: bool) -> Fraction:
    while True:
        middle = _middle(outside, inside, whole)
        if middle in (outside, inside):
            return inside
        if feasible(middle):
            inside = middle
        else:
            outside = middle


def _middle(a: Fraction, b: Fraction, whole: bool) -> Fraction:
    """A number that may be tried strictly between two positive ones, or one of them if none is."""
    low, high = min(a, b), max(a, b)
    if whole:
        return Fraction(max(isqrt(int(low) * int(high)), int(low) + 1))
    arithmetic = short((low + high) / 2)
    if high < 2 * low:
        return arithmetic
    geometric = short(Fraction(float(low) ** 0.5 * float(high) ** 0.5))
    return geometric if low < geometric < high else arithmetic
