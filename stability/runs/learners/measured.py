"""What every kind of learner gives: losses of the model on everything, and blocks of changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stability.estimate.statistics.summary import DeletionBlock
from stability.runs.file.study import Study
from stability.runs.tasks.results import RunResults

Floats = NDArray[np.float64]

ROWS = 256
"""Deleted examples whose changes are looked at together."""


@dataclass(frozen=True, eq=False)
class Placebo:
    """Trainings on everything after a relative change `push` of the initial weights.

    `changes` (runs, n_test) of the loss, not multiplied by m.
    """

    push: float
    changes: Floats


@dataclass(frozen=True, eq=False)
class Measured:
    """Losses (m,) and (n_test,) of the model on the full sample, in [0, `limit`], and `blocks` of
    changes in the order of `deleted`, to be gone through once.

    `placebos`, for networks: by the size of the push, what trainings that delete nothing do.
    `facts`: numbers worth telling. `fingerprint`: the sha256 of everything stored, "" where
    nothing is; `notes`: what was damaged and computed again.
    """

    base_training: Floats
    base_test: Floats
    limit: float
    deleted: NDArray[np.int64]
    blocks: Iterator[DeletionBlock]
    placebos: Mapping[str, Placebo] = field(default_factory=dict)
    facts: Mapping[str, float] = field(default_factory=dict)
    fingerprint: str = ""
    notes: tuple[str, ...] = ()


def deleted_positions(study: Study) -> NDArray[np.int64]:
    """The positions (n_deleted,) of the examples that are deleted in turn."""
    size, deletion = study.data.size, study.deletion
    if deletion.indices is not None:
        return np.array(deletion.indices, dtype=np.int64)
    if deletion.count is None or deletion.count == size:
        return np.arange(size)
    chosen = np.random.default_rng(deletion.seed).choice(size, deletion.count, replace=False)
    return np.sort(chosen)


def stored_blocks(results: RunResults, deleted: NDArray[np.int64]) -> Iterator[DeletionBlock]:
    """The first results of a run as blocks: those of the deletions, which come before placebos."""
    for first in range(0, len(deleted), ROWS):
        rows = slice(first, min(first + ROWS, len(deleted)))
        yield DeletionBlock(
            deleted[rows],
            results["changes"][rows],
            results["diagonal"][rows],
            results["training_maximum"][rows],
        )
