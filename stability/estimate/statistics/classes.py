"""Changes of the loss by deleted and tested class: mean, maximum and quantile for each pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.errors import DataError

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ClassMap:
    """Mean, maximum and quantile of |change| over pairs; row: deleted class, column: test class.

    All tables are (classes, classes), in the units of the changes given (not multiplied by the
    sample size); `pairs` counts the pairs in a cell and a cell without pairs is NaN.
    `quantile` is None for a map built from blocks; `level` is its level. Estimates from one
    sample. Source: the class-level sensitivity of Deng, He, Su (ICML 2021), figure 1.
    """

    classes: tuple[str, ...]
    mean: Floats
    maximum: Floats
    pairs: NDArray[np.int64]
    quantile: Floats | None = None
    level: float | None = None

    @property
    def diagonal_ratio(self) -> float:
        """Average of the diagonal cells of `mean` over the average of the other cells.

        Every cell counts alike, however many pairs it holds, and cells of classes with large losses
        or strong deletions outweigh the others: where classes are of different size it does not
        say whom one deletion moves more. `own_ratios` does, within each tested class. Cells without
        pairs are left out. Infinite if only the diagonal moves; NaN if one of the two kinds of cell
        is missing or nothing moves.
        """
        on = np.eye(len(self.classes), dtype=bool)
        filled = self.pairs > 0
        inner, outer = self.mean[on & filled], self.mean[~on & filled]
        if not inner.size or not outer.size:
            return float("nan")
        top, bottom = float(inner.mean()), float(outer.mean())
        if bottom == 0.0:
            return float("inf") if top > 0.0 else float("nan")
        return top / bottom

    def largest(self, count: int) -> list[tuple[int, int]]:
        """The cells (row, column) of the largest means, at most `count`, largest first."""
        means = np.where(self.pairs > 0, self.mean, -np.inf).ravel()
        count = min(count, int((self.pairs > 0).sum()))
        top = np.argpartition(-means, count - 1)[:count] if count else np.arange(0)
        top = top[np.lexsort((top, -means[top]))]
        width = len(self.classes)
        return [(int(cell) // width, int(cell) % width) for cell in top]


class ClassMapAccumulator:
    """Builds the means and maxima of a `ClassMap` from blocks of rows.

    `test_labels` (n_test,) belong to the columns of every block.

    >>> accumulator = ClassMapAccumulator(("cat", "plane"), test_labels=[0, 1])
    >>> accumulator.add([[0.4, -0.1]], deleted_labels=[0])
    >>> accumulator.finish().mean[0].tolist()
    [0.4, 0.1]
    """

    def __init__(self, classes: Sequence[str], test_labels: ArrayLike) -> None:
        self.classes = tuple(classes)
        count = len(self.classes)
        self._columns = _labels(test_labels, count, "test_labels")
        self._sum = np.zeros((count, count))
        self._maximum = np.full((count, count), -np.inf)
        self._pairs = np.zeros((count, count), dtype=np.int64)

    def add(self, changes: ArrayLike, deleted_labels: ArrayLike) -> None:
        """Add changes (b, n_test), signed or absolute, with the classes (b,) of the deleted.

        Raises DataError for shapes or labels that do not fit and for values not finite.
        """
        rows = _labels(deleted_labels, len(self.classes), "deleted_labels")
        table = _table(changes, len(rows), len(self._columns))
        for b in np.unique(self._columns):
            part = table[:, self._columns == b]
            np.add.at(self._sum[:, b], rows, part.sum(axis=1))
            np.maximum.at(self._maximum[:, b], rows, part.max(axis=1))
            np.add.at(self._pairs[:, b], rows, part.shape[1])

    def finish(self) -> ClassMap:
        """The map of everything added."""
        empty = self._pairs == 0
        mean = np.where(empty, np.nan, self._sum / np.where(empty, 1, self._pairs))
        maximum = np.where(empty, np.nan, self._maximum)
        return ClassMap(self.classes, mean, maximum, self._pairs.copy())


def class_map(
    changes: ArrayLike,
    deleted_labels: ArrayLike,
    test_labels: ArrayLike,
    classes: Sequence[str],
    level: float = 0.95,
) -> ClassMap:
    """The map of a whole table of changes (n_deleted, n_test), with a quantile per cell.

    `deleted_labels` (n_deleted,) and `test_labels` (n_test,) are class numbers; `level` in
    [0, 1] is the level of the quantile of |change| (linear interpolation).

    Raises DataError for shapes, labels or a level that do not fit and for values not finite.

    >>> grid = class_map([[2.0, 1.0], [-1.0, 2.0]], [0, 1], [0, 1], ("cat", "plane"))
    >>> grid.diagonal_ratio
    2.0
    """
    if not 0.0 <= level <= 1.0:
        raise DataError(
            where="class_map.level", found=level, allowed="a number from 0 to 1", remedy=""
        )
    accumulator = ClassMapAccumulator(classes, test_labels)
    accumulator.add(changes, deleted_labels)
    base = accumulator.finish()
    table = np.abs(np.asarray(changes, dtype=np.float64))
    rows, columns = np.asarray(deleted_labels), np.asarray(test_labels)
    quantile = np.full(base.mean.shape, np.nan)
    for a, b in zip(*np.nonzero(base.pairs), strict=True):
        quantile[a, b] = np.quantile(table[np.ix_(rows == a, columns == b)], level)
    return ClassMap(base.classes, base.mean, base.maximum, base.pairs, quantile, level)


def _labels(values: ArrayLike, count: int, name: str) -> NDArray[np.int64]:
    array = np.asarray(values)
    whole = array.ndim == 1 and array.size > 0 and np.issubdtype(array.dtype, np.integer)
    if not whole or array.min() < 0 or array.max() >= count:
        raise DataError(
            where=f"class_map.{name}",
            found="labels that are not class numbers",
            allowed=f"a non-empty list of whole numbers from 0 to {count - 1}",
            remedy="Number the classes from 0.",
        )
    return array.astype(np.int64)


def _table(changes: ArrayLike, rows: int, columns: int) -> Floats:
    table = np.abs(np.asarray(changes, dtype=np.float64))
    if table.shape != (rows, columns):
        raise DataError(
            where="class_map.changes",
            found=f"a table of shape {table.shape}",
            allowed=f"shape {(rows, columns)}: deleted examples times test points",
            remedy="Transpose it, or give the labels of the same examples.",
        )
    if not np.isfinite(table).all():
        raise DataError(
            where=f"class_map.changes, row {int(np.flatnonzero(~np.isfinite(table).all(1))[0])}",
            found="a change that is not a finite number",
            allowed="finite changes",
            remedy="Check the losses of the model without this example.",
        )
    return table
