"""Labels as people store them: numbers from anywhere, texts, truth values, a column; and classes.

Without names of classes, the classes are the distinct labels in sorted order, each named by its own
value: labels 1, 2, 3 are three classes called 1, 2 and 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets.checked_inputs import listed_rows, refuse_missing
from stability.errors import DataError

FEW = 8
"""So many classes are listed one by one in a note."""
_KINDS = ((str, np.str_), (bool, np.bool_), (Integral, np.int64), (Real, np.float64))
"""What labels that are stored as objects may be, and the type that holds them all."""
_WHOLE = 2.0**53
"""Up to which every whole number is a float."""


@dataclass(frozen=True, eq=False)
class Labelled:
    """Positions (n,) in `classes`; `note` is a sentence about what was made of the labels."""

    positions: Any
    classes: tuple[str, ...]
    note: str = ""


def classes_of(labels: ArrayLike, name: str) -> Labelled:
    """Number the distinct labels in sorted order. Raises DataError for what cannot be labels.

    >>> found = classes_of([7, 0, 14, 7], "mine")
    >>> found.positions.tolist(), found.classes
    ([1, 0, 2, 1], ('0', '7', '14'))
    >>> classes_of(["owl", "cat"], "mine").classes
    ('cat', 'owl')
    """
    where = f"{name}.labels"
    array = _values(labels, where)
    if array.size == 0:
        return Labelled(array.astype(np.int64), ())  # Dataset says what is wrong
    values, positions = np.unique(array, return_inverse=True)
    classes = tuple(str(value) for value in values.tolist())
    usual = array.dtype.kind in "iu" and classes == tuple(map(str, range(len(classes))))
    return Labelled(positions.reshape(array.shape), classes, "" if usual else _note(classes))


def named_labels(labels: ArrayLike, classes: Sequence[str], name: str) -> Any:
    """Labels that are names of classes as positions in `classes`; any others as they are.

    >>> named_labels(["owl", "cat"], ("cat", "owl"), "mine").tolist()
    [1, 0]
    """
    try:
        array = np.asarray(labels)
    except ValueError:
        return labels  # Dataset says what is wrong
    if array.ndim == 2 and array.shape[1] == 1 and array.dtype.kind in "iu":
        return array[:, 0]
    if array.dtype.kind not in "US" or array.ndim != 1:
        return labels
    texts = array.astype(str)
    numbers = {text: k for k, text in enumerate(map(str, classes))}
    unknown = [row for row, text in enumerate(texts.tolist()) if text not in numbers]
    if unknown:
        raise DataError(
            where=f"{name}.labels, row {unknown[0]}",
            found=f"the label {str(texts[unknown[0]])!r}",
            allowed="names of classes: " + ", ".join(tuple(numbers)[:20]),
            remedy="Leave the names of classes out, and every label becomes a class.",
        )
    return np.array([numbers[text] for text in texts.tolist()], dtype=np.int64)


def _note(classes: tuple[str, ...]) -> str:
    more = f" and {len(classes) - FEW} more" if len(classes) > FEW else ""
    listed = ", ".join(classes[:FEW]) + more
    return f"The {len(classes)} distinct labels are the classes: {listed}."


def _values(labels: ArrayLike, where: str) -> NDArray[Any]:
    """Labels (n,) of a type that can be sorted, whole numbers among the floats as int64."""
    refuse_missing(labels, where)
    try:
        array = np.asarray(labels)
    except ValueError:
        array = np.asarray(labels, dtype=object)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise _table(array, where)
    if array.dtype.kind == "O":
        array = _objects(array, where)
    kind = array.dtype.kind
    if kind == "S":
        try:
            return np.char.decode(array, "utf-8")
        except UnicodeDecodeError:
            raise _fault(where, "bytes that are not text", "Save labels as numbers.") from None
    if kind == "f":
        return _whole(array, where)
    if kind == "U" and not np.char.str_len(np.char.strip(array)).all():
        row = int(np.flatnonzero(np.char.str_len(np.char.strip(array)) == 0)[0])
        raise _fault(f"{where}, row {row}", "an empty text", "Remove rows without a label.")
    if kind in "iubU":
        return array
    raise _fault(where, f"an array of type {array.dtype}", "Save them as numbers or texts.")


def _objects(array: NDArray[Any], where: str) -> NDArray[Any]:
    """Texts, truth values or numbers that are stored as objects, as columns of pandas give them."""
    import pandas as pd

    missing = np.flatnonzero(pd.isna(array))
    if missing.size:
        found = f"missing labels in {missing.size} of {array.size} rows: {listed_rows(missing)}"
        raise _fault(where, found, "Remove these rows.")
    values: list[Any] = array.tolist()
    for kind, dtype in _KINDS:
        if all(isinstance(value, kind) for value in values):
            return np.array(values, dtype=dtype)
    other = next((row for row, value in enumerate(values) if type(value) is not type(values[0])), 0)
    raise _fault(
        f"{where}, row {other}",
        f"a label of type {type(values[other]).__name__}"
        + (f" after others of type {type(values[0]).__name__}" if other else ""),
        "Give labels of one type: numbers or texts.",
    )


def _whole(array: NDArray[Any], where: str) -> NDArray[Any]:
    missing = np.flatnonzero(~np.isfinite(array))
    if missing.size:
        raise _fault(
            f"{where}, row {int(missing[0])}",
            f"the label {array[missing[0]]} ({missing.size} of {array.size} labels are missing "
            "or infinite)",
            "Remove the rows without a label.",
        )
    broken = np.flatnonzero((array != np.round(array)) | (np.abs(array) > _WHOLE))
    if broken.size:
        raise _fault(
            f"{where}, row {int(broken[0])}",
            f"the label {array[broken[0]]}, which is no whole number",
            "Real numbers to be predicted are `targets`, not labels.",
        )
    return array.astype(np.int64)


def _table(array: NDArray[Any], where: str) -> DataError:
    found, remedy = f"labels of shape {array.shape}", "Give one label for each input, (n,)."
    if array.ndim == 2 and array.dtype.kind in "biuf":
        ones = (array == 1).sum(axis=1) == 1
        if ones.all() and ((array == 0) | (array == 1)).all():
            found = f"a one-hot table of shape {array.shape}"
        remedy = "For a column of 0 and 1 for each class give numpy.argmax(labels, axis=1)."
    return _fault(where, found, remedy)


def _fault(where: str, found: str, remedy: str) -> DataError:
    allowed = "labels (n,), one for each example: whole numbers, truth values or texts"
    return DataError(where=where, found=found, allowed=allowed, remedy=remedy)
