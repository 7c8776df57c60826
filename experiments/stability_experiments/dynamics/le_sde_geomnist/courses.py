"""Sizes of `le-sde-geomnist`, and the trainings with a share of the labels wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from stability.datasets.label_noise import flipped_labels
from stability.datasets.sampling import positions_per_class
from stability.datasets.sources.geomnist import load_geomnist
from stability_experiments.common.logit_records import Arrays, Course, recorded
from stability_experiments.common.strength_curves import Curves

CHANCE = 1 / 3
"""The accuracy of a guess among three classes."""
TOLD = {2 / 3: "2/3"}
"""Shares of wrong labels that have better words than their decimals."""


@dataclass(frozen=True)
class Size:
    """Shares of wrong labels, trainings, iterations averaged together, validation images a class.

    `window`: of the filter that gives alpha and beta, in averages.
    """

    shares: tuple[float, ...]
    course: Course
    block: int
    window: int
    validated: int


SIZES = {
    "smoke": Size((0.0, 0.3, 2 / 3), Course(8, 1600, 0.02, 5), 16, 9, 60),
    "paper": Size((0.0, 0.3, 0.5, 2 / 3, 0.8), Course(10, 10_000, 0.005, 11), 10, 51, 100),
}


@dataclass(frozen=True, eq=False)
class Seen:
    """What trainings with one share of wrong labels recorded, and class means over time."""

    share: float
    size: Size
    arrays: Mapping[str, np.ndarray]

    @cached_property
    def used(self) -> Curves:
        """Means over the samples that have a label, as published: wrong labels count."""
        return Curves.of(self.arrays["logits"], self.arrays["used"], self.size.block)

    @cached_property
    def true(self) -> Curves:
        """Means over the samples that belong to a class."""
        return Curves.of(self.arrays["logits"], self.arrays["clean"], self.size.block)


def trained(share: float, size: Size, seed: int, progress: Callable[[int, int], None]) -> Arrays:
    """What the trainings with a share of wrong labels record."""
    clean, test = load_geomnist("train"), load_geomnist("test")
    train = flipped_labels(clean, share, seed)
    validation = test.subset(positions_per_class(test.labels, size.validated, seed))
    return recorded(size.course, train, clean.labels, validation, seed, progress)


def told(share: float) -> str:
    """A share of wrong labels in words.

    >>> told(2 / 3), told(0.3)
    ('p = 2/3', 'p = 0.3')
    """
    return f"p = {TOLD.get(share, f'{share:g}')}"
