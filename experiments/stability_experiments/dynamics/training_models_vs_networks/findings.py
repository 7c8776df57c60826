"""What was found: networks and models side by side, and the numbers that rows and claims share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from stability.dynamics import kinship
from stability.dynamics.sde.model import IDENTITY, LOGITS
from stability_experiments.dynamics.training_models_vs_networks.hierarchy import Tree, order_of
from stability_experiments.dynamics.training_models_vs_networks.impacts import same_class_share
from stability_experiments.dynamics.training_models_vs_networks.relations import (
    all_cells,
    chance,
    other_classes,
    p_value,
)
from stability_experiments.dynamics.training_models_vs_networks.strengths import (
    LATER,
    Prediction,
    Strengths,
    error_of_others,
    mean_of_others,
    predict,
    strengths,
)
from stability_experiments.framework.context import Arrays

Floats = NDArray[np.float64]
OWN, OTHERS = "its own strengths", "strengths of the others"
KIN = ("same class", "same superclass", "other superclass")


@dataclass(frozen=True, eq=False)
class Found:
    """Networks (of several seeds) and a graph; S probed steps, T looks, K classes.

    `kind` below is 0 for logits (scores), 1 for predictions.
    """

    data: str
    classes: tuple[str, ...]
    confused: Floats
    tree: Tree
    networks: Sequence[Arrays]
    graph: Arrays
    seed: int

    @property
    def probed(self) -> NDArray[np.int64]:
        """The steps after which updates were tried (S,)."""
        return self.networks[0]["probed"].astype(np.int64)

    @property
    def looks(self) -> NDArray[np.int64]:
        """The steps at which class means were taken (T,)."""
        return self.networks[0]["looks"].astype(np.int64)

    @property
    def order(self) -> NDArray[np.int64]:
        """The numbers of the classes in the order of the tree."""
        return order_of(self.tree, self.classes)

    @cached_property
    def kin(self) -> NDArray[np.int64]:
        """How far apart two classes (K, K) are in the tree: 0, 1 or 2."""
        back = np.argsort(self.order)
        return kinship(self.tree)[np.ix_(back, back)]

    @cached_property
    def elasticity(self) -> Floats:
        """Of the networks (seeds, S, 2, K, K)."""
        return np.stack([one["elasticity"] for one in self.networks])

    @cached_property
    def modelled(self) -> Floats:
        """Of neurashed (S, 2, K, K): means over its seeds."""
        return self.graph["elasticity"].mean(axis=1)

    def by_kin(self, tables: Floats) -> Floats:
        """Means (..., 3) of tables (..., K, K) by how far apart classes are."""
        return np.stack([tables[..., self.kin == k].mean(axis=-1) for k in range(3)], axis=-1)

    def shares(self, kind: int) -> tuple[Floats, Floats]:
        """The same-class share of the networks (seeds, S) and of the graphs (seeds, S)."""
        graphs = np.swapaxes(self.graph["elasticity"], 0, 1)
        return (
            same_class_share(self.elasticity[:, :, kind]),
            same_class_share(graphs[:, :, kind]),
        )

    def agreement(self, kind: int, *, others_only: bool) -> Floats:
        """Correlation (seeds, S) of each network's table and the mean one of neurashed."""
        measure = other_classes if others_only else all_cells
        return np.array(
            [
                [measure(one[s, kind], model[kind]) for s, model in enumerate(self.modelled)]
                for one in self.elasticity
            ]
        )

    def by_chance(self, kind: int) -> Floats:
        """The same over cells of two classes, with classes renamed at random (S, renamings).

        Of the mean table of the networks.
        """
        mean = self.elasticity.mean(axis=0)[:, kind]
        pairs = zip(mean, self.modelled[:, kind], strict=True)
        return np.stack([chance(one, other, self.seed) for one, other in pairs])

    def p_value(self, kind: int) -> float:
        """How rarely a renamed hierarchy agrees as well with the mean table at the end."""
        mean = self.elasticity.mean(axis=0)[-1, kind]
        return p_value(other_classes(mean, self.modelled[-1, kind]), self.by_chance(kind)[-1])

    @cached_property
    def strengths(self) -> tuple[Strengths, ...]:
        """What the locally elastic SDE says of each network."""
        return tuple(strengths(one) for one in self.networks)

    @cached_property
    def means(self) -> Floats:
        """Class means of logits (seeds, T, K, K)."""
        return np.stack([one["means"] for one in self.networks])

    @cached_property
    def predictions(self) -> dict[tuple[str, str, int], tuple[Prediction, ...]]:
        """For each network, by model, whose strengths, and the look at which it starts."""
        networks = range(len(self.means))
        return {
            (kind, whose, first): tuple(
                predict(
                    kind,
                    self.means[k],
                    self.looks,
                    self.means[k] if whose == OWN else mean_of_others(self.means, k),
                    first,
                )
                for k in networks
            )
            for kind in (LOGITS, IDENTITY)
            for whose in (OWN, OTHERS)
            for first in (0, LATER)
        }

    def errors(self, kind: str, whose: str, first: int) -> Floats:
        """The errors (seeds,) of predictions."""
        return np.array([one.error for one in self.predictions[kind, whose, first]])

    def errors_of_others(self, first: int) -> Floats:
        """Of predicting each network (seeds,) by the mean of the others, without a model."""
        networks = range(len(self.means))
        return np.array([error_of_others(self.means, k, first) for k in networks])
