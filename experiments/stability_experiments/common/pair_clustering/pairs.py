"""Two primary classes to be told apart, auxiliary ones to train against, and their images."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stability.datasets import load_digits
from stability.datasets.dataset import Dataset
from stability.datasets.sources.cifar10 import load_cifar10
from stability.datasets.sources.mnist import load_mnist
from stability.errors import SetupError

Integers = NDArray[np.int64]
ENLARGED = 3
"""The embedded digits get so many times their 8 x 8 pixels: convolutions need 16 x 16."""

SYMMETRIC = (-1.0, 1.0)
"""The published range of pixels."""


@dataclass(frozen=True)
class Pair:
    """Two classes that nobody tells the network, and those it is trained to tell them from."""

    primary: tuple[int, int]
    auxiliary: tuple[int, ...]
    name: str

    @property
    def place(self) -> str:
        """The name of a folder."""
        return self.name.replace(" ", "-")


def digit_pair(one: int, other: int, *auxiliary: int) -> Pair:
    """A pair of digits."""
    return Pair((one, other), auxiliary, f"{one} v {other}")


@dataclass(frozen=True, eq=False)
class Drawn:
    """The images of one pair: `data` labels primary images 1 (they come first), auxiliary ones 0.

    `classes` (n,): the true classes of the primary images, which only the score may look at.
    """

    data: Dataset
    classes: Integers

    @property
    def points(self) -> NDArray[np.float64]:
        """The primary images (n, d)."""
        return np.asarray(self.data.inputs[: len(self.classes)], dtype=np.float64)


def draw(images: Dataset, pair: Pair, per_class: int, seed: int) -> Drawn:
    """`per_class` random images of each primary class, and as many auxiliary ones, evenly.

    This is what the paper says; the published code takes the first images of the file instead.
    Raises SetupError where a class has too few images.
    """
    generator = np.random.default_rng([seed, *pair.primary])
    each = 2 * per_class // len(pair.auxiliary)
    wanted = [(c, per_class) for c in pair.primary] + [(c, each) for c in pair.auxiliary]
    chosen = []
    for label, count in wanted:
        places = np.flatnonzero(images.labels == label)
        if len(places) < count:
            raise SetupError(
                where=f"class {images.classes[label]}",
                found=f"{len(places)} images",
                allowed=f"at least {count}",
            )
        chosen.append(generator.choice(places, count, replace=False))
    return _drawn(images, np.concatenate(chosen), 2 * per_class)


def first_images(images: Dataset, pair: Pair, per_class: int) -> Drawn:
    """The first images of each primary class in the file, as in the published code; no others."""
    chosen = [np.flatnonzero(images.labels == label)[:per_class] for label in pair.primary]
    return _drawn(images, np.concatenate(chosen), 2 * per_class)


def _drawn(images: Dataset, positions: Integers, primary: int) -> Drawn:
    part = images.subset(positions)
    pixels = (2 * part.inputs - 1).reshape(len(part), *part.shape)
    kind = (np.arange(len(part)) < primary).astype(np.int64)
    data = part.with_inputs(pixels, SYMMETRIC).relabelled(kind, ("auxiliary", "primary"))
    return Drawn(data, np.asarray(part.labels[:primary]))


@lru_cache(maxsize=1)
def load_images(name: str, folder: Path | None) -> Dataset:
    """The training images of "mnist" or "cifar-10" from the data folder, or "digits", in float32.

    Kept for the next call: every worker reads them once.
    """
    if name == "digits":
        small = load_digits(dtype="float32")
        tall = small.inputs.reshape(len(small), *small.shape)
        large = tall.repeat(ENLARGED, axis=1).repeat(ENLARGED, axis=2)
        return small.with_inputs(large, small.range)
    if folder is None:
        raise SetupError(
            where="--data", found="nothing", allowed=f"the folder that holds {name}/ as published"
        )
    load = load_mnist if name == "mnist" else load_cifar10
    return load(folder, "train", dtype="float32")
