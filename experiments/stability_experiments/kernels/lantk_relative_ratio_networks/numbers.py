"""What was found on one pair of classes, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stability_experiments.common.relative_ratios import KEPT, PUBLISHED, Pair
from stability_experiments.framework.context import Arrays

Floats = NDArray[np.float64]
NETWORKS = ("NN-init", "NN-trained")
ORDER = ("NN-init", "NTK", "LANTK", "NN-trained")
"""The rows of table 3, from the least to the most elastic as published."""

GAINS: Mapping[Pair, float] = dict(zip(PUBLISHED, (1.10, 0.15, 0.45, 2.00), strict=True))
"""Figure 1(a), gains in points, read off the image to about 0.03.

The figure has six bars without names; that they stand in the order of the table is a guess.
"""


@dataclass(frozen=True, eq=False)
class Found:
    """One pair of classes: the two kernels; networks that stand for the published, a seed each.

    `plain`: networks of as many neurons taken as they are, a seed each.
    """

    pair: Pair
    kernels: Arrays
    standing: Sequence[Arrays]
    plain: Sequence[Arrays]

    @property
    def name(self) -> str:
        """The two classes."""
        return "/".join(self.pair)

    def ratios(self, row: str) -> Floats:
        """A row of the table, (seeds, 2) for networks and (1, 2) for kernels, in per cent."""
        if row == "LANTK":
            return self.kernels["LANTK"][KEPT][None]
        if row == "NTK":
            return self.kernels["NTK"][None]
        return of_networks(self.standing, row)

    def gains(self) -> Floats:
        """Accuracy with the trained network's kernel over that with the first one's (seeds,)."""
        return np.array([np.diff(one["accuracies"])[0] for one in self.standing])


def of_networks(networks: Sequence[Arrays], row: str) -> Floats:
    """Ratios (seeds, 2) before or after training, in per cent."""
    return np.stack([one["ratios"][NETWORKS.index(row)] for one in networks])
