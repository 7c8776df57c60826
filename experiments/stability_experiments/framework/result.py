"""What an experiment reports: rows beside published values, claims, pictures, and its cost."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stability.conventions import Kind
from stability.errors import DataError
from stability.files import disk_errors, write_bytes
from stability.rounding import PLUS_MINUS, rounded, rounded_down, rounded_up, with_error

RESULT = "result.json"
"""The name of a result in its folder."""

ROOM = "Give another folder with --out, or make room."


@dataclass(frozen=True, kw_only=True)
class Row:
    """One number, beside what was published for it (None where there is nothing to compare with).

    It agrees if it is within `tolerance` of the published value. A row that does not agree needs a
    note that says why; `required` rows must agree. `kind` says what the number promises, and so to
    which side it is rounded; a mere observation is an estimate.
    """

    name: str
    computed: float
    standard_error: float | None = None
    published: float | None = None
    tolerance: float | None = None
    source: str | None = None
    required: bool = False
    note: str = ""
    kind: Kind = Kind.ESTIMATE

    @property
    def agrees(self) -> bool | None:
        """Whether it is within the tolerance, None if nothing was published."""
        if self.published is None or self.tolerance is None:
            return None
        return abs(self.computed - self.published) <= self.tolerance

    def text(self, digits: int) -> str:
        """The computed number with few digits, on the side that keeps true what its kind promises.

        >>> Row(name="bound", computed=0.12341, kind=Kind.UPPER).text(4)
        '0.1235'
        """
        if self.kind in (Kind.UPPER, Kind.EXACT):
            return rounded_up(self.computed, digits)
        short = rounded_down if self.kind is Kind.LOWER else rounded
        return short(self.computed, digits)

    def told(self, digits: int) -> str:
        """The computed number with its standard error, where there is one.

        An estimate stands to the place of its error; a bound keeps its digits and its side.

        >>> Row(name="mean", computed=7.78348, standard_error=0.0613).told(6)
        '7.783 \N{PLUS-MINUS SIGN} 0.061'
        """
        if self.standard_error is None:
            return self.text(digits)
        if self.kind is Kind.ESTIMATE:
            return with_error(self.computed, self.standard_error)
        return f"{self.text(digits)} {PLUS_MINUS} {rounded(self.standard_error, 2)}"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """An ordering or a shape that must show, and whether it does."""

    claim: str
    holds: bool
    required: bool = True


@dataclass(frozen=True, kw_only=True)
class ExperimentFindings:
    """What the body of an experiment returns."""

    rows: tuple[Row, ...]
    claims: tuple[Claim, ...]
    figures: tuple[str, ...]
    scaled_down: str | None = None


@dataclass(frozen=True, kw_only=True)
class Result:
    """The findings with the settings and the cost of the run, as stored in `result.json`.

    `resumed`: the run went on from stored parts; `seconds` are those of its last stretch.
    """

    experiment: str
    preset: str
    seed: int
    findings: ExperimentFindings
    seconds: float
    peak_memory_bytes: int
    resumed: bool = False

    def record(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "experiment": self.experiment,
            "preset": self.preset,
            "seed": self.seed,
            "scaled_down": self.findings.scaled_down,
            "rows": [_row(row) for row in self.findings.rows],
            "claims": [asdict(claim) for claim in self.findings.claims],
            "figures": list(self.findings.figures),
            "seconds": round(self.seconds, 1),
            "peak_memory_bytes": self.peak_memory_bytes,
            **({"resumed": True} if self.resumed else {}),
        }

    @property
    def failures(self) -> list[str]:
        """Required rows that do not agree and required claims that do not hold, by name."""
        rows = [r.name for r in self.findings.rows if r.required and r.agrees is not True]
        return rows + [c.claim for c in self.findings.claims if c.required and not c.holds]

    def save(self, directory: Path) -> Path:
        """Write `result.json` into a folder. NaN and infinity are refused: they are no results."""
        path = directory / RESULT
        text = json.dumps(self.record(), indent=1, allow_nan=False) + "\n"
        with disk_errors(path, "a folder in which files can be written", ROOM):
            write_bytes(path, text.encode())
        return path


def _row(row: Row) -> dict[str, Any]:
    if not math.isfinite(row.computed):
        raise DataError(
            where=f"row {row.name}", found=row.computed, allowed="a finite number", remedy=""
        )
    return {**asdict(row), "agrees": row.agrees}
