"""How strongly pairs of training examples move the tangent kernel up to a time: sums over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stability.errors import DataError, SetupError
from stability.kernels.kernel import Floats

FLOOR = 1e-10
"""Eigenvalues below this share of the largest are left out where training goes on for ever."""
PRECISION = 1e-12
"""Products whose share is below this part of the largest are left out."""
SERIES = 1e-3
"""Below this the double integral is a Taylor polynomial: its formula would lose digits."""


@dataclass(frozen=True, eq=False)
class TimeWeights:
    """What kernels K3 and K4 between training examples are contracted with.

    With H = K2 between n training examples, residuals r(u) = e^{-uH/n} (y - f_0) and time t,
    `once` (n,) is (1/n) int_0^t r(u) du, and `left` (k, n) and `right` (k, n) are such that
    left^T right = (1/n^2) int_0^t int_0^u r(u) r(v)^T dv du.

    It is a matrix of low rank: in the eigenbasis of H it is smooth in both eigenvalues. A sum over
    nodes in time is one way to write it as products; the singular vectors are the shortest.
    """

    once: Floats
    left: Floats
    right: Floats


def time_weights(matrix: ArrayLike, residuals: ArrayLike, time: float = np.inf) -> TimeWeights:
    """The weights after `time` for a kernel `matrix` (n, n) of the training examples.

    `residuals` (n,) are targets minus outputs at the start. Where `time` is infinite, eigenvectors
    of the matrix whose eigenvalue is below 1e-10 of the largest are left out: they would never be
    learned in double precision, and 1/eigenvalue would decide everything.

    Raises SetupError for a time below 0 or NaN and DataError for a matrix that is not square.

    >>> weights = time_weights([[2.0]], [3.0])
    >>> (weights.left.T @ weights.right).round(9).tolist()  # 3^2/(2 * (2 + 2))
    [[1.125]]
    """
    H, r = np.asarray(matrix, dtype=np.float64), np.asarray(residuals, dtype=np.float64)
    if r.ndim != 1 or H.shape != (len(r), len(r)):
        raise DataError(
            where="matrix",
            found=f"shape {H.shape} beside residuals of shape {r.shape}",
            allowed="(n, n) and (n,)",
        )
    if not time >= 0:
        raise SetupError(where="time", found=time, allowed="a number of at least 0, or infinity")
    values, vectors = np.linalg.eigh((H + H.T) / 2)
    if np.isinf(time):
        kept = values > FLOOR * values[-1]
        values, vectors = values[kept], vectors[:, kept]
        once, twice = 1 / values, 1 / (values[:, None] * (values[:, None] + values))
    else:
        span = time / len(r)
        x = span * np.maximum(values, 0.0)
        once, twice = span * _mean_decay(x), span**2 * _double_integral(x[:, None], x)
    along = vectors.T @ r
    left, shares, right = np.linalg.svd(along[:, None] * twice * along)
    kept = shares > PRECISION * shares[:1].sum()
    return TimeWeights(
        once=vectors @ (once * along),
        left=(vectors @ (left[:, kept] * shares[kept])).T,
        right=(vectors @ right[kept].T).T,
    )


def _mean_decay(x: Floats) -> Floats:
    """int_0^1 e^{-ux} du."""
    safe = np.where(x > 0, x, 1.0)
    return np.where(x > 0, -np.expm1(-safe) / safe, 1.0)


def _double_integral(x: Floats, y: Floats) -> Floats:
    """int_0^1 int_0^u e^{-ux} e^{-vy} dv du."""
    total = x + y
    small = 0.5 - x / 3 - y / 6 + x**2 / 8 + x * y / 8 + y**2 / 24
    small -= x**3 / 30 + x**2 * y / 20 + x * y**2 / 30 + y**3 / 120
    near = total < SERIES
    formula = (_mean_decay(x) - np.exp(-x) * _mean_decay(y)) / np.where(near, 1.0, total)
    return np.where(near, small, formula)
