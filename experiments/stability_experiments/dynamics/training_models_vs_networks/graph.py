"""Neurashed with the hierarchy of the classes: trained on as many instances as the network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.dynamics import (
    Instances,
    ResidualRates,
    accuracy,
    in_turn,
    score_slopes,
    scores,
    train_factors,
    tree_population,
)
from stability_experiments.dynamics.training_models_vs_networks.hierarchy import Tree, order_of
from stability_experiments.dynamics.training_models_vs_networks.impacts import (
    class_elasticity,
    lengths,
)

Floats = NDArray[np.float64]
START = 0.5
PER_CLASS = 10
"""Updated and observed instances of each class."""
UPDATED, OBSERVED = 1_000_000, 2_000_000
"""Added to seeds: instances to look at are drawn apart."""


def grow(
    tree: Tree, names: Sequence[str], probed: Sequence[int], seeds: Sequence[int]
) -> dict[str, ArrayLike]:
    """ "elasticity" (S, seeds, 2, K, K) of scores and predictions, after so many instances (S).

    Beside it "shown" (S, seeds, K, K), the mean scores of the classes, and "accuracy" (S, seeds).
    Classes come in the order of `names`. An update multiplies the factors of all that fires by a
    number just above 1.
    """
    population, order = tree_population(tree), order_of(tree, names)
    classes, total = len(names), max(probed)
    course = train_factors(
        population.sample(total, seeds), in_turn(total, 1), ResidualRates(), start=START,
        checkpoints=list(probed),
    )  # fmt: skip
    labels = np.repeat(np.arange(classes), PER_CLASS)
    updated, observed = (
        population.sample(len(labels), [shift + s for s in seeds], labels=labels)
        for shift in (UPDATED, OBSERVED)
    )
    back = np.argsort(order)  # from places in the tree to numbers of classes
    elasticity, shown = [], []
    for factors in course.log_factors:
        looks = [
            _seen(updated.of_seed(s), observed.of_seed(s), own, labels, classes)
            for s, own in enumerate(factors)
        ]
        elasticity.append([part[:, back][:, :, back] for part, _ in looks])
        shown.append([part[back][:, back] for _, part in looks])
    right = np.stack([accuracy(observed, factors) for factors in course.log_factors])
    return {"elasticity": np.array(elasticity), "shown": np.array(shown), "accuracy": right}


def _seen(
    updated: Instances, observed: Instances, ln: Floats, labels: NDArray[np.int64], classes: int
) -> tuple[Floats, Floats]:
    """Of one seed: elasticity (2, K, K) and mean scores (K, K)."""
    fires = updated.firing.features.astype(np.float64)
    parts = []
    for seen in (observed, updated):
        slopes = score_slopes(seen.graph, seen.firing, ln)  # (n', classes, F)
        moved = np.einsum("if,jkf->ijk", fires, slopes)
        parts.append(lengths(moved, scores(seen.graph, seen.firing, ln)[None]))
    impacts, itself = parts
    own = np.diagonal(itself, axis1=-2, axis2=-1)
    Z = scores(observed.graph, observed.firing, ln)
    return (
        np.stack(
            [
                class_elasticity(part, mine, labels, labels, classes)
                for part, mine in zip(impacts, own, strict=True)
            ]
        ),
        np.stack([Z[labels == k].mean(axis=0) for k in range(classes)]),
    )
