"""The body of `elasticity-to-stability`: every data set and seed, and what shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from stability.datasets.dataset import Dataset
from stability_experiments.common.images import digit_images
from stability_experiments.elasticity.elasticity_to_stability.claims import claims
from stability_experiments.elasticity.elasticity_to_stability.pairs import (
    Pairs,
    Setting,
    find_pairs,
)
from stability_experiments.elasticity.elasticity_to_stability.pictures import draw
from stability_experiments.elasticity.elasticity_to_stability.relations import relations
from stability_experiments.elasticity.elasticity_to_stability.rows import Seen, rows
from stability_experiments.framework.context import Context
from stability_experiments.framework.result import ExperimentFindings


@dataclass(frozen=True)
class Amount:
    """How much of everything one data set uses."""

    training: int
    test: int
    width: int
    epochs: int
    per_class: int


@dataclass(frozen=True)
class Size:
    """How much of everything a preset uses; without `mnist` the digits have to do."""

    digits: Amount
    mnist: Amount | None
    looks: int
    seeds: int


SIZES = {
    "smoke": Size(
        digits=Amount(training=400, test=200, width=32, epochs=50, per_class=4),
        mnist=None,
        looks=8,
        seeds=3,
    ),
    "paper": Size(
        digits=Amount(training=1000, test=397, width=64, epochs=60, per_class=8),
        mnist=Amount(training=1000, test=500, width=64, epochs=50, per_class=5),
        looks=14,
        seeds=5,
    ),
}


def findings(context: Context) -> ExperimentFindings:
    """Digits, and MNIST with a data folder: every seed, and the relations over all of them."""
    size = SIZES[context.preset]
    amounts = {"digits": size.digits}
    if context.data is not None and size.mnist is not None:
        amounts["mnist"] = size.mnist
    data = {name: _images(name, amount, context) for name, amount in amounts.items()}
    prints = [part.fingerprint for parts in data.values() for part in parts]
    stages = context.stages({"size": size}, prints, ("torch", "scipy"))
    found: dict[str, Seen] = {}
    for name, (train, test) in data.items():
        amount = amounts[name]
        setting = Setting(name, amount.width, amount.epochs, amount.per_class, size.looks)
        pairs: list[Pairs] = []
        for k in range(size.seeds):
            told = partial(context.progress, f"{name}, network {k + 1} of {size.seeds}")
            seed = context.seed + k
            pairs.append(find_pairs(setting, train, test, seed, told, stages.cached))
        found[name] = Seen(train, test, tuple(pairs), relations(pairs))
    return ExperimentFindings(
        rows=tuple(rows(found)),
        claims=claims(found),
        figures=draw(context.out, found),
        scaled_down="; ".join(
            f"{name}: {len(seen.train):,} training images, width {amounts[name].width}, "
            f"{len(seen.pairs[0].true)} deletions, {len(seen.test)} test images"
            for name, seen in found.items()
        )
        + ("" if "mnist" in found else "; no MNIST: it takes the paper preset and --data"),
    )


def _images(name: str, amount: Amount, context: Context) -> tuple[Dataset, Dataset]:
    folder = None if name == "digits" else context.data
    train, test, _ = digit_images(folder, amount.training, amount.test, context.seed)
    return train, test
