"""Shards: the results of one chunk of tasks as the bytes of a Parquet file, and back."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stability.runs.parquet import numbers, texts

TASK, POSITION = "task", "position"
Layout = dict[str, tuple[str, tuple[int, ...]]]
"""For each column the dtype and the shape of one task's array."""

_NAME = re.compile(r"shard-(\d+)-([0-9a-f]{64})\.parquet")


class Damaged(Exception):
    """A shard is not what its name says; the message says how."""


@dataclass(frozen=True, eq=False)
class Shard:
    """One chunk of a run: `columns[name]` is (tasks of the chunk, *shape of one result)."""

    run: str
    chunk: int
    tasks: tuple[str, ...]
    positions: tuple[int, ...]
    layout: Layout
    columns: Mapping[str, NDArray[Any]]


def shard_name(chunk: int, content: bytes) -> str:
    """The name of a shard: its chunk and the sha256 of its bytes."""
    return f"shard-{chunk:06d}-{hashlib.sha256(content).hexdigest()}.parquet"


def named_chunk(name: str) -> int | None:
    """The chunk that a file name speaks of; None if it is not the name of a shard."""
    match = _NAME.fullmatch(name)
    return int(match[1]) if match else None


def layout_of(columns: Mapping[str, NDArray[Any]]) -> Layout:
    """The layout of arrays whose first axis is the task."""
    return {name: (array.dtype.str, array.shape[1:]) for name, array in columns.items()}


def encode(
    run: str, chunk: int, positions: Sequence[int], tasks: Sequence[str],
    columns: Mapping[str, NDArray[Any]],
) -> bytes:  # fmt: skip
    """The bytes of a shard; the same results give the same bytes.

    A column of arrays is a Parquet list column, flattened in C order; the shapes are in the
    metadata of the file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    cells: dict[str, Any] = {
        TASK: texts(tasks),
        POSITION: numbers(np.asarray(positions, dtype=np.int64)),
    }
    for name, array in columns.items():
        flat = numbers(np.ascontiguousarray(array).reshape(-1))
        if array.ndim > 1:
            ends = np.arange(len(array) + 1, dtype=np.int64) * prod(array.shape[1:])
            flat = pa.LargeListArray.from_arrays(numbers(ends), flat)
        cells[name] = flat
    about = {"run": run, "chunk": str(chunk), "layout": json.dumps(layout_of(columns))}
    table = pa.table(cells).replace_schema_metadata(about)
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", use_dictionary=False, write_statistics=False)
    return sink.getvalue().to_pybytes()


def read_shard(path: Path, wanted: Sequence[str] | None = None) -> Shard:
    """The shard in a file, after its bytes have been compared with its name.

    `wanted` are the columns to decode, all by default. Raises Damaged, or OSError.
    """
    content = path.read_bytes()
    match = _NAME.fullmatch(path.name)
    found = hashlib.sha256(content).hexdigest()
    if match is None or found != match[2]:
        raise Damaged(f"{len(content)} bytes whose sha256 begins with {found[:12]}")
    shard = _decode(content, wanted)
    if shard.chunk != int(match[1]):
        raise Damaged(f"the results of chunk {shard.chunk}")
    return shard


def _decode(content: bytes, wanted: Sequence[str] | None) -> Shard:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        about = {k.decode(): v.decode() for k, v in (file.schema_arrow.metadata or {}).items()}
        layout = {n: (d, tuple(s)) for n, (d, s) in json.loads(about["layout"]).items()}
        names = [name for name in layout if wanted is None or name in wanted]
        table = file.read([TASK, POSITION, *names], use_threads=False)
        run, chunk = about["run"], int(about["chunk"])
    except (pa.ArrowException, KeyError, ValueError, TypeError) as error:
        raise Damaged(f"something that is not a shard ({type(error).__name__})") from None
    columns = {}
    for name in names:
        dtype, shape = layout[name]
        cells: Any = table.column(name).combine_chunks()
        flat = cells.flatten() if shape else cells
        columns[name] = _array(flat, dtype).reshape(table.num_rows, *shape)
    tasks = tuple(table.column(TASK).to_pylist())
    return Shard(run, chunk, tasks, tuple(table.column(POSITION).to_pylist()), layout, columns)


def _array(flat: Any, dtype: str) -> NDArray[Any]:
    """An arrow array as a one-dimensional numpy array, without pandas, which to_numpy imports."""
    import pyarrow as pa

    if pa.types.is_boolean(flat.type):
        flat = flat.cast(pa.uint8())
    return np.from_dlpack(flat).astype(dtype, copy=False)
