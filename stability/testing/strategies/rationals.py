"""Hypothesis strategies for exact rationals and whole numbers of many sizes."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from hypothesis import strategies as st

from stability.setup.fields import Allowed

EXPONENTS = (0, -1, 1, -2, 2, -3)
MANTISSAS = 90


def _positive(code: int) -> Fraction:
    exponent, mantissa = divmod(code, MANTISSAS)
    return Fraction(10 + mantissa, 10) * Fraction(10) ** EXPONENTS[exponent]


@cache
def positive_rationals() -> st.SearchStrategy[Fraction]:
    """Two-digit decimals from 0.001 to 990, sizes about equally often; shrinks towards 1."""
    return st.integers(0, MANTISSAS * len(EXPONENTS) - 1).map(_positive)


@cache
def non_negative_rationals() -> st.SearchStrategy[Fraction]:
    """The same, and now and then 0."""
    top = MANTISSAS * len(EXPONENTS)
    return st.integers(0, top + top // 8).map(
        lambda code: Fraction(0) if code >= top else _positive(code)
    )


@cache
def shares() -> st.SearchStrategy[Fraction]:
    """Rationals strictly between 0 and 1, often small; a failure probability, say."""
    return st.integers(0, 3 * 99 - 1).map(
        lambda code: Fraction(code % 99 + 1, 100 ** (1 + code // 99))
    )


@cache
def counts(low: int = 1, high: int = 1_000_000) -> st.SearchStrategy[int]:
    """Whole numbers from `low` to `high`, sizes about equally often."""
    small = st.integers(low, min(low + 9, high))
    if high <= low + 9:
        return small
    return st.one_of(small, st.integers(low, min(1000, high)), st.integers(low, high))


@cache
def numbers_for(allowed: Allowed, high: int = 1_000_000) -> st.SearchStrategy[Fraction | int]:
    """Values that a declaration allows: whole numbers to `high`, shares, or decimals."""
    if allowed.whole:
        top = high if allowed.high is None else min(high, int(allowed.high))
        return counts(int(allowed.low or 0), top)
    if allowed.high is not None:
        return shares() if allowed.open_low else st.one_of(shares(), st.just(Fraction(0)))
    if allowed.low is not None and allowed.low > 0:
        return non_negative_rationals().map(lambda x: x + allowed.low)  # type: ignore[operator]
    return positive_rationals() if allowed.open_low else non_negative_rationals()
