"""Leave-one-out training of a network: how far does each deletion move each loss?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stability.datasets.dataset import Dataset
from stability.errors import DataError, SetupError
from stability.training.batched import NOTHING, Progress, train_batched
from stability.training.losses import clipped
from stability.training.recipe import Recipe
from stability.training.single import check_positions, check_repeatable, losses_of

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DeletionMeasurement:
    """Losses with the full sample, and their changes after each deletion (null step).

    `deleted` (n_deleted,) positions in the training part; `base_test` (n_test,) and
    `base_training` (m,) losses of the model on the full sample; `changes` (n_deleted, n_test)
    *loss without minus loss with* at the test points; `diagonal` (n_deleted,) the same at the
    deleted example; `training_maximum` (n_deleted,) the largest absolute change over all
    training points, the deleted one included. The loss is the cross-entropy in nats cut to
    [0, `loss_range`]. `rounding` is the largest difference between the losses of the full
    model trained alone and trained in the batch: changes not well above it are arithmetic,
    not learning. Changes are not multiplied by m. What follows from them is plug-in.
    """

    deleted: NDArray[np.int64]
    base_test: Floats
    base_training: Floats
    changes: Floats
    diagonal: Floats
    training_maximum: Floats
    loss_range: float
    rounding: float

    @property
    def sample_size(self) -> int:
        """The number m of training examples, before the deletion."""
        return len(self.base_training)


def measure_deletions(
    recipe: Recipe,
    train: Dataset,
    test: Dataset,
    deleted_indices: Sequence[int] | NDArray[np.int64],
    progress: Progress | None = None,
    *,
    loss_range: float | None = None,
    memory_bytes: int = 2**29,
) -> DeletionMeasurement:
    """Train on the full sample and without each of the examples, and compare the losses.

    Deletion convention: null step (see `train_one`). `loss_range` defaults to log(classes),
    the loss of a uniform guess. Before anything is measured the training is run twice and
    must repeat bit for bit. `progress(done, total)` counts model-epochs; `memory_bytes` is a
    budget for the models that are trained together.

    Raises SetupError for positions that are repeated or outside the sample, a training that is
    not repeatable or that diverges, a loss range that is not positive; DataError if the two
    data sets do not belong together.

    >>> from stability.datasets import load_digits
    >>> train, test = load_digits().split(100, seed=0)
    >>> recipe = Recipe(widths=(8,), step_size=0.1, epochs=1, batch_size=10)
    >>> measure_deletions(recipe, train, test, [0, 7]).changes.shape
    (2, 1697)
    """
    deleted = np.asarray(deleted_indices, dtype=np.int64).reshape(-1)
    check_positions(deleted, len(train))
    _check_arguments(train, test, deleted, loss_range)
    limit = math.log(len(train.classes)) if loss_range is None else float(loss_range)
    alone = check_repeatable(recipe, train)
    alone_losses = [clipped(losses_of(alone, data), limit) for data in (test, train)]

    changes = np.empty((len(deleted), len(test)))
    diagonal, maximum = np.empty(len(deleted)), np.empty(len(deleted))
    base_test = base_training = np.empty(0)
    rounding, done = 0.0, 0
    rows = np.concatenate([[NOTHING], deleted])
    for stack in train_batched(recipe, train, rows, progress=progress, memory_bytes=memory_bytes):
        on_test = clipped(stack.losses(test), limit)
        on_training = clipped(stack.losses(train), limit)
        positions = stack.deleted
        if positions[0] == NOTHING:
            base_test, base_training = on_test[0].copy(), on_training[0].copy()
            pairs = zip(alone_losses, (base_test, base_training), strict=True)
            rounding = max(float(np.abs(a - b).max()) for a, b in pairs)
            on_test, on_training, positions = on_test[1:], on_training[1:], positions[1:]
        part = slice(done, done + len(positions))
        changes[part] = on_test - base_test
        moved = on_training - base_training
        diagonal[part] = moved[np.arange(len(positions)), positions]
        maximum[part] = np.abs(moved).max(axis=1)
        done += len(positions)
    return DeletionMeasurement(
        deleted, base_test, base_training, changes, diagonal, maximum, limit, rounding
    )


def _check_arguments(
    train: Dataset, test: Dataset, deleted: NDArray[np.int64], loss_range: float | None
) -> None:
    if len(np.unique(deleted)) != len(deleted) or not len(deleted):
        raise SetupError(
            where="deletion.indices",
            found="no positions" if not len(deleted) else "a position given twice",
            allowed="at least one position, each given once",
            remedy="",
        )
    if loss_range is not None and not (math.isfinite(loss_range) and loss_range > 0.0):
        raise SetupError(
            where="loss_range", found=loss_range, allowed="a finite number above 0", remedy=""
        )
    if train.classes != test.classes or train.inputs.shape[1] != test.inputs.shape[1]:
        raise DataError(
            where="test data",
            found=f"{len(test.classes)} classes, {test.inputs.shape[1]} numbers per input",
            allowed=f"the classes and the {train.inputs.shape[1]} numbers of the training data",
            remedy="Split one data set into both parts.",
        )
    if len(train.classes) < 2:
        raise DataError(
            where="training data", found="one class", allowed="at least two classes", remedy=""
        )
