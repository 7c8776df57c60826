"""The locally elastic SDE: trials per second with all of them in one array, against one at a time.

Then the effect of deleting every sample, those of a class together, against one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import numpy as np

from stability.dynamics import (
    LocallyElasticSDE,
    all_deletion_shifts,
    constant_strengths,
    deletion_shifts,
    fading_strengths,
    simulate,
)
from stability.dynamics.sde.model import KINDS
from stability.runs.tasks.threads import on_one_thread
from stability_experiments.common.elastic_paths import Floats, simplex_start

TRIALS, STEPS, ALONE = 500, 1000, 5
CLASSES, SAMPLES, NOISE = 3, 30, 0.1
AIM = 20.0
"""How many times as fast all trials together are to be."""


def run(trials: int = TRIALS, steps: int = STEPS, alone: int = ALONE) -> Iterator[str]:
    """A line for each model, and one on deletions; `alone` trials are timed one by one."""
    with on_one_thread():
        for kind in KINDS:
            yield _trials(kind, trials, steps, alone)
        yield _deletions(alone)


def _trials(kind: str, trials: int, steps: int, alone: int) -> str:
    model = LocallyElasticSDE(fading_strengths(1.5, 1.0, -0.001), NOISE, kind)
    start, end = simplex_start(CLASSES, SAMPLES), float(steps)

    def paths(count: int, seed: int) -> Floats:
        return simulate(model, start, [end], trials=count, step=1.0, seed=seed)[0]

    paths(1, 0)  # what is imported on first use is there before the clock starts
    begin = perf_counter()
    together = paths(trials, 0)
    fast = trials / (perf_counter() - begin)
    begin = perf_counter()
    single = np.concatenate([paths(1, seed) for seed in range(alone)])
    slow = alone / (perf_counter() - begin)
    expected = NOISE**2 * end * (1 - 1 / SAMPLES)
    variances = [float(found.var(axis=2).mean() / expected) for found in (together, single)]
    return (
        f"locally elastic SDE, {kind}, {CLASSES} classes of {SAMPLES}, {steps:,} steps: "
        f"{fast:,.0f} trials a second with {trials:,} at once, {slow:,.1f} one at a time; ratio "
        f"{fast / slow:.0f} (aim {AIM:g}); variance within classes over the exact one "
        f"{variances[0]:.3f} and {variances[1]:.3f}"
    )


def _deletions(alone: int) -> str:
    model = LocallyElasticSDE(constant_strengths(0.02, 0.005))
    noise = np.random.default_rng(0).normal(size=(CLASSES, SAMPLES, CLASSES))
    start = simplex_start(CLASSES, SAMPLES) + 0.3 * noise
    deletion_shifts(model, start, (0, 0), [1.0])
    begin = perf_counter()
    together = all_deletion_shifts(model, start, [150.0])
    fast = perf_counter() - begin
    places = [(k % CLASSES, k) for k in range(alone)]
    begin = perf_counter()
    single = [deletion_shifts(model, start, place, [150.0]) for place in places]
    each = (perf_counter() - begin) / alone
    differences = [
        np.abs(together[:, *place] - one).max() for place, one in zip(places, single, strict=True)
    ]
    count = CLASSES * SAMPLES
    return (
        f"locally elastic ODE, {count} deletions: {fast:.3f} s at once; one by one "
        f"{each * count:.2f} s (from {alone} of them); ratio {each * count / fast:.0f}; largest "
        f"difference of shifts {max(differences):.1e}"
    )
