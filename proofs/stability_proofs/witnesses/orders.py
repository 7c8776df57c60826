"""Orders of visiting examples, enumerated: the share of every example in the batch of a step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import permutations, product
from math import ceil
from typing import Any

Share = Callable[[Any, int, int], Fraction]


@dataclass(frozen=True)
class Orders:
    """All orders, equally probable, of so many examples, and their shares: share(r, t, i).

    `seeds` are the batches that may be drawn in one step, where they are drawn independently.
    Steps before the first and after the last use batches again.
    """

    words: str
    size: int
    steps: int
    all: tuple[Any, ...]
    share: Share
    batch: int
    seeds: tuple[Any, ...] = ()


@cache
def full(size: int, steps: int) -> Orders:
    """The whole sample in every step."""
    share = Fraction(1, size)
    words = f"gradient descent, {steps} steps, m = {size}"
    return Orders(words, size, steps, (0,), lambda r, t, i: share, size)


@cache
def with_replacement(size: int, steps: int, batch: int = 1) -> Orders:
    """Every sequence of batches."""
    seeds = tuple(product(range(size), repeat=batch))
    words = f"{steps} steps, {batch} drawn with replacement in each, m = {size}"

    def share(r: Any, t: int, i: int) -> Fraction:
        return Fraction(r[int(t - 1) % steps].count(i), batch)

    return Orders(words, size, steps, tuple(product(seeds, repeat=steps)), share, batch, seeds)


@cache
def shuffled(size: int, steps: int, batch: int) -> Orders:
    """Passes in one of all orders, the same in each pass, the last batch short."""
    length = ceil(size / batch)
    words = f"{steps} steps in a shuffled order, batches of {batch}, m = {size}"

    def share(r: Any, t: int, i: int) -> Fraction:
        place = int(t - 1) % length
        members = r[batch * place : batch * (place + 1)]
        return Fraction(int(i in members), len(members))

    return Orders(words, size, steps, tuple(permutations(range(size))), share, batch)
