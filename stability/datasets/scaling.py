"""Bytes to numbers in [0, 1], part by part, so that no second copy of the whole is made."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def unit_inputs(parts: list[NDArray[np.uint8]], dtype: np.dtype) -> NDArray[np.floating]:
    """The rows of all parts, byte / 255 rounded to `dtype`, as one read-only array (n, d).

    Each part (n_k, ...) is flattened to rows. The list is emptied on the way, so that its bytes
    can be freed.

    >>> unit_inputs([np.array([[0, 255]], np.uint8)], np.dtype("float32")).tolist()
    [[0.0, 1.0]]
    """
    rows = sum(len(part) for part in parts)
    inputs = np.empty((rows, parts[0][0].size), dtype=dtype)
    start = 0
    while parts:
        part = parts.pop(0)
        inside = inputs[start : start + len(part)]
        np.divide(part.reshape(len(part), -1), dtype.type(255), out=inside)
        start += len(part)
    inputs.setflags(write=False)
    return inputs
