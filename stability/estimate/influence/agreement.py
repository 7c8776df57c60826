"""How far predicted changes of the loss agree with those that retraining shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stability.errors import DataError


@dataclass(frozen=True)
class Agreement:
    """Predictions beside true deletions, over `pairs` pairs of a deleted and a test point.

    `pearson` and `spearman` are correlations, 1 for perfect agreement up to scale or up to order;
    `slope` is that of the least-squares line of the true changes over the predicted ones, 1 if the
    scale is right, below 1 if predictions are too large; `error` is the root mean square of
    prediction minus truth, over that of the truth (0 is perfect, 1 is as bad as predicting 0).
    NaN where nothing moves.
    """

    pearson: float
    spearman: float
    slope: float
    error: float
    deletions: int
    pairs: int

    def __str__(self) -> str:
        return (
            f"Pearson {self.pearson:.4f}, Spearman {self.spearman:.4f}, slope {self.slope:.3f}, "
            f"relative error {self.error:.3f} over {self.deletions} deletions ({self.pairs} pairs)"
        )


def agreement(predicted: ArrayLike, true: ArrayLike) -> Agreement:
    """Compare two tables of changes (n_deleted, n_test), every pair counting once.

    Raises DataError for shapes that differ, fewer than 2 pairs or values that are not finite.

    >>> agreement([[0.0, 1.0, 2.0]], [[0.0, 2.0, 4.0]]).slope
    2.0
    """
    from scipy.stats import spearmanr

    a, b = np.asarray(predicted, dtype=np.float64), np.asarray(true, dtype=np.float64)
    good = a.shape == b.shape and a.ndim == 2 and a.size >= 2
    if not good or not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise DataError(
            where="agreement",
            found=f"tables of shapes {a.shape} and {b.shape}",
            allowed="two tables (n_deleted, n_test) of the same finite pairs, at least 2",
            remedy="Give the true deletions at the test points of the predictions.",
        )
    x, y = a.ravel(), b.ravel()
    nan = float("nan")
    truth = float(np.sqrt((y**2).mean()))
    error = float(np.sqrt(((x - y) ** 2).mean())) / truth if truth else nan
    if np.ptp(x) == 0.0 or np.ptp(y) == 0.0:
        return Agreement(nan, nan, nan, error, len(a), x.size)
    centred = x - x.mean()
    return Agreement(
        pearson=float(np.corrcoef(x, y)[0, 1]),
        spearman=float(spearmanr(x, y)[0]),
        slope=float(centred @ (y - y.mean()) / (centred @ centred)),
        error=error,
        deletions=len(a),
        pairs=x.size,
    )
