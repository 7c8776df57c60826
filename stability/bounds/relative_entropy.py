"""The binary relative entropy of risks and its inverse, on the safe side.

kl(p, q) = p log(p/q) + (1 - p) log((1 - p)/(1 - q)). A bound kl(p, q) <= c on an observed risk p
and a true risk q in [0, 1] says that q is at most the largest number with that relative entropy.
"""

from __future__ import annotations

import math

from flint import arb, ctx

from stability.errors import SetupError

BITS = 128
BISECTIONS = 120


def kl_inverse(observed: float, cap: float) -> float:
    """The largest q in [observed, 1] with kl(observed, q) <= cap, rounded up.

    The number returned is never below the true one: that its relative entropy is at least `cap` is
    checked in enclosures of real numbers. Raises SetupError for an observed risk outside [0, 1] or
    a cap that is negative or no number.

    Source: Maurer (2004), A note on the PAC-Bayesian theorem; Langford and Seeger (2001).

    >>> round(kl_inverse(0.17, 0.0157297512245832), 12)
    0.243132527867
    >>> kl_inverse(0.0, 0.0), kl_inverse(1.0, 0.5)
    (0.0, 1.0)
    """
    if not 0.0 <= observed <= 1.0:
        raise SetupError(where="observed risk", found=observed, allowed="a number from 0 to 1")
    if not cap >= 0.0:
        raise SetupError(where="relative entropy", found=cap, allowed="a number of at least 0")
    if cap == 0.0 or observed == 1.0:
        return observed
    low, high = observed, 1.0
    for _ in range(BISECTIONS):
        middle = (low + high) / 2.0
        if not low < middle < high:
            break
        if _entropy(observed, middle) < cap:
            low = middle
        else:
            high = middle
    step = math.ulp(high)
    while high < 1.0 and not _at_least(observed, high, cap):
        high, step = min(1.0, high + step), 2.0 * step
    return high


def _entropy(p: float, q: float) -> float:
    """kl(p, q) in floats, for q above p and below 1."""
    first = 0.0 if p == 0.0 else p * math.log(p / q)
    return first + (1.0 - p) * (math.log1p(-p) - math.log1p(-q))


def _at_least(p: float, q: float, cap: float) -> bool:
    """Whether kl(p, q) >= cap for certain."""
    with ctx.workprec(BITS):
        here, there, one = arb(p), arb(q), arb(1)
        first = arb(0) if p == 0.0 else here * (here / there).log()
        rest = (one - here) * ((one - here) / (one - there)).log()
        return bool(first + rest >= arb(cap))
