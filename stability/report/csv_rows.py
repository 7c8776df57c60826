"""Bounds as CSV: one line per bound with every label."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from stability.bounds.analyse import Analysis
from stability.report.records import bound_record
from stability.theorems.kinds.bound import Bound

CSV_FIELDS = (
    *("theorem", "constant", "path", "notion", "neighbour", "convention", "quantity", "sides"),
    *("kind", "provenance", "trust", "high_probability_over", "averaged_over", "failure"),
    *("range", "range_from", "value", "trivial", "vacuous", "nonvacuous_from"),
)
"""The columns of `--csv`: those of the JSON rows that hold one value."""


def bounds_csv(analysis: Analysis, quantity: str | None = None) -> str:
    """Every bound, the best on the gap first; with a quantity, those on that."""
    return _written(CSV_FIELDS, map(_line, analysis.ordered(quantity)))


def compare_csv(named: Sequence[tuple[str, Analysis]], quantity: str | None = None) -> str:
    """The bounds that `compare` shows, one line per setup and bound, the setup's name in front."""
    lines = (
        {"setup": name, **_line(bound)}
        for name, analysis in named
        for bound in analysis.best_per_notion(quantity)
    )
    return _written(("setup", *CSV_FIELDS), lines)


def _line(bound: Bound) -> dict[str, Any]:
    record = bound_record(bound)
    return {**record, "path": " > ".join(record["path"])}


def _written(names: Sequence[str], lines: Iterable[Mapping[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, names, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()
