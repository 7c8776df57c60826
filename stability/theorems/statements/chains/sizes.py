"""The chain: a sum over levels of nested sets of indices, the sizes of which are free.

    |F2/m|_p <= (1/m^2) sum_l (m/n_{l-1}) O_p(n_{l-1}; N) K_p(n_l - n_{l-1}),  1 = n_0 < ... = m

Any sizes give a bound; those on a grid are tried, by dynamic programming.

Source: this project, elastic chain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from stability.theorems.statements.chains.inner import inner_norms
from stability.theorems.statements.chains.outer import outer_norms

PER_DOUBLING = 3
"""Sizes on the grid for each doubling."""
ROUNDING = 2e-13
"""Relative error of O_p and of the sum."""

Sizes = NDArray[np.int64]


def sizes_up_to(m: int) -> Sizes:
    """The sizes that are tried: about 2^(k/3), and m.

    >>> sizes_up_to(16).tolist()
    [1, 2, 3, 4, 5, 6, 8, 10, 13, 16]
    """
    last = PER_DOUBLING * m.bit_length()
    grid = {round(2 ** (k / PER_DOUBLING)) for k in range(last + 1)}
    return np.array(sorted({n for n in grid if n < m} | {1, m}), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Chain:
    """What is known of the two functions of beta <= u(z') v(z), in units of one of them.

    `inner`: mu_2, ..., mu_order of u, `outer`: N_2, ..., N_order of v, in floats.
    """

    inner: tuple[float, ...]
    outer: tuple[float, ...]

    def norm(self, m: int, order: int) -> float:
        """m^2 times the bound on |F2/m|_p: a float that is not below it, 0 for m = 1."""
        if m == 1:
            return 0.0
        sizes, known = sizes_up_to(m), inner_norms(self.inner, m)
        outside = m / sizes * outer_norms(self.outer[: order - 1], sizes)
        inside = known.at(np.maximum(sizes[None, :] - sizes[:, None], 0), order)
        best = np.zeros(len(sizes))  # the least sum from a size up to m
        for k in range(len(sizes) - 2, -1, -1):
            best[k] = np.min(outside[k] * inside[k, k + 1 :] + best[k + 1 :])
        return float(best[0]) * (1 + known.slack + ROUNDING)

    def sum_over(self, sizes: Sequence[int], order: int) -> float:
        """The same for given sizes from 1 to m, in floats, without room for rounding."""
        begins, steps = np.array(sizes[:-1]), np.diff(sizes)
        inside = inner_norms(self.inner, int(steps.max())).at(steps, order)
        outside = outer_norms(self.outer[: order - 1], begins)
        return float(np.sum(sizes[-1] / begins * outside * inside))


def shifted_moments(moments: Sequence[float]) -> tuple[float, ...]:
    """min(E (X + E X)^k, 2^(k-2) E X^k) for k = 2, ..., and E X^2 for k = 2: from E X, E X^2, ...

    Both bound the k-th absolute moment of X - E X for X >= 0 (the latter: Riesz and Thorin).

    >>> shifted_moments([1.0, 1.0, 1.0, 1.0])
    (1.0, 2.0, 4.0)
    """
    mean, powers = moments[0], (1.0, *moments)
    found = [powers[2]]
    for k in range(3, len(powers)):
        binomial = sum(comb(k, j) * powers[j] * mean ** (k - j) for j in range(k + 1))
        found.append(min(binomial, 2.0 ** (k - 2) * powers[k]))
    return tuple(found)
