"""Untrusted files, plain or compressed, read as a stream of limited size; faults are DataErrors."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from stability.errors import DataError

_CHUNK = 1 << 20


class Stream:
    """The content of one file, decompressed; `read` never gives more than `limit` bytes in all.

    Every fault of the file (truncated, damaged, too large, unreadable) is a DataError that
    names the file and the byte of its content.
    """

    def __init__(self, path: Path, file: IO[bytes], packed: bool, limit: int) -> None:
        self.path, self.position = path, 0
        self._file, self._packed, self._limit = file, packed, limit
        import lzma

        self._faults = (OSError, EOFError, MemoryError, zlib.error, lzma.LZMAError)

    def at(self, position: int) -> str:
        """The text that names one byte of the content."""
        return f"{self.path}, byte {position}" + (" after decompression" if self._packed else "")

    def read(self, size: int) -> bytes:
        """The next `size` bytes, fewer only at the end of the content."""
        pieces: list[bytes] = []
        left = size
        while left:
            try:
                piece = self._file.read(min(left, _CHUNK))
            except self._faults as fault:
                raise DataError(
                    where=self.at(self.position),
                    found=f"data that cannot be read ({fault or type(fault).__name__})",
                    allowed="a complete, undamaged file",
                    remedy="Get the file again.",
                ) from None
            if not piece:
                break
            self.position += len(piece)
            if self.position > self._limit:
                raise DataError(
                    where=self.at(self._limit),
                    found=f"more than {self._limit} bytes of content",
                    allowed=f"at most {self._limit} bytes",
                    remedy="This is not the published file; get it again.",
                )
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)


@contextmanager
def reading(path: Path, limit: int, *, decompress: bool = True) -> Iterator[Stream]:
    """The content of a plain, gzip or xz file (told apart by its first bytes), up to `limit`.

    Raises DataError if the file is missing, is not a plain file, or cannot be opened.
    """
    if not os.path.isfile(path):
        raise DataError(
            where=str(path),
            found="a folder or a special file" if os.path.exists(path) else "no such file",
            allowed="a file",
            remedy="Check the folder given and the names in it.",
        )
    try:
        raw = path.open("rb")
        file = _decompressed(raw) if decompress else raw
    except OSError as fault:
        raise DataError(
            where=str(path),
            found=f"a file that cannot be opened ({fault.strerror})",
            allowed="a readable file",
            remedy="Check its permissions.",
        ) from None
    with raw, file:
        yield Stream(path, file, file is not raw, limit)


def read_whole(path: Path, limit: int) -> bytes:
    """The bytes of a file as it is stored, not decompressed; faults as in `reading`."""
    with reading(path, limit, decompress=False) as stream:
        return stream.read(limit + 1)


def _decompressed(raw: Any) -> Any:
    head = raw.peek(6)[:6]
    if head.startswith(b"\x1f\x8b"):
        import gzip

        return gzip.GzipFile(fileobj=raw, mode="rb")
    if head == b"\xfd7zXZ\x00":
        import lzma

        return lzma.LZMAFile(raw, "rb")
    return raw
