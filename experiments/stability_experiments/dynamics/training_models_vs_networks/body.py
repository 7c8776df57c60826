"""The body of `training-models-vs-networks`: a hierarchy, networks, both models, and what shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from stability.datasets.dataset import Dataset
from stability_experiments.common.images import digit_images
from stability_experiments.dynamics.training_models_vs_networks.claims import claims
from stability_experiments.dynamics.training_models_vs_networks.findings import Found
from stability_experiments.dynamics.training_models_vs_networks.graph import grow
from stability_experiments.dynamics.training_models_vs_networks.hierarchy import (
    confusions,
    superclasses,
)
from stability_experiments.dynamics.training_models_vs_networks.network import Trained, watch
from stability_experiments.dynamics.training_models_vs_networks.pictures import draw
from stability_experiments.dynamics.training_models_vs_networks.rows import rows
from stability_experiments.framework.context import Context
from stability_experiments.framework.result import ExperimentFindings

FIRST = 1_000_000
"""Added to the seed of the network whose confusions make the hierarchy."""


@dataclass(frozen=True)
class Amount:
    """How much of a data set is used; `split`: images for the hierarchy alone."""

    training: int
    test: int
    split: int
    trained: Trained


@dataclass(frozen=True)
class Size:
    """How much of everything a preset uses; without a data folder the digits have to do."""

    digits: Amount
    mnist: Amount | None
    seeds: int
    graph_seeds: int


SIZES = {
    "smoke": Size(
        digits=Amount(
            training=1000, test=397, split=400,
            trained=Trained(
                width=48, step_size=0.02, epochs=3, updated=5, observed=8, moments=9
            ),
        ),
        mnist=None,
        seeds=3,
        graph_seeds=8,
    ),
    "paper": Size(
        digits=Amount(
            training=1000, test=397, split=400,
            trained=Trained(
                width=64, step_size=0.02, epochs=8, updated=10, observed=15, moments=12
            ),
        ),
        mnist=Amount(
            training=10_000, test=2000, split=4000,
            trained=Trained(
                width=64, step_size=0.01, epochs=1, updated=8, observed=12, moments=10
            ),
        ),
        seeds=4,
        graph_seeds=20,
    ),
}  # fmt: skip


def findings(context: Context) -> ExperimentFindings:
    """MNIST with a data folder in the paper preset, digits otherwise."""
    size = SIZES[context.preset]
    large = context.data is not None and size.mnist is not None
    amount = size.mnist if large and size.mnist is not None else size.digits
    split, train, test, name = _images(amount, context, large)
    prints = [part.fingerprint for part in (split, train, test)]
    stages = context.stages({"size": size}, prints, ("torch", "scipy"))
    total = size.seeds + 2
    context.progress("hierarchy", 0, total)
    first = amount.trained.recipe(FIRST + context.seed)
    confused = stages.cached("confusions", lambda: {"table": confusions(split, first)})["table"]
    tree = superclasses(confused, train.classes)
    seen = []
    for k in range(size.seeds):
        context.progress("networks", k + 1, total)
        job = partial(watch, amount.trained, train, test, context.seed + k)
        seen.append(stages.cached(f"networks/{k}", job))
    context.progress("neurashed", size.seeds + 1, total)
    seeds = range(context.seed, context.seed + size.graph_seeds)
    probed = seen[0]["probed"].astype(int).tolist()
    graph = stages.cached("neurashed", lambda: grow(tree, train.classes, probed, seeds))
    context.progress("neurashed", total, total)
    found = Found(name, train.classes, confused, tree, tuple(seen), graph, context.seed)
    return ExperimentFindings(
        rows=tuple(rows(found)),
        claims=tuple(claims(found)),
        figures=draw(context.out, found),
        scaled_down=f"{name}: {len(train):,} training images, passes: {amount.trained.epochs}, "
        f"width {amount.trained.width}, {size.seeds} networks"
        + ("" if large else "; no MNIST: it takes the paper preset and --data"),
    )


def _images(amount: Amount, context: Context, large: bool) -> tuple[Dataset, Dataset, Dataset, str]:
    """The split of the hierarchy, training and test images, and the name of the data set."""
    together, test, name = digit_images(
        context.data if large else None, amount.split + amount.training, amount.test, context.seed
    )
    mixed = np.random.default_rng(context.seed).permutation(len(together))
    ends = np.split(mixed, [amount.split])
    split, train = (together.subset(np.sort(part)) for part in ends)
    return split, train, test, name
