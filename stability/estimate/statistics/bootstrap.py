"""How much of a summary is due to the test points that happened to be used: bootstrap intervals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.errors import DataError, SetupError

Floats = NDArray[np.float64]
Interval = tuple[float, float]


class Changes(Protocol):
    """What the bootstrap needs of a block of deletions."""

    @property
    def changes(self) -> Floats:
        """Changes (b, n_test) at the test points."""
        ...


@dataclass(frozen=True, eq=False)
class SummaryIntervals:
    """Percentile intervals (low, high) from drawing the test points anew. Plug-in, no guarantee.

    For B, the largest row mean, for B1, the mean of the row means, and for `row_mean` (n_deleted,
    2), all on the scale m |change|. The deleted examples and the sample stay as they are: what
    they contribute to the uncertainty is not in here. A maximum of noisy means is biased
    upwards, and so are the ends for B. There is no interval for U and D: the bootstrap fails for
    the largest value, and D does not depend on the test points.
    """

    B: Interval
    B1: Interval
    row_mean: Floats
    confidence: float
    resamples: int


class BootstrapAccumulator:
    """Builds `SummaryIntervals` from blocks of rows, one block in memory at a time.

    Memory: (n_test + n_deleted) times `resamples` numbers. The same seed draws the same test
    points for every block.

    >>> accumulator = BootstrapAccumulator(sample_size=10, test_size=3)
    >>> accumulator.add([[0.1, -0.1, 0.1]])
    >>> [round(v, 12) for v in accumulator.finish().B]
    [1.0, 1.0]
    """

    def __init__(
        self,
        sample_size: int,
        test_size: int,
        confidence: float = 0.95,
        resamples: int = 1000,
        seed: int = 0,
    ) -> None:
        for name, value in (("test_size", test_size), ("resamples", resamples)):
            if value < 1:
                raise SetupError(where=f"bootstrap.{name}", found=value, allowed="at least 1")
        if not 0.0 < confidence < 1.0:
            raise SetupError(
                where="bootstrap.confidence",
                found=confidence,
                allowed="a number strictly between 0 and 1",
            )
        self.confidence, self.resamples = confidence, resamples
        generator = np.random.default_rng(seed)
        even = np.full(test_size, 1.0 / test_size)
        draws = generator.multinomial(test_size, even, size=resamples)
        self._weights: Floats = draws.T.astype(np.float64) * (sample_size / test_size)
        self._rows: list[Floats] = []

    def add(self, changes: ArrayLike) -> None:
        """Add changes of the loss (b, n_test), signed or absolute, as measured."""
        table = np.abs(np.asarray(changes, dtype=np.float64))
        if table.ndim != 2 or table.shape[1] != len(self._weights) or not np.isfinite(table).all():
            raise DataError(
                where="bootstrap.add",
                found=f"changes of shape {table.shape}, or not finite",
                allowed=f"finite changes (b, {len(self._weights)})",
                remedy="Give the same test points in every block.",
            )
        self._rows.append(np.asarray(table @ self._weights, dtype=np.float64))

    def finish(self) -> SummaryIntervals:
        """The intervals of everything added. Raises DataError if there was nothing."""
        if not sum(map(len, self._rows)):
            raise DataError(
                where="bootstrap.finish", found="no rows", allowed="at least one deleted example"
            )
        means = np.concatenate(self._rows)
        tail = (1.0 - self.confidence) / 2.0
        ends = [tail, 1.0 - tail]
        largest, average = (np.quantile(v, ends) for v in (means.max(axis=0), means.mean(axis=0)))
        return SummaryIntervals(
            (float(largest[0]), float(largest[1])), (float(average[0]), float(average[1])),
            np.quantile(means, ends, axis=1).T, self.confidence, self.resamples,
        )  # fmt: skip


def bootstrap_summary(
    blocks: Iterable[Changes],
    sample_size: int,
    *,
    confidence: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> SummaryIntervals:
    """The intervals of blocks of changes, such as `RidgeFit.deletions` or `[measurement]`.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), section 13.3.

    >>> from stability.estimate import DeletionBlock
    >>> block = DeletionBlock(np.array([3]), np.array([[0.2, 0.0]]), np.zeros(1), np.zeros(1))
    >>> bootstrap_summary([block], sample_size=10).B
    (0.0, 2.0)
    """
    accumulator: BootstrapAccumulator | None = None
    for block in blocks:
        if accumulator is None:
            accumulator = BootstrapAccumulator(
                sample_size, block.changes.shape[1], confidence, resamples, seed
            )
        accumulator.add(block.changes)
    if accumulator is None:
        raise DataError(where="bootstrap", found="no blocks", allowed="at least one")
    return accumulator.finish()
