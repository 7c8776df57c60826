"""What `neurashed-implicit-regularization` trains: one class, and two with spurious features."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stability.dynamics import (
    FixedRates,
    Population,
    accuracy,
    dominant_feature,
    in_turn,
    passes,
    robust_and_spurious,
    train_factors,
)

Floats = NDArray[np.float64]

EPOCHS, PATTERNS, EVERY = 400, 4, 20
"""Passes over the patterns of one class, and after how many of them factors are recorded."""
BATCHES = (1, 2, 4)
EXPOSURES, RATE = 600, 0.3
"""Instances of each class that are trained on, and how often spurious features fire."""
SPURIOUS_BATCHES = (1, 2, 3, 4, 6, 8, 12, 24, 50)
SPURIOUS = 10


def dominant(batch_size: int, seeds: Sequence[int]) -> dict[str, Floats]:
    """The logarithms (S, seeds, 3) of the factors of A, B and C after `epochs` (S,)."""
    steps = PATTERNS // batch_size
    epochs = np.arange(0, EPOCHS + 1, EVERY)
    course = train_factors(
        dominant_feature(),
        passes(PATTERNS, EPOCHS, batch_size, seeds),
        FixedRates(exposure=batch_size / PATTERNS),
        checkpoints=(epochs * steps).tolist(),
    )
    return {"epochs": epochs.astype(float), "log_factors": course.log_factors}


def effective_features(log_factors: Floats) -> Floats:
    """(sum f^2)^2 / sum f^4 over the factors (..., F): how many features count.

    >>> effective_features(np.zeros(3)).round(9), effective_features(np.array([0.0, -99.0]))
    (np.float64(3.0), np.float64(1.0))
    """
    squares = np.exp(2.0 * log_factors)
    return squares.sum(axis=-1) ** 2 / (squares**2).sum(axis=-1)


def spurious(batch_size: int, seeds: Sequence[int], tested: int) -> dict[str, Floats]:
    """Of each seed the mean ln(spurious/robust) and the accuracies on three kinds of instances.

    "training": as trained on. "decorrelated": spurious features of both classes fire. "swapped":
    those of the other class alone.
    """
    population = robust_and_spurious(SPURIOUS, RATE)
    steps = EXPOSURES // batch_size
    shown = np.tile(np.repeat([0, 1], batch_size), steps)
    drawn = population.sample(len(shown), seeds, labels=shown)
    # Batches hold so many instances of either class, and each class counts its own.
    found = train_factors(
        drawn, in_turn(len(shown), 2 * batch_size), FixedRates(exposure=batch_size)
    ).last
    own = slice(1, 1 + SPURIOUS)
    labels = np.repeat([0, 1], tested // 2)
    test_seeds = [1_000_000 + seed for seed in seeds]
    accuracies = {
        name: accuracy(Population(population.graph, rates).sample(
            len(labels), test_seeds, labels=labels), found)
        for name, rates in _tests(population.rates).items()
    }  # fmt: skip
    return {"ratio": (found[:, own] - found[:, :1]).mean(axis=1), **accuracies}


def _tests(rates: Floats) -> dict[str, Floats]:
    first, second = slice(1, 1 + SPURIOUS), slice(2 + SPURIOUS, None)
    loose, swapped = rates.copy(), rates.copy()
    loose[:, first], loose[:, second] = RATE, RATE
    swapped[0, first], swapped[0, second] = 0.0, RATE
    swapped[1, first], swapped[1, second] = RATE, 0.0
    return {"training": rates, "decorrelated": loose, "swapped": swapped}
