"""The largest absolute moments of a centred variable in an interval of length 1.

Given its mean, the k-th absolute moment is largest at the two ends (it is convex): s_k is the
largest of q (1 - q)^k + (1 - q) q^k over 0 <= q <= 1/2.

Source: this project, elastic chain.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import exp, inf, log, log1p, nextafter

from flint import arb, ctx, fmpq_poly, fmpz_poly

PRECISION = 64
"""Bits with which critical points are enclosed."""
SOLVED = 40
"""Up to this order critical points are solved for."""


@cache
def largest_moment(order: int) -> float:
    """s_k for a whole order k of at least 2: a float that is not below it, the next at most.

    Beyond the order SOLVED it is k^k/(k + 1)^(k + 1) + 2^-(k + 1), the largest of either part.

    >>> largest_moment(2), round(largest_moment(4) * 12, 15)
    (0.25, 1.0)
    """
    if order > SOLVED:
        first = exp(order * log1p(-1 / (order + 1))) / (order + 1)
        return (first + 0.5 ** (order + 1)) * (1 + 1e-12)
    q, one = fmpq_poly([0, 1]), fmpq_poly([1])
    slope = (q * (one - q) ** order + (one - q) * q**order).derivative()
    candidates = [0.5**order]  # q = 1/2; at q = 0 it is 0
    with ctx.workprec(PRECISION):
        for root, _ in fmpz_poly(list(slope.numer())).complex_roots():  # type: ignore[misc]
            if root.imag.contains(0) and root.real.upper() >= 0 and root.real.lower() < 0.5:
                at = arb(root.real)
                found = (at * (1 - at) ** order + (1 - at) * at**order).upper()
                candidates.append(nextafter(float(found), inf))
    return max(candidates)


@cache
def largest_norm(order: Fraction) -> float:
    """s_q^(1/q) for any q of at least 2, or a little more between two whole orders.

    As k varies, q (1 - q)^k + (1 - q) q^k is log-convex: between whole orders so is s_k at most.

    >>> round(largest_norm(Fraction(2)), 12)
    0.5
    """
    below = int(order)
    part = float(order - below)
    logs = log(largest_moment(below)) * (1 - part)
    if part:
        logs += log(largest_moment(below + 1)) * part
    return min(1.0, nextafter(exp(logs / float(order)) * (1 + 1e-14), inf))
