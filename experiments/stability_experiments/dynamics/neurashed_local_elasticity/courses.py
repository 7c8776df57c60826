"""The trainings of `neurashed-local-elasticity`: the four objects, and three ablations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stability.dynamics import (
    FixedRates,
    Population,
    ResidualRates,
    Updates,
    accuracy,
    draws,
    elasticity,
    grouped_elasticity,
    in_turn,
    kinship,
    shared_features,
    step_impacts,
    train_factors,
    tree_population,
)
from stability.dynamics.neurashed.trees import RATES

Floats = NDArray[np.float64]

START = 0.5
LATE = (0, 250, 500, 1000, 2000, 3000)
LATER = (0, 1000, 2000, 4000, 6000, 8000)
GROUPS = ("same class", "same superclass", "different superclass")
RELIABLE_ROOT = (RATES[0], RATES[1], 0.8)
"""Rates with features of the root that fire as often as those of the class itself."""
TEST = 1_000_000
"""Added to seeds: test instances are drawn apart."""


@dataclass(frozen=True)
class Course:
    """A training on fresh instances: the form of the graph, rule, batch size, instances seen."""

    name: str
    form: str
    updates: Updates
    seen: tuple[int, ...]
    batch_size: int = 1
    rates: tuple[float, ...] = RATES

    @property
    def population(self) -> Population:
        """The graph and the law of its instances."""
        return tree_population(form=self.form, rates=self.rates)

    @property
    def steps(self) -> NDArray[np.int64]:
        """The steps (S,) after which it is looked at: whole batches."""
        return np.array([-(-n // self.batch_size) for n in self.seen])


FULL = Course("full", "full", FixedRates(), LATE)
FLAT = Course("flat", "flat", FixedRates(), LATE)
APART = Course("nothing shared", "apart", FixedRates(), LATE)
LARGE = Course("batches of 16", "full", FixedRates(), LATE, batch_size=16)
ROOT = Course("reliable root", "full", FixedRates(), LATE, rates=RELIABLE_ROOT)
GATED = Course("full, gated", "full", ResidualRates(), LATER)
GATED_FLAT = Course("flat, gated", "flat", ResidualRates(), LATER)
COURSES = (FULL, FLAT, APART, LARGE, ROOT, GATED, GATED_FLAT)


def followed(course: Course, seeds: Sequence[int], tested: int) -> dict[str, Floats]:
    """What is seen of a training at each moment.

    `small` and `step` (S, seeds, 3): relative elasticity by kinship, in the limit of small steps
    and for one step as in training; `accuracy` (S, seeds); `log_factors` (S, F), mean over seeds.
    """
    population, steps = course.population, course.steps.tolist()
    drawn = population.sample(steps[-1] * course.batch_size, seeds)
    order = in_turn(steps[-1] * course.batch_size, course.batch_size)
    found = train_factors(drawn, order, course.updates, start=START, checkpoints=steps)
    test = population.sample(tested, [TEST + seed for seed in seeds])
    impacts = step_impacts(test, test, found.log_factors, course.updates)
    return {
        "small": grouped_elasticity(test, found.log_factors, kinship()),
        "step": by_kinship(impacts, test.labels),
        "accuracy": accuracy(test, found.log_factors),
        "log_factors": found.log_factors.mean(axis=1),
    }


def by_kinship(impacts: Floats, labels: NDArray[np.int64]) -> Floats:
    """Mean impacts (..., 3) by kinship over the mean impact of an instance on itself."""
    kin = kinship()[labels[..., :, None], labels[..., None, :]]
    others = ~np.eye(impacts.shape[-1], dtype=bool)
    own = np.diagonal(impacts, axis1=-2, axis2=-1).mean(axis=-1)
    masks = [(kin == k) & others for k in range(len(GROUPS))]
    means = [(impacts * m).sum(axis=(-2, -1)) / m.sum(axis=(-2, -1)) for m in masks]
    return np.stack(means, axis=-1) / own[..., None]


@dataclass(frozen=True)
class Pair:
    """A training of the two classes that share two features, by instances seen."""

    name: str
    updates: Updates
    start: float
    seen: tuple[int, ...]
    batch_size: int = 1


PAIR = Pair("two classes, gated", ResidualRates(), 0.2, (0, 200, 400, 800, 1600, 3200))
PAIR_FIXED = Pair("two classes, fixed", FixedRates(), 0.5, (0, 100, 200, 400, 800, 1600))
PAIR_LARGE = Pair("two classes, batches of 8", ResidualRates(), 0.2, (0, 400, 800, 3200), 8)
PAIRS = (PAIR, PAIR_FIXED, PAIR_LARGE)
KINDS = {
    "same class": ((0, 2), (4, 6)),
    "other class": ((0, 4), (4, 0)),
}
"""Pairs of instances with another shared feature in one class, and with the same one in two."""


def pair_followed(pair: Pair, seeds: Sequence[int]) -> Mapping[str, Floats]:
    """Relative elasticity (S, seeds) of both kinds of pairs."""
    given = shared_features()
    steps = [n // pair.batch_size for n in pair.seen]
    order = draws(len(given), steps[-1], pair.batch_size, seeds)
    found = train_factors(given, order, pair.updates, start=pair.start, checkpoints=steps)
    S = elasticity(given, found.log_factors)
    return {name: np.mean([S[..., i, j] for i, j in rows], axis=0) for name, rows in KINDS.items()}
