"""Hoeffding projections of a kernel that depends on random labels: what one or two of them do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stability.errors import SetupError
from stability.kernels.kernel import Floats

MOST = 16
"""Labels of which all 2^n assignments are looked at."""


@dataclass(frozen=True, eq=False)
class Projections:
    """The levels 0, 1 and 2 of g(y) for independent labels y_i = 1 (with `probability`) or -1.

    With z_i = (y_i - mean)/deviation, g = level0 + sum_i level1[i] z_i + sum_{i<j} level2[i, j]
    z_i z_j + what depends on three labels or more at once. The terms are orthogonal: their squares
    sum to the variance. `level0` (...), `level1` (n, ...), `level2` (n, n, ...), which is symmetric
    with 0 on the diagonal. `variance` (...) is that of g; `higher` (...) is what the levels above 2
    have of it. Estimates from samples have errors in all of them.

    Source: Chen, He & Su (2020), section 3; W. Hoeffding (1948).
    """

    probability: float
    level0: Floats
    level1: Floats
    level2: Floats
    variance: Floats

    def standardised(self, labels: ArrayLike) -> Floats:
        """z (n,) for labels (n,) of -1 and 1."""
        return _standardised(np.asarray(labels, dtype=np.float64), self.probability)

    def at(self, labels: ArrayLike, level: int) -> Floats:
        """The projection on level 0, 1 or 2 at labels (n,) of -1 and 1: (...)."""
        z = self.standardised(labels)
        if level == 0:
            return self.level0
        if level == 1:
            return np.tensordot(z, self.level1, axes=1)
        return np.tensordot(np.outer(z, z), self.level2, axes=2) / 2

    def variances(self) -> tuple[Floats, Floats]:
        """The variances (...) of levels 1 and 2."""
        return (self.level1**2).sum(axis=0), (self.level2**2).sum(axis=(0, 1)) / 2

    @property
    def higher(self) -> Floats:
        """The variance (...) that is left for levels above 2."""
        one, two = self.variances()
        return self.variance - one - two


def hoeffding(
    values: Callable[[Floats], ArrayLike],
    n: int,
    *,
    probability: float = 0.5,
    draws: int | None = None,
    seed: int = 0,
) -> Projections:
    """Of a function of labels (n,) of -1 and 1, such as kernel values of training with them.

    Exact, from all 2^n assignments, if n is at most 16; otherwise say how many `draws` of labels
    the expectations are estimated from. Raises SetupError for what is not allowed.

    >>> found = hoeffding(lambda y: 3.0 + y[0] * y[1], 2)
    >>> float(found.level0), found.level1.tolist(), found.level2.tolist()
    (3.0, [0.0, 0.0], [[0.0, 1.0], [1.0, 0.0]])
    """
    if not 0.0 < probability < 1.0:
        raise SetupError(where="probability", found=probability, allowed="a number in (0, 1)")
    if n < 1 or (draws is None and n > MOST) or (draws is not None and draws < 2):
        raise SetupError(
            where="hoeffding",
            found=f"{n} labels and {draws or 'no'} draws",
            allowed=f"1 to {MOST} labels for all assignments, or at least 2 draws of more",
            remedy="Give draws=..., or fix some of the labels.",
        )
    if draws is None:
        places = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
        labels = 2.0 * places - 1.0
        weights = np.where(places == 1, probability, 1 - probability).prod(axis=1)
    else:
        ones = np.random.default_rng(seed).random((draws, n)) < probability
        labels, weights = np.where(ones, 1.0, -1.0), np.full(draws, 1.0 / draws)
    first = np.asarray(values(labels[0]), dtype=np.float64)
    level0, second = np.zeros_like(first), np.zeros_like(first)
    level1, level2 = np.zeros((n, *first.shape)), np.zeros((n, n, *first.shape))
    z = _standardised(labels, probability)
    for row, weight, given in zip(z, weights, labels, strict=True):
        apart = np.asarray(values(given), dtype=np.float64) - first
        level0 += weight * apart
        second += weight * apart**2
        level1 += np.multiply.outer(weight * row, apart)
        level2 += np.multiply.outer(weight * np.outer(row, row), apart)
    # what is 0 over all assignments is not over draws
    level1 -= np.multiply.outer(weights @ z, level0)
    level2 -= np.multiply.outer((z * weights[:, None]).T @ z, level0)
    level2[np.arange(n), np.arange(n)] = 0.0
    variance = second - level0**2
    return Projections(probability, first + level0, level1, level2, variance)


def quadratic(matrix: ArrayLike) -> Projections:
    """Of y^T M y with M (n, n), or (n, n, ...) for many values, for labels of probability 1/2.

    Level 0 is the trace, level 1 is 0 and level 2 is M_ij + M_ji; there is nothing above. The
    estimate KR-V1 for two classes is of this form.

    >>> found = quadratic([[1.0, 2.0], [5.0, 1.0]])
    >>> float(found.level0), found.level2.tolist(), float(found.higher)
    (2.0, [[0.0, 7.0], [7.0, 0.0]], 0.0)
    """
    M = np.asarray(matrix, dtype=np.float64)
    on = np.arange(len(M))
    level2 = M + M.swapaxes(0, 1)
    level2[on, on] = 0.0
    level1 = np.zeros(M.shape[1:])
    variance = (level2**2).sum(axis=(0, 1)) / 2
    return Projections(0.5, M[on, on].sum(axis=0), level1, level2, variance)


def _standardised(labels: Floats, probability: float) -> Floats:
    mean = 2 * probability - 1
    return (labels - mean) / (1 - mean**2) ** 0.5
