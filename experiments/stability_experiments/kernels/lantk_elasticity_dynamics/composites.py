"""Images of two digits side by side, with a label for the left one and one for the right one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stability.datasets import Dataset

SIDES = ("left", "right")
DIGITS = ((4, 9), (3, 5))
"""The digits with labels 0 and 1, on the left and on the right."""


@dataclass(frozen=True, eq=False)
class Composites:
    """Images (n, height, 2 width) with pixels in [-1, 1]; labels 0 or 1 (n, 2), left and right."""

    images: NDArray[np.float64]
    labels: NDArray[np.int64]

    def labelled(self, side: int) -> Dataset:
        """The images with the label of one side."""
        classes = tuple(str(digit) for digit in DIGITS[side])
        return Dataset(self.images, self.labels[:, side], classes, f"two digits, {SIDES[side]}")


def most(part: Dataset) -> int:
    """Up to how many images of each combination of labels can be made without using one twice."""
    return min(int((part.labels == digit).sum()) for pair in DIGITS for digit in pair) // 2


def composites(part: Dataset, per_group: int, random: np.random.Generator) -> Composites:
    """`per_group` images of each of the four combinations of labels; no digit is used twice."""
    labels = np.repeat([[0, 0], [0, 1], [1, 0], [1, 1]], per_group, axis=0)
    height, width = part.shape[-2:]
    halves = []
    for side, digits in enumerate(DIGITS):
        rows = np.empty(len(labels), dtype=np.int64)
        for label, digit in enumerate(digits):
            places = np.flatnonzero(part.labels == digit)
            rows[labels[:, side] == label] = random.choice(places, 2 * per_group, replace=False)
        halves.append(part.inputs[rows].reshape(-1, height, width))
    return Composites(2.0 * np.concatenate(halves, axis=2).astype(np.float64) - 1.0, labels)
