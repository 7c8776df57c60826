"""Who moves whom, in words: each tested class by deletions of its own, against those of others."""

from __future__ import annotations

import math

from stability.estimate.statistics.class_ratios import FEWEST_DELETIONS, OwnRatio
from stability.rounding import rounded
from stability.runs.findings import Findings

LISTED = 4
"""So many classes are named one by one; of more the two ends are."""


def class_note(findings: Findings) -> str:
    """Whether deletions move their own class more, in a few sentences; "" if nothing moved.

    Classes whose losses are at the cap are named in place of it: no ratio with them means anything.
    """
    if findings.health.hidden:
        names = ", ".join(one.name for one in findings.health.hidden)
        return (
            f"Most test losses are at the cap in: {names}. What is shown for it as tested is too "
            "small, so that no class can be compared with it."
        )
    if findings.summary.U == 0.0:
        return ""
    ratios, one = findings.ratios, findings.parts.groups.one
    left = _listed([f"{name} ({count})" for name, count in ratios.left_out])
    if not ratios.classes:
        few = f"; fewer were deleted of: {left}" if left else ""
        return (
            f"Nothing is said of a {one} against another: that takes two with at least "
            f"{FEWEST_DELETIONS} deletions each, of which some test loss moved{few}."
        )
    mean = ratios.geometric_mean
    told = "none" if math.isnan(mean) else rounded(mean, 3)
    sentences = [
        f"At the test losses of one {one}, deleting an example of that {one} moves them {told} "
        f"times as much as deleting one of another (geometric mean; {_each(ratios.classes, one)}).",
        *_stranger([row for row in ratios.classes if row.ratio < 1.0]),
        *([f"Not compared, with fewer than {FEWEST_DELETIONS} deletions: {left}."] if left else []),
    ]
    return " ".join(sentences)


def _each(rows: tuple[OwnRatio, ...], one: str) -> str:
    if len(rows) <= LISTED:
        return ", ".join(_one(row, one) for row in rows)
    low, high = min(rows, key=lambda row: row.ratio), max(rows, key=lambda row: row.ratio)
    return f"of {len(rows)}, from {_one(low, one)} to {_one(high, one)}"


def _one(row: OwnRatio, one: str) -> str:
    name = f"{one} {row.name}" if one == "class" else row.name
    return f"{rounded(row.ratio, 3)} for {name}, {row.deletions} deletions"


def _stranger(rows: list[OwnRatio]) -> list[str]:
    """The classes that others move more."""
    if not rows:
        return []
    return [f"Moved more by others than by its own: {_listed([row.name for row in rows])}."]


def _listed(names: list[str]) -> str:
    more = len(names) - LISTED
    return ", ".join(names[:LISTED]) + (f" and {more} more" if more > 0 else "")
