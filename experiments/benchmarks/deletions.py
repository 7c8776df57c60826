"""Retraining without each of many examples: all at once, against one by one."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import numpy as np

from stability.datasets import load_digits
from stability.training import Recipe, losses_of, train_batched, train_one

DELETIONS = 100
ONE_BY_ONE = 5


def run(deletions: int = DELETIONS, seed: int = 0) -> Iterator[str]:
    """Digits, ReLU network 64-32-10, 10 epochs; the loop is timed on a few and compared each."""
    train, test = load_digits().split(1280, seed)
    recipe = Recipe(widths=(32,), step_size=0.1, epochs=10, batch_size=20)
    chosen = np.random.default_rng(seed).choice(len(train), deletions, replace=False)
    train_one(recipe, train)
    start = perf_counter()
    batched = [
        losses for stack in train_batched(recipe, train, chosen) for losses in stack.losses(test)
    ]
    together = perf_counter() - start
    start = perf_counter()
    alone = [losses_of(train_one(recipe, train, int(i)), test) for i in chosen[:ONE_BY_ONE]]
    each = (perf_counter() - start) / ONE_BY_ONE
    difference = max(float(np.abs(a - b).max()) for a, b in zip(alone, batched, strict=False))
    yield (
        f"{deletions} deletions of a 64-32-10 network: {together:.2f} s together, {each:.3f} s "
        f"each alone; ratio {each * deletions / together:.1f}; largest difference {difference:.1e}"
    )
