"""Data from a table whose columns are remembered: the frame is rebuilt for what learns frames."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets.dataset import Dataset
from stability.datasets.input_range import InputRange
from stability.errors import DataError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class FrameColumn:
    """A column of inputs: its name and type in the frame, and what its numbers stand for.

    `levels`: the distinct values of a column that is not of numbers, by their codes from 0; None
    for a column of numbers or truth values, which are stored as they are.
    """

    name: Hashable
    dtype: Any
    levels: pd.Index | None

    @classmethod
    def of(cls, column: pd.Series) -> tuple[FrameColumn, NDArray[Any]]:
        """A column (n,) without missing entries, and the numbers (n,) that stand for it.

        Raises TypeError for values that cannot be compared, such as lists.

        >>> import pandas as pd
        >>> found, codes = FrameColumn.of(pd.Series(["oil", "gas", "oil"], name="heat"))
        >>> codes.tolist(), found.values(np.array([1.0, 0.0])).tolist()
        ([0, 1, 0], ['gas', 'oil'])
        """
        import pandas as pd

        kind = column.dtype
        if pd.api.types.is_bool_dtype(kind) and not isinstance(kind, pd.CategoricalDtype):
            return cls(column.name, kind, None), column.to_numpy(dtype=np.int64)
        if pd.api.types.is_numeric_dtype(kind) and kind.kind != "c":
            plain = column.to_numpy()
            numbers = plain if plain.dtype.kind in "iuf" else column.to_numpy(dtype=np.float64)
            return cls(column.name, kind, None), numbers
        codes, levels = pd.factorize(column)
        return cls(column.name, kind, pd.Index(levels)), codes.astype(np.int64)

    def values(self, numbers: NDArray[np.floating]) -> Any:
        """The values (n,) in the frame that these numbers stand for."""
        import pandas as pd

        if self.levels is None:
            return pd.Series(numbers).astype(self.dtype).array
        return self.levels.take(numbers.astype(np.int64)).astype(self.dtype).array

    @property
    def words(self) -> str:
        """Everything that it says, for digests."""
        levels = () if self.levels is None else tuple(map(repr, self.levels.tolist()))
        return repr((self.name, str(self.dtype), levels))


@dataclass(frozen=True, eq=False, repr=False)
class FrameData(Dataset):
    """A data set that remembers the columns of the frame it came from.

    `columns`: one for each of the d numbers of an example. `inputs` (n, d) hold codes in the place
    of texts, categories and dates; `frame` has the values again, with the names and types of the
    columns, and `rows` as its index.

    >>> import pandas as pd
    >>> from stability.datasets import Columns, from_frame
    >>> homes = pd.DataFrame({"size": [40, 75], "heat": ["oil", "gas"], "rent": [900.0, 1500.0]})
    >>> data = from_frame(homes, Columns(targets="rent"), keep_columns=True)
    >>> data.subset([1]).frame.to_dict("list")
    {'size': [75], 'heat': ['gas']}
    """

    columns: tuple[FrameColumn, ...] = field(default=(), kw_only=True)

    @classmethod
    def remembering(cls, data: Dataset, columns: Sequence[FrameColumn]) -> FrameData:
        """The same data with the columns that they came from."""
        known = {item.name: vars(data)[item.name] for item in fields(Dataset)}
        return cls(**known, columns=tuple(columns))

    @property
    def coded(self) -> tuple[FrameColumn, ...]:
        """The columns whose numbers are codes."""
        return tuple(column for column in self.columns if column.levels is not None)

    @property
    def first_text(self) -> tuple[str, str, int] | None:
        """A column with codes, a value in it, no number if there is one, and the row of that."""
        for k, column in enumerate(self.columns):
            if column.levels is None:
                continue
            values = [str(value) for value in column.values(self.inputs[:, k])]
            texts = [not _is_number(value) for value in values]
            place = texts.index(True) if any(texts) else 0
            return str(column.name), values[place], int(self.rows[place])
        return None

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The inputs as a frame (n, d), whose index says the rows of the source."""
        import pandas as pd

        return pd.DataFrame(
            {c.name: c.values(self.inputs[:, k]) for k, c in enumerate(self.columns)},
            index=pd.Index(self.rows),
        )

    @cached_property
    def fingerprint(self) -> str:
        """The sha256 of the data; where there are codes also of what they stand for.

        Without codes it is that of the same numbers from an array.
        """
        numbers = super().fingerprint
        if not self.coded:
            return numbers
        told = "\n".join((numbers, *(column.words for column in self.columns)))
        return sha256(told.encode()).hexdigest()

    def with_inputs(
        self, inputs: ArrayLike, range: InputRange | tuple[ArrayLike, ArrayLike] | None = None
    ) -> Dataset:
        """The same examples with other inputs, which are no longer those of the frame."""
        known = {item.name: vars(self)[item.name] for item in fields(Dataset)}
        return Dataset(**known).with_inputs(inputs, range)

    def exchanged(self, positions: Sequence[int], by: Dataset) -> Dataset:
        """As of `Dataset`; DataError for examples whose numbers stand for something else."""
        if not isinstance(by, FrameData) or by.coded != self.coded:
            raise DataError(
                where=f"{self.name}.exchanged",
                found="examples of another frame",
                allowed="examples of the same frame, such as a subset of it",
            )
        return super().exchanged(positions, by)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def as_learned(part: Dataset) -> Any:
    """Inputs as an estimator gets them: a frame where they came from one, else numbers (n, d)."""
    if isinstance(part, FrameData):
        return part.frame
    return np.asarray(part.inputs, dtype=np.float64)
