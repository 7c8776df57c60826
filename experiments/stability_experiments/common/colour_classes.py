"""The first images of some classes of CIFAR-10, as the label-aware paper takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stability.datasets.dataset import Dataset
from stability_experiments.common.images import colour_images


@dataclass(frozen=True)
class Part:
    """Images (n, 3072) in float64 with pixels in [0, 1], and labels 0, 1, .. (n,)."""

    inputs: NDArray[np.float64]
    labels: NDArray[np.int64]

    def centred(self) -> Part:
        """The same with pixels in [-1, 1] and a constant 1 behind them, as the paper has them."""
        ones = np.ones((len(self.inputs), 1))
        return Part(np.hstack([2 * self.inputs - 1, ones]), self.labels)


@dataclass(frozen=True)
class ColourClasses:
    """All images of CIFAR-10, from which parts are taken."""

    train: Dataset
    test: Dataset

    @classmethod
    def load(cls, data: Path | None) -> ColourClasses:
        """Raises SetupError without a data folder."""
        return cls(*colour_images(data, 50_000, 10_000, seed=0))

    @property
    def fingerprints(self) -> tuple[str, str]:
        """Of the training and of the test images."""
        return self.train.fingerprint, self.test.fingerprint

    def parts(self, classes: Sequence[str], training: int, test: int) -> tuple[Part, Part]:
        """The first so many training and test images of each class, in the order of the classes."""
        return _first(self.train, classes, training), _first(self.test, classes, test)


def _first(images: Dataset, classes: Sequence[str], count: int) -> Part:
    numbers = [images.classes.index(name) for name in classes]
    rows = [np.flatnonzero(images.labels == number)[:count] for number in numbers]
    labels = np.repeat(np.arange(len(classes)), [len(r) for r in rows])
    return Part(images.inputs[np.concatenate(rows)].astype(np.float64), labels)
