"""Points with two label systems that have nothing to do with each other, and their product."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stability.datasets import Dataset
from stability.kernels import Kernel, KernelFunction, KernelTask, NeuralTangentKernel

LABELLINGS = ("first", "second", "product")
DIMENSION = 10


@dataclass(frozen=True, eq=False)
class World:
    """Points (n, d) and their labels 0 and 1 (n, 2) in either system, for training and testing."""

    kernel: Kernel
    inputs: NDArray[np.float64]
    labels: NDArray[np.int64]
    test_inputs: NDArray[np.float64]
    test_labels: NDArray[np.int64]

    def tasks(self) -> dict[str, KernelTask]:
        """The same points with each of LABELLINGS; the product is 1 where the two differ."""
        inside = self.kernel.matrix(self.inputs)
        across = self.kernel.matrix(self.test_inputs, self.inputs)
        found = {}
        for k, name in enumerate(LABELLINGS):
            y, test = (
                labels.sum(axis=1) % 2 if name == "product" else labels[:, k]
                for labels in (self.labels, self.test_labels)
            )
            found[name] = KernelTask(self.inputs, y, inside, self.test_inputs, test, across)
        return found


def gaussian(training: int, test: int, seed: int) -> World:
    """Normal points in 10 dimensions, kernel x.x': labels are the signs of two coordinates."""
    random = np.random.default_rng(seed)
    points = random.normal(size=(training + test, DIMENSION))
    labels = (points[:, :2] > 0).astype(np.int64)
    linear = KernelFunction("linear kernel", lambda a, b: a @ b.T)
    return World(linear, points[:training], labels[:training], points[training:], labels[training:])


def composites(train: Dataset, test: Dataset, size: tuple[int, int], seed: int) -> World:
    """Two digits side by side, two-layer tangent kernel; systems: is the left (right) one a 1.

    The digits are 0 and 1, drawn independently, from the training part or from the test part.
    Pixels are in [-1, 1], with a constant 1 behind them.
    """
    random = np.random.default_rng(seed)
    found = []
    for part, count in zip((train, test), size, strict=True):
        places = [np.flatnonzero(part.labels == digit) for digit in (0, 1)]
        labels = random.integers(0, 2, size=(count, 2))
        halves = [np.array([random.choice(places[y]) for y in labels[:, side]]) for side in (0, 1)]
        pixels = np.hstack([part.inputs[rows].astype(np.float64) for rows in halves])
        found += [np.hstack([2 * pixels - 1, np.ones((count, 1))]), labels]
    return World(NeuralTangentKernel(), *found)
