"""Whether a deletion moves its own class more than the others, one tested class at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.errors import DataError
from stability.estimate.statistics.classes import ClassMap

Floats = NDArray[np.float64]

FEWEST_DELETIONS = 3
"""A class of which fewer examples were deleted is compared with none."""


@dataclass(frozen=True)
class OwnRatio:
    """One tested class: what deletions of its own class move its losses by, against the others.

    `ratio`: the mean |change| by a deletion of the class itself over that by a deletion of another
    class, the geometric mean over the other classes; infinite if some other class moves nothing.
    `deletions`: how many examples of the class were deleted.
    """

    name: str
    ratio: float
    deletions: int


@dataclass(frozen=True)
class OwnRatios:
    """The ratio of every tested class that can be compared, and the classes that cannot.

    `left_out`: classes of which `FEWEST_DELETIONS` examples or more were not deleted, each with
    the number that was; they are neither tested nor among the others.
    """

    classes: tuple[OwnRatio, ...]
    left_out: tuple[tuple[str, int], ...]

    @property
    def geometric_mean(self) -> float:
        """The geometric mean of the ratios; NaN if there is none.

        It is 1 where each deletion moves all classes in proportion, however much stronger the
        deletions of one class are, however much larger the losses of one class, and however many
        examples either has: the factors of rows and of columns of the map cancel, which they do
        not in `ClassMap.diagonal_ratio`.
        """
        logs = [math.log(one.ratio) if one.ratio else -math.inf for one in self.classes]
        if not logs or {-math.inf, math.inf} <= set(logs):
            return math.nan
        return math.exp(sum(logs) / len(logs)) if max(logs) < math.inf else math.inf


def own_ratios(grid: ClassMap, deleted: ArrayLike, fewest: int = FEWEST_DELETIONS) -> OwnRatios:
    """Compare, within each tested class, deletions of that class with deletions of each other.

    `deleted` (classes,): how many examples of each class were deleted. Losses of different classes
    are of different size, above all where classes are of different size; so changes are only
    compared at the losses of one class. Estimates from one sample.

    Raises DataError if `deleted` is not one count for each class.

    >>> from stability.estimate import class_map
    >>> changes = [[8.0, 1.0]] * 3 + [[2.0, 0.5]] * 4
    >>> grid = class_map(changes, [0] * 3 + [1] * 4, [0, 1], ("rare", "common"))
    >>> found = own_ratios(grid, [3, 4])
    >>> [(one.name, one.ratio) for one in found.classes]  # 8/2 and 0.5/1
    [('rare', 4.0), ('common', 0.5)]
    >>> round(found.geometric_mean, 4), grid.diagonal_ratio
    (1.4142, 2.8333333333333335)
    """
    counts = np.asarray(deleted)
    if counts.shape != (len(grid.classes),):
        raise DataError(
            where="own_ratios.deleted",
            found=f"an array of shape {counts.shape}",
            allowed=f"one number of deletions for each of the {len(grid.classes)} classes",
        )
    enough = counts >= fewest
    return OwnRatios(
        tuple(_ratios(grid, counts, enough)),
        tuple((grid.classes[k], int(counts[k])) for k in np.flatnonzero(~enough)),
    )


def _ratios(
    grid: ClassMap, counts: NDArray[np.int64], enough: NDArray[np.bool_]
) -> Iterator[OwnRatio]:
    for b in np.flatnonzero(enough & (grid.pairs.sum(axis=0) > 0)):
        others = np.flatnonzero(enough)
        others = others[others != b]
        own, other = float(grid.mean[b, b]), grid.mean[others, b]
        if not others.size or (own == 0.0 and not other.any()):
            continue
        low = other.min() == 0.0
        if own == 0.0 and low:
            continue
        ratio = math.inf if low else own / float(np.exp(np.log(other).mean()))
        yield OwnRatio(grid.classes[b], ratio, int(counts[b]))
