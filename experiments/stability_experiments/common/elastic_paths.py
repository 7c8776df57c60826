"""Paths of the locally elastic SDE for experiments: where they start, when one looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.dynamics import LocallyElasticSDE, simulate

Floats = NDArray[np.float64]
Measure = Callable[[Floats], ArrayLike]
"""From features (trials, K, n, p) to a number of each trial, or an array of each."""

TOGETHER = 40
"""Trials that are simulated at a time."""


def simplex_start(classes: int, samples: int) -> Floats:
    """Features (K, n, K): every sample of class k at e_k - 1/K, distance sqrt(2) from the others.

    >>> simplex_start(2, 3)[0].tolist()
    [[0.5, -0.5], [0.5, -0.5], [0.5, -0.5]]
    """
    return np.repeat((np.eye(classes) - 1.0 / classes)[:, None], samples, axis=1)


def followed(
    model: LocallyElasticSDE,
    start: Floats,
    times: ArrayLike,
    measures: Mapping[str, Measure],
    *,
    trials: int,
    steps: int,
    seed: int,
) -> dict[str, Floats]:
    """What is measured (T, trials, ...) at increasing times (T,) above 0, on independent paths.

    `start` (K, n, p), or (trials, K, n, p) for a start of each trial. Steps become longer as 1 + t
    does, `steps` of them to the last time, and all `times` are reached.
    """
    when = np.asarray(times, dtype=np.float64)
    grid = np.unique(
        np.concatenate([np.expm1(np.linspace(0, np.log1p(when[-1]), steps + 1)), when])
    )
    looked = np.searchsorted(grid, when)
    found: dict[str, list[Floats]] = {name: [] for name in measures}
    for first in range(0, trials, TOGETHER):
        count = min(TOGETHER, trials - first)
        begin = start if start.ndim == 3 else start[first : first + count]
        features = simulate(
            model, begin, grid, trials=count, step=float(grid[-1]), seed=seed + first
        )[looked]
        for name, measure in measures.items():
            each = [np.asarray(measure(now), dtype=np.float64) for now in features]
            found[name].append(np.stack(each))
    return {name: np.concatenate(parts, axis=1) for name, parts in found.items()}
