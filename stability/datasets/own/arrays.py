"""A user's own data from arrays: flattened, divided by their largest value, classes numbered."""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets.dataset import Dataset
from stability.datasets.input_range import InputRange
from stability.datasets.reader_options import number_type
from stability.errors import DataError, SetupError

MOST_CLASSES = 100_000  # of those that are named by their numbers


def from_arrays(
    inputs: ArrayLike,
    labels: ArrayLike | None = None,
    *,
    targets: ArrayLike | None = None,
    classes: Sequence[str] | None = None,
    name: str = "arrays",
    shape: Sequence[int] | None = None,
    largest: float | None = None,
    range: InputRange | tuple[ArrayLike, ArrayLike] | None = None,
    row_names: Sequence[str] | None = None,
    features: Sequence[str] | None = None,
    dtype: str = "float64",
) -> Dataset:
    """A data set from arrays: inputs (n, ...), labels (n,) from 0 on, targets (n,) or (n, k).

    Inputs of more than two dimensions are flattened and the shape of an example is kept as `shape`
    (channels first for colour). They are stored as `dtype`, "float64" or "float32".
    `largest` declares that inputs lie in [0, largest] and divides them by it (255 for bytes);
    `range` declares another box and divides nothing; without either no range is known, and bounds
    that are proved from one are refused. Without `classes` the classes are named by their numbers,
    up to the largest label.

    Raises DataError as `Dataset` does and for bytes above 1 without `largest` or `range`;
    SetupError for `largest` or `dtype`.

    >>> images = np.full((3, 2, 2), 51, dtype=np.uint8)
    >>> data = from_arrays(images, [0, 1, 0], largest=255)
    >>> data.inputs[0].tolist(), data.shape, data.classes, str(data.range)
    ([0.2, 0.2, 0.2, 0.2], (2, 2), ('0', '1'), '[0, 1]')
    >>> from_arrays([[-1.5], [30.0]], targets=[0.1, 7.0]).range is None
    True
    """
    kind = number_type(dtype, name)
    if largest is not None:
        _check_largest(largest, range, name)
    box = InputRange.of(range, name) if largest is None else InputRange(0.0, 1.0)
    table = _table(inputs, name)
    sizes = table.shape[1:] if shape is None else tuple(shape)
    if table.ndim > 2 and table.size:
        table = table.reshape(len(table), math.prod(table.shape[1:]))
    if box is None and table.dtype == np.uint8 and table.max(initial=0) > 1:
        raise DataError(
            where=f"{name}.inputs",
            found=f"bytes (up to {table.max()}) and no word about their range",
            allowed="bytes with largest = 255, which divides them, or with a range",
            remedy="Divide pixels by the largest possible value; save other numbers as floats.",
        )
    return Dataset(
        _scaled(table, largest, kind),  # type: ignore[arg-type]  # Dataset checks what it is
        labels,
        tuple(_numbered(labels, name) if classes is None else classes),
        name,
        sizes,
        targets=targets,  # type: ignore[arg-type]
        range=box,
        row_names=row_names,  # type: ignore[arg-type]
        features=features,  # type: ignore[arg-type]
    )


def _table(inputs: ArrayLike, name: str) -> NDArray[Any]:
    try:
        return np.asanyarray(inputs)  # a masked array stays one, so that Dataset can refuse it
    except ValueError:
        raise DataError(
            where=f"{name}.inputs",
            found="rows of different lengths",
            allowed="an array (n, ...) of numbers",
            remedy="Give every example the same number of values.",
        ) from None


def _check_largest(largest: object, range: object, name: str) -> None:
    real = isinstance(largest, numbers.Real) and not isinstance(largest, bool)
    if not (real and math.isfinite(largest) and largest > 0):  # type: ignore[arg-type]
        raise SetupError(where=f"{name}.largest", found=largest, allowed="a number above 0")
    if range is not None:
        raise SetupError(
            where=f"{name}.largest",
            found="a range beside it",
            allowed="largest, for inputs in [0, largest] that are divided by it, or a range",
        )


def _scaled(table: NDArray[Any], largest: float | None, kind: np.dtype) -> NDArray[Any]:
    """`table` / `largest` in one new read-only array, or the numbers as they are."""
    if table.dtype.kind not in "buifO" or np.ma.is_masked(table):
        return table  # for Dataset to refuse
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # Dataset refuses what comes of it
            if largest is None:
                return table.astype(kind, copy=False)
            scaled = np.divide(table, kind.type(largest), dtype=kind, casting="unsafe")
    except (TypeError, ValueError):  # objects that are not numbers
        return table
    scaled.setflags(write=False)
    return scaled


def _numbered(labels: ArrayLike | None, name: str) -> tuple[str, ...]:
    if labels is None:
        return ()
    try:
        array = np.asarray(labels)
    except ValueError:
        return ("0",)  # Dataset says what is wrong with such labels
    if array.dtype.kind not in "iu" or array.size == 0:
        return ("0",)  # here too
    if int(array.max()) >= MOST_CLASSES:
        raise DataError(
            where=f"{name}.labels, row {int(array.argmax())}",
            found=f"label {int(array.max())}",
            allowed=f"labels below {MOST_CLASSES} where the classes are not named",
            remedy="Number the classes from 0 without gaps, or name them.",
        )
    return tuple(str(k) for k in range(max(int(array.max()), 0) + 1))
