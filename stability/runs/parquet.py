"""Columns of Parquet files from numpy arrays and texts.

pyarrow.array and to_numpy import pandas, which takes longer than all files of a short run: the
buffers go over as they are.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stability.files import disk_errors, write_bytes


def numbers(flat: NDArray[Any], there: NDArray[np.bool_] | None = None) -> Any:
    """A one-dimensional numpy array of numbers or truth values as an arrow array, null where it is
    not `there`."""
    import pyarrow as pa

    content = np.packbits(flat, bitorder="little") if flat.dtype == bool else flat
    kind = pa.from_numpy_dtype(flat.dtype)
    shown = None if there is None else pa.py_buffer(np.packbits(there, bitorder="little"))
    return pa.Array.from_buffers(kind, len(flat), [shown, pa.py_buffer(content)])


def texts(lines: Sequence[str | None]) -> Any:
    """Texts as an arrow array, null for None."""
    import pyarrow as pa

    content = [(line or "").encode() for line in lines]
    ends = np.cumsum([0, *map(len, content)], dtype=np.int32)
    there = np.array([line is not None for line in lines], dtype=bool)
    shown = None if there.all() else pa.py_buffer(np.packbits(there, bitorder="little"))
    return pa.StringArray.from_buffers(
        len(content), pa.py_buffer(ends), pa.py_buffer(b"".join(content)), shown
    )


def write_parquet(columns: Mapping[str, Any], path: Path) -> None:
    """Write arrow arrays as a Parquet file. Raises RunError if the disk refuses."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    content = io.BytesIO()
    pq.write_table(pa.table(dict(columns)), content)
    with disk_errors(path, "a folder in which files can be written", "Give another with --out."):
        write_bytes(path, content.getvalue())
