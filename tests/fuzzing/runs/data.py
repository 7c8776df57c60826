"""Small random data sets on the disk, and their parts as the library splits them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np

Floats = np.ndarray


@dataclass(frozen=True)
class Small:
    """A data set of a few examples: inputs (n, ...), labels (n,)."""

    inputs: Floats
    labels: Floats

    @property
    def classes(self) -> int:
        """The number of classes, which are named by their numbers."""
        return int(self.labels.max()) + 1

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of an example as networks see it: channels first, (d,) otherwise."""
        found = self.inputs.shape[1:]
        return (1, *found) if len(found) == 2 else found

    def write(self, file: Path) -> None:
        """As an .npz file."""
        np.savez(file, inputs=self.inputs, labels=self.labels)

    def split(self, size: int, seed: int) -> tuple[Small, Small]:
        """A random training part of this size, and the others."""
        order = np.random.default_rng(seed).permutation(len(self.labels))
        first, second = order[:size], order[size:]
        return (
            Small(self.inputs[first], self.labels[first]),
            Small(self.inputs[second], self.labels[second]),
        )


SHAPES = ((4,), (3,), (6,), (1, 4, 4), (3, 4, 4), (2, 6, 5))


def small(chance: random.Random, shape: tuple[int, ...] | None = None) -> Small:
    """Random data in [0, 1], every class there."""
    generator = np.random.default_rng(chance.randrange(2**32))
    count, classes = chance.randrange(8, 26), chance.choice((2, 2, 3))
    chosen = chance.choice(SHAPES) if shape is None else shape
    labels = np.concatenate([np.arange(classes), generator.integers(0, classes, count - classes)])
    means = generator.random((classes, *chosen))
    inputs = 0.5 * means[labels] + 0.5 * generator.random((count, *chosen))
    return Small(inputs, labels)
