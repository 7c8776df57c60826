"""The demonstration's table: one line per learner and setting, the two bounds side by side."""

from __future__ import annotations

from dataclasses import dataclass

from stability.demo.rows import Row
from stability.report.rounding import rounded, rounded_up

COLUMNS = ("learner", "setting", "loss range", "gap", "uniform bound", "elastic bound", "promise")


@dataclass(frozen=True)
class Line:
    """One learner in one setting: its measured gap and the two bounds on it."""

    gap: Row
    uniform: Row
    elastic: Row

    @property
    def factor(self) -> float:
        """How many times smaller the elastic bound is."""
        return self.uniform.value / self.elastic.value

    def cells(self) -> tuple[str, ...]:
        """The cells of the table, as text."""
        return (
            self.gap.learner,
            self.gap.setting,
            f"[0, {self.gap.range:.3g}]",
            f"{rounded(self.gap.value, 2)} \u00b1 {rounded(self.gap.standard_error or 0.0, 1)}",
            bound_text(self.uniform),
            bound_text(self.elastic),
            self.promise(),
        )

    def promise(self) -> str:
        """What the two bounds promise, in words."""
        if self.uniform.kind == "estimate":
            return "none: plug-in estimates"
        words = f"{self.uniform.provenance}; {self.elastic.provenance}"
        return f"{words}; {self.elastic.failure:g}"


def lines(rows: tuple[Row, ...]) -> tuple[Line, ...]:
    """The rows gathered by learner and setting."""
    found: dict[tuple[str, str], dict[str, Row]] = {}
    for row in rows:
        found.setdefault((row.learner, row.setting), {})[row.what] = row
    return tuple(Line(r["gap"], r["uniform bound"], r["elastic bound"]) for r in found.values())


def bound_text(row: Row) -> str:
    """A bound as text, rounded up if it is one, marked if it says nothing."""
    value = rounded_up(row.value) if row.kind == "upper" else rounded(row.value)
    return f"{value} vacuous" if row.vacuous else value
