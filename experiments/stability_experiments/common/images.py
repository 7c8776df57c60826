"""The images an experiment uses: MNIST or, without a data folder, the embedded digits; CIFAR-10."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from stability.datasets import load_digits
from stability.datasets.dataset import Dataset
from stability.errors import SetupError

PUBLISHED_TRAINING = 50_000
"""How many images of CIFAR-10 are for training."""


def digit_images(
    data: Path | None, training: int, test: int, seed: int
) -> tuple[Dataset, Dataset, str]:
    """At most so many training and test images of digits, and the name of the data set.

    Without a data folder the 1,797 embedded images serve, 1,400 at most for training.
    """
    if data is None:
        inside, outside = load_digits().split(min(training, 1400), seed)
        return inside, outside.subset(np.arange(min(test, len(outside)))), "digits"
    from stability.datasets.sources.mnist import load_mnist

    inside, outside = load_mnist(data, "train"), load_mnist(data, "test")
    return _some(inside, training, seed), _some(outside, test, seed + 1), "mnist"


def colour_images(
    data: Path | None, training: int, test: int, seed: int
) -> tuple[Dataset, Dataset]:
    """At most so many training and test images of CIFAR-10, in float32.

    Raises SetupError without a data folder.
    """
    if data is None:
        raise SetupError(
            where="--data",
            found="nothing",
            allowed="the folder that holds cifar-10/ as published",
            remedy="This experiment needs colour photographs: give it with --data DIR.",
        )
    from stability.datasets.sources.cifar10 import load_cifar10

    images = load_cifar10(data, "all", dtype="float32")  # its archive is read only once
    inside = np.arange(min(PUBLISHED_TRAINING, len(images)))
    outside = np.arange(PUBLISHED_TRAINING, len(images))
    return _some(images.subset(inside), training, seed), _some(
        images.subset(outside), test, seed + 1
    )


def _some(images: Dataset, count: int, seed: int) -> Dataset:
    if count >= len(images):
        return images
    chosen = np.random.default_rng(seed).choice(len(images), count, replace=False)
    return images.subset(np.sort(chosen))
