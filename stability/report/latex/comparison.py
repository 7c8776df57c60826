"""Setups side by side as a table for a paper."""

from __future__ import annotations

from collections.abc import Sequence

from stability.bounds.analyse import Analysis
from stability.report.latex.bounds import heading
from stability.report.latex.notes import (
    BIBLIOGRAPHY,
    closing_notes,
    lettered,
    mark_notes,
    note,
    promise,
    starred,
)
from stability.report.latex.tabular import NONE, Column, ColumnTable, Row
from stability.report.latex.text import escaped, marked
from stability.report.rows import BoundRow, bound_row
from stability.report.side_by_side import side_by_side
from stability.report.words import losses_words, setup_words
from stability.rounding import given

_LONGEST = 12
"""Characters of a name that can stand at the head of a column; longer ones are letters."""


def compare_latex(named: Sequence[tuple[str, Analysis]], quantity: str | None = None) -> str:
    """Setups side by side as LaTeX that fits one column: a column of values for each.

    Letters say what a value promises and where its constant comes from; the smallest guarantee of
    a row is bold. Setups with long names are letters too, told below the table. The preamble needs
    booktabs and array. Raises SetupError if there is nothing to compare.
    """
    compared = side_by_side(named, quantity)
    names = _short_names([name for name, _ in named])
    shown = [
        [None if b is None else bound_row(b, remedies=False) for b in row.bounds]
        for row in compared
    ]
    marks = lettered(_said(row) for rows in shown for row in rows if row is not None)
    rows = []
    for one, cells in zip(compared, shown, strict=True):
        smallest = one.bounds.index(one.smallest)
        first = cells[smallest]
        assert first is not None
        values = [
            NONE
            if row is None
            else marked(
                row.value,
                starred(row, marks[_said(row)]),
                bold=place == smallest and row.promises,
            )
            for place, row in enumerate(cells)
        ]
        leading = f"{one.notion}: {_theorems(names, cells)}"
        rows.append(Row(heading(first), (escaped(leading),), tuple(values)))
    told = [
        f"{short}: {'' if short == name else f'{name}, '}"
        f"{setup_words(analysis.setup)}; {losses_words(analysis.setup)}."
        for short, (name, analysis) in zip(names, named, strict=True)
    ]
    bold = "Bold: the smallest guarantee of a row."
    every = [row for cells in shown for row in cells if row is not None]
    table = ColumnTable(
        comments=(
            f"total failure probability {given(named[0][1].delta)} per value",
            BIBLIOGRAPHY,
        ),
        leading=(Column("Notion: theorem", 0.4),),
        heads=names,
        rows=tuple(rows),
        notes=(*mark_notes(marks.items()), *map(note, told), *closing_notes(every, bold)),
    )
    return table.code()


def _short_names(names: Sequence[str]) -> tuple[str, ...]:
    if all(len(name) <= _LONGEST for name in names):
        return tuple(names)
    return tuple(f"Setup {place}" for place in range(1, len(names) + 1))


def _theorems(names: Sequence[str], cells: Sequence[BoundRow | None]) -> str:
    """The theorem of a row, or those of each setup where they are not the same."""
    found = {name: row.theorem for name, row in zip(names, cells, strict=True) if row is not None}
    if len(set(found.values())) == 1:
        return next(iter(found.values()))
    return ", ".join(f"{theorem} ({name})" for name, theorem in found.items())


def _said(row: BoundRow) -> str:
    return escaped(f"from {row.constant}: {promise(row)}")
