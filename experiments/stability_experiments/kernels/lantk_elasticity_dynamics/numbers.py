"""What one watched training gave, told by the label system that is trained on and the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stability_experiments.framework.context import Arrays
from stability_experiments.kernels.lantk_elasticity_dynamics.composites import SIDES
from stability_experiments.kernels.lantk_elasticity_dynamics.watching import GROUPS

Floats = NDArray[np.float64]
TRAINED, OTHER = "labels trained on", "other labels"
SYSTEMS = (TRAINED, OTHER)
PAIRS = ("neither label", "only the label trained on", "only the other label", "both labels")
"""What the two images of a pair share."""

READINGS: Mapping[str, tuple[float, ...]] = {
    "cat or dog": (
        50.73, 50.74, 50.75, 50.75, 50.76, 50.77, 50.78, 50.78, 50.78, 50.79, 50.79
    ),
    "chair or bench": (
        51.66, 51.69, 51.69, 51.70, 51.71, 51.73, 51.75, 51.76, 51.77, 51.77, 51.78
    ),
}  # fmt: skip
"""Figure 1(b) and (c): relative ratios of photographs in per cent, at epochs 0, 20, .. 200."""
SOURCE = "Chen, He and Su 2020, figure 1(b) and (c)"


@dataclass(frozen=True, eq=False)
class Course:
    """One training on the labels of one side."""

    side: int
    arrays: Arrays

    @property
    def name(self) -> str:
        """The side whose labels are trained on."""
        return SIDES[self.side]

    @property
    def epochs(self) -> Floats:
        """After which epochs (L,) it was looked at."""
        return self.arrays["epochs"]

    def ratio(self, part: int, system: str) -> Floats:
        """The relative ratio (L,) in per cent of a part, under one of SYSTEMS."""
        return self.arrays["ratios"][:, part, self.side if system == TRAINED else 1 - self.side]

    def rise(self, part: int, system: str) -> float:
        """By how many points it is higher at the end than at the start."""
        found = self.ratio(part, system)
        return float(found[-1] - found[0])

    def group(self, part: int, pair: str) -> Floats:
        """The mean of the normalised kernel (L,) over pairs that share what PAIRS says."""
        trained, other = pair in PAIRS[1::2], pair in PAIRS[2:]
        shared = (trained, other) if self.side == 0 else (other, trained)
        return self.arrays["groups"][:, part, GROUPS.index(shared)]

    def accuracy(self, part: int) -> Floats:
        """The accuracy (L,) in per cent on the labels that are trained on."""
        return self.arrays["accuracies"][:, part]
