"""Shares of a failure probability, for one setting or for many at once: a search in floats.

Every way to share it gives a valid bound, so nothing here need be trusted: what is found is
evaluated rigorously elsewhere, and adds up to no more than what there is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from stability.conventions import Name

Floats = NDArray[np.float64]
Bound = Callable[[Mapping[Name, Floats]], Floats]
"""A bound as a function of the failure probabilities of its parts, arrays of one shape."""
LEAST = 1e-12
"""The least share of the whole that a part gets."""
SWEEPS = ((np.inf, 22), (3.0, 17))
"""In each sweep over the parts: how far around its place the logarithm of a share is searched, and
in how many steps."""
GOLDEN = (5.0**0.5 - 1.0) / 2.0
FEW, GRID = 8, 17
"""Of so few settings a grid of so many points is evaluated at once, again and again around its best
point: in an eighth of the calls."""


def best_shares(bound: Bound, parts: tuple[Name, ...], available: Floats) -> dict[Name, Floats]:
    """The failure probability of each part, so that every setting's bound is about smallest.

    Each part is searched for in turn, over the logarithm of its share, while the others keep their
    proportions and make up the rest: bounds are convex in the parts where failures are small, and
    these directions are enough to reach the smallest value. `available` (n,) holds what there is to
    share in every setting; `bound` takes and gives arrays of the shape (n,) or (points, n).

    >>> def two(parts):
    ...     return sum(1 / np.sqrt(parts[name]) for name in ("a", "b"))
    >>> {k: v.round(4).tolist() for k, v in best_shares(two, ("a", "b"), np.array([0.1])).items()}
    {'a': [0.05], 'b': [0.05]}
    """
    count = len(parts)
    shares = np.array([np.full(available.shape, 0.1**k) for k in range(count)])
    shares /= shares.sum(axis=0)
    low, high = np.log(LEAST), np.log1p(-(count - 1) * LEAST)
    searched = range(count) if count > 2 else range(1, count)  # of two parts one says it all

    def value(table: Floats) -> Floats:
        return bound({name: row * available for name, row in zip(parts, table, strict=True)})

    for reach, steps in SWEEPS if count > 2 else SWEEPS[:1]:
        for k in searched:
            here = np.log(shares[k])
            ends = np.maximum(here - reach, low), np.minimum(here + reach, high)
            along = partial(_along, value, shares, k)
            found = (_grids if available.size <= FEW else _golden)(along, *ends, steps)
            shares = _with(shares, k, np.where(along(found) < value(shares), found, here))
    return _within(dict(zip(parts, shares * available, strict=True)), available)


def _along(value: Callable[[Floats], Floats], shares: Floats, k: int, logarithm: Floats) -> Floats:
    return value(_with(shares, k, logarithm))


def _with(shares: Floats, k: int, logarithm: Floats) -> Floats:
    """The table with another share of one part, the rest of it in proportion."""
    share = np.exp(logarithm)
    rest = (1.0 - share) / (shares.sum(axis=0) - shares[k])
    table = np.maximum(np.expand_dims(shares, tuple(range(1, share.ndim))) * rest, LEAST)
    table[k] = share
    return table


def _within(found: dict[Name, Floats], available: Floats) -> dict[Name, Floats]:
    """The first part gets what the others leave, so that they add up to no more than there is."""
    rest, *others = found
    taken = np.zeros(available.shape)
    for name in others:
        taken = np.nextafter(taken + found[name], np.inf)
    return {**found, rest: np.nextafter(available - taken, 0.0)}


def _golden(function: Callable[[Floats], Floats], low: Floats, high: Floats, steps: int) -> Floats:
    """Golden section search for all entries together: one evaluation in each step."""
    left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    at_left, at_right = function(left), function(right)
    for _ in range(steps):
        lower = ~(at_right < at_left)  # the smallest value is on the left, or cannot be told
        low, high = np.where(lower, low, left), np.where(lower, right, high)
        inner = np.where(lower, high - GOLDEN * (high - low), low + GOLDEN * (high - low))
        value = function(inner)
        left, right = np.where(lower, inner, right), np.where(lower, left, inner)
        at_left, at_right = np.where(lower, value, at_right), np.where(lower, at_left, value)
    return np.where(at_right < at_left, right, left)


def _grids(function: Callable[[Floats], Floats], low: Floats, high: Floats, steps: int) -> Floats:
    """The best of a grid, then of a grid around it, until as near as golden section would be."""
    near = GOLDEN**steps * (high - low)
    while True:
        points = np.linspace(low, high, GRID)
        best = np.argmin(function(points), axis=0)
        low, found, high = (
            np.take_along_axis(points, np.clip(best + k, 0, GRID - 1)[None], axis=0)[0]
            for k in (-1, 0, 1)
        )
        if np.all(high - low <= near):
            return found
