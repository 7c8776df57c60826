"""Reading and writing the files of a report: nothing outside its directory, whole or not at all."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from stability.errors import DataError, RunError

REPORT = "report.json"
"""The name of a report's data in its directory."""

PICTURES = (".png", ".svg")
"""Kinds of picture that a page may hold."""

MOST_BYTES = 64 * 2**20
"""No larger file is read."""

_PNG = b"\x89PNG\r\n\x1a\n"


def read_picture(folder: Path, name: str) -> bytes:
    """The bytes of a figure. Raises RunError if it is not there, DataError if it is no picture."""
    content = read_inside(folder, name)
    kind = Path(name).suffix.lower()
    svg = b"<svg" in content[:4096].lower() and b"\0" not in content[:4096]
    good = {".png": content.startswith(_PNG), ".svg": svg}
    if not good.get(kind, False):
        raise DataError(
            where=str(folder / name),
            found=f"{len(content)} bytes that are no {kind[1:]} picture",
            allowed="a picture of the kind that the name says",
            remedy="Draw it again.",
        )
    return content


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
            allowed=f"a directory with {REPORT} and the figures that it names",
            remedy="Give the directory that the run wrote to.",
        ) from None


def write_text(path: Path, text: str) -> Path:
    """Write a text file whole or not at all. Raises RunError if it cannot be written."""
    unfinished = path.parent / f".{path.name}.unfinished"
    try:
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise RunError(
            where=str(path),
            found=error.strerror or str(error),
            allowed="a file in a directory that exists and can be written",
            remedy="Check the directory and the space left.",
        ) from None
    return path
