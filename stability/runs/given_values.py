"""What is predicted, and the inputs of training functions, as `stability.measure` gets them."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import numpy as np

from stability.errors import DataError, SetupError


def one_each(y: Any, X: Any, name: str) -> Any:
    """`y` (n,) as it is; a frame or an array of one column as that column.

    Raises SetupError for a text, which is no value for each row, DataError for several columns.

    >>> one_each(np.array([[1.0], [2.0]]), None, "data").tolist()
    [1.0, 2.0]
    """
    if isinstance(y, str):
        column = y in getattr(X, "columns", ())
        raise SetupError(
            where="y",
            found=f"the text {y!r}" + (", the name of a column of X" if column else ""),
            allowed="what is predicted for each row, (n,): values, not a name",
            remedy=f"Give X.drop(columns={y!r}) as X and X[{y!r}] as y." if column else "",
        )
    if not hasattr(y, "iloc"):
        y = y if hasattr(y, "ndim") else _array(y)
    if y.ndim < 2:
        return y
    if y.ndim > 2 or y.shape[1] != 1:
        raise DataError(
            where=f"y of the {name}",
            found=f"values of shape {tuple(y.shape)}",
            allowed="one value for each row, (n,) or (n, 1)",
            remedy="Predict one column at a time.",
        )
    return y.iloc[:, 0] if hasattr(y, "iloc") else y[:, 0]


def _array(y: Any) -> Any:
    """Lists as an array, if they are one; other things as they are."""
    try:
        return np.asarray(y)
    except ValueError:
        return np.asarray(y, dtype=object)


def never_read(*inputs: Any) -> tuple[Any, ...]:
    """Inputs for a training function, which has its data itself: nothing in them is refused.

    Arrays of finite numbers are as they are. If one of them is none of these, all frames, arrays
    and lists become a checksum of each row (n, 1), so that a folder of results is not gone on with
    for other data.

    >>> never_read([["Basel", None], ["Bern", 2]], np.zeros((1, 2)))
    (array([[2633332399],
           [3843884313]]), array([[3971697493]]))
    """
    if all(isinstance(one, np.ndarray) and _finite(one) for one in inputs):
        return inputs
    return tuple(_checksums(one) for one in inputs)


def _checksums(inputs: Any) -> Any:
    if hasattr(inputs, "tocsr"):
        found = inputs.tocsr()
        rows: Any = (found[k].toarray() for k in range(found.shape[0]))
    elif hasattr(inputs, "iloc"):
        frame = inputs.to_frame() if inputs.ndim == 1 else inputs
        rows = frame.astype(object).itertuples(index=False, name=None)
    elif isinstance(inputs, (list, tuple, np.ndarray)):
        rows = inputs
    else:
        return inputs
    sums = [crc32(row.tobytes() if _plain(row) else repr(row).encode()) for row in rows]
    return np.array(sums, dtype=np.int64).reshape(-1, 1)


def _plain(row: Any) -> bool:
    return isinstance(row, np.ndarray) and row.dtype != object


def _finite(array: Any) -> bool:
    return array.ndim > 1 and array.dtype.kind in "biuf" and bool(np.isfinite(array).all())
