"""The check of all that stands beside the inputs: labels, targets, row numbers, names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets.checked_inputs import read_only, real_numbers, refuse_missing
from stability.errors import DataError


def checked_labels(
    labels: ArrayLike, classes: Sequence[str], count: int, name: str
) -> NDArray[np.int64]:
    """Read-only positions (n,) in `classes`."""
    where = f"{name}.labels"
    array = _whole_numbers(labels, where, "Number the classes from 0.")
    if len(array) != count:
        raise DataError(
            where=where,
            found=f"{len(array)} labels for {count} inputs",
            allowed="one label for each input",
            remedy="Check that both come from the same part of the data.",
        )
    outside = np.flatnonzero((array < 0) | (array >= len(classes)))
    if outside.size:
        raise DataError(
            where=f"{where}, row {int(outside[0])}",
            found=f"label {int(array[outside[0]])} ({outside.size} of {array.size} labels "
            "are out of range)",
            allowed=f"whole numbers from 0 to {len(classes) - 1}"
            if classes
            else "labels together with the names of the classes",
            remedy="Number the classes from 0 and name all of them.",
        )
    return read_only(array.astype(np.int64, copy=False))


def checked_targets(targets: ArrayLike, count: int, name: str) -> NDArray[np.float64]:
    """Read-only finite numbers (n,) or (n, k)."""
    where = f"{name}.targets"
    array = real_numbers(targets, where, "real numbers (n,) or (n, k)")
    if array.ndim not in (1, 2) or array.size == 0 or len(array) != count:
        raise DataError(
            where=where,
            found=f"targets of shape {array.shape} for {count} inputs",
            allowed=f"targets ({count},), or ({count}, k) for several of each",
            remedy="Give one target, or one row of targets, for each input.",
        )
    bad = np.argwhere(~np.isfinite(array))
    if bad.size:
        column = f", column {bad[0][1]}" if array.ndim == 2 else ""
        raise DataError(
            where=f"{where}, row {bad[0][0]}{column}",
            found=f"the value {array[tuple(bad[0])]}",
            allowed="finite numbers",
            remedy="Remove the rows with missing or infinite targets.",
        )
    return read_only(array.astype(np.float64, copy=False))


def checked_weights(weights: ArrayLike, count: int, name: str) -> NDArray[np.float64]:
    """Read-only finite numbers (n,) above 0."""
    where = f"{name}.weights"
    array = real_numbers(weights, where, "numbers above 0, (n,)")
    if array.shape != (count,):
        raise DataError(
            where=where,
            found=f"weights of shape {array.shape} for {count} inputs",
            allowed=f"weights ({count},), one for each input",
        )
    bad = np.flatnonzero(~(np.isfinite(array) & (array > 0)))
    if bad.size:
        raise DataError(
            where=f"{where}, row {bad[0]}",
            found=f"the weight {array[bad[0]]:g}",
            allowed="finite numbers above 0",
            remedy="Remove the rows of weight 0: nothing is learned from them.",
        )
    return read_only(array.astype(np.float64, copy=False))


def checked_rows(rows: ArrayLike | None, count: int, name: str) -> NDArray[np.int64]:
    """Read-only row numbers (n,) in the source; 0 .. n - 1 where none are given."""
    if rows is None:
        numbers = np.arange(count)
        numbers.setflags(write=False)
        return numbers
    where = f"{name}.rows"
    array = _whole_numbers(rows, where, "Rows of the source are counted from 0.")
    least, most = int(array.min(initial=0)), int(array.max(initial=0))
    if len(array) != count or least < 0 or most > np.iinfo(np.int64).max:
        raise DataError(
            where=where,
            found=f"{len(array)} row numbers from {least} to {most} for {count} inputs",
            allowed="one row number from 0 to 2^63 - 1 for each input",
            remedy="Leave them out: they are then 0, 1, 2, ...",
        )
    return read_only(array.astype(np.int64, copy=False))


def checked_row_names(names: ArrayLike, count: int, name: str) -> NDArray[np.str_]:
    """Read-only texts (n,)."""
    array = np.asarray(names, dtype=np.str_)
    if array.shape != (count,):
        raise _wrong_count(f"{name}.row_names", array.shape, f"one name for each of {count} rows")
    return read_only(array)


def checked_features(names: Sequence[str], width: int, name: str) -> tuple[str, ...]:
    """The names of the d numbers of an example."""
    texts = tuple(str(feature) for feature in names)
    if len(texts) != width:
        raise _wrong_count(
            f"{name}.features", (len(texts),), f"one name for each of {width} numbers of an example"
        )
    return texts


def _wrong_count(where: str, shape: tuple[int, ...], allowed: str) -> DataError:
    return DataError(where=where, found=f"names of shape {shape}", allowed=allowed)


def _whole_numbers(values: ArrayLike, where: str, remedy: str) -> NDArray[np.integer]:
    refuse_missing(values, where)
    try:
        array = np.asarray(values)
    except ValueError:  # nested lists of different lengths
        array = np.asarray(values, dtype=object)
    if array.ndim != 1 or not np.issubdtype(array.dtype, np.integer):
        raise DataError(
            where=where,
            found=f"an array of shape {array.shape} and type {array.dtype}",
            allowed="a list of whole numbers",
            remedy=remedy,
        )
    return array
