"""What `elasticity-clustering-cifar10` trains, preset by preset."""

from __future__ import annotations

from dataclasses import dataclass

from stability_experiments.common.pair_clustering.nets import BCE, Net, fnn, linear
from stability_experiments.common.pair_clustering.pairs import Pair
from stability_experiments.common.pair_clustering.published import (
    COLOUR_PAIRS,
    FNN,
    FNN_BCE,
    LINEAR,
    LINEAR_BCE,
)
from stability_experiments.common.pair_clustering.study import Study

BATCH = 50


@dataclass(frozen=True)
class Size:
    """How much of everything a preset uses; `per_class` primary images of each class."""

    pairs: tuple[Pair, ...]
    per_class: int
    seeds: int
    width: int
    linear_width: int
    epochs: int
    workers: int = 1

    @property
    def study(self) -> Study:
        """All pairs and seeds; the first network is looked at before training, too."""
        nets: tuple[Net, ...] = (
            fnn(FNN, self.width, self.epochs, BATCH),
            fnn(FNN_BCE, self.width, self.epochs, BATCH, BCE),
            linear(LINEAR, self.linear_width, self.epochs, BATCH),
            linear(LINEAR_BCE, self.linear_width, self.epochs, BATCH, BCE),
        )
        return Study("cifar-10", self.pairs, nets, self.per_class, self.seeds)

    @property
    def scaled_down(self) -> str:
        """What is smaller than published."""
        told = [] if self.per_class == 500 else [f"{self.per_class} images of each primary class"]
        told += [
            f"width {self.width:,}, linear {self.linear_width:,}, instead of 40,960, step size "
            "times width as published",
            f"{self.epochs} epochs in batches of {BATCH} instead of 200 in batches of 500",
        ]
        return "; ".join(told)


SIZES = {
    "smoke": Size(
        pairs=COLOUR_PAIRS[::3], per_class=80, seeds=1, width=128, linear_width=64, epochs=10
    ),
    "paper": Size(
        pairs=COLOUR_PAIRS, per_class=500, seeds=5, width=1024, linear_width=512, epochs=20,
        workers=2,
    ),
}  # fmt: skip
