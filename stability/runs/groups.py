"""Who is compared with whom: the classes, or fifths of the real targets."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from stability.datasets import Dataset

FIFTHS = (0.2, 0.4, 0.6, 0.8)
"""Between these shares of the training targets the groups of real targets are cut."""


@dataclass(frozen=True, eq=False)
class Groups:
    """Groups of examples by what is predicted: `names`, and the group of each example.

    `train` (m,) and `test` (n,) are positions in `names`. Groups are called `one` and `others`.

    >>> data = Dataset([[0.0]] * 6, targets=[1, 2, 3, 4, 5, 6])
    >>> found = groups_of(data, data)
    >>> found.names, found.train.tolist()
    (('below 2', '2 to 3', '3 to 4', '4 to 5', '5 and above'), [0, 1, 2, 3, 4, 4])
    """

    names: tuple[str, ...]
    train: NDArray[np.int64]
    test: NDArray[np.int64]
    one: str = "class"
    others: str = "the other classes"


def groups_of(train: Dataset, test: Dataset) -> Groups:
    """The classes of labelled data; of others fifths, cut where the training targets say."""
    if train.has_labels:
        return Groups(train.classes, train.labels, test.labels)
    edges = np.unique(np.quantile(_targets(train), FIFTHS))
    numbers = [np.searchsorted(edges, _targets(part), side="right") for part in (train, test)]
    ends = [f"{edge:.4g}" for edge in edges]
    names = [
        f"below {ends[0]}",
        *(f"{low} to {high}" for low, high in pairwise(ends)),
        f"{ends[-1]} and above",
    ]
    return Groups(tuple(names), numbers[0], numbers[1], "fifth of the targets", "the other fifths")


def told(part: Dataset, position: int) -> str:
    """What is predicted for one example, in words: its class, or its target."""
    if part.has_labels:
        return part.classes[part.labels[position]]
    return f"{_targets(part)[position]:.6g}"


def _targets(part: Dataset) -> NDArray[np.float64]:
    assert part.targets is not None  # there are labels or targets
    return part.targets
