"""Tickets of `neurashed-lottery-ticket`: which features are kept, and how they do alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
KINDS = ("largest", "random", "smallest")
CHOICES = ("of all", "of each class")
"""Features are ranked together, or taken in turn for the classes, each time the first of those that
the class is made of, so that no class is left without any."""
TICKETS = tuple(f"{kind} {choice}" for choice in CHOICES for kind in KINDS)
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
    """For each of `TICKETS` the features (seeds, F) of tickets of `count` features."""
    chance = np.random.default_rng(seed).random(log_factors.shape)
    ranked = (log_factors, chance, -log_factors)
    of_all = [_top(values, count) for values in ranked]
    of_each = [np.stack([_in_turn(row, count) for row in values]) for values in ranked]
    return dict(zip(TICKETS, [*of_all, *of_each], strict=True))


def ticket_accuracies(
    kept: Mapping[str, Flags], reading: str, seeds: Sequence[int], tested: int
) -> dict[str, Floats]:
    """Accuracies (tickets, seeds): `rewound`, and trained `again` on fresh instances.

    Of k classes with equal scores one counts 1/k; in `first` the first of them is the prediction.
    """
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
    shape = (len(kept), len(seeds))
    rewound, shared, first = (
        part.reshape(shape)
        for part in (
            _accuracies(test, np.log(start), flags)[0],
            *_accuracies(test, found, flags),
        )
    )
    return {"rewound": rewound, "again": shared, "first": first}


def _accuracies(test: Instances, log_factors: Floats, kept: Flags) -> tuple[Floats, Floats]:
    """Accuracies (...) with factors of exactly 0 for what is not kept: shared, and of the first."""
    Z = scores(test.graph, test.firing, np.where(kept, log_factors, -np.inf))
    highest = (1.0 - EQUAL) * Z.max(axis=-1, keepdims=True) <= Z
    own = np.take_along_axis(highest, test.labels[..., None], axis=-1)[..., 0]
    shared = (own / highest.sum(axis=-1)).mean(axis=-1)
    return shared, (highest.argmax(axis=-1) == test.labels).mean(axis=-1)


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
