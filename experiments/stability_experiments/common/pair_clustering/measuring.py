"""One pair with one seed: draw the images, train every network, cluster by every method."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stability.elasticity.clustering import cluster_accuracy, pca_kmeans, points_kmeans
from stability.elasticity.links import sigmoid
from stability.kernels.empirical import EmpiricalKernel
from stability_experiments.common.pair_clustering.methods import (
    PROBABILITY,
    UNTRAINED,
    Method,
    methods,
    score,
)
from stability_experiments.common.pair_clustering.nets import SQUARED, Net, Trained, fit
from stability_experiments.common.pair_clustering.pairs import Drawn, Pair, draw, load_images

Floats = NDArray[np.float64]
NUMBERS = (
    "step size",
    "steps over the limit",
    "halvings",
    "largest early loss over the first",
    "training accuracy",
    "K(x, x) before",
    "K(x, x) after",
)
"""What is told of every network, in order."""


@dataclass(frozen=True)
class Job:
    """One pair with one seed, for some networks."""

    data: str
    pair: Pair
    nets: tuple[Net, ...]
    per_class: int
    seed: int

    @property
    def key(self) -> str:
        """A name for it among others of the same run."""
        return f"{self.pair.name}, seed {self.seed}"


@dataclass(frozen=True)
class Measuring:
    """Does jobs; `folder` is where the images are. Goes to other processes by pickle."""

    folder: Path | None

    def __call__(self, jobs: list[Job]) -> list[dict[str, Floats]]:
        """The arrays of each job, as `measure` gives them."""
        return [measure(job, self._drawn(job)) for job in jobs]

    def _drawn(self, job: Job) -> Drawn:
        return draw(load_images(job.data, self.folder), job.pair, job.per_class, job.seed)


def measure(job: Job, drawn: Drawn) -> dict[str, Floats]:
    """Accuracies of every method, and what is told of every network.

    "baselines" (2,) as in `BASELINES`; "accuracy" (methods,) and "starts" (those with kernel
    K-means, starts), in the order of `methods`; "numbers" (networks, `NUMBERS`).
    """
    wanted, points, classes = methods(job.nets), drawn.points, drawn.classes
    accuracy, starts, numbers = [], [], []
    kernels: dict[tuple[str, str], Floats] = {}
    for place, net in enumerate(job.nets):
        trained = fit(net, drawn.data, job.seed)
        before = EmpiricalKernel.of(trained.start).diagonal(points).mean()
        kernel = EmpiricalKernel.of(trained.model)
        K = kernel.matrix(points)
        if place == 0:
            kernels[net.name + UNTRAINED, "output"] = EmpiricalKernel.of(trained.start).matrix(
                points
            )
        slope = sigmoid(kernel.outputs(points))[:, 0]
        for method in wanted:
            if method.net == net.name:
                probability = method.space == PROBABILITY
                own = K * np.outer(slope, slope) if probability else K
                kernels[net.name, method.space] = own
        numbers.append(_numbers(net, trained, drawn, float(before), K))
    for method in wanted:
        found = score(method, kernels[method.net, method.space], classes, job.seed)
        accuracy.append(found.accuracy)
        if found.starts is not None:
            starts.append(found.starts)
    return {
        "baselines": np.array(baselines(points, classes, job.seed)),
        "accuracy": np.array(accuracy),
        "starts": np.array(starts),
        "numbers": np.array(numbers),
    }


def baselines(points: Floats, classes: NDArray[np.int64], seed: int) -> list[float]:
    """The accuracy of K-means on pixels, and after PCA."""
    found = points_kmeans(points, seed=seed), pca_kmeans(points, seed=seed)
    return [cluster_accuracy(labels, classes) for labels in found]


def _numbers(net: Net, trained: Trained, drawn: Drawn, before: float, K: Floats) -> list[float]:
    outputs = trained.model.outputs(drawn.data)[:, 0]
    threshold = 0.5 if net.loss == SQUARED else 0.0
    right = (outputs > threshold) == (drawn.data.labels == 1)
    return [
        trained.model.recipe.step_size,
        trained.of_limit,
        float(trained.halvings),
        trained.peak,
        float(right.mean()),
        before,
        float(np.diagonal(K).mean()),
    ]


def of_kernels(wanted: tuple[Method, ...]) -> tuple[Method, ...]:
    """The methods whose starts are kept, in order."""
    return tuple(method for method in wanted if method.uses_kernel)
