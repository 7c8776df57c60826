"""Whether a folder holds the summary of this study: what decides its numbers, and the data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stability.errors import DataError, RunError, shown
from stability.files import read_inside
from stability.report.html.checks import parse
from stability.runs.data import Parts
from stability.runs.tasks.plain import first_difference

SUMMARY = "summary.json"


def decisive(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings without what decides no measured number: paths, and delta."""
    found = {name: dict(section) for name, section in settings.items()}
    for name, key in (("data", "dir"), ("data", "file"), ("bound", "delta")):
        found[name].pop(key, None)
    return found


def refuse_other(out: Path, settings: dict[str, Any], parts: Parts) -> None:
    """Raise RunError if the folder holds the summary of another study or of other data."""
    if not (out / SUMMARY).exists():
        return
    where = str(out / SUMMARY)
    stored = parse(read_inside(out, SUMMARY), where, "the summary of a study")
    try:
        before = {"run": decisive(stored["run"]), "data": dict(stored["made_with"]["data"])}
    except (KeyError, TypeError, AttributeError, ValueError):
        raise DataError(
            where=where,
            found="something that is not the summary of a study",
            allowed="a new folder, or one that a study was written to",
            remedy="Choose another folder with --out.",
        ) from None
    now = {"run": decisive(settings), "data": {"train": parts.train.fingerprint}}
    now["data"]["test"] = parts.test.fingerprint
    different = first_difference(before, now)
    if different is not None:
        raise RunError(
            where=f"{where}, {different.place}",
            found=different.first,
            allowed=f"{shown(different.second)}, as asked for now",
            remedy="The folder holds another study: choose another one with --out.",
        )
