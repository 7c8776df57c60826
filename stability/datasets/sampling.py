"""Which examples a random subset holds: uniform, or with the shares of the classes kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stability.errors import DataError


def uniform_positions(n: int, size: int, seed: int) -> NDArray[np.int64]:
    """`size` of the positions 0 .. n - 1, uniform without replacement, in random order.

    For one seed, fewer positions are the start of more positions.

    >>> uniform_positions(6, 3, seed=1).tolist() == uniform_positions(6, 6, seed=1).tolist()[:3]
    True
    """
    return _generator(seed).permutation(n)[:size]


def stratified_counts(available: NDArray[np.integer], size: int) -> NDArray[np.int64]:
    """How many examples each class gets: proportional, rounded by largest remainders.

    `available` (classes,) counts what there is; the result sums to `size` (at most the sum of
    `available`) and differs from the exact share by less than 1. Ties go to the first class.

    >>> stratified_counts(np.array([5, 3, 2, 0]), 5).tolist()
    [3, 1, 1, 0]
    """
    total = int(available.sum())
    shares = [size * int(count) for count in available]
    counts = np.array([share // total for share in shares], dtype=np.int64)
    by_remainder = sorted(range(len(shares)), key=lambda k: (-(shares[k] % total), k))
    counts[by_remainder[: size - int(counts.sum())]] += 1
    return counts


def stratified_positions(
    labels: NDArray[np.integer], classes: int, size: int, seed: int
) -> NDArray[np.int64]:
    """`size` positions, each class with its share (`stratified_counts`), in random order."""
    counts = stratified_counts(np.bincount(labels, minlength=classes), size)
    order = _generator(seed).permutation(len(labels))
    kept = [order[labels[order] == k][: counts[k]] for k in range(classes) if counts[k]]
    chosen = np.zeros(len(labels), dtype=bool)
    chosen[np.concatenate(kept)] = True
    return order[chosen[order]]


def positions_per_class(labels: NDArray[np.integer], count: int, seed: int) -> NDArray[np.int64]:
    """Sorted positions of `count` random examples of every class that occurs, or of all it has.

    >>> labels = np.array([1, 1, 0, 1, 2])
    >>> sorted(labels[positions_per_class(labels, 2, seed=0)].tolist())
    [0, 1, 1, 2]
    """
    generator = _generator(seed)
    places = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    chosen = [generator.choice(p, min(count, len(p)), replace=False) for p in places]
    return np.sort(np.concatenate(chosen))


def _generator(seed: object) -> np.random.Generator:
    whole = isinstance(seed, (int, np.integer)) and not isinstance(seed, bool)
    if not whole or seed < 0:  # type: ignore[operator]
        raise DataError(
            where="seed",
            found=seed,
            allowed="a whole number of at least 0",
            remedy="The same seed gives the same examples.",
        )
    return np.random.default_rng(seed)  # pyright: ignore
