"""Moments of sums of martingale differences, by expanding powers.

For S_n = D_1 + ... + D_n with E[D_i | past] = 0, E[D_i^2 | past] <= mu_2 and E[|D_i|^k | past] <=
mu_k, let e_0 = 1, e_q(0) = 0, e_r = sqrt(e_{r-1} e_{r+1}) for odd r, and for even q

    e_q(n) = e_q(n - 1) + sum_{k=2}^q C(q, k) mu_k e_{q-k}(n - 1).

Then E S_n^q <= e_q(n): the term k = 1 has mean 0, odd moments are at most those roots. So the L_p
norm of S_n is at most K_p(n) = min(e_p(n)^(1/p), n mu_p^(1/p)).

Beyond UNIT steps blocks of steps are taken at once. For even q, e_q is convex in n: its sum over a
block is at most that over the chord (for odd orders by Cauchy and Schwarz from its neighbours), and
inside a block it is at most the chord. Both give larger numbers, by about the square of RATIO.

Source: this project, elastic chain, inner lemma.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import comb, sqrt

import numpy as np
from numpy.typing import NDArray

UNIT = 4096
"""So many steps are taken one by one."""
RATIO = 1 / 256
"""A block beyond has at most this share of the steps before it."""
FEWEST, FURTHER = 256, 16
"""Steps taken at least, and how many times more if these are too few."""
STEP_ERROR = 5e-16
"""Relative error of K_p in floats for each step: 2 p + 8 roundings, and the p-th root."""

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class InnerNorms:
    """K_p(n) for even p up to an order, and n up to the last count.

    `counts` (points,): numbers of steps from 0 on; `even` (points, order/2 + 1): e_0, e_2, e_4, ...
    there, in floats; `moments`: mu_2, ..., mu_order. `slack` is the relative error of what `at`
    gives.
    """

    moments: tuple[float, ...]
    counts: Counts
    even: Floats

    def at(self, steps: Counts, order: int) -> Floats:
        """K of an order at numbers of steps, in floats: within `slack` of what it is at most."""
        known, powers = self.counts, self.even[:, order // 2]
        after = np.searchsorted(known, steps)
        before = np.maximum(after - 1, 0)
        width = np.maximum(known[after] - known[before], 1)
        share = (known[after] - steps) / width
        with np.errstate(over="ignore", invalid="ignore"):
            chord = share * powers[before] + (1 - share) * powers[after]
            chord = np.where(share == 0, powers[after], chord)
            root = np.where(np.isnan(chord), np.inf, chord) ** (1 / order)
        single: float = self.moments[order - 2] ** (1 / order)
        return np.minimum(root, steps * single)

    @property
    def slack(self) -> float:
        """Of each step, and of the roots."""
        return STEP_ERROR * len(self.counts) + 1e-13


def inner_norms(moments: tuple[float, ...], steps: int) -> InnerNorms:
    """K_p up to at least so many steps, from mu_2, mu_3, ..., mu_order.

    >>> inner_norms((1.0, 2.0, 4.0), 12).at(np.array([3, 12]), 4).round(12).tolist()
    [2.649975848847, 5.049809205256]
    """
    reach = FEWEST
    while reach < steps:
        reach *= FURTHER
    return _norms(moments, reach)


@lru_cache(maxsize=32)
def _norms(moments: tuple[float, ...], reach: int) -> InnerNorms:
    weights = _weights(moments)
    even, lower = np.zeros(len(weights)), np.zeros(2 * len(weights) - 1)
    even[0], n = 1.0, 0
    counts, found = [n], [even]
    with np.errstate(over="ignore", invalid="ignore"):
        while n < reach:
            if n < UNIT:
                lower[::2] = even
                lower[1::2] = np.sqrt(even[:-1] * even[1:])
                even, n = even + weights @ lower, n + 1
            else:
                width = int(n * RATIO)
                even, n = _block(even, weights, width), n + width
            counts.append(n)
            found.append(even)
    return InnerNorms(moments, np.array(counts, dtype=np.int64), np.array(found))


def _weights(moments: tuple[float, ...]) -> Floats:
    """Of e_r(n - 1) in e_q(n): C(q, k) mu_k with k = q - r, a row for each even q."""
    half = (len(moments) + 1) // 2
    table = np.zeros((half + 1, 2 * half + 1))
    for row in range(1, half + 1):
        for k in range(2, 2 * row + 1):
            table[row, 2 * row - k] = comb(2 * row, k) * moments[k - 2]
    return table


def _block(before: Floats, weights: Floats, width: int) -> Floats:
    """The even moments after `width` more steps: at most these."""
    start, rows = before.tolist(), weights.tolist()
    summed, after = [float(width)], [1.0]
    for row in range(1, len(start)):
        total = start[row] + sum(w * x for w, x in zip(rows[row], summed, strict=False) if w)
        after.append(total)
        even = width * (start[row] + total) / 2
        summed += [sqrt(summed[-1] * even), even]
    return np.array(after)
