"""A user's own data from an .npz file, read without unpickling anything."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stability.datasets.arrays import from_arrays
from stability.datasets.dataset import Dataset
from stability.errors import DataError

ARRAYS = ("inputs", "labels")
ALLOWED = "an .npz file with arrays `inputs` (n, ...) and `labels` (n,)"
REMEDY = "Write it with numpy.savez(path, inputs=..., labels=...)."


def read_npz(path: Path | str, *, largest: float = 1.0, dtype: str = "float64") -> Dataset:
    """A data set from an .npz file with arrays `inputs` (n, ...) and `labels` (n,).

    Inputs lie in [0, largest] and are divided by it. Optional: `classes`, an array of texts that
    names the classes. The name of the data set is that of the file.

    Raises DataError for a file that is missing, damaged or holds objects (which only unpickling
    could read), and as `from_arrays` does.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.savez(f"{folder}/tiny.npz", inputs=np.zeros((2, 2, 2)), labels=[1, 0])
    ...     data = read_npz(f"{folder}/tiny.npz")
    >>> data.name, data.image_shape, data.labels.tolist()
    ('tiny', (2, 2), [1, 0])
    """
    file = Path(path)
    arrays = _arrays(file)
    missing = [name for name in ARRAYS if name not in arrays]
    if missing:
        raise DataError(
            where=str(file),
            found=f"no array {missing[0]!r}, only " + (", ".join(arrays) or "nothing"),
            allowed=ALLOWED,
            remedy=REMEDY,
        )
    return from_arrays(
        arrays["inputs"],
        arrays["labels"],
        classes=arrays["classes"].astype(str).tolist() if "classes" in arrays else None,
        name=file.stem,
        largest=largest,
        dtype=dtype,
    )


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
            for name in (*ARRAYS, "classes"):
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
            allowed="numbers (and texts for `classes`), undamaged",
            remedy="Convert with numpy.asarray(..., dtype=float) before saving."
            if pickled
            else "Write the file again: it is damaged.",
        ) from None
