"""What deleting an instance does to a trained graph, exactly: the training is run again without it.

Deletion leaves the place of the instance in its batches empty and everything else where it is (the
null step). All deletions are trained at once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.dynamics.neurashed.graph import Floats
from stability.dynamics.neurashed.instances import Instances
from stability.dynamics.neurashed.orders import Batches, without
from stability.dynamics.neurashed.outcomes import losses
from stability.dynamics.neurashed.training import train_factors
from stability.dynamics.neurashed.updates import Updates
from stability.errors import DataError

TOGETHER = 256
"""How many deletions are trained at a time."""


@dataclass(frozen=True, eq=False)
class DeletionEffects:
    """Changes of the loss, *loss without minus loss with*, for each deleted instance.

    `deleted` (k,): numbers of instances. `changes` (k, n_test): at each test instance. `diagonal`
    (k,): at the deleted instance. `training_maximum` (k,): the largest in size over all training
    instances. `base_training` (m,) and `base_test` (n_test,): losses with nothing deleted. Losses
    are cross-entropies cut to [0, `loss_range`]. `log_factors` (F,): with nothing deleted.
    """

    deleted: NDArray[np.int64]
    base_training: Floats
    base_test: Floats
    changes: Floats
    diagonal: Floats
    training_maximum: Floats
    loss_range: float
    log_factors: Floats

    @property
    def gap(self) -> float:
        """Mean test loss minus mean training loss."""
        return float(self.base_test.mean() - self.base_training.mean())


def delete_instances(
    train: Instances,
    test: Instances,
    batches: Batches,
    updates: Updates,
    *,
    start: ArrayLike = 1.0,
    deleted: Sequence[int] | NDArray[np.int64] | None = None,
    loss_range: float | None = None,
) -> DeletionEffects:
    """Train on one order (1, steps, b), and again without each of the `deleted` (default: all).

    `loss_range`: default log(classes), the loss of a uniform guess. Raises DataError for instances
    of more than one seed and for numbers of instances that are not there, else as `train_factors`.

    >>> from stability.dynamics.neurashed.orders import passes
    >>> from stability.dynamics.neurashed.problems import shared_features
    >>> from stability.dynamics.neurashed.updates import FixedRates
    >>> given = shared_features()
    >>> found = delete_instances(given, given, passes(8, 5, 1, [0]), FixedRates())
    >>> found.changes.shape, bool((found.diagonal > 0).all())
    ((8, 8), True)
    """
    gone = np.arange(len(train)) if deleted is None else np.asarray(deleted, dtype=np.int64)
    if train.labels.ndim != 1 or test.labels.ndim != 1 or len(batches) != 1:
        raise DataError(
            where="deletions",
            found=f"instances {train.labels.shape} and {test.labels.shape}, orders {len(batches)}",
            allowed="training and test instances (n,) and one order (1, steps, b)",
        )
    if not gone.size or gone.min() < 0 or gone.max() >= len(train):
        raise DataError(
            where="deleted",
            found=deleted,
            allowed=f"numbers from 0 to {len(train) - 1}, at least one",
        )
    limit = math.log(len(train.graph.classes)) if loss_range is None else float(loss_range)

    def cut(instances: Instances, log_factors: Floats) -> Floats:
        return np.minimum(losses(instances, log_factors), limit)

    base = train_factors(train, batches, updates, start=start).last[0]
    on_training, on_test = cut(train, base), cut(test, base)
    changes, own, most = [], [], []
    for first in range(0, len(gone), TOGETHER):
        some = gone[first : first + TOGETHER]
        found = train_factors(train, without(batches, some), updates, start=start).last
        moved = cut(train, found) - on_training
        changes.append(cut(test, found) - on_test)
        own.append(moved[np.arange(len(some)), some])
        most.append(np.abs(moved).max(axis=1))
    return DeletionEffects(
        deleted=gone,
        base_training=on_training,
        base_test=on_test,
        changes=np.concatenate(changes),
        diagonal=np.concatenate(own),
        training_maximum=np.concatenate(most),
        loss_range=limit,
        log_factors=base,
    )
