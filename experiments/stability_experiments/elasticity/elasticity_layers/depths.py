"""Deep perceptrons before and after training: every layer's part of the kernel, and separation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets.dataset import Dataset
from stability.datasets.sampling import positions_per_class
from stability.elasticity.class_averages import class_means
from stability.elasticity.separation import data_separation
from stability.elasticity.step_limits import step_limit
from stability.elasticity.trace_kernel import trace_kernel
from stability.kernels.empirical import EmpiricalKernel
from stability.training.model import Model
from stability.training.recipe import Recipe
from stability.training.single import train_one
from stability.training.start import build_network
from stability_experiments.framework.context import Arrays

Floats = NDArray[np.float64]
STEP = 1e-3
"""Adam's default step, with which deep networks train too."""

LIMIT_POINTS = 60
"""So many points decide where 2/lambda_max is."""


@dataclass(frozen=True)
class Deep:
    """A perceptron with `depth` hidden layers of one width, ten classes, Adam on cross-entropy."""

    data: str
    depth: int
    width: int
    epochs: int
    per_class: int

    def __str__(self) -> str:
        return f"{self.data}, {self.depth} hidden layers"

    def place(self, seed: int) -> str:
        """The name of a folder for what belongs to one seed."""
        return f"{self.data}-{self.depth}-layers/seed-{seed}"

    def recipe(self, seed: int) -> Recipe:
        """How it is trained; initial weights are normal with variance 2 / fan-in."""
        return Recipe(
            network="relu-mlp",
            widths=(self.width,) * self.depth,
            optimiser="adam",
            step_size=STEP,
            epochs=self.epochs,
            batch_size=50,
            init_seed=seed,
            order_seed=seed,
        )


@dataclass(frozen=True, eq=False)
class Looked:
    """One network with one seed; arrays of `when` ("before", "after")."""

    deep: Deep
    arrays: Arrays

    def fuzziness(self, when: str) -> Floats:
        """trace(SSw SSb^+) of the inputs, every hidden layer and the outputs (depth + 2,)."""
        return self.arrays[f"fuzziness {when}"]

    def contrast(self, when: str) -> Floats:
        """log(within / across classes) of the size of every layer's part (depth + 1,)."""
        return self.arrays[f"contrast {when}"]

    def share(self, when: str) -> Floats:
        """Every layer's share of the trace of the kernel (depth + 1,)."""
        return self.arrays[f"share {when}"]

    def number(self, name: str) -> float:
        """One of the numbers "factor ...", "r ...", "whole ...", "accuracy ...", "limit"."""
        return float(self.arrays[name])

    @property
    def gained(self) -> Floats:
        """What training adds to the class contrast of every layer's part (depth + 1,)."""
        return self.contrast("after") - self.contrast("before")

    @property
    def separated(self) -> Floats:
        """By how much training lowers the log fuzziness behind every layer (depth + 1,)."""
        return np.log(self.fuzziness("before") / self.fuzziness("after"))[1:]

    @property
    def together(self) -> float:
        """Pearson's r of both over the layers: whether a layer gains where classes separate."""
        return float(np.corrcoef(self.gained, self.separated)[0, 1])


def look(deep: Deep, train: Dataset, test: Dataset, seed: int) -> dict[str, ArrayLike]:
    """Train one network and look at it before and after.

    The separation is that of the training points, as published; similarities are those among
    `per_class` training points of each class, pairs of a point with itself left out.
    """
    recipe = deep.recipe(seed)
    network = build_network(recipe, train.shape, len(train.classes))
    start = Model(recipe, network, dict(network.initial))
    some = train.random_subset(min(LIMIT_POINTS, len(train)), seed).inputs
    found: dict[str, ArrayLike] = {
        "limit": step_limit(EmpiricalKernel.of(start), some, recipe.loss)
    }
    probes = train.subset(positions_per_class(train.labels, deep.per_class, seed))
    for when, model in (("before", start), ("after", train_one(recipe, train))):
        kernel = EmpiricalKernel.of(model)
        separation = data_separation(kernel, train.inputs, train.labels)
        parts = trace_kernel(kernel, probes.inputs)
        traces = np.array([np.trace(part) for part in parts.values()])
        found |= {
            f"fuzziness {when}": separation.fuzziness,
            f"factor {when}": separation.factor,
            f"r {when}": separation.correlation,
            f"contrast {when}": [contrast(part, probes.labels) for part in parts.values()],
            f"whole {when}": contrast(np.sum(list(parts.values()), axis=0), probes.labels),
            f"share {when}": traces / traces.sum(),
        }
        for name, data in (("training", train), ("test", test)):
            right = model.outputs(data).argmax(axis=1) == data.labels
            found[f"{name} accuracy {when}"] = right.mean()
    return found


def contrast(part: Floats, labels: NDArray[np.int64]) -> float:
    """log(mean |part| within classes / across classes), pairs of a point with itself left out."""
    return class_means(np.abs(part), labels).contrast
