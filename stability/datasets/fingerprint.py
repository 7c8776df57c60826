"""The sha256 of what a data set holds: equal contents, equal digits."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray


def fingerprint(
    inputs: NDArray[np.floating],
    shape: tuple[int, ...],
    classes: tuple[str, ...],
    labels: NDArray[np.int64] | None,
    targets: NDArray[np.float64] | None,
    weights: NDArray[np.float64] | None,
) -> str:
    """64 hex digits of inputs (n, d), their type and the shape of one, and of the columns given.

    The order of the examples counts. The digits are the same on every machine.
    """
    kind = inputs.dtype.newbyteorder("<")  # of another length for another type
    head: dict[str, Any] = {"shape": inputs.shape, "image": shape, "classes": classes}
    columns = [np.ascontiguousarray(inputs, dtype=kind)]
    if labels is not None:
        columns.append(np.ascontiguousarray(labels, dtype="<i8"))
    for name, column in (("targets", targets), ("weights", weights)):
        if column is not None:  # without them as it was before there were any
            head[name] = column.shape
            columns.append(np.ascontiguousarray(column, dtype="<f8"))
    digest = hashlib.sha256(json.dumps(head, sort_keys=True).encode())
    for column in columns:
        digest.update(column.data)
    return digest.hexdigest()
