"""Numbers as text, rounded to the side that keeps them true."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

DIGITS = 4
"""Significant digits of numbers in tables."""

PLUS_MINUS = "\N{PLUS-MINUS SIGN}"

_FAR = 10**9
_EXACT = 2000
"""Digits that hold any float to the place of any other."""
_NO_ERROR = 1e-14
"""A standard error of this share of its number is that of sums of floats."""
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


def with_error(value: float, error: float) -> str:
    """A number and its standard error: two digits of the error, the number to the same place.

    An error that is the rounding of a float, as where all losses are equal, is 0.

    >>> with_error(139.4, 148.3), with_error(0.0772, 0.0357), with_error(1.74, 2e-16)
    ('140 \N{PLUS-MINUS SIGN} 150', '0.077 \N{PLUS-MINUS SIGN} 0.036', '1.74 \N{PLUS-MINUS SIGN} 0')
    >>> with_error(0.0123, 0.0996), with_error(1234567.0, 4321.0), with_error(0.1, math.nan)
    ('0.01 \N{PLUS-MINUS SIGN} 0.10', '(1.2346 \N{PLUS-MINUS SIGN} 0.0043)e+06', '0.1')
    """
    if not (math.isfinite(value) and math.isfinite(error)):
        return rounded(value)
    if abs(error) <= _NO_ERROR * abs(value) or error == 0.0:
        return f"{rounded(value)} {PLUS_MINUS} 0"
    wide = Decimal(value), Decimal(abs(error))
    context = Context(prec=2, rounding=ROUND_HALF_EVEN, Emax=_FAR, Emin=-_FAR)
    place = context.plus(wide[1]).adjusted() - 1  # 0.0996 is 0.10
    step = Decimal(1).scaleb(place)
    told, spread = (
        one.quantize(step, ROUND_HALF_EVEN, Context(prec=_EXACT, Emax=_FAR, Emin=-_FAR))
        for one in wide
    )
    top = max((one.adjusted() for one in (told, spread) if one), default=place)
    if _LEAST_PLAIN < top <= _MOST_PLAIN:
        return f"{told if told else abs(told):f} {PLUS_MINUS} {spread:f}"  # no -0
    return f"({told.scaleb(-top):f} {PLUS_MINUS} {spread.scaleb(-top):f})e{top:+03d}"


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
