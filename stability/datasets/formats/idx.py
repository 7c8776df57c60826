"""The idx format of the MNIST files: a magic number, the sizes, then one byte per number."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stability.datasets.formats.streams import Stream, reading
from stability.errors import DataError

LIMIT = 1 << 30  # bytes of content that a reader accepts


def read_idx(path: Path | str, sizes: Sequence[int | None]) -> NDArray[np.uint8]:
    """The unsigned bytes of an idx file, plain or compressed, as an array of its sizes.

    `sizes` has one entry per dimension: the size it must have, or None for any from 1 on; so
    images are (None, 28, 28) and labels (None,). Format: big-endian 32-bit integers, first the
    magic number 2048 + dimensions (unsigned bytes), then the sizes; then the data, last
    dimension fastest, and nothing after it. The result is read-only.

    Raises DataError with file and byte for a wrong magic number, another size, a file that ends
    early, bytes after the data, damaged compression, more than 1 GiB.
    """
    where = Path(path)
    with reading(where, LIMIT) as stream:
        _check_magic(stream, len(sizes))
        found = tuple(_size(stream, k, wanted) for k, wanted in enumerate(sizes))
        expected = math.prod(found)
        start = stream.position
        if start + expected > LIMIT:
            raise DataError(
                where=stream.at(4),
                found=f"sizes {_times(found)}, which is {expected} bytes of data",
                allowed=f"at most {LIMIT} bytes in all",
                remedy="The header is damaged; get the file again.",
            )
        content = stream.read(expected)
        if len(content) < expected:
            raise DataError(
                where=stream.at(stream.position),
                found=f"the end of the file after {len(content)} bytes of data",
                allowed=f"{expected} bytes of data ({_times(found)}) from byte {start} on",
                remedy="The file is truncated; get it again.",
            )
        if stream.read(1):
            raise DataError(
                where=stream.at(start + expected),
                found="more bytes after the data",
                allowed=f"the end of the file after {expected} bytes of data ({_times(found)})",
                remedy="The header or the file is damaged; get it again.",
            )
    return np.frombuffer(content, dtype=np.uint8).reshape(found)


def _check_magic(stream: Stream, dimensions: int) -> None:
    magic = _integer(stream, "the magic number")
    if magic == 2048 + dimensions:
        return
    remedy = "This is not an idx file of unsigned bytes."
    if magic in (2049, 2051):
        content = "labels" if magic == 2049 else "images"
        remedy = f"This is a file of {content}; are images and labels interchanged?"
    raise DataError(
        where=stream.at(0),
        found=f"the magic number {magic}",
        allowed=f"{2048 + dimensions} (unsigned bytes, dimensions: {dimensions})",
        remedy=remedy,
    )


def _size(stream: Stream, dimension: int, wanted: int | None) -> int:
    found = _integer(stream, f"the size of dimension {dimension + 1}")
    if found == wanted or (wanted is None and found >= 1):
        return found
    raise DataError(
        where=stream.at(stream.position - 4),
        found=f"a size of {found} in dimension {dimension + 1}",
        allowed="at least 1" if wanted is None else str(wanted),
        remedy="Check that this is the file you mean; if so, get it again.",
    )


def _integer(stream: Stream, meaning: str) -> int:
    start = stream.position
    word = stream.read(4)
    if len(word) < 4:
        raise DataError(
            where=stream.at(start),
            found=f"the end of the file inside {meaning}",
            allowed="a header of 4 bytes per number",
            remedy="The file is truncated; get it again.",
        )
    return struct.unpack(">I", word)[0]


def _times(sizes: Sequence[int]) -> str:
    return " x ".join(str(size) for size in sizes)
