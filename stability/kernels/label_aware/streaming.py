"""Least squares over more rows than fit memory, from sums of their products."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh

from stability.errors import DataError
from stability.kernels.kernel import Floats

RIDGE = 1e-10
"""What is added to the matrix of correlations: features of pairs are nearly collinear."""


@dataclass(frozen=True, eq=False)
class Scale:
    """A shift and a positive factor for each of p columns, near their mean and deviation."""

    shift: Floats
    factor: Floats

    @classmethod
    def of(cls, columns: Floats) -> Scale:
        """From some of the rows: columns (p, N)."""
        deviation = columns.std(axis=1)
        return cls(columns.mean(axis=1), np.where(deviation > 0, deviation, 1.0))

    def scaled(self, columns: Floats) -> Floats:
        """Columns (p, N) about 0 and of size about 1, and in front of them a column of ones."""
        ones = np.ones((1, columns.shape[1]))
        return np.vstack([ones, (columns - self.shift[:, None]) / self.factor[:, None]])


@dataclass(frozen=True, eq=False)
class LinearFit:
    """weights . features + intercept. `condition_number` is that of the features' correlations.

    With `intercept` False it is that of their cosines.
    """

    weights: Floats
    intercept: float
    condition_number: float

    def __call__(self, columns: Floats) -> Floats:
        """The values (...) at features (p, ...)."""
        return np.tensordot(self.weights, columns, axes=1) + self.intercept


def linear_fit(gram: Floats, scale: Scale, *, intercept: bool, ridge: float = RIDGE) -> LinearFit:
    """Least squares from the products (p + 2, p + 2) of scaled columns: ones, features, target.

    `ridge` is added to the diagonal of the features' correlations. A feature that does not vary
    gets weight 0 (without intercept: one that is 0). Raises DataError if none varies.

    >>> columns = np.array([[0.0, 1.0, 2.0], [1.0, 3.0, 5.0]])  # a feature, and 2 of it + 1
    >>> scale = Scale.of(columns)
    >>> fit = linear_fit(scale.scaled(columns) @ scale.scaled(columns).T, scale, intercept=True)
    >>> fit.weights.round(9).tolist(), round(fit.intercept, 9)
    ([2.0], 1.0)
    """
    rows = gram[0, 0]
    means = gram[0, 1:] / rows if intercept else -scale.shift / scale.factor
    # products of columns about their means or, without intercept, about 0
    first = np.outer(gram[0, 1:], means)
    about = gram[1:, 1:] - first - first.T + rows * np.outer(means, means)
    size = np.sqrt(np.clip(np.diagonal(about), 0.0, None))[:-1]
    uncentred = np.sqrt(np.diagonal(gram)[1:-1])
    used = size > 1e-10 * np.maximum(uncentred, np.finfo(float).tiny)
    if not used.any():
        raise DataError(
            where="pair features",
            found="features that are the same for every pair of training examples",
            allowed="features that tell pairs apart",
            remedy="Are all training inputs equal?",
        )
    kept = np.flatnonzero(used)
    correlations = about[np.ix_(kept, kept)] / np.outer(size[kept], size[kept])
    values, vectors = eigh(correlations)
    values = np.maximum(values, 0.0) + ridge
    right = about[kept, -1] / size[kept]
    solved = np.zeros(len(size))
    solved[kept] = vectors @ ((vectors.T @ right) / values) / size[kept]
    weights = solved * scale.factor[-1] / scale.factor[:-1]
    constant = 0.0
    if intercept:
        centres = scale.shift + scale.factor * means
        constant = float(centres[-1] - weights @ centres[:-1])
    return LinearFit(weights, constant, float(values[-1] / values[0]))
