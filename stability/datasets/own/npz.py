"""A user's own data from an .npz file, read without unpickling anything."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stability.datasets.dataset import Dataset
from stability.datasets.input_range import SOURCE, InputRange
from stability.datasets.own.arrays import from_arrays
from stability.errors import DataError

ARRAYS = ("inputs", "labels", "targets", "classes", "row_names", "features", "range")
"""The arrays that mean something; others are passed over."""
TEXTS = ("classes", "row_names", "features")
ALLOWED = "an .npz file with arrays `inputs` (n, ...) and `labels` (n,)"
REMEDY = "Write it with numpy.savez(path, inputs=..., labels=...)."


def read_npz(path: Path | str, *, largest: float | None = None, dtype: str = "float64") -> Dataset:
    """A data set from an .npz file: `inputs` (n, ...) with `labels` (n,), `targets`, or both.

    `targets` (n,) or (n, k) are real numbers. Texts, as far as there are any: `classes` names the
    classes, `row_names` (n,) the examples, `features` the numbers of an example. `range`, an array
    (2,) or (2, d), says where inputs lie by their nature; `largest` says in its place that they lie
    in [0, largest] and divides them by it. The name of the data set is that of the file.

    Raises DataError for a file that is missing, damaged or holds objects (which only unpickling
    could read), and as `from_arrays` does.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.savez(f"{folder}/tiny.npz", inputs=np.zeros((2, 2, 2)), labels=[1, 0])
    ...     data = read_npz(f"{folder}/tiny.npz")
    >>> data.name, data.shape, data.labels.tolist()
    ('tiny', (2, 2), [1, 0])
    """
    file = Path(path)
    arrays = _arrays(file)
    missing = "inputs" if "inputs" not in arrays else "labels"
    if missing == "inputs" or not {"labels", "targets"} & set(arrays):
        raise DataError(
            where=str(file),
            found=f"no array {missing!r}, only " + (", ".join(arrays) or "nothing"),
            allowed=ALLOWED,
            remedy=REMEDY,
        )
    for array in arrays.values():  # they are nobody else's, so that no copy is needed
        for memory in (array, array.base):
            if isinstance(memory, np.ndarray):
                memory.setflags(write=False)
    texts = {name: arrays[name].astype(str).tolist() for name in TEXTS if name in arrays}
    return from_arrays(
        arrays["inputs"],
        arrays.get("labels"),
        targets=arrays.get("targets"),
        name=file.stem,
        largest=largest,
        range=_declared(arrays.get("range"), file),
        dtype=dtype,
        **texts,
    )


def _declared(ends: NDArray[Any] | None, file: Path) -> InputRange | None:
    if ends is None:
        return None
    if ends.ndim == 0 or len(ends) != 2:
        raise DataError(
            where=f"{file}, array 'range'",
            found=f"an array of shape {ends.shape}",
            allowed="the lowest and the highest value: (2,), or (2, d) for each number on its own",
        )
    return InputRange(ends[0], ends[1], SOURCE)


def _arrays(file: Path) -> dict[str, NDArray]:
    """The arrays that matter, by name."""
    name = ""
    try:
        with file.open("rb") as stream:
            if not zipfile.is_zipfile(stream):
                raise DataError(
                    where=str(file),
                    found="something that is not a whole .npz file",
                    allowed=ALLOWED,
                    remedy=REMEDY,
                )
        found = {}
        with np.load(file, allow_pickle=False) as arrays:
            for name in ARRAYS:
                if name in arrays.files:
                    found[name] = arrays[name]
        return found
    except OSError as error:
        raise DataError(
            where=str(file),
            found=error.strerror or "no readable file",
            allowed=ALLOWED,
            remedy=REMEDY,
        ) from None
    except (ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        pickled = "allow_pickle" in str(error)
        raise DataError(
            where=f"{file}, array {name!r}" if name else str(file),
            found="objects, which only unpickling could read" if pickled else str(error)[:100],
            allowed="numbers (and texts for names), undamaged",
            remedy="Convert with numpy.asarray(..., dtype=float) before saving."
            if pickled
            else "Write the file again: it is damaged.",
        ) from None
