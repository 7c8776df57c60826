"""A network that is watched: class means of its logits, and whom updates move, class by class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets.dataset import Dataset
from stability.datasets.sampling import positions_per_class
from stability.elasticity.steps import loss_slopes, small_steps
from stability.kernels.empirical import EmpiricalKernel
from stability.training.model import Model
from stability.training.observing import Observer
from stability.training.recipe import Recipe
from stability.training.single import train_one
from stability_experiments.dynamics.training_models_vs_networks.impacts import (
    class_elasticity,
    lengths,
)

Floats = NDArray[np.float64]
LOOKS = 100
"""How often the class means are looked at, at equal distances; the first look is no longer 0."""
LOSS = "cross-entropy"


@dataclass(frozen=True)
class Trained:
    """How networks are trained, and how many examples of each class updates are tried on."""

    width: int
    step_size: float
    epochs: int
    updated: int
    observed: int
    moments: int

    def recipe(self, seed: int) -> Recipe:
        """Plain SGD on one example at a time."""
        return Recipe(
            widths=(self.width,), step_size=self.step_size, epochs=self.epochs, batch_size=1,
            init_seed=seed, order_seed=seed,
        )  # fmt: skip

    def looks(self, total: int) -> list[int]:
        """Steps at which class means are taken."""
        return [(k + 1) * (total // LOOKS) for k in range(LOOKS)]

    def probed(self, total: int) -> list[int]:
        """Steps after which updates are tried: 0, and some of the looks, ever further apart."""
        looks = self.looks(total)
        places = np.unique(np.geomspace(1, LOOKS, self.moments).round().astype(int)) - 1
        return [0, *(looks[k] for k in places)]


def watch(one: Trained, train: Dataset, test: Dataset, seed: int) -> dict[str, ArrayLike]:
    """What is seen of one network with K classes.

    "means" (LOOKS, K, K): mean logits of the classes at test examples; "accuracy" (LOOKS,). After
    each of the probed steps (S): "elasticity" (S, 2, K, K) of logits and of predictions; "moved"
    (S, K, K, K): the mean change of logits by one step, by class of the updated training example,
    class of the observed test example, and logit; "shown" (S, K, K): the class means then.
    """
    recipe = one.recipe(seed)
    total = recipe.steps(len(train))
    looks, probed = one.looks(total), one.probed(total)
    inside = train.subset(positions_per_class(train.labels, one.updated, seed))
    outside = test.subset(positions_per_class(test.labels, one.observed, seed))
    means, right, tried = [], [], []

    def look(step: int, model: Model) -> None:
        if step in looks:
            outputs = np.asarray(model.outputs(test), dtype=np.float64)
            means.append(class_outputs(outputs, test))
            right.append((outputs.argmax(axis=1) == test.labels).mean())
        if step in probed:
            shown = class_outputs(np.asarray(model.outputs(test), dtype=np.float64), test)
            tried.append((*_tried(model, inside, outside, one.step_size), shown))

    train_one(recipe, train, observe=Observer([*looks, *probed], look))
    elasticity, moved, shown = (np.stack(part) for part in zip(*tried, strict=True))
    return {
        "means": np.stack(means), "accuracy": np.array(right), "elasticity": elasticity,
        "moved": moved, "shown": shown, "looks": np.array(looks), "probed": np.array(probed),
    }  # fmt: skip


def class_outputs(outputs: Floats, data: Dataset) -> Floats:
    """Mean outputs (classes, K) of the examples of each class."""
    return np.stack([outputs[data.labels == k].mean(axis=0) for k in range(len(data.classes))])


def _tried(
    model: Model, inside: Dataset, outside: Dataset, step_size: float
) -> tuple[Floats, Floats]:
    """Elasticity (2, K, K), and mean changes of logits (K, K, K) by one step."""
    kernel, classes = EmpiricalKernel.of(model), len(inside.classes)
    slopes = loss_slopes(LOSS, kernel.outputs(inside.inputs), inside.labels)
    moved, itself = (
        -step_size * small_steps(kernel, inside.inputs, slopes, data.inputs)
        for data in (outside, inside)
    )
    own = lengths(
        itself[np.arange(len(inside)), np.arange(len(inside))], kernel.outputs(inside.inputs)
    )
    impacts = lengths(moved, kernel.outputs(outside.inputs)[None])
    elasticity = np.stack(
        [
            class_elasticity(part, mine, inside.labels, outside.labels, classes)
            for part, mine in zip(impacts, own, strict=True)
        ]
    )
    masks = [[data.labels == k for k in range(classes)] for data in (inside, outside)]
    means = np.array(
        [[moved[rows][:, columns].mean(axis=(0, 1)) for columns in masks[1]] for rows in masks[0]]
    )
    return elasticity, means
