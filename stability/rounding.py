"""Numbers as text, rounded to the side that keeps them true."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

DIGITS = 4
"""Significant digits of numbers in tables."""

_FAR = 10**9
_LEAST_PLAIN, _MOST_PLAIN = -5, 5


def rounded_up(value: Fraction | float, digits: int = DIGITS) -> str:
    """The number with few digits, never below its value: for upper bounds.

    A float means the binary number it is; a fraction keeps exact values short.

    >>> rounded_up(Fraction(2, 3)), rounded_up(Fraction(1, 500)), rounded_up(60.0)
    ('0.6667', '0.002', '60')
    """
    return _text(value, digits, ROUND_CEILING)


def rounded_down(value: Fraction | float, digits: int = DIGITS) -> str:
    """The number with few digits, never above its value: for lower bounds and trivial bounds.

    >>> rounded_down(Fraction(2, 3)), rounded_down(Fraction(1, 3_000_000))
    ('0.6666', '3.333e-07')
    """
    return _text(value, digits, ROUND_FLOOR)


def rounded(value: Fraction | float, digits: int = DIGITS) -> str:
    """The number with few digits, to the nearest: for estimates, which promise no side.

    >>> rounded(Fraction(2, 3)), rounded(1234567.0)
    ('0.6667', '1.235e+06')
    """
    return _text(value, digits, ROUND_HALF_EVEN)


def given(value: Fraction | float, digits: int = 8) -> str:
    """A number that somebody wrote down, as it was written if that is short; else rounded up.

    >>> given(Fraction(0.05)), given(Fraction(1, 20)), given(Fraction(1, 3))
    ('0.05', '0.05', '0.33333334')
    """
    exact = Fraction(value)
    written = exact
    if abs(exact) < 10**300:
        near = float(exact)
        written = Fraction(repr(near)) if Fraction(near) == exact else exact
    return rounded_up(written, digits)


def in_latex(number: str) -> str:
    """A number as these functions write it, in LaTeX.

    >>> print(in_latex("3.333e-07"), in_latex("0.5"), in_latex("1e4"))
    3.333 \\times 10^{-7} 0.5 10^{4}
    """
    mantissa, _, exponent = number.partition("e")
    if not exponent.lstrip("+-").isdigit():
        return number
    power = f"10^{{{int(exponent)}}}"
    return power if mantissa == "1" else f"{mantissa} \\times {power}"


def _text(value: Fraction | float, digits: int, rounding: str) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return {math.inf: "infinite", -math.inf: "-infinite"}.get(value, "not a number")
    exact = Fraction(value)
    context = Context(prec=digits, rounding=rounding, Emax=_FAR, Emin=-_FAR)
    short = context.divide(Decimal(exact.numerator), Decimal(exact.denominator)).normalize(context)
    if short == 0:
        return "0"
    if _LEAST_PLAIN < short.adjusted() <= _MOST_PLAIN:
        return format(short, "f")
    mantissa = short.scaleb(-short.adjusted(), context)
    return f"{mantissa:f}e{short.adjusted():+03d}"
