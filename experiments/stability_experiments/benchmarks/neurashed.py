"""Neurashed: instance-steps per second with all seeds at once, against one at a time.

One at a time: the same code on one seed; at fixed rates, where that adds up all steps at once, a
loop over the steps. Then a deletion of every instance, all at once, against a training for each.
"""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import numpy as np

from stability.dynamics import (
    FixedRates,
    Instances,
    ResidualRates,
    Updates,
    delete_instances,
    in_turn,
    passes,
    train_factors,
    tree_population,
)
from stability.dynamics.neurashed.graph import Floats
from stability.dynamics.neurashed.orders import Batches
from stability.runs.tasks.threads import on_one_thread

SEEDS, STEPS, ALONE = 1000, 1000, 5
SAMPLE, PASSES = 400, 5
START = 0.5
AIM = 20.0
"""How many times as fast all seeds together are to be."""


def run(
    seeds: int = SEEDS, steps: int = STEPS, alone: int = ALONE, sample: int = SAMPLE
) -> Iterator[str]:
    """A line for each rule, and one on deletions; `alone` trainings are timed one by one."""
    with on_one_thread():
        drawn = tree_population().sample(steps, range(seeds))
        for rule in (FixedRates(), ResidualRates()):
            yield _seeds(drawn, rule, alone)
        yield _deletions(sample, alone)


def _seeds(drawn: Instances, rule: Updates, alone: int) -> str:
    seeds, steps = drawn.labels.shape
    order = in_turn(steps, 1)
    drawn.firing  # noqa: B018  what fires is found once, before the clock starts
    ones = [Instances(drawn.graph, drawn.patterns[k], drawn.labels[k]) for k in range(alone)]
    for one in ones:
        one.firing  # noqa: B018
    start = perf_counter()
    together = train_factors(drawn, order, rule, start=START).last
    fast = seeds * steps / (perf_counter() - start)
    start = perf_counter()
    single = [_alone(one, rule, order) for one in ones]
    slow = alone * steps / (perf_counter() - start)
    difference = float(np.abs(np.stack(single) - together[:alone]).max())
    return (
        f"neurashed, {rule.title}, {len(drawn.graph.features)} features: {fast:,.0f} "
        f"instance-steps a second with {seeds:,} seeds at once, {slow:,.0f} one at a time; ratio "
        f"{fast / slow:.0f} (aim {AIM:g}); largest difference of ln(factor) {difference:.1e}"
    )


def _alone(one: Instances, rule: Updates, order: Batches) -> Floats:
    """The logarithms (F,) of the factors of one seed, step by step."""
    if rule.gated:
        return train_factors(one, order, rule, start=START).last[0]
    reach, fires = one.graph.reach[one.labels], one.firing.features
    ln = np.full(len(one.graph.features), np.log(START))
    for [number] in order[0]:
        change = np.where(fires[number], rule.growth, -rule.decay)
        ln = ln + change * reach[number]
    return ln


def _deletions(sample: int, alone: int) -> str:
    population = tree_population()
    train, test = (population.sample(n, [s]).of_seed(0) for n, s in ((sample, 0), (500, 1)))
    order, rule = passes(sample, PASSES, 1, [0]), ResidualRates()
    start = perf_counter()
    delete_instances(train, test, order, rule, start=START)
    together = perf_counter() - start
    start = perf_counter()
    for k in range(alone):
        delete_instances(train, test, order, rule, start=START, deleted=[k])
    # Each of these trains twice, on everything and without one instance.
    each = (perf_counter() - start) / (2 * alone)
    return (
        f"neurashed, {sample} deletions of m = {sample}, {PASSES} passes: {together:.2f} s at "
        f"once; one by one {each * sample:.1f} s (from {alone} of them); ratio "
        f"{each * sample / together:.0f}"
    )
