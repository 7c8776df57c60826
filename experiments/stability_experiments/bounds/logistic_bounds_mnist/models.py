"""The models: the minimiser and shuffled SGD for every weight decay, and exact deletions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets.dataset import Dataset
from stability.estimate.exact.logistic import (
    LogisticModel,
    fit_logistic,
    sgd_logistic,
)
from stability.estimate.exact.logistic_deletions import delete_logistic
from stability.estimate.exact.softmax_constants import (
    LIPSCHITZ_SUPREMUM,
    deletion_limit,
    pixel_box,
)
from stability_experiments.bounds.logistic_bounds_mnist.guarantees import LOSS_RANGE

TOLERANCE = 1e-10
"""Of the gradient: the weights are within that over lambda of those of the minimiser."""


@dataclass(frozen=True)
class Images:
    """Features in the pixel box, and labels."""

    train: NDArray[np.float64]
    labels: NDArray[np.int64]
    test: NDArray[np.float64]
    test_labels: NDArray[np.int64]

    @staticmethod
    def of(train: Dataset, test: Dataset) -> Images:
        """The images of a training and a test part."""
        return Images(pixel_box(train), train.labels, pixel_box(test), test.labels)


def minimise(decay: str, images: Images, deletions: int, seed: int) -> dict[str, ArrayLike]:
    """The minimiser; with deletions, the largest change over its proved limit as well."""
    model = fit_logistic(images.train, images.labels, 10, float(decay), tolerance=TOLERANCE)
    found = _measured(model, images)
    if deletions:
        found["share"], found["pairs"] = _nearness(model, float(decay), images, deletions, seed)
    return found


def step_size(decay: str, size: int, batch: int) -> Fraction:
    """The steps of SGD: so small that its constant is near the minimiser's."""
    slow = Fraction(1, 5) / (-(-size // batch) * Fraction(decay)) if Fraction(decay) else 1
    return Fraction(f"{float(min(slow, 1)):.3g}")


def descend(
    decay: str, images: Images, step: Fraction, epochs: int, batch: int, seed: int
) -> dict[str, ArrayLike]:
    """What shuffled SGD with weight decay gives."""
    model = sgd_logistic(
        images.train,
        images.labels,
        10,
        step_size=float(step),
        epochs=epochs,
        batch_size=batch,
        order_seed=seed,
        regularization=float(decay),
    )
    return _measured(model, images)


def _measured(model: LogisticModel, images: Images) -> dict[str, ArrayLike]:
    losses = model.losses(images.test, images.test_labels, float(LOSS_RANGE))
    training = model.losses(images.train, images.labels, float(LOSS_RANGE))
    return {
        "test_losses": losses,
        "training_loss": float(training.mean()),
        "test_error": 1.0 - model.accuracy(images.test, images.test_labels),
        "gradient_norm": model.gradient_norm,
    }


def _nearness(
    model: LogisticModel, decay: float, images: Images, deletions: int, seed: int
) -> tuple[float, int]:
    """The largest measured change over its proved limit L(z') L(z)/(lambda m)."""
    generator = np.random.default_rng(seed)
    deleted = generator.choice(len(images.train), deletions, replace=False)
    block = delete_logistic(
        model,
        (images.train, images.labels),
        (images.test, images.test_labels),
        deleted,
        tolerance=TOLERANCE,
    )
    # Both fits are within tolerance/lambda of their minimisers: allow for it.
    slack = 2 * TOLERANCE / decay * LIPSCHITZ_SUPREMUM
    limit = deletion_limit(images.train[deleted], images.test, decay, len(images.train))
    return float(((np.abs(block.changes) - slack) / limit).max()), block.changes.size
