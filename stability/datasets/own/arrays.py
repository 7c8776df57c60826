"""A user's own data from arrays: flattened, divided by a number that is given, classes numbered."""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets.dataset import Dataset
from stability.datasets.input_range import InputRange
from stability.datasets.own.axes import axes_note, channels_first, check_one_row_each
from stability.datasets.own.labels import Labelled, classes_of, named_labels
from stability.datasets.reader_options import number_type
from stability.errors import DataError, SetupError


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
    channels: str | None = None,
    weights: ArrayLike | None = None,
    row_names: Sequence[str] | None = None,
    features: Sequence[str] | None = None,
    dtype: str = "float64",
) -> Dataset:
    """A data set from arrays: inputs (n, ...), labels (n,), targets (n,) or (n, k).

    Inputs of more than two dimensions are flattened and the shape of an example is kept as `shape`;
    colour comes first, (channels, height, width), unless `channels` is "last". They are stored as
    `dtype`, "float64" or "float32".

    `largest` divides inputs, which must lie in [0, largest] (255 for bytes). `range` declares where
    every input that there can be lies, in the units in which inputs are given. Whole numbers of one
    or two bytes have the range of their format. Otherwise no range is known: what one sample shows
    is none, and bounds that are proved from one are refused.

    `weights` (n,) are what training multiplies the loss of each example by.

    With `classes`, labels are positions in them from 0, or their names. Without, the distinct
    labels in sorted order are the classes, named by their values, and `classes_seen` says so.

    Raises DataError as `Dataset` does, for bytes above 1 without `largest` or `range`, for labels
    that are none (missing, a table, no whole numbers), for a table on its side and for images whose
    channels seem to be last without a word about it; SetupError for `largest`, `channels`, `dtype`.

    >>> images = np.full((3, 2, 2), 51, dtype=np.uint8)
    >>> data = from_arrays(images, [1, 3, 1], largest=255)
    >>> data.inputs[0].tolist(), data.shape, data.classes, str(data.range)
    ([0.2, 0.2, 0.2, 0.2], (2, 2), ('1', '3'), '[0, 1]')
    >>> from_arrays([[-1.5], [30.0]], targets=[0.1, 7.0]).range is None
    True
    """
    kind = number_type(dtype, name)
    declared = InputRange.of(range, name)
    table = _table(inputs, name)
    if shape is None or channels is not None:
        table = channels_first(table, channels, name)
    sizes = table.shape[1:] if shape is None else tuple(shape)
    if table.ndim > 2 and table.size:
        table = table.reshape(len(table), math.prod(table.shape[1:]))
    box = declared or InputRange.of_format(table.dtype)
    if largest is not None:
        _check_largest(largest, table, name)
        box = None if box is None else box.divided(float(largest), kind)
    elif declared is None and table.dtype == np.uint8 and table.max(initial=0) > 1:
        raise DataError(
            where=f"{name}.inputs",
            found=f"bytes (up to {table.max()}) and no word about their range",
            allowed="bytes with largest = 255, which divides them, or with a range",
            remedy="Say largest = 255 (in [data] of a run file); save other numbers as floats.",
        )
    found = _labelled(labels, classes, name)
    check_one_row_each(table, None if labels is None else len(found.positions), name)
    notes = (found.note, axes_note(sizes) if shape is None else "")
    return Dataset(
        _scaled(table, largest, kind),  # type: ignore[arg-type]  # Dataset checks what it is
        found.positions,
        found.classes,
        name,
        sizes,
        targets=targets,  # type: ignore[arg-type]
        weights=weights,  # type: ignore[arg-type]
        range=box,
        row_names=row_names,  # type: ignore[arg-type]
        features=features,  # type: ignore[arg-type]
        classes_seen=labels is not None and classes is None,
        notes=tuple(note for note in notes if note),
    )


def _labelled(labels: ArrayLike | None, classes: Sequence[str] | None, name: str) -> Labelled:
    if labels is None:
        return Labelled(None, () if classes is None else tuple(classes))
    if classes is None:
        return classes_of(labels, name)
    return Labelled(named_labels(labels, classes, name), tuple(classes))


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


def _check_largest(largest: object, table: NDArray[Any], name: str) -> None:
    real = isinstance(largest, numbers.Real) and not isinstance(largest, bool)
    if not (real and math.isfinite(largest) and largest > 0):  # type: ignore[arg-type]
        raise SetupError(where=f"{name}.largest", found=largest, allowed="a number above 0")
    if table.dtype.kind not in "biuf" or not table.size or np.ma.is_masked(table):
        return  # for Dataset to refuse
    low, high = table.min(), table.max()
    if low < 0 or high > largest:  # type: ignore[operator]
        raise DataError(
            where=f"{name}.inputs",
            found=f"numbers from {low:g} to {high:g}",
            allowed=f"numbers in [0, {largest:g}], as largest says",
            remedy="Give the largest that there can be; leave it out for numbers below 0.",
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
