"""The demonstration's table: one line per learner and setting, the bounds side by side."""

from __future__ import annotations

from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.table import Table

from stability.report.compared import COMPARED
from stability.report.rounding import rounded, rounded_up
from stability_experiments.demo.rows import Row

COLUMNS = (
    "learner",
    "measured gap",
    *(what for what, _ in COMPARED),
    "promise",
)
CAPTION = (
    "Bounds on the gap, test loss minus training loss, at delta = 0.05. Tail: Theorem 12 of "
    "Bousquet and Elisseeff, and the finite-sample elastic theorem. Moment: second moment of "
    "Feldman and Vondrak, and its elastic form, with Markov's inequality. Promise: provenance of "
    "uniform/elastic; an estimate promises nothing. Starred bounds are vacuous: no less than the "
    "range of the loss. Ridge: 1,000 random features, squared loss in [0, 1]. Network: ReLU "
    "64-32-10 by shuffled SGD; logistic: multinomial with weight decay; cross-entropy cut to "
    "[0, log 10]."
)


@dataclass(frozen=True)
class Line:
    """One learner in one setting: its measured gap and the bounds, in the order of COMPARED."""

    gap: Row
    bounds: tuple[Row, ...]

    def cells(self) -> tuple[str, ...]:
        """The cells of the table, as text."""
        error = rounded(self.gap.standard_error or 0.0, 1)
        return (
            f"{self.gap.learner}, {self.gap.setting}",
            f"{rounded(self.gap.value, 2)}\u00b1{error}",
            *(bound_text(row) for row in self.bounds),
            self.promise(),
        )

    def promise(self) -> str:
        """What the bounds promise, in words."""
        if self.bounds[0].kind == "estimate":
            return "estimate"
        return " / ".join(dict.fromkeys(row.provenance for row in self.bounds))


def lines(rows: tuple[Row, ...]) -> tuple[Line, ...]:
    """The rows gathered by learner and setting."""
    found: dict[tuple[str, str], dict[str, Row]] = {}
    for row in rows:
        found.setdefault((row.learner, row.setting), {})[row.what] = row
    return tuple(Line(r["gap"], tuple(r[what] for what, _ in COMPARED)) for r in found.values())


def bound_text(row: Row) -> str:
    """A bound as text, rounded up if it is one, with a star if it says nothing."""
    value = rounded_up(row.value) if row.kind == "upper" else rounded(row.value)
    return f"{value}*" if row.vacuous else value


def printed(rows: tuple[Row, ...]) -> Table:
    """The table for a terminal. Numbers are never cut off: in a narrow one the words wrap."""
    table = Table(
        title="How far can the test loss be from the training loss?",
        caption=CAPTION,
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    for heading in COLUMNS:
        words = heading in ("learner", "promise")
        table.add_column(
            heading.replace(" ", "\n"), justify="left" if words else "right", no_wrap=not words
        )
    for line in lines(rows):
        table.add_row(*line.cells())
    return table
