"""Sizes of `le-sde-cifar10`, its photographs and its trainings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stability.datasets.dataset import Dataset
from stability_experiments.common.images import colour_images
from stability_experiments.common.logit_records import Arrays, Course, recorded

LOOKED_AT = 50_000, 10_000
"""All training and all test images of CIFAR-10."""


@dataclass(frozen=True)
class Size:
    """Numbers of classes, trainings, images of each class, iterations averaged together.

    `window`: of the filter that gives alpha and beta, in averages.
    """

    classes: tuple[int, ...]
    course: Course
    training: int
    validated: int
    block: int
    window: int


SIZES = {
    "smoke": Size((2, 3), Course(6, 1000, 0.015, 5), 2000, 50, 20, 9),
    "paper": Size((2, 3), Course(10, 30_000, 0.001, 7), 2000, 250, 30, 19),
}


@dataclass(frozen=True, eq=False)
class Photographs:
    """Training and validation images of the first classes, pixels in [-1, 1]."""

    training: Dataset
    validation: Dataset


def photographs(data: Path | None, size: Size, seed: int) -> dict[int, Photographs]:
    """By number of classes. Images of a class are drawn with replacement, as published.

    Training images come from the training part, validation images from the test part.
    """
    parts = colour_images(data, *LOOKED_AT, seed)
    generator = np.random.default_rng(seed)
    found = {}
    for classes in size.classes:
        chosen = [
            _drawn(part, classes, count, generator)
            for part, count in zip(parts, (size.training, size.validated), strict=True)
        ]
        found[classes] = Photographs(*chosen)
    return found


def _drawn(images: Dataset, classes: int, count: int, generator: np.random.Generator) -> Dataset:
    rows = np.concatenate(
        [generator.choice(np.flatnonzero(images.labels == k), count) for k in range(classes)]
    )
    return Dataset(
        inputs=2 * images.inputs[rows] - 1,
        labels=images.labels[rows],
        classes=images.classes[:classes],
        name=f"{images.name}, {classes} classes",
        shape=images.shape,
    )


def trained(
    images: Photographs, course: Course, seed: int, progress: Callable[[int, int], None]
) -> Arrays:
    """What the trainings on some classes record."""
    train = images.training
    return recorded(course, train, train.labels, images.validation, seed, progress)
