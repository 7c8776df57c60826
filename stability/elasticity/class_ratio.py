"""The relative ratio of a kernel: similarity within classes against that across them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from stability.errors import DataError


def relative_ratio(
    matrix: ArrayLike,
    row_diagonal: ArrayLike,
    row_labels: ArrayLike,
    column_diagonal: ArrayLike | None = None,
    column_labels: ArrayLike | None = None,
) -> float:
    """within / (within + across), both means over pairs of K(x, x')/sqrt(K(x, x) K(x', x')).

    `matrix` (n, n'), `row_diagonal` K(x, x) (n,), `row_labels` (n,), the same of the columns;
    without them the columns are the rows again, and pairs of a point with itself count, as
    published. It is 1/2 for a kernel without class structure. Raises DataError for numbers and
    labels that do not fit, a diagonal that is not above 0 and labels of one class.

    Source: Chen, He & Su (2020), section 4.3.

    >>> relative_ratio([[1.0, 0.0], [0.0, 1.0]], [1.0, 1.0], [0, 1])
    1.0
    >>> relative_ratio([[4.0, 1.0]], [4.0], [0], [4.0, 1.0], [0, 1])
    0.6666666666666666
    """
    K = np.asarray(matrix, dtype=np.float64)
    if column_diagonal is None or column_labels is None:
        column_diagonal, column_labels = row_diagonal, row_labels
    sides = [
        (np.asarray(d, dtype=np.float64), np.asarray(y))
        for d, y in ((row_diagonal, row_labels), (column_diagonal, column_labels))
    ]
    for side, (own, labels) in enumerate(sides):
        if own.shape != (K.shape[side],) or labels.shape != own.shape:
            raise DataError(
                where="relative ratio",
                found=f"a matrix {K.shape} with {own.shape} own values, {labels.shape} labels",
                allowed="an own value and a label for each row and each column",
            )
        if not (own > 0.0).all():
            raise DataError(
                where="relative ratio",
                found=f"the value {own.min():g} of input {own.argmin()} with itself",
                allowed="values above 0 there, as they are divided by",
                remedy="Let the kernel listen less to the labels, or leave the input out.",
            )
    classes = np.union1d(sides[0][1], sides[1][1])
    left, right = (labels[:, None] == classes for _, labels in sides)
    (own, _), (other, _) = sides
    sums = (left / np.sqrt(own)[:, None]).T @ K @ (right / np.sqrt(other)[:, None])
    pairs = left.sum(axis=0)[:, None] * right.sum(axis=0).astype(np.float64)
    on = np.eye(len(classes), dtype=bool)
    if not (pairs[on].any() and pairs[~on].any()):
        raise DataError(
            where="relative ratio",
            found="no pairs of one class, or none of two",
            allowed="labels of at least two classes, on both sides",
        )
    within, across = (float(sums[cells].sum() / pairs[cells].sum()) for cells in (on, ~on))
    return within / (within + across)
