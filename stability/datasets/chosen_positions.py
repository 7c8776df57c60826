"""Checks of what is asked for of a data set: positions of examples, and how many of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stability.errors import DataError


def checked_positions(
    indices: Sequence[int] | NDArray[np.integer], n: int, where: str
) -> NDArray[np.integer]:
    """Positions (k,) among n examples, in the order given; repeats are allowed.

    Raises DataError for none, and for what is no whole number in 0 .. n - 1.
    """
    try:
        chosen = np.asarray(indices)
    except ValueError:  # nested lists of different lengths
        chosen = np.asarray(indices, dtype=object)
    if chosen.ndim != 1 or chosen.size == 0 or not np.issubdtype(chosen.dtype, np.integer):
        raise DataError(
            where=where,
            found=f"indices of shape {chosen.shape} and type {chosen.dtype}",
            allowed="a non-empty list of whole numbers",
            remedy="Turn a mask into positions with numpy.flatnonzero.",
        )
    outside = chosen[(chosen < 0) | (chosen >= n)]
    if outside.size:
        raise DataError(
            where=where,
            found=f"position {int(outside[0])}",
            allowed=f"positions from 0 to {n - 1}",
            remedy="Count from the start of this data set.",
        )
    return chosen


def check_size(size: object, largest: int, where: str, remedy: str) -> None:
    """Raise DataError, with the remedy, unless a size is a whole number from 1 to `largest`."""
    whole = isinstance(size, (int, np.integer)) and not isinstance(size, bool)
    if not whole or not 1 <= size <= largest:  # type: ignore[operator]
        raise DataError(
            where=where,
            found=f"a size of {size}",
            allowed=f"a whole number from 1 to {largest}",
            remedy=remedy,
        )
