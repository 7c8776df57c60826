"""The images an experiment uses: MNIST if a data folder is given, else the embedded digits."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from stability.datasets import load_digits
from stability.datasets.dataset import Dataset


def digit_images(
    data: Path | None, training: int, test: int, seed: int
) -> tuple[Dataset, Dataset, str]:
    """At most so many training and test images of digits, and the name of the data set.

    Without a data folder the 1,797 embedded images serve, 1,400 at most for training.
    """
    if data is None:
        inside, outside = load_digits().split(min(training, 1400), seed)
        return inside, outside.subset(np.arange(min(test, len(outside)))), "digits"
    from stability.datasets.mnist import load_mnist

    inside, outside = load_mnist(data, "train"), load_mnist(data, "test")
    return _some(inside, training, seed), _some(outside, test, seed + 1), "mnist"


def _some(images: Dataset, count: int, seed: int) -> Dataset:
    if count >= len(images):
        return images
    chosen = np.random.default_rng(seed).choice(len(images), count, replace=False)
    return images.subset(np.sort(chosen))
