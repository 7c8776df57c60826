"""A user's own data from a table with columns, as a pandas DataFrame holds it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets.checked_inputs import listed_rows
from stability.datasets.dataset import Dataset
from stability.datasets.input_range import InputRange
from stability.datasets.own.arrays import from_arrays
from stability.datasets.own.columns import Column, Columns, listed
from stability.datasets.own.frame_data import FrameColumn, FrameData
from stability.errors import DataError, SetupError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

_THOUSANDS = re.compile(r"'-?\d{1,3}(,\d{3})+(\.\d+)?'$")
SHOWN = 12
"""So many columns are listed in a message."""
INPUTS, TARGETS = "numbers or truth values as inputs", "real numbers as targets"
"""What columns of numbers are for, in messages."""


def from_frame(
    frame: pd.DataFrame,
    columns: Columns,
    *,
    classes: Sequence[str] | None = None,
    name: str = "frame",
    largest: float | None = None,
    range: InputRange | tuple[ArrayLike, ArrayLike] | None = None,
    dtype: str = "float64",
    keep_columns: bool = False,
) -> Dataset:
    """A data set from a DataFrame: an example in each row, and what its `columns` are.

    Inputs and targets are numbers or truth values (0 and 1); labels are numbers, texts, truth
    values or categories, whose categories are then all the classes there are. Rows are counted from
    0 in the order of the frame; an index that is more than such a count gives them their names,
    unless a column does. With `keep_columns` inputs may be texts, categories and dates too: the
    data set is a `FrameData`, which holds codes for them and gives the frame again. The other
    arguments are those of `from_arrays`.

    Raises DataError for a column that is not there, that is given two meanings or has one name
    with another, for missing entries (their rows are named) and texts among the inputs, for a table
    without inputs; and as `from_arrays` does.

    >>> import pandas as pd
    >>> from stability.datasets import Columns
    >>> frame = pd.DataFrame({"width": [1.5, 2.0], "wild": [True, False], "kind": ["cat", "owl"]})
    >>> data = from_frame(frame, Columns(labels="kind"))
    >>> data.inputs.tolist(), data.features, data.classes, data.labels.tolist()
    ([[1.5, 1.0], [2.0, 0.0]], ('width', 'wild'), ('cat', 'owl'), [0, 1])
    """
    table = _Table(frame, name)
    table.check_names()
    labels = None if columns.labels is None else table.position(columns.labels, "labels")
    named = None if columns.row_names is None else table.position(columns.row_names, "row_names")
    weights = None if columns.weights is None else table.position(columns.weights, "weights")
    targets = [table.position(c, "targets") for c in listed(columns.targets)]
    taken = [k for k in (labels, named, weights, *targets) if k is not None]
    table.check_once(taken)
    if labels is None and not targets:
        raise DataError(
            where=name,
            found=f"no word about which column is predicted; there are {table.listed}",
            allowed="labels (the column of the classes), or targets (real numbers)",
            remedy='Say labels = "NAME" or targets = "NAME".',
        )
    if columns.features is None:
        inputs = [k for k in np.arange(frame.shape[1]).tolist() if k not in taken]
    else:
        inputs = [table.position(c, "features") for c in columns.features]
        table.check_once([*inputs, *taken])
    if not inputs:
        raise DataError(
            where=name,
            found=f"no column left for the inputs; there are {table.listed}",
            allowed="at least one column of numbers",
        )
    known = classes if labels is None else table.categories(labels) or classes
    real = _single(table.numbers(targets, TARGETS)) if targets else None
    kept = table.remembered(inputs) if keep_columns else []
    if any(column.levels is not None for column, _ in kept):
        _refuse_numbers_only(name, largest=largest, range=range)
    found = from_arrays(
        np.column_stack([numbers for _, numbers in kept])
        if kept
        else table.numbers(inputs, INPUTS),
        None if labels is None else table.classes(labels),
        targets=real,
        classes=known,
        name=name,
        shape=(len(inputs),),
        largest=largest,
        range=range,
        weights=None if weights is None else table.numbers([weights], "numbers above 0")[:, 0],
        row_names=table.row_names(named),
        features=[str(frame.columns[k]) for k in inputs],
        dtype=dtype,
    )
    return FrameData.remembering(found, [column for column, _ in kept]) if kept else found


def _refuse_numbers_only(name: str, **said: Any) -> None:
    """SetupError for what is said of inputs that are not all numbers."""
    for key, value in said.items():
        if value is not None:
            raise SetupError(
                where=f"{name}.{key}",
                found=value if key == "largest" else "a range",
                allowed="nothing for a table with columns of texts or categories",
                remedy="Scale and check columns inside the pipeline that encodes the texts.",
            )


def _single(table: NDArray[Any]) -> NDArray[Any]:
    """One column of targets is (n,)."""
    return table[:, 0] if table.shape[1] == 1 else table


@dataclass(frozen=True)
class _Table:
    """A frame, and `name` for messages."""

    frame: pd.DataFrame
    name: str

    @property
    def names(self) -> list[str]:
        return [str(column) for column in self.frame.columns]

    @property
    def listed(self) -> str:
        """The columns, for messages."""
        more = ", ..." if len(self.names) > SHOWN else ""
        return "the columns " + ", ".join(map(repr, self.names[:SHOWN])) + more

    def check_names(self) -> None:
        """DataError for two columns of one name, or no rows."""
        names = self.names
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise DataError(
                where=self.name,
                found=f"{names.count(twice)} columns called {twice!r}",
                allowed="columns of different names",
                remedy="Rename or remove all but one of them.",
            )
        if not len(self.frame):
            raise DataError(
                where=self.name, found="a table without rows", allowed="at least one example"
            )

    def position(self, column: Column, meaning: str) -> int:
        """Where a column is. Raises DataError if there is none."""
        names = self.names
        if isinstance(column, str) and column in names:
            return names.index(column)
        whole = isinstance(column, int) and not isinstance(column, bool)
        if whole and -len(names) <= column < len(names):  # type: ignore[operator]
            return int(column) % len(names)
        hint = did_you_mean(column, names) if isinstance(column, str) else ""
        raise DataError(
            where=f"{self.name}, {meaning}",
            found=f"no column {column!r}; there are {self.listed}",
            allowed=f"the name of a column, or its position from 0 to {len(names) - 1}",
            remedy=hint,
        )

    def check_once(self, positions: list[int]) -> None:
        """DataError for a column that has two meanings."""
        twice = next((k for k in positions if positions.count(k) > 1), None)
        if twice is not None:
            raise DataError(
                where=self.name,
                found=f"the column {self.names[twice]!r} given twice",
                allowed="one meaning for each column: input, labels, targets, weights or row names",
                remedy="What is predicted must not be among the inputs.",
            )

    def numbers(self, positions: list[int], allowed: str) -> NDArray[Any]:
        """The columns as numbers (n, k), of the type that holds them all."""
        return np.column_stack([self._number_column(k, allowed) for k in positions])

    def remembered(self, positions: list[int]) -> list[tuple[FrameColumn, NDArray[Any]]]:
        """The columns, and the numbers that stand for them."""
        return [self._remembered_column(k) for k in positions]

    def _remembered_column(self, position: int) -> tuple[FrameColumn, NDArray[Any]]:
        column = self.frame.iloc[:, position]
        self._refuse_missing(column, position)
        try:
            return FrameColumn.of(column)
        except TypeError:
            found, row = _first_no_number(column)
            raise DataError(
                where=f"{self.name}, column {self.names[position]!r}, row {row}",
                found=found,
                allowed="numbers, truth values, texts, categories or dates",
            ) from None

    def _number_column(self, position: int, allowed: str) -> NDArray[Any]:
        import pandas as pd

        column = self.frame.iloc[:, position]
        self._refuse_missing(column, position)
        if pd.api.types.is_bool_dtype(column.dtype):
            return column.to_numpy(dtype=np.int64)
        if not pd.api.types.is_numeric_dtype(column.dtype) or column.dtype.kind == "c":
            found, row = _first_no_number(column)
            raise DataError(
                where=f"{self.name}, column {self.names[position]!r}, row {row}",
                found=found,
                allowed=allowed,
                remedy=self._remedy(position, allowed, found),
            )
        plain = column.to_numpy()
        return plain if plain.dtype.kind in "iuf" else column.to_numpy(dtype=np.float64)

    def _remedy(self, position: int, allowed: str, found: str) -> str:
        """What to do about a text where a number is needed."""
        if _THOUSANDS.search(found):
            return "It has a comma for thousands: write 1200 for 1,200 before the data are read."
        if allowed == TARGETS:
            named = repr(self.names[position]).replace("'", '"')
            return f"To predict one of several classes say labels = {named} in place of targets."
        return (
            "Leave the column out, with features = [...] or drop, or turn it into numbers: a "
            "column of 0 and 1 for each category. Estimators of scikit-learn take such columns as "
            "they are, for a pipeline that encodes them (OneHotEncoder)."
        )

    def classes(self, position: int) -> NDArray[Any]:
        """The column of labels, of a type that can be sorted."""
        import pandas as pd

        column = self.frame.iloc[:, position]
        self._refuse_missing(column, position)
        if isinstance(column.dtype, pd.CategoricalDtype):
            return column.astype(str).to_numpy(dtype=np.str_)
        if pd.api.types.is_bool_dtype(column.dtype):
            return column.to_numpy(dtype=np.bool_)
        if pd.api.types.is_numeric_dtype(column.dtype):
            return column.to_numpy()
        if pd.api.types.is_datetime64_any_dtype(column.dtype):
            return column.to_numpy()  # which `from_arrays` refuses
        return column.astype(str).to_numpy(dtype=np.str_)

    def categories(self, position: int) -> list[str] | None:
        """All the classes there are, where the column says so."""
        import pandas as pd

        kind = self.frame.iloc[:, position].dtype
        if isinstance(kind, pd.CategoricalDtype):
            return [str(category) for category in kind.categories]
        return None

    def row_names(self, position: int | None) -> list[str] | None:
        """The names of the examples, from a column or from an index that is more than a count."""
        import pandas as pd

        if position is not None:
            return [str(value) for value in self.frame.iloc[:, position]]
        index = self.frame.index
        counted = isinstance(index, pd.RangeIndex) and index.start == 0 and index.step == 1
        return None if counted else [str(value) for value in index]

    def _refuse_missing(self, column: pd.Series, position: int) -> None:
        missing = np.flatnonzero(column.isna().to_numpy())
        if missing.size:
            raise DataError(
                where=f"{self.name}, column {self.names[position]!r}",
                found=f"missing entries in {missing.size} of {len(column)} rows: "
                f"{listed_rows(missing)}",
                allowed="a value in every row (rows are counted from 0, without the head)",
                remedy="Remove these rows or fill them in, before the data are read.",
            )


def _first_no_number(column: pd.Series) -> tuple[str, int]:
    """What the first entry that is no number is, and its row."""
    for row, value in enumerate(column):
        try:
            float(value)
        except (TypeError, ValueError):
            kind = (
                "the text" if isinstance(value, str) else f"a value of type {type(value).__name__},"
            )
            return f"{kind} {str(value)[:40]!r}", row
    return f"values of type {column.dtype}, numbers saved as texts", 0
