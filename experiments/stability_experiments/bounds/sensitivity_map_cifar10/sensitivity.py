"""Class-by-class sensitivity of one learner to deletions, and the ratios computed from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stability.datasets.dataset import Dataset
from stability.estimate.retraining.placebo import Signal
from stability_experiments.common.retraining import Retraining, signal_rows
from stability_experiments.framework.result import Row

Floats = NDArray[np.float64]
PLANE, CAT = 0, 3
PUBLISHED, ABOUT = 7.0, 1.0
SOURCE = "Deng, He and Su (ICML 2021), section on experiments: about seven times"


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Mean |change of the loss| by classes, beside a placebo.

    `by_image` (n_deleted, classes): for each deleted example, of class `labels`, the mean |change|
    at the test images of each class. `largest`: the largest |change| of all. `pushed`: beside a
    push of the size of a deletion, for networks.
    """

    learner: str
    signal: Signal
    by_image: Floats
    labels: NDArray[np.int64]
    largest: float
    accuracy: float
    note: str
    pushed: Signal | None = None

    @property
    def mean(self) -> float:
        """Mean |change| over all cells."""
        return float(np.nanmean(self.signal.deletions.mean))

    def plane_ratio(self) -> tuple[float, float]:
        """Plane-to-plane over plane-to-cat, and its standard error over the planes deleted."""
        own, other = self.by_image[self.labels == PLANE][:, (PLANE, CAT)].T
        return ratio_of_means(own, other)

    def rows(self) -> Iterator[Row]:
        """Accuracy, both ratios, worst over average, and how far it stands out."""
        deletions = len(self.labels)
        yield Row(name=f"accuracy, {self.learner}", computed=self.accuracy, note=self.note)
        ratio, error = self.plane_ratio()
        yield Row(
            name=f"plane-to-plane over plane-to-cat, {self.learner}",
            computed=ratio,
            standard_error=error,
            published=PUBLISHED,
            tolerance=ABOUT,
            source=SOURCE,
            note="which network the published number belongs to, and how it was trained, is not "
            f"known; here {int((self.labels == PLANE).sum())} planes are deleted",
        )
        yield Row(
            name=f"same class over other classes, {self.learner}",
            computed=self.signal.deletions.diagonal_ratio,
            note=f"mean |change| by {deletions} deletions, diagonal over the rest of the map",
        )
        yield Row(
            name=f"largest over mean |change|, {self.learner}",
            computed=self.largest / self.mean,
            note=f"{self.largest:.3g} over {self.mean:.3g}",
        )
        yield from signal_rows(self.learner, self.signal, self.pushed)


def of_retraining(learner: str, one: Retraining, train: Dataset, test: Dataset) -> Sensitivity:
    """What retraining a network has measured."""
    found = one.deletions
    return Sensitivity(
        learner,
        one.signal,
        means_by_class(found.changes, test.labels, len(test.classes)),
        train.labels[found.deleted],
        float(np.abs(found.changes).max()),
        one.accuracy,
        one.recipe_note,
        one.pushed,
    )


def means_by_class(changes: Floats, labels: NDArray[np.int64], classes: int) -> Floats:
    """Mean |change| (b, classes) at the columns of each class; NaN for a class without any.

    >>> means_by_class(np.array([[1.0, -3.0, 5.0]]), np.array([0, 0, 1]), 2).tolist()
    [[2.0, 5.0]]
    """
    share = np.eye(classes)[labels]
    with np.errstate(invalid="ignore"):
        return np.abs(changes) @ share / share.sum(axis=0)


def ratio_of_means(above: Floats, below: Floats) -> tuple[float, float]:
    """Mean of one over mean of the other, with its standard error (linearised); 0 for one pair.

    >>> ratio_of_means(np.array([2.0, 4.0]), np.array([1.0, 2.0]))
    (2.0, 0.0)
    """
    ratio = float(above.mean() / below.mean())
    residual = above - ratio * below
    count = len(residual)
    error = np.sqrt(np.square(residual).sum() / max(1, count - 1) / count) / below.mean()
    return ratio, float(error)
