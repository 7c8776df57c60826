"""Deletions beside trainings that delete nothing, class by class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stability.estimate.statistics.classes import ClassMap

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Signal:
    """Deletions beside their placebo, class by class: plain changes, not multiplied by m.

    `deletions`: mean |change| by class of the deleted (row) and of the test point (column);
    `placebo` (classes,): mean |change| of the placebo by class of the test point. `ratio`
    (classes, classes) is the first over the second; `drowned` says where it is below `needed`:
    there the placebo, whatever its size was, does about as much. NaN where there are no pairs.
    What is not drowned by a placebo smaller than a deletion may still be chaos.
    """

    deletions: ClassMap
    placebo: Floats
    needed: float

    @property
    def ratio(self) -> Floats:
        """Mean |change| by deletion over that by placebo, infinite if the placebo moves nothing."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.deletions.mean / self.placebo

    @property
    def drowned(self) -> NDArray[np.bool_]:
        """Cells (deleted class, test class) in which the signal does not stand out."""
        return self.ratio < self.needed
