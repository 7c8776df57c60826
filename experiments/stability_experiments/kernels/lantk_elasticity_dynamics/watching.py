"""One training on one of two label systems, watched under both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.elasticity import normalised, relative_ratio
from stability.kernels.empirical import EmpiricalKernel
from stability.training.model import Model
from stability.training.networks.architectures.mlp import MultilayerPerceptron
from stability.training.observing import Recording
from stability.training.recipe import Recipe
from stability.training.single import train_one
from stability_experiments.kernels.lantk_elasticity_dynamics.composites import Composites

Floats = NDArray[np.float64]
PARTS = ("training images", "unseen images")
GROUPS = ((False, False), (True, False), (False, True), (True, True))
"""Pairs of images by whether they share the left label, and the right one."""


@dataclass(frozen=True)
class Training:
    """How it is trained by the published code: shuffled SGD on squares of f - y with y = 0 or 1.

    It is looked at every so many epochs.
    """

    width: int
    epochs: int
    every: int
    step_size: float = 3e-4
    batch_size: int = 50

    def recipe(self, seed: int) -> Recipe:
        """A two-layer ReLU network as torch makes it."""
        return Recipe(
            network=MultilayerPerceptron(widths=(self.width,)),
            step_size=self.step_size,
            epochs=self.epochs,
            batch_size=self.batch_size,
            loss="binary-squared",
            init_seed=seed,
            order_seed=seed,
        )


def watch(
    training: Training, parts: tuple[Composites, Composites], side: int, seed: int
) -> dict[str, ArrayLike]:
    """Train on the labels of one side of the first part, and look at both parts L times.

    "epochs" (L,); "ratios" (L, parts, 2) in per cent under the left and the right labels; "groups"
    (L, parts, 4), means of the normalised kernel over pairs of different images, by `GROUPS`;
    "accuracies" (L, parts) in per cent and "losses" (L, parts) of the labels trained on.
    """
    recipe, train = training.recipe(seed), parts[0].labelled(side)
    epochs = np.arange(0, training.epochs + 1, training.every)
    steps = (epochs * recipe.steps_per_epoch(len(train))).tolist()
    recording = Recording(steps, lambda model: [seen(model, part, side) for part in parts])
    train_one(recipe, train, observe=recording)
    found = np.array([recording[step][0] for step in steps])  # (L, parts, 8)
    return {
        "epochs": epochs,
        "ratios": found[..., :2],
        "groups": found[..., 2:6],
        "accuracies": found[..., 6],
        "losses": found[..., 7],
    }


def seen(model: Model, part: Composites, side: int) -> list[float]:
    """Two ratios, the means of four groups, accuracy and loss on some images."""
    kernel, labels = EmpiricalKernel.of(model), part.labels
    K = kernel.matrix(part.images)
    outputs, targets = kernel.outputs(part.images)[:, 0], labels[:, side]
    return [
        *(100 * relative_ratio(K, np.diagonal(K), y) for y in labels.T),
        *group_means(normalised(K), labels),
        100 * float(np.mean((outputs > 0.5) == (targets == 1))),
        float(np.mean((outputs - targets) ** 2)),
    ]


def group_means(similarity: Floats, labels: NDArray[np.int64]) -> list[float]:
    """Means of a matrix (n, n) over pairs of different points, by `GROUPS`; labels (n, 2)."""
    shared = labels[:, None] == labels[None]
    different = ~np.eye(len(labels), dtype=bool)
    return [float(similarity[(shared == group).all(axis=2) & different].mean()) for group in GROUPS]
