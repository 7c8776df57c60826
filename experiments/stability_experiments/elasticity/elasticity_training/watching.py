"""Trainings that are watched: what is seen of a network after chosen steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets.dataset import Dataset
from stability.datasets.sampling import positions_per_class
from stability.elasticity.class_averages import class_means
from stability.elasticity.links import sigmoid
from stability.elasticity.similarity import normalised, relative
from stability.elasticity.step_factors import PARTS, three_factors
from stability.elasticity.step_limits import step_limit
from stability.kernels.empirical import EmpiricalKernel
from stability.training.model import Model
from stability.training.networks.architectures.mlp import MultilayerPerceptron
from stability.training.observing import Recording
from stability.training.recipe import Recipe
from stability.training.single import train_one
from stability.training.start import build_network

Floats = NDArray[np.float64]
HALVES = ("0 to 4", "5 to 9")
TWO, TEN = "two classes", "ten classes"
GROUPS = ("same digit", "other digit, same label", "other label")
"""Pairs of different points for the network with one output."""

SEEN = {
    TWO: (
        "accuracy",
        *(f"relative, {g}" for g in GROUPS),
        *(f"normalised, {g}" for g in GROUPS),
        *(f"probability, {g}" for g in GROUPS),
        "size of the kernel",
    ),
    TEN: ("accuracy", *PARTS, "normalised, same digit", "normalised, other digit"),
}
"""The numbers that are seen, in order; those named as `PARTS` are log(within / across classes)."""

LIMIT_POINTS = 100
"""So many training points decide where 2/lambda_max is."""


@dataclass(frozen=True)
class Watched:
    """One training: `task` is TWO or TEN; `share` is the step size over 2/lambda_max."""

    data: str
    task: str
    share: float
    width: int
    epochs: int
    looks: int
    per_class: int
    batch_size: int = 50

    def __str__(self) -> str:
        return f"{self.data}, {self.task}, steps {self.share:g} of 2/lambda_max"

    def place(self, seed: int) -> str:
        """The name of a folder for what belongs to one seed."""
        return f"{self.data}-{self.task.replace(' ', '-')}-{self.share:g}/seed-{seed}"

    def recipe(self, seed: int, step_size: float) -> Recipe:
        """Shuffled SGD without momentum on cross-entropy."""
        return Recipe(
            network=MultilayerPerceptron(widths=(self.width,)),
            step_size=step_size,
            epochs=self.epochs,
            batch_size=self.batch_size,
            loss="binary-cross-entropy" if self.task == TWO else "cross-entropy",
            init_seed=seed,
            order_seed=seed,
        )


def observed_steps(total: int, looks: int) -> list[int]:
    """0 and about so many steps more up to the last, ever further apart.

    >>> observed_steps(100, 4)
    [0, 1, 5, 22, 100]
    """
    steps = np.unique(np.geomspace(1, total, looks).round().astype(int))
    return [0, *steps.tolist()]


def watch(one: Watched, train: Dataset, test: Dataset, seed: int) -> dict[str, ArrayLike]:
    """Train and look: "steps" (S,), "seen" (S, the numbers of `SEEN`), "step size".

    Similarities are those among `per_class` test points of each digit.
    """
    probes = test.subset(positions_per_class(test.labels, one.per_class, seed))
    inside, outside = (halved(d) if one.task == TWO else d for d in (train, test))
    recipe = one.recipe(seed, 1.0)
    kernel = EmpiricalKernel(build_network(recipe, train.shape, len(inside.classes)))
    points = train.random_subset(min(LIMIT_POINTS, len(train)), seed).inputs
    step = one.share * step_limit(kernel, points, recipe.loss)
    recipe = replace(recipe, step_size=step)
    look: Callable[[Model, Dataset, Dataset], list[float]] = (
        two_classes if one.task == TWO else ten_classes
    )
    steps = observed_steps(recipe.steps(len(inside)), one.looks)
    recording = Recording(steps, lambda model: np.array(look(model, probes, outside)))
    train_one(recipe, inside, observe=recording)
    seen = np.stack([recording[s][0] for s in steps])
    return {"steps": np.array(steps), "seen": seen, "step size": step}


def halved(data: Dataset) -> Dataset:
    """The same points with the label: whether the digit is 5 or more."""
    return data.relabelled((data.labels >= 5).astype(np.int64), HALVES)


def two_classes(model: Model, probes: Dataset, test: Dataset) -> list[float]:
    """What is seen of a network with one output, in the order of `SEEN`."""
    digits = probes.labels
    kernel = EmpiricalKernel.of(model)
    K = kernel.matrix(probes.inputs)
    slope = sigmoid(kernel.outputs(probes.inputs))[:, 0]
    right = (model.outputs(test)[:, 0] > 0) == (test.labels == 1)
    probability = relative(K * np.outer(slope, slope))
    return [
        float(right.mean()),
        *_groups(relative(K), digits),
        *_groups(normalised(K), digits),
        *_groups(probability, digits, np.median),
        float(np.diagonal(K).mean()),
    ]


def _groups(
    S: Floats, digits: NDArray[np.int64], middle: Callable[[Floats], np.floating] = np.mean
) -> list[float]:
    same = digits[:, None] == digits[None]
    label = (digits[:, None] >= 5) == (digits[None] >= 5)
    pairs = ~np.eye(len(S), dtype=bool)
    return [float(middle(S[mask])) for mask in (same & pairs, label & ~same, ~label)]


def ten_classes(model: Model, probes: Dataset, test: Dataset) -> list[float]:
    """What is seen of a classifier, in the order of `SEEN`."""
    right = model.outputs(test).argmax(axis=1) == test.labels
    found = three_factors(EmpiricalKernel.of(model), probes.inputs, probes.labels)
    contrasts = found.contrasts(probes.labels)
    alike = class_means(normalised(found.sizes["kernel"]), probes.labels)
    return [
        float(right.mean()),
        *(contrasts[name] for name in PARTS),
        alike.within,
        alike.across,
    ]
