"""Tickets of `neurashed-lottery-ticket`: which features are kept, and how they do alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from stability.dynamics import (
    Instances,
    ResidualRates,
    accuracy,
    in_turn,
    scores,
    train_factors,
    tree_population,
)
from stability.dynamics.neurashed.outcomes import EQUAL

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SEEN, START = 3000, 0.5
EARLY = 300
"""After so many instances it is asked which features will be the largest."""
KEPT = 12
KINDS = ("largest", "largest of each class", "random", "smallest")
READINGS = ("removed", "silent")
"""A feature that is removed never fires; one that is silent fires, so that those made of it may,
but sends nothing."""
NOTHING = 1e-60
"""The factor of a silent feature while others are trained: too small to be felt."""
AGAIN, TEST = 1_000_000, 2_000_000
"""Added to seeds: instances to train on again, and to test on, are drawn apart."""


def first_training(seeds: Sequence[int], tested: int) -> dict[str, Floats]:
    """Factors (seeds, F) after `EARLY` and all instances, and the accuracy (seeds,) at the end."""
    population = tree_population()
    course = train_factors(
        population.sample(SEEN, seeds), in_turn(SEEN, 1), ResidualRates(), start=START,
        checkpoints=[EARLY, SEEN],
    )  # fmt: skip
    test = population.sample(tested, [TEST + seed for seed in seeds])
    early, last = course.log_factors
    return {"early": early, "last": last, "accuracy": accuracy(test, last)}


def kept_features(log_factors: Floats, count: int, seed: int) -> dict[str, Flags]:
    """For each kind the features (seeds, F) of tickets of `count` features.

    "largest of each class": features are taken in turn for the classes, each time the largest of
    those that the class is made of, so that no class is left without.
    """
    chance = np.random.default_rng(seed).random(log_factors.shape)
    return {
        "largest": _top(log_factors, count),
        "largest of each class": np.stack([_in_turn(row, count) for row in log_factors]),
        "random": _top(chance, count),
        "smallest": _top(-log_factors, count),
    }


def ticket_accuracies(
    kept: Mapping[str, Flags], reading: str, seeds: Sequence[int], tested: int
) -> dict[str, Floats]:
    """Accuracies (kinds, seeds) of tickets, `rewound` and trained `again` on fresh instances."""
    population = tree_population()
    flags = np.concatenate(list(kept.values()))
    fresh, test = (
        _repeated(population.sample(count, [shift + seed for seed in seeds]), len(kept))
        for count, shift in ((SEEN, AGAIN), (tested, TEST))
    )
    if reading == "removed":
        fresh, test = fresh.keeping(flags), test.keeping(flags)
        start = np.full(flags.shape, START)
    else:
        start = np.where(flags, START, NOTHING)
    found = train_factors(fresh, in_turn(SEEN, 1), ResidualRates(), start=start).last
    share = accuracy if reading == "removed" else partial(_silent_accuracy, kept=flags)
    shape = (len(kept), len(seeds))
    return {
        "rewound": share(test, np.log(start)).reshape(shape),
        "again": share(test, found).reshape(shape),
    }


def _silent_accuracy(test: Instances, log_factors: Floats, *, kept: Flags) -> Floats:
    """The accuracy (...) with factors of exactly 0 for what is not kept; of k equal, one counts."""
    Z = scores(test.graph, test.firing, np.where(kept, log_factors, -np.inf))
    highest = (1.0 - EQUAL) * Z.max(axis=-1, keepdims=True) <= Z
    own = np.take_along_axis(highest, test.labels[..., None], axis=-1)[..., 0]
    return (own / highest.sum(axis=-1)).mean(axis=-1)


def _top(values: Floats, count: int) -> Flags:
    return np.argsort(np.argsort(-values, axis=1), axis=1) < count


def _in_turn(values: Floats, count: int) -> Flags:
    """Features (F,) of one seed, taken in turn for the classes."""
    reach = tree_population().graph.reach
    kept = np.zeros(len(values), dtype=bool)
    turn = 0
    while kept.sum() < min(count, len(values)):
        free = reach[turn % len(reach)] & ~kept
        turn += 1
        if free.any():
            kept[np.where(free, values, -np.inf).argmax()] = True
    return kept


def _repeated(instances: Instances, times: int) -> Instances:
    """The same instances for each kind of ticket."""
    return Instances(
        instances.graph,
        np.concatenate([instances.patterns] * times),
        np.concatenate([instances.labels] * times),
    )
