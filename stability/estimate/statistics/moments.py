"""Moments of a bounded quantity, certified from a sample: each pays its share, once for all."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.errors import DataError, SetupError
from stability.estimate.statistics.intervals import empirical_bernstein_upper

CERTIFICATE_SHARE = Fraction(1, 100)
"""The part of delta that pays for all certified moments of a run together."""
ORDERS = (1, 2, 4)
"""The moments that root mean squares of elastic constants ask for."""
_UP = 1.0 + 2.0**-48
"""More than a power and a root of floats can be off, relatively."""


@dataclass(frozen=True)
class Moments:
    """E X^k for several orders k, X in [0, supremum]: certified upper bounds, or means of a sample.

    `values` holds them by order. If they are certified, all of them hold at once with probability
    at least 1 - `failure` over the sample that they come from; means of a sample promise nothing.
    They fit together: none contradicts another one, or the supremum.
    """

    supremum: float
    values: Mapping[int, float]
    failure: Fraction

    @property
    def mean(self) -> float:
        """E X."""
        return self.values[1]

    @property
    def rms(self) -> float:
        """sqrt(E X^2), at least E X and at most the supremum."""
        return self.norm(2)

    @property
    def fourth(self) -> Fraction:
        """E X^4, no root taken: from rms^4 to supremum^4, without rounding."""
        least = max(Fraction(self.values[4]), Fraction(self.rms) ** 4)
        return min(least, Fraction(self.supremum) ** 4)

    def norm(self, order: int) -> float:
        """(E X^order)^(1/order), rounded up."""
        root = _up(self.values[order] ** (1.0 / order))
        return min(self.supremum, max(root, self.values.get(1, 0.0)))


def certified_moments(
    values: ArrayLike, supremum: float, failure: Fraction, orders: tuple[int, ...] = ORDERS
) -> Moments:
    """Upper bounds of E X^k for every order, all of them but with probability `failure`.

    `values` (n,), n >= 2, are independent draws of X in [0, supremum], `supremum` known beforehand.
    Each order is charged failure/len(orders), for `empirical_bernstein_upper` of the powers X^k in
    [0, supremum^k]. A bound of one order also bounds the others: E X^j <= (E X^k)^(j/k) and E X^k
    <= supremum^(k - j) E X^j for j < k, so each is the smallest of what all of them say.

    Raises DataError for too few values or values outside [0, supremum], SetupError for orders that
    are not whole numbers from 1 on, each once, or other arguments that are not allowed. Source:
    Maurer and Pontil (COLT 2009), Theorem 4, and a union bound.

    >>> found = certified_moments([0.5] * 10_000, 1.0, Fraction(1, 1000))
    >>> round(found.mean, 3), round(found.rms, 3), round(float(found.fourth), 3)
    (0.502, 0.502, 0.065)
    """
    if not orders or len(set(orders)) < len(orders) or not all(o == int(o) >= 1 for o in orders):
        raise SetupError(
            where="certified_moments.orders",
            found=", ".join(map(str, orders)) or "nothing",
            allowed="whole numbers from 1 on, each once, such as 1, 2, 4",
            remedy="",
        )
    data = np.asarray(values, dtype=np.float64)
    _refuse_outside(data, supremum)
    share = float(failure / len(orders))
    own = {k: _of_one_order(data, supremum, k, share) for k in orders}
    return Moments(supremum, _fitting(own, supremum), failure)


def sample_moments(values: ArrayLike, supremum: float, orders: tuple[int, ...] = ORDERS) -> Moments:
    """The means of the powers of the values themselves: plug-in numbers, no bounds.

    `values` (n,) in [0, supremum]; raises DataError for others, and for none.

    >>> sample_moments([0.0, 1.0], 1.0).rms > 0.707
    True
    """
    data = np.asarray(values, dtype=np.float64)
    if not data.size:
        raise DataError(where="sample_moments.values", found="none", allowed="at least one")
    _refuse_outside(data, supremum)
    return Moments(supremum, {k: float(np.mean(data**k)) for k in orders}, Fraction(0))


def _of_one_order(data: NDArray[np.float64], supremum: float, order: int, share: float) -> float:
    if order == 1:
        return empirical_bernstein_upper(data, supremum, share)
    top = _up(supremum**order)
    return empirical_bernstein_upper(np.minimum(data**order * _UP, top), top, share)


def _fitting(own: Mapping[int, float], supremum: float) -> dict[int, float]:
    """Every bound lowered to what the others say: from the highest order down, then up again.

    Bounds may not cross: E X^j <= E X^k^(j/k) keeps each root at most that of the next order.
    """
    orders = sorted(own)
    found = dict(own)
    for lower, higher in pairwise(orders):
        step = found[lower] * supremum ** (higher - lower)
        found[higher] = min(found[higher], _up(step))
    for higher, lower in pairwise(orders[::-1]):
        found[lower] = min(found[lower], _up(found[higher] ** (lower / higher)))
    return found


def _up(value: float) -> float:
    return math.nextafter(value * _UP, math.inf)


def _refuse_outside(data: NDArray[np.float64], supremum: float) -> None:
    if data.size and not (data.min() >= 0.0 and data.max() <= supremum):
        raise DataError(
            where="moments.values",
            found=f"values from {data.min():g} to {data.max():g}",
            allowed=f"values from 0 to supremum = {supremum:g}",
            remedy="Use a supremum that holds for every possible value.",
        )
