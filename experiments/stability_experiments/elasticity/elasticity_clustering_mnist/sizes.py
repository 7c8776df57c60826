"""What `elasticity-clustering-mnist` trains, preset by preset."""

from __future__ import annotations

from dataclasses import dataclass

from stability_experiments.common.pair_clustering.nets import (
    BCE,
    STEP,
    WIDE,
    Net,
    cnn,
    fnn,
    linear,
    residual,
)
from stability_experiments.common.pair_clustering.pairs import Pair
from stability_experiments.common.pair_clustering.published import (
    CNN,
    DIGIT_PAIRS,
    FNN,
    FNN_BCE,
    LINEAR,
    LINEAR_BCE,
    PLAIN_STEP,
    RESIDUAL,
)
from stability_experiments.common.pair_clustering.study import Study

BATCH = 50
PUBLISHED_EPOCHS = 200
BCE_EPOCHS = 50
WIDE_PAIR, WIDE_BATCH = DIGIT_PAIRS[4], 500
"""The pair on which the published width is tried: the one whose published batches are large."""


@dataclass(frozen=True)
class Size:
    """How much of everything a preset uses; `per_class` primary images of each class.

    `epochs`: of the perceptron; `few`: of networks that take long, and of those that hardly move.
    `wide`: also the published width, one pair and one seed. `workers`: processes.
    """

    pairs: tuple[Pair, ...]
    per_class: int
    seeds: int
    width: int
    linear_width: int
    residual_width: int
    epochs: int
    bce_epochs: int
    few: int
    wide: bool = False
    workers: int = 1

    @property
    def nets(self) -> tuple[Net, ...]:
        """Every network; the first is the one that is looked at before training, too."""
        return (
            fnn(FNN, self.width, self.epochs, BATCH),
            Net(PLAIN_STEP, "fnn", self.width, STEP, self.few, BATCH),
            fnn(FNN_BCE, self.width, self.bce_epochs, BATCH, BCE),
            linear(LINEAR, self.linear_width, self.bce_epochs, BATCH),
            linear(LINEAR_BCE, self.linear_width, self.bce_epochs, BATCH, BCE),
            cnn(CNN, self.few, BATCH),
            residual(RESIDUAL, self.residual_width, self.few, BATCH),
        )

    def study(self, data: str) -> Study:
        """All pairs and seeds."""
        return Study(data, self.pairs, self.nets, self.per_class, self.seeds)

    def wide_study(self, data: str) -> Study:
        """One pair and seed at the published width, with the published step size."""
        net = Net(
            FNN, "fnn", WIDE, STEP, PUBLISHED_EPOCHS, WIDE_BATCH, threads=2
        )  # fmt: skip
        return Study(data, (WIDE_PAIR,), (net,), self.per_class, seeds=1)

    @property
    def scaled_down(self) -> str:
        """What is smaller than published."""
        told = [] if self.per_class == 500 else [f"{self.per_class} images of each primary class"]
        told += [
            f"perceptrons of width {self.width:,}, linear {self.linear_width:,}, residual "
            f"{self.residual_width:,} instead of 40,960 and 4,096, step size times width as "
            "published",
            f"{self.epochs} epochs for FNN, {self.bce_epochs} for cross-entropy and linear ones, "
            f"{self.few} for CNN, residual and FNN with steps of {STEP:g}",
            f"CNN and residual in batches of {BATCH} instead of 500",
        ]
        if self.wide:
            told.append(f"width 40,960 on {WIDE_PAIR.name} alone, one seed")
        else:
            told.append("no width of 40,960")
            told.append(
                "too small to carry the orderings of the tables: they are told, not required"
            )
        return "; ".join(told) + "; features of autoencoder and ResNet-152 are not computed"


SIZES = {
    "smoke": Size(
        pairs=DIGIT_PAIRS[::3],
        per_class=80,
        seeds=1,
        width=512,
        linear_width=256,
        residual_width=256,
        epochs=60,
        bce_epochs=30,
        few=15,
    ),
    "paper": Size(
        pairs=DIGIT_PAIRS,
        per_class=500,
        seeds=5,
        width=2048,
        linear_width=512,
        residual_width=1024,
        epochs=PUBLISHED_EPOCHS,
        bce_epochs=BCE_EPOCHS,
        few=20,
        wide=True,
        workers=2,
    ),
}
