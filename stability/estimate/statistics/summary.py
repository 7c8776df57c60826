"""Measured changes, and the numbers that the locally elastic theorem asks for, read off them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.errors import DataError

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DeletionBlock:
    """Changes of the loss, *loss without minus loss with*, for a block of deleted examples.

    `indices` (b,): deleted positions in the training part. `changes` (b, n_test): signed
    change at each test point. `diagonal` (b,): signed change at the deleted example itself.
    `training_maximum` (b,): largest absolute change over all training points, the deleted one
    included. Plain changes: not multiplied by the sample size.
    """

    indices: NDArray[np.int64]
    changes: Floats
    diagonal: Floats
    training_maximum: Floats

    @property
    def magnitudes(self) -> Floats:
        """The absolute changes (b, n_test)."""
        return np.abs(self.changes)


class ChangeBlock(Protocol):
    """What `summarise` needs of a block: see `DeletionBlock`."""

    @property
    def changes(self) -> Floats:
        """Changes (b, n_test) at the test points."""
        ...

    @property
    def diagonal(self) -> Floats:
        """Changes (b,) at the deleted examples."""
        ...

    @property
    def training_maximum(self) -> Floats:
        """Largest absolute changes (b,) over the training points."""
        ...


@dataclass(frozen=True, eq=False)
class ElasticSummary:
    """Plug-in values of B, U, B1, D and their rows. Estimates: none of them is a bound.

    All numbers are  m |change of the loss|, the scale of beta(z', z) in the theorem (the
    constant at sample size m is beta / m). They come from one sample, from the deletions that
    were made and the test points that were used, whereas beta contains a supremum over samples.
    So `U` and `D` tend to be too low, and `B`, a maximum of noisy averages, is not even a lower
    bound. Use them to compare, never as certificates.

    Rows, one for each deleted example k, shape (n_deleted,): `row_mean` b_k and `row_variance`
    v_k over the test points (divisor n_test, so that v_k <= b_k (U_k - b_k) holds exactly),
    `row_maximum` U_k over the test points, the training points where known, and the diagonal;
    `diagonal` at the deleted example. `column_mean` (n_test,), where it is known: at each test
    point the mean over the deleted examples. `B1`, `D` and the root mean squares estimate averages
    over the distribution only if the deleted examples are a random choice. Source: the
    finite-sample locally elastic theorem, section 5 (a).
    """

    sample_size: int
    test_size: int
    row_mean: Floats
    row_variance: Floats
    row_maximum: Floats
    diagonal: Floats
    column_mean: Floats | None = None

    @property
    def B(self) -> float:
        """The largest row mean."""
        return float(self.row_mean.max())

    @property
    def U(self) -> float:
        """The largest change seen anywhere."""
        return float(self.row_maximum.max())

    @property
    def B1(self) -> float:
        """The mean of the row means."""
        return float(self.row_mean.mean())

    @property
    def D(self) -> float:
        """The mean change at the deleted example itself."""
        return float(self.diagonal.mean())

    @property
    def norms(self) -> dict[str, float]:
        """Root mean squares of row means, diagonal, all changes and, where they are known, column
        means, of which the largest as well: by symbol."""
        squares = {
            "b_rms": self.row_mean**2,
            "d_rms": self.diagonal**2,
            "beta_rms": self.row_variance + self.row_mean**2,
        }
        largest = {}
        if self.column_mean is not None:
            squares["c_rms"] = self.column_mean**2
            largest["c_sup"] = float(self.column_mean.max())
        return {n: float(np.sqrt(square.mean())) for n, square in squares.items()} | largest


@dataclass(eq=False)
class SummaryAccumulator:
    """Builds an `ElasticSummary` from blocks of rows, one block in memory at a time.

    >>> accumulator = SummaryAccumulator(sample_size=10)
    >>> accumulator.add([[0.1, -0.3]], diagonal=[0.5], extra_row_max=[0.4])
    >>> summary = accumulator.finish()
    >>> round(summary.B, 12), round(summary.U, 12), round(summary.D, 12)
    (2.0, 5.0, 5.0)
    """

    sample_size: int
    _parts: list[tuple[Floats, Floats, Floats, Floats]] = field(default_factory=list, repr=False)
    _columns: list[Floats] = field(default_factory=list, repr=False)
    _test_size: int | None = field(default=None, repr=False)

    def add(
        self, rows: ArrayLike, diagonal: ArrayLike, extra_row_max: ArrayLike | None = None
    ) -> None:
        """Add changes (b, n_test), the diagonal (b,) and maxima over other points (b,).

        Changes of the loss as measured, signed or absolute; this method takes absolute values
        and multiplies by the sample size. Without `extra_row_max` the training points other
        than the deleted one are left out of the row maximum.

        Raises DataError for shapes that do not fit together and for changes not finite.
        """
        table = np.abs(np.asarray(rows, dtype=np.float64))
        own = np.abs(np.asarray(diagonal, dtype=np.float64))
        extra = own if extra_row_max is None else np.abs(np.asarray(extra_row_max, np.float64))
        fits = table.ndim == 2 and own.shape == extra.shape == (len(table),)
        if not fits or table.shape[1] == 0 or self._test_size not in (None, table.shape[1]):
            raise DataError(
                where="summary.add",
                found=f"rows {table.shape}, diagonal {own.shape}, extra {extra.shape}",
                allowed="(b, n_test), (b,), (b,) with the same n_test in every block",
                remedy="Give one row, one diagonal value and one maximum per deleted example.",
            )
        top = np.maximum(np.maximum(table.max(axis=1), own), extra)
        if not np.isfinite(top).all():
            raise DataError(
                where=f"summary.add, row {int(np.flatnonzero(~np.isfinite(top))[0])}",
                found="a change that is not a finite number",
                allowed="finite changes",
                remedy="Check the losses of the model without this example.",
            )
        self._test_size = table.shape[1]
        m = float(self.sample_size)
        self._parts.append((m * table.mean(axis=1), m**2 * table.var(axis=1), m * top, m * own))
        self._columns.append(m * table.sum(axis=0))

    def finish(self) -> ElasticSummary:
        """The summary of everything added. Raises DataError if there was nothing."""
        if self._test_size is None or not any(len(part[0]) for part in self._parts):
            raise DataError(
                where="summary.finish",
                found="no rows",
                allowed="at least one deleted example",
                remedy="Delete something first.",
            )
        columns = [np.concatenate(column) for column in zip(*self._parts, strict=True)]
        column_mean = np.sum(self._columns, axis=0) / len(columns[0])
        return ElasticSummary(self.sample_size, self._test_size, *columns, column_mean)


def summarise(blocks: Iterable[ChangeBlock], sample_size: int) -> ElasticSummary:
    """The summary of blocks of changes, such as `RidgeFit.deletions` or `[measurement]`.

    `sample_size` is m, the number of training examples before the deletion.

    >>> block = DeletionBlock(np.array([3]), np.array([[0.2, 0.0]]), np.array([-0.1]),
    ...                       np.array([0.3]))
    >>> round(summarise([block], sample_size=10).U, 12)
    3.0
    """
    accumulator = SummaryAccumulator(sample_size)
    for block in blocks:
        accumulator.add(block.changes, block.diagonal, block.training_maximum)
    return accumulator.finish()
