"""A user's own data from .npy files: one of the inputs, one of the labels or targets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets.dataset import Dataset
from stability.datasets.input_range import InputRange
from stability.datasets.own.arrays import from_arrays
from stability.datasets.own.columns import Columns, refuse_columns
from stability.datasets.own.npz import DAMAGES
from stability.errors import DataError, told
from stability.files import open_plain


def read_npy(
    path: Path | str,
    columns: Columns,
    *,
    largest: float | None = None,
    range: InputRange | tuple[ArrayLike, ArrayLike] | None = None,
    channels: str | None = None,
    dtype: str = "float64",
) -> Dataset:
    """A data set from an .npy file of inputs (n, ...) and others beside it.

    `columns.labels`, `columns.targets`, `columns.row_names` are paths of .npy files, relative to
    the folder of the first. The other arguments are those of `from_arrays`; the name of the data
    set is that of the file of the inputs.

    Raises DataError for a file that is missing, damaged or holds objects, for no word about labels
    or targets, and as `from_arrays` does.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.save(f"{folder}/X.npy", np.zeros((2, 3)))
    ...     np.save(f"{folder}/y.npy", ["no", "yes"])
    ...     data = read_npy(f"{folder}/X.npy", Columns(labels="y.npy"))
    >>> data.name, data.shape, data.classes
    ('X', (3,), ('no', 'yes'))
    """
    file = Path(path)
    refuse_columns(
        columns, ("labels", "targets", "weights", "row_names"), str(file), "an .npy file"
    )
    if not {"labels", "targets"} & set(columns.given):
        raise DataError(
            where=str(file),
            found="no word about the file that holds what is predicted",
            allowed='labels = "FILE.npy" (classes), or targets = "FILE.npy" (real numbers)',
        )
    found = {name: _array(file.parent / str(getattr(columns, name))) for name in columns.given}
    names = found.get("row_names")
    return from_arrays(
        _array(file),
        found.get("labels"),
        targets=found.get("targets"),
        weights=found.get("weights"),
        name=file.stem,
        largest=largest,
        range=range,
        channels=channels,
        row_names=None if names is None else names.astype(str).tolist(),
        dtype=dtype,
    )


def _array(file: Path) -> NDArray[Any]:
    """The array of one file, read without unpickling anything, and read-only."""
    allowed = "an .npy file that numpy.save wrote"
    try:
        with open_plain(file) as stream:
            array = np.lib.format.read_array(stream, allow_pickle=False)
    except OSError as error:
        raise DataError(
            where=str(file), found=error.strerror or "no readable file", allowed=allowed
        ) from None
    except MemoryError:
        raise DataError(
            where=str(file), found="an array that does not fit into memory", allowed=allowed
        ) from None
    except DAMAGES as error:
        pickled = "Object arrays" in str(error) or "allow_pickle" in str(error)
        raise DataError(
            where=str(file),
            found="objects, which only unpickling could read" if pickled else told(error),
            allowed="numbers (and texts for names), undamaged",
            remedy="Convert with numpy.asarray(..., dtype=float) before saving."
            if pickled
            else "Write the file again: it is damaged, or no .npy file.",
        ) from None
    array.setflags(write=False)
    return array
