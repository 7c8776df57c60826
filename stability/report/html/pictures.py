"""Reading and writing the files of a report: nothing outside its directory, whole or not at all."""

from __future__ import annotations

from pathlib import Path

from stability.errors import DataError
from stability.files import read_inside

REPORT = "report.json"
"""The name of a report's data in its directory."""

PICTURES = (".png", ".svg")
"""Kinds of picture that a page may hold."""


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
