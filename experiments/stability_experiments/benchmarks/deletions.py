"""Retraining without each of many examples: all at once, against one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from stability.datasets import load_digits
from stability.training import Recipe, train_batched, train_one
from stability_experiments.benchmarks.memory import apart, peak

STEPS = 300
SIZE = 1200
THREADS = 2
DELETIONS = (20, 50, 100, 200, 500, 1000)
BATCH_SIZES = (4, 100)
USUAL = (200, 20)
"""Deletions and batch size of the headline."""
ONE_BY_ONE = 4
REPEATS = 4


@dataclass(frozen=True)
class Timing:
    """Seconds for all models together and for each alone, both medians; what it took.

    `difference` is the largest of any trained weight and any loss between the two ways, over the
    `alone` models that were trained both ways; `memory` the bytes by which the process grew, at
    its peak, above what it had after training one model.
    """

    deletions: int
    batch_size: int
    together: float
    each: float
    alone: int
    difference: float
    memory: int

    @property
    def ratio(self) -> float:
        """How much faster they are together."""
        return self.each * self.deletions / self.together


def run(deletions: int = USUAL[0], seed: int = 0) -> Iterator[str]:
    """Digits, ReLU network 64-32-10, 300 SGD steps, float64, both ways with two threads.

    The headline, then the ratio over the number of deletions and over the batch size; each
    setting in a process of its own, so that its peak memory can be seen. For the headline every
    model is trained both ways, for the others the first few.
    """
    first = apart(measure, deletions, USUAL[1], seed, deletions)
    yield (
        f"{deletions} deletions of a 64-32-10 network, {STEPS} steps, batch {USUAL[1]}, {THREADS} "
        f"threads: {first.together:.2f} s together, {first.each:.3f} s each alone; ratio "
        f"{first.ratio:.1f}; largest difference of a weight or loss, over {first.alone} models: "
        f"{first.difference:.1e}; peak memory +{first.memory / 1e6:.0f} MB"
    )
    for count in DELETIONS:
        yield "  " + _line(apart(measure, count, USUAL[1], seed))
    for batch_size in BATCH_SIZES:
        yield "  " + _line(apart(measure, deletions, batch_size, seed))


def measure(deletions: int, batch_size: int, seed: int, alone: int = ONE_BY_ONE) -> Timing:
    """One setting, measured here: the two ways in turn, medians of both.

    The least of many times would flatter the way that is timed more often on a busy machine.
    """
    train, test = load_digits().split(SIZE, seed)
    recipe = Recipe(
        widths=(32,),
        step_size=0.1,
        epochs=STEPS * batch_size // SIZE,
        batch_size=batch_size,
        threads=THREADS,
    )
    chosen = np.random.default_rng(seed).choice(SIZE, deletions, replace=False)
    train_one(recipe, train)
    before = peak(anew=True)
    seconds, [stack] = _timed(lambda: list(train_batched(recipe, train, chosen)))
    memory = peak() - before
    losses = stack.losses(test)
    together, each, difference = [seconds], [], 0.0
    for k in range(alone):
        if k % max(1, alone // REPEATS) == 0:
            together.append(_timed(lambda: list(train_batched(recipe, train, chosen)))[0])
        position = int(chosen[k])
        seconds, model = _timed(lambda i=position: train_one(recipe, train, i))
        each.append(seconds)
        same = stack.model(k).parameters
        gaps = (float((p - same[name]).abs().max()) for name, p in model.parameters.items())
        difference = max(difference, *gaps, float(np.abs(model.losses(test) - losses[k]).max()))
    middle = float(np.median(together)), float(np.median(each))
    return Timing(deletions, batch_size, *middle, alone, difference, memory)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = perf_counter()
    result = work()
    return perf_counter() - start, result


def _line(timing: Timing) -> str:
    return (
        f"{timing.deletions:5d} deletions, batch {timing.batch_size:3d}: {timing.together:6.2f} s, "
        f"ratio {timing.ratio:5.1f}, peak memory +{timing.memory / 1e6:.0f} MB"
    )
