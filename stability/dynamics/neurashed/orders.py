"""In which order instances are trained on: batches for many seeds at once.

All are whole numbers (seeds, steps, b): the instances of each batch. Each seed draws with a
generator of its own, so that it gives the same numbers beside any others.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stability.errors import SetupError

Batches = NDArray[np.int64]
NOBODY = -1
"""In place of an instance: the batch lacks it."""


def passes(instances: int, epochs: int, batch_size: int, seeds: Sequence[int]) -> Batches:
    """Passes over the instances, each shuffled anew; a last batch that is not full is left out.

    >>> passes(4, 3, 2, seeds=[0, 1]).shape
    (2, 6, 2)
    """
    _check(instances, epochs, batch_size)
    if batch_size > instances:
        raise SetupError(
            where="batch_size", found=batch_size, allowed=f"at most the {instances} instances"
        )
    full = instances // batch_size * batch_size
    orders = [
        np.random.default_rng(seed).permuted(np.tile(np.arange(instances), (epochs, 1)), axis=1)
        for seed in seeds
    ]
    return np.stack(orders)[:, :, :full].reshape(len(orders), -1, batch_size)


def draws(instances: int, steps: int, batch_size: int, seeds: Sequence[int]) -> Batches:
    """Batches drawn with replacement.

    >>> draws(4, 3, 2, seeds=[0, 1]).shape
    (2, 3, 2)
    """
    _check(instances, steps, batch_size)
    size = (steps, batch_size)
    return np.stack([np.random.default_rng(s).integers(instances, size=size) for s in seeds])


def in_turn(instances: int, batch_size: int) -> Batches:
    """Each instance once, in the order in which they stand: for instances drawn for the purpose.

    >>> in_turn(5, 2).tolist()
    [[[0, 1], [2, 3]]]
    """
    _check(instances, 1, batch_size)
    full = instances // batch_size * batch_size
    return np.arange(full).reshape(1, -1, batch_size)


def without(batches: Batches, deleted: Sequence[int] | NDArray[np.int64]) -> Batches:
    """Orders without one instance each: (deleted, steps, b).

    `batches`: one order (1, steps, b), without each of the `deleted` (k,) in turn; or k orders,
    each without its own. Everything else stays where it is, and the place of what is not there is
    empty.

    >>> without(np.array([[[0, 1], [1, 2]]]), [1]).tolist()
    [[[0, -1], [-1, 2]]]
    """
    gone = np.asarray(deleted, dtype=np.int64)[:, None, None]
    return np.where(batches == gone, NOBODY, batches)


def _check(instances: int, steps: int, batch_size: int) -> None:
    for name, value in (("instances", instances), ("steps", steps), ("batch_size", batch_size)):
        if value < 1:
            raise SetupError(where=name, found=value, allowed="a whole number of at least 1")
