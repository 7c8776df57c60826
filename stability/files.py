"""Writing files whole or not at all, and errors of the disk in plain words."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from stability.errors import DataError, RunError, did_you_mean

UNFINISHED = ".writing-"
"""How the name of a file that is not yet whole begins."""


def write_bytes(path: Path, content: bytes, *, lasting: bool = True) -> None:
    """Put `content` at `path`: after a crash at any moment the file is whole or absent.

    Written under another name in the same folder, forced to disk, renamed; then, for a `lasting`
    file, the folder is forced to disk too, else a crash soon afterwards may leave the file absent.
    One process at a time may write to a folder. Raises OSError, and leaves nothing half-written.
    """
    temporary = path.with_name(UNFINISHED + path.name)
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(handle, rest) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    if lasting:
        force_folder(path.parent)


def open_plain(path: Path | str) -> BinaryIO:
    """Open a plain file to read its bytes; anything else is an OSError that says what it is.

    A named pipe would be waited for without end and a device may never end, so both are refused
    before a byte is read, and so are folders and sockets.

    >>> open_plain("/dev/null")
    Traceback (most recent call last):
    OSError: [Errno 22] it is a device, not a plain file: '/dev/null'
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        kind = stat.S_IFMT(os.fstat(handle).st_mode)
        if kind != stat.S_IFREG:
            words = f"it is {_NOT_PLAIN.get(kind, 'something else')}, not a plain file"
            raise OSError(errno.EINVAL, words, str(path))
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


_NOT_PLAIN: Mapping[int, str] = MappingProxyType(
    {
        stat.S_IFIFO: "a named pipe",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
        stat.S_IFDIR: "a folder",
        stat.S_IFSOCK: "a socket",
    }
)


def write_text(path: Path, text: str) -> Path:
    """Write a text file as `write_bytes` does; its path. Raises RunError if that is refused."""
    try:
        write_bytes(path, text.encode())
    except OSError as error:
        raise RunError(
            where=str(path),
            found=f"a file that cannot be written ({error.strerror or error})",
            allowed="a file in a directory that exists and may be written to",
            remedy="Check the directory and the space left.",
        ) from None
    return path


def force_folder(folder: Path) -> None:
    """Force the names in a folder to disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def set_aside(path: Path) -> Path:
    """Rename a damaged file to `*.corrupt` (or `*.corrupt-2`, ...); the new path."""
    target, number = path.with_name(path.name + ".corrupt"), 1
    while target.exists():
        number += 1
        target = path.with_name(f"{path.name}.corrupt-{number}")
    os.replace(path, target)
    force_folder(path.parent)
    return target


def remove_unfinished(folder: Path) -> None:
    """Remove what a killed process left half-written."""
    for path in sorted(folder.glob(UNFINISHED + "*")):
        os.unlink(path)


@contextmanager
def disk_errors(path: Path, allowed: str, remedy: str) -> Iterator[None]:
    """Turn an OSError into a RunError about `path` (or the file that the error names)."""
    try:
        yield
    except OSError as error:
        named = error.filename if isinstance(error.filename, (str, Path)) else path
        found = error.strerror or type(error).__name__
        raise RunError(
            where=str(named), found=f"the error '{found}'", allowed=allowed, remedy=remedy
        ) from error


MOST_BYTES = 64 * 2**20
"""No larger file is read."""


def read_inside(folder: Path, name: str) -> bytes:
    """The bytes of a plain file in a directory, never of one that a link leads to outside.

    Raises RunError if the directory or the file is not there, DataError for links that lead
    outside, for what is not a plain file and for files above 64 MiB.
    """
    path = folder / name
    try:
        inside = path.resolve(strict=True).parent == folder.resolve(strict=True)
        if not inside or not path.is_file() or path.stat().st_size > MOST_BYTES:
            raise DataError(
                where=str(path),
                found="something that is not a plain file of at most 64 MiB in this directory",
                allowed="a plain file in the directory itself, not a link that leads outside",
                remedy="Copy the file into the directory.",
            )
        return path.read_bytes()
    except (OSError, RuntimeError) as error:
        raise RunError(
            where=str(path),
            found=getattr(error, "strerror", None) or str(error),
            allowed="a directory with report.json and the figures that it names",
            remedy="Give the directory that the run wrote to.",
        ) from None


def names_near(path: Path) -> str:
    """The remedy for a file that is not there: a name like its own in its folder, "" if none is.

    "" too for a path that exists, and for one that cannot be a path.

    >>> names_near(Path("no-such-folder", "data.csv"))
    'There is no folder no-such-folder either.'
    """
    try:
        if path.exists():
            return ""
        return did_you_mean(path.name, (other.name for other in path.parent.iterdir()))
    except FileNotFoundError:
        return f"There is no folder {path.parent} either."
    except (OSError, ValueError):
        return ""
