"""The bounds of one setup as a table for a paper."""

from __future__ import annotations

from collections.abc import Sequence

from stability.bounds.analyse import Analysis
from stability.report.latex.notes import (
    BIBLIOGRAPHY,
    closing_notes,
    lettered,
    mark_notes,
    path_code,
    promise,
    starred,
)
from stability.report.latex.tabular import Column, ColumnTable, Row
from stability.report.latex.text import escaped, marked
from stability.report.rows import BoundRow, bound_row
from stability.report.words import losses_words, setup_words
from stability.rounding import given


def latex_table(analysis: Analysis, all_rows: bool, quantity: str | None = None) -> str:
    """The bounds as LaTeX that fits one column, ready for `\\input`.

    Below the head of each quantity a row for each notion and promise; letters say what a value
    promises and where its constant comes from. With all rows the whole path stands in the row.
    Upper bounds are rounded up. The preamble needs booktabs and array.
    """
    bounds = analysis.ordered(quantity) if all_rows else analysis.best_per_notion(quantity)
    rows = [bound_row(bound, remedies=False) for bound in bounds]
    said = [_said(row, all_rows) for row in rows]
    marks = lettered(said)
    losses = f"Here {losses_words(analysis.setup)}{_for_nothing(rows)}."
    table = ColumnTable(
        comments=(
            f"{setup_words(analysis.setup)}; {losses_words(analysis.setup)}",
            f"total failure probability {given(analysis.delta)} per row",
            BIBLIOGRAPHY,
        ),
        leading=(Column("Notion", 0.22), Column("Path" if all_rows else "Theorem", 0.45)),
        heads=("Value",),
        rows=tuple(
            Row(
                heading=heading(row),
                leading=(
                    escaped(row.notion),
                    path_code(row.path) if all_rows else escaped(row.theorem),
                ),
                values=(marked(row.value, starred(row, marks[words])),),
            )
            for row, words in zip(rows, said, strict=True)
        ),
        notes=(*mark_notes(marks.items()), *closing_notes(rows, losses)),
    )
    return table.code()


def heading(row: BoundRow) -> str:
    """What is bounded: what the rows of a group have in common."""
    told = "; ".join(filter(None, (row.sides, row.average, row.detail)))
    return f"{row.quantity} ({told})"


def _for_nothing(rows: Sequence[BoundRow]) -> str:
    """What the range of the losses gives for nothing, on each quantity if it is not one number."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        found.setdefault(row.trivial, {})[row.quantity] = None
    parts = [
        trivial if len(found) == 1 else f"{trivial} on {', '.join(quantities)}"
        for trivial, quantities in found.items()
    ]
    return f"; they give for nothing {'; '.join(parts)}" if parts else ""


def _said(row: BoundRow, all_rows: bool) -> str:
    words = escaped(promise(row))
    return words if all_rows else f"from {escaped(row.constant)}: {words}"
