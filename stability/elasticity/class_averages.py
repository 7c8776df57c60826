"""A similarity or kernel matrix averaged over classes: updated class by observed class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.errors import DataError

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ClassMeans:
    """Means over pairs: `values` (classes, classes), row: class of the updated point.

    `pairs` counts the pairs in a cell; a cell without pairs is NaN. `within` and `across` are the
    means over all pairs of one class and of two.
    """

    values: Floats
    pairs: NDArray[np.int64]
    within: float
    across: float

    @property
    def contrast(self) -> float:
        """log(within / across): 0 without class structure; NaN if one of them is not above 0."""
        if not (self.within > 0 and self.across > 0):
            return float("nan")
        return float(np.log(self.within / self.across))


def class_means(
    matrix: ArrayLike,
    updated_labels: ArrayLike,
    observed_labels: ArrayLike | None = None,
    classes: int | None = None,
) -> ClassMeans:
    """Means of a matrix (n, n') over pairs of classes.

    `updated_labels` (n,), `observed_labels` (n',): default the same points again, of which pairs of
    a point with itself are left out. `classes`: default as many as there are labels. Raises
    DataError for labels that do not fit.

    >>> found = class_means([[1.0, 0.5, 0.1], [0.4, 1.0, 0.2], [0.1, 0.2, 1.0]], [0, 0, 1])
    >>> found.values.round(2).tolist(), round(found.across, 3)
    ([[0.45, 0.15], [0.15, nan]], 0.15)
    """
    S = np.asarray(matrix, dtype=np.float64)
    rows = np.asarray(updated_labels)
    columns = rows if observed_labels is None else np.asarray(observed_labels)
    if S.shape != (len(rows), len(columns)):
        raise DataError(
            where="labels",
            found=f"{len(rows)} and {len(columns)} for a matrix of shape {S.shape}",
            allowed="a label for each row and each column",
        )
    count = int(max(rows.max(), columns.max())) + 1 if classes is None else classes
    if min(rows.min(), columns.min()) < 0 or max(rows.max(), columns.max()) >= count:
        raise DataError(
            where="labels", found=int(max(rows.max(), columns.max())),
            allowed=f"whole numbers from 0 to {count - 1}",
        )  # fmt: skip
    left, right = np.eye(count)[rows], np.eye(count)[columns]
    used = np.ones_like(S)
    if observed_labels is None:
        np.fill_diagonal(used, 0.0)
    pairs = left.T @ used @ right
    sums = left.T @ np.where(used > 0, S, 0.0) @ right
    with np.errstate(invalid="ignore", divide="ignore"):
        values = np.where(pairs > 0, sums / pairs, np.nan)
        on = np.eye(count, dtype=bool)
        within, across = (float(sums[m].sum() / pairs[m].sum()) for m in (on, ~on))
    return ClassMeans(values, pairs.astype(np.int64), within, across)
