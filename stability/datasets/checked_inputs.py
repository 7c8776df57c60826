"""The check of inputs when a data set is made: finite numbers, in the range that is declared."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from operator import index
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets.input_range import InputRange
from stability.errors import DataError

KINDS = {
    **{"c": "complex numbers", "U": "texts", "S": "texts", "V": "records"},
    **{"M": "dates", "m": "durations"},
}
LISTED = 8
"""So many rows are listed in a message."""
Naming = Callable[[int, int], str]
"""From a row and a column (of the table (n, d)) to the words for that place."""


def listed_rows(rows: NDArray[np.integer]) -> str:
    """Rows for messages, the first eight of them.

    >>> listed_rows(np.arange(10, 20))
    '10, 11, 12, 13, 14, 15, 16, 17, ...'
    """
    return ", ".join(map(str, rows[:LISTED])) + (", ..." if len(rows) > LISTED else "")


def refuse_missing(array: Any, where: str) -> None:
    """DataError for a masked array with masked entries."""
    if isinstance(array, np.ma.MaskedArray) and np.ma.is_masked(array):
        masked = np.atleast_1d(np.ma.getmaskarray(array))
        rows = np.unique(np.nonzero(masked)[0])
        raise DataError(
            where=where,
            found=f"missing (masked) entries in {len(rows)} rows: {listed_rows(rows)}",
            allowed="a number in every place",
            remedy="Remove the rows with missing entries or fill them in.",
        )


def real_numbers(values: ArrayLike, where: str, allowed: str) -> NDArray[np.floating]:
    """Float32 as it is, all other real numbers as float64; DataError for anything else."""
    refuse_missing(values, where)
    try:
        array = np.asarray(values)
    except ValueError:
        raise DataError(
            where=where,
            found="rows of different lengths",
            allowed=allowed,
            remedy="Give every example the same number of values.",
        ) from None
    if array.dtype == np.float32:
        return array
    if array.dtype.kind in KINDS:
        raise DataError(
            where=where,
            found=f"{KINDS[array.dtype.kind]} (type {array.dtype})",
            allowed=allowed,
            remedy="Turn them into numbers first: a column of 0 and 1 for each category.",
        )
    try:
        with np.errstate(over="ignore"):  # too large for float64: infinite, which is refused
            return array.astype(np.float64, copy=False)
    except (TypeError, ValueError, OverflowError):
        raise _no_number(array, where, allowed) from None


def _no_number(array: NDArray[Any], where: str, allowed: str) -> DataError:
    """The error that names the first object that is no number."""
    place, found = "", "objects that are not numbers"
    for position, value in np.ndenumerate(array):
        try:
            float(value)
        except (TypeError, ValueError, OverflowError) as error:
            place = f", row {position[0]}" if position else ""
            place += f", column {position[1]}" if len(position) == 2 else ""
            found = f"an object of type {type(value).__name__}, which is not a number"
            if isinstance(error, OverflowError):
                found = "a whole number too large for float64"
            break
    return DataError(
        where=where + place,
        found=found,
        allowed=allowed,
        remedy="Remove the rows with missing values, and turn other values into numbers.",
    )


def read_only(array: NDArray) -> NDArray:
    """The array itself if its memory cannot be written to, otherwise a read-only copy."""
    owner: Any = array
    while isinstance(owner, np.ndarray) and not owner.flags.writeable:
        if owner.flags.owndata:
            return array
        owner = owner.base
    copy = np.array(array, order="C")
    copy.setflags(write=False)
    return copy


def checked_inputs(
    inputs: ArrayLike, shape: Sequence[int] | None, name: str
) -> tuple[NDArray[np.floating], tuple[int, ...]]:
    """A read-only table (n, d), and the shape of an example, whose product is d."""
    where = f"{name}.inputs"
    array = real_numbers(inputs, where, "an array (n, ...) of real numbers")
    if array.ndim < 2 or array.size == 0:
        raise DataError(
            where=where,
            found=f"an array of shape {array.shape}",
            allowed="an array (n, ...) of n examples, at least one, with the same numbers each",
            remedy="Reshape a single column of numbers to (n, 1)." if array.ndim == 1 else "",
        )
    d = math.prod(array.shape[1:])
    sizes: Any = array.shape[1:] if shape is None else shape
    try:
        sizes = tuple(index(size) for size in sizes)
        fits = min(sizes, default=0) > 0 and math.prod(sizes) == d
    except TypeError:  # no sizes, or sizes that are no whole numbers
        fits = False
    if not fits:
        raise DataError(
            where=f"{name}.shape",
            found=sizes,
            allowed=f"positive sizes whose product is {d}, how many numbers an example has",
            remedy=f"Use ({d},) for a plain row of numbers.",
        )
    table = read_only(array)
    if table.ndim > 2:
        table = table.reshape(len(table), d)
        table.setflags(write=False)
    return table, sizes


def check_values(
    table: NDArray[np.floating], box: InputRange | None, name: str, where: Naming
) -> None:
    """DataError for the first number that is not finite, or not in the range declared."""
    d = table.shape[1]
    if box is not None and box.columns not in (None, d):
        raise DataError(
            where=f"{name}.range",
            found=str(box),
            allowed=f"one range, or one for each of the {d} numbers of an example",
        )
    least, most = table.min(axis=0), table.max(axis=0)  # NaN if one of the numbers is
    ends = (-np.inf, np.inf) if box is None else (box.low, box.high)
    low, high = (np.broadcast_to(np.asarray(end, table.dtype), (d,)) for end in ends)
    finite = np.isfinite(least).all() and np.isfinite(most).all()
    if finite and (least >= low).all() and (most <= high).all():
        return
    good = np.isfinite(table) & (table >= low) & (table <= high)
    rows = np.flatnonzero(~good.all(axis=1))
    column = int(np.flatnonzero(~good[rows[0]])[0])
    value = table[rows[0], column]
    outside = np.isfinite(value)
    raise DataError(
        where=where(int(rows[0]), column),
        found=f"the value {value} ({len(rows)} of {len(table)} rows have such values: "
        f"{listed_rows(rows)})",
        allowed="finite numbers"
        if box is None
        else f"numbers in [{low[column]:g}, {high[column]:g}], as {box.by} declares",
        remedy="Declare the range of the inputs that there can be, or divide them by the largest."
        if outside
        else "Remove the rows with missing or infinite values, or fill them in.",
    )
