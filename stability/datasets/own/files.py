"""A user's own data from a file or folder, read by the reader that belongs to its form."""

from __future__ import annotations

import zipfile
from pathlib import Path

from numpy.typing import ArrayLike

from stability.datasets.dataset import Dataset
from stability.datasets.input_range import InputRange
from stability.datasets.own.columns import Columns
from stability.datasets.own.image_folder import read_image_folder
from stability.datasets.own.npy import read_npy
from stability.datasets.own.npz import read_npz
from stability.datasets.own.table_files import read_csv, read_parquet
from stability.errors import DataError, SetupError
from stability.files import names_near

FORMS = ".npz, .npy, .csv, .tsv, .parquet, or a folder with a folder of pictures for each class"
"""What can be read, for messages."""
EXCEL = (".xlsx", ".xls", ".xlsm", ".ods")
OF_EXCEL = "Spreadsheets of Excel are not read: save the sheet as CSV."


def read_file(
    path: Path | str,
    columns: Columns | None = None,
    *,
    separator: str | None = None,
    largest: float | None = None,
    range: InputRange | tuple[ArrayLike, ArrayLike] | None = None,
    channels: str | None = None,
    dtype: str = "float64",
    keep_columns: bool = False,
) -> Dataset:
    """A data set from a file of the user's own: .npz, .npy, .csv, .parquet, a folder of pictures.

    The ending of the name decides; .tsv is CSV with tabs, and a file with any other ending is taken
    for .npz. `columns` says what
    the columns, arrays or files beside it are. `separator` belongs to CSV, `channels` to arrays,
    `largest` to all but pictures. `keep_columns` lets tables have columns of texts, and changes
    nothing for other forms. The arguments are those of `read_csv`, `read_npz`, ...

    Raises DataError as the reader does, SetupError for an argument that does not belong to the form
    of the data.
    """
    file, said = Path(path), Columns() if columns is None else columns
    ending = "folder" if file.is_dir() else file.suffix.lower()
    if ending not in (".csv", ".tsv") and separator is not None:
        raise _foreign(file, "separator", separator, "CSV files")
    if ending in (".csv", ".tsv", ".parquet", "folder") and channels is not None:
        raise _foreign(file, "channels", channels, "arrays (.npz, .npy)")
    if not file.exists():
        remedy = " ".join(filter(None, (OF_EXCEL if ending in EXCEL else "", names_near(file))))
        raise DataError(
            where=str(file), found="No such file or directory", allowed=FORMS, remedy=remedy
        )
    if ending == "folder":
        if largest is not None:
            raise _foreign(file, "largest", largest, "numbers; pictures are divided by 255")
        return read_image_folder(file, said, range=range, dtype=dtype)
    if ending in (".csv", ".tsv"):
        mark = separator or ("," if ending == ".csv" else "\t")
        return read_csv(
            file, said,
            separator=mark, largest=largest, range=range, dtype=dtype, keep_columns=keep_columns,
        )  # fmt: skip
    if ending == ".parquet":
        return read_parquet(
            file, said, largest=largest, range=range, dtype=dtype, keep_columns=keep_columns
        )
    if ending not in (".npy", ".npz") and file.is_file() and not zipfile.is_zipfile(file):
        raise DataError(
            where=str(file),
            found=f"a file whose name ends in {ending!r}",
            allowed=FORMS,
            remedy=OF_EXCEL if ending in EXCEL else "",
        )
    reader = read_npy if ending == ".npy" else read_npz
    return reader(file, said, largest=largest, range=range, channels=channels, dtype=dtype)


def _foreign(file: Path, key: str, value: object, where: str) -> SetupError:
    return SetupError(
        where=f"{file.stem}.{key}", found=value, allowed=f"nothing here: it belongs to {where}"
    )
