"""What retraining measures: the losses of a model, and how far deletions move them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stability.conventions import Convention

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DeletionMeasurement:
    """Losses with the full sample, and their changes after each deletion.

    `deleted` (n_deleted,) positions in the training part; `base_test` (n_test,) and
    `base_training` (m,) losses of the model on the full sample; `changes` (n_deleted, n_test)
    *loss without minus loss with* at the test points; `diagonal` (n_deleted,) the same at the
    deleted example; `training_maximum` (n_deleted,) the largest absolute change over all
    training points, the deleted one included. The loss is the recipe's, cut to
    [0, `loss_range`]. Changes are not multiplied by m. What follows from them is plug-in.

    `rounding` is the largest difference seen between the losses of a model trained alone and of
    the same model trained in a batch: of the full model, and of the first one without an example
    (not if a baseline was given). Changes not well above it are arithmetic, not learning. It is a
    sample: where training is chaotic, other models may differ more (see `measure_placebo`).

    `convention` is what deletion meant. None: nothing was deleted. For replacements "without" is
    then "with the other example", which the `training_maximum` covers too. For a placebo `deleted`
    holds -1, the diagonal is 0, and the changes are those of other initial weights: see
    `measure_placebo`.
    """

    deleted: NDArray[np.int64]
    base_test: Floats
    base_training: Floats
    changes: Floats
    diagonal: Floats
    training_maximum: Floats
    loss_range: float
    rounding: float
    convention: Convention | None

    @property
    def indices(self) -> NDArray[np.int64]:
        """The same as `deleted`: the name that blocks of deletions have."""
        return self.deleted

    @property
    def sample_size(self) -> int:
        """The number m of training examples, before the deletion."""
        return len(self.base_training)


@dataclass(frozen=True, eq=False, kw_only=True)
class TrainingMeasurement(DeletionMeasurement):
    """Deletions in a training function of the user's own, beside what it does without any.

    `placebos` (runs, n_test): for some of the deletions, the loss after training on the same
    m - 1 examples with one of them standing at another place, minus the loss after the deletion.
    No example differs between the two: what moves here is the order, and with it randomness that
    is tied to positions rather than to examples.
    """

    placebos: Floats

    @property
    def signal(self) -> float:
        """Mean |change| by a deletion over that by a placebo; infinite if that moves nothing.

        Near 1 the function measures its own shuffling; NaN without placebos or if nothing moves.
        """
        moved = float(np.abs(self.changes).mean())
        order = float(np.abs(self.placebos).mean()) if self.placebos.size else float("nan")
        if order == 0.0:
            return float("inf") if moved > 0.0 else float("nan")
        return moved / order
