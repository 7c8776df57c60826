"""The trainings of `neurashed-stability`, with every instance deleted in turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import log

import numpy as np
from numpy.typing import NDArray

from stability.dynamics import (
    DeletionEffects,
    Population,
    ResidualRates,
    delete_instances,
    grouped_elasticity,
    kinship,
    passes,
    tree_population,
)
from stability.runs.neurashed.stability_reading import StabilityReading, read_stability

Floats = NDArray[np.float64]

START = 0.5
RULE = ResidualRates()
TEST = 1_000_000
"""Added to seeds: test instances are drawn apart."""
DELTA = "0.05"


@dataclass(frozen=True)
class Case:
    """A sample of m instances, passes over it, and the form of the graph."""

    m: int
    epochs: int
    form: str = "full"

    def __str__(self) -> str:
        return f"{self.form}, m = {self.m}, {self.epochs} passes"

    @property
    def key(self) -> str:
        """For names of folders."""
        return f"{self.form}-{self.m}-{self.epochs}"

    @property
    def population(self) -> Population:
        """The graph and the law of its instances; without sharing nothing fires by chance."""
        return tree_population(form=self.form, elsewhere=0.0 if self.form == "apart" else 0.02)


def deleted(case: Case, seed: int, tested: int) -> dict[str, Floats]:
    """The parts of `DeletionEffects` by name."""
    train, test = (
        case.population.sample(count, [s]).of_seed(0)
        for count, s in ((case.m, seed), (tested, TEST + seed))
    )
    order = passes(case.m, case.epochs, 1, [seed])
    found = delete_instances(train, test, order, RULE, start=START)
    return {
        name: np.asarray(getattr(found, name), dtype=np.float64)
        for name in ("changes", "diagonal", "training_maximum", "base_training", "base_test",
                     "log_factors")
    }  # fmt: skip


@dataclass(frozen=True, eq=False)
class Seen:
    """One case and seed, from the stored arrays."""

    case: Case
    seed: int
    tested: int
    arrays: Mapping[str, Floats]

    @cached_property
    def reading(self) -> StabilityReading:
        """The constants, the class map and the bounds."""
        train, test = self._instances
        effects = DeletionEffects(
            deleted=np.arange(self.case.m), loss_range=log(len(train.graph.classes)), **self.arrays
        )
        return read_stability(train, test, effects, DELTA)

    @cached_property
    def _instances(self):
        population = self.case.population
        return (
            population.sample(self.case.m, [self.seed]).of_seed(0),
            population.sample(self.tested, [TEST + self.seed]).of_seed(0),
        )

    @property
    def bounds(self) -> dict[str, float]:
        """The plug-in bounds by name."""
        return {name: bound.value for name, bound in self.reading.bounds}

    @cached_property
    def elasticity(self) -> Floats:
        """Relative elasticity (classes, classes) of the trained graph, among test instances."""
        count = len(self.case.population.graph.classes)
        each = np.arange(count**2).reshape(count, count)
        test = self._instances[1]
        return grouped_elasticity(test, self.arrays["log_factors"], each).reshape(count, count)

    @property
    def kin(self) -> Floats:
        """m times the mean |change| by kinship (3,) of deleted and tested class."""
        train, test = self._instances
        kin = kinship()[train.labels[:, None], test.labels]
        moved = self.case.m * np.abs(self.arrays["changes"])
        return np.array([moved[kin == k].mean() for k in range(3)])

    @property
    def agreement(self) -> float:
        """Spearman's correlation of the class maps of elasticity and of deletion."""
        from scipy.stats import spearmanr

        found = spearmanr(self.elasticity.ravel(), self.reading.classes.mean.ravel())
        return float(found.statistic)
