"""A user's own data from a table in a file: CSV or Parquet."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from numpy.typing import ArrayLike

from stability.datasets.dataset import Dataset
from stability.datasets.input_range import InputRange
from stability.datasets.own.columns import Columns
from stability.datasets.own.frames import from_frame
from stability.errors import DataError, told
from stability.files import open_plain

if TYPE_CHECKING:
    import pandas as pd

SEPARATORS = {";": "semicolons", "\t": "tabs"}
"""What stands between the values of files that are no CSV, and its name."""


def read_csv(
    path: Path | str,
    columns: Columns,
    *,
    separator: str = ",",
    largest: float | None = None,
    range: InputRange | tuple[ArrayLike, ArrayLike] | None = None,
    dtype: str = "float64",
    keep_columns: bool = False,
) -> Dataset:
    """A data set from a CSV file in UTF-8 whose first line names the columns.

    Rows of the data set are counted from 0 and do not count that line. An empty place is a missing
    entry; NA, None and the like are texts, as countries and people have such names. The other
    arguments are those of `from_frame`.

    Raises DataError for a file that is missing, no plain file, no text or no table (the line is
    named), and as `from_frame` does.

    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "flowers.csv")
    ...     _ = path.write_text("width,kind\\n0.5,rose\\n1.5,iris\\n")
    ...     data = read_csv(path, Columns(labels="kind"))
    >>> data, data.classes
    (Dataset 'flowers': 2 examples of shape (1,), 2 classes, ('iris', 'rose'))
    """
    file = Path(path)
    frame = _csv_frame(file, separator)
    return from_frame(
        frame, columns,
        name=file.stem, largest=largest, range=range, dtype=dtype, keep_columns=keep_columns,
    )  # fmt: skip


def read_parquet(
    path: Path | str,
    columns: Columns,
    *,
    largest: float | None = None,
    range: InputRange | tuple[ArrayLike, ArrayLike] | None = None,
    dtype: str = "float64",
    keep_columns: bool = False,
) -> Dataset:
    """A data set from a Parquet file. The other arguments are those of `from_frame`.

    Raises DataError for a file that is missing, damaged or no Parquet, and as `from_frame` does.
    """
    import pandas as pd
    import pyarrow as pa

    file = Path(path)
    try:
        with open_plain(file) as stream:
            frame = pd.read_parquet(stream)
    except OSError as error:
        raise _unreadable(file, error.strerror or told(error), "a Parquet file") from None
    except (pa.ArrowException, ValueError, TypeError) as error:
        raise _unreadable(file, told(error), "a Parquet file, undamaged") from None
    return from_frame(
        frame, columns,
        name=file.stem, largest=largest, range=range, dtype=dtype, keep_columns=keep_columns,
    )  # fmt: skip


def _csv_frame(file: Path, separator: str) -> pd.DataFrame:
    import pandas as pd

    allowed = "a CSV file in UTF-8: names of columns in the first line, then an example in each"
    try:
        with open_plain(file) as stream:
            head = stream.readline().decode("utf-8-sig")
            _check_head(file, head, separator)
            stream.seek(0)
            return pd.read_csv(
                stream,
                sep=separator,
                encoding="utf-8-sig",
                keep_default_na=False,
                na_values=[""],
                skip_blank_lines=True,
                index_col=False,
                low_memory=False,
            )
    except OSError as error:
        raise _unreadable(file, error.strerror or told(error), allowed) from None
    except UnicodeDecodeError as error:
        found = f"bytes that are no UTF-8 ({error.reason})"
        raise _unreadable(file, found, allowed) from None
    except (ValueError, csv.Error) as error:  # pandas.errors.ParserError and EmptyDataError too
        raise _unreadable(file, told(error), allowed) from None


def _check_head(file: Path, head: str, separator: str) -> None:
    """DataError for a first line without names, or with the separator of something else."""
    names = next(csv.reader([head], delimiter=separator), [])
    if len(names) == 1:
        for other, word in SEPARATORS.items():
            if other != separator and other in head:
                raise DataError(
                    where=f"{file}, line 1",
                    found=f"values with {word} between them",
                    allowed=f"values with {separator!r} between them",
                    remedy=f"Say separator = {other!r}.".replace("'", '"'),
                )
    stripped = [name.strip() for name in names]
    twice = next((name for name in stripped if stripped.count(name) > 1), None)
    if twice is not None:
        raise DataError(
            where=f"{file}, line 1",
            found=f"{stripped.count(twice)} columns called {twice!r}",
            allowed="columns of different names",
            remedy="Rename or remove all but one of them.",
        )
    if names and all(_is_number(name) for name in names):
        raise DataError(
            where=f"{file}, line 1",
            found="numbers only",
            allowed="the names of the columns in the first line",
            remedy="Write a first line with a name for each column.",
        )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _unreadable(file: Path, found: str, allowed: str) -> DataError:
    return DataError(where=str(file), found=found, allowed=allowed)
