"""Exact minimisers on the line, and averages over finitely many hypotheses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tests.fuzzing.problems.line import Floats, Losses

HALVINGS = 80


def minimiser(losses: Losses, weights: Floats, strength: float) -> float:
    """The minimiser of sum_k weights_k l(w; k) + strength/2 w^2, losses convex."""
    high = float(np.abs(losses.slope).max() * weights.sum() / strength + 1.0)
    high += float(np.abs(losses.centre).max())
    low = -high
    for _ in range(HALVINGS):
        middle = np.array((low + high) / 2)
        slope = float((weights * losses.slopes(middle)).sum() + strength * middle)
        low, high = (float(middle), high) if slope < 0 else (low, float(middle))
    return (low + high) / 2


def weights_of(sample: Sequence[int], kinds: int, divisor: int, without: int | None) -> Floats:
    """What each loss weighs in the objective."""
    found = np.zeros(kinds)
    for place, z in enumerate(sample):
        if place != without:
            found[z] += 1.0 / divisor
    return found


def averaged(table: Floats, weights: Floats, strength: float) -> Floats:
    """Gibbs: the mean losses (K,) under q ~ exp(-objective/strength) on the hypotheses.

    `table` (K, hypotheses) holds the base losses.
    """
    energy = -(weights @ table) / strength
    q = np.exp(energy - energy.max())
    return table @ (q / q.sum())
