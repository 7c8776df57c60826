"""A sweep as a table for a paper."""

from __future__ import annotations

from typing import Any

from stability.bounds.sweep import Sweep
from stability.report.compared import shared_labels
from stability.report.latex.notes import (
    BIBLIOGRAPHY,
    closing_notes,
    lettered,
    mark_notes,
    path_code,
    starred,
)
from stability.report.latex.tabular import NONE, Column, ColumnTable, Row
from stability.report.latex.text import latex_number, marked
from stability.report.rows import bound_row
from stability.rounding import given
from stability.theorems.kinds.bound import Bound


def sweep_latex(found: Sweep, delta: Any) -> str:
    """A sweep as LaTeX that fits one column: the values of its keys, and a number for each notion.

    Letters say by which theorems a number is and what it promises. The preamble needs booktabs and
    array.
    """
    every = [bound for row in found.rows for bound in row.bounds if bound is not None]
    shown = {id(bound): bound_row(bound, remedies=False) for bound in every}
    marks = lettered((bound.path, bound.labels.words) for bound in every)
    letters = {id(bound): marks[bound.path, bound.labels.words] for bound in every}
    labels = shared_labels([(letters[id(bound)], bound) for bound in every])
    losses = " or ".join(dict.fromkeys(bound.labels.losses for bound in every))

    def cell(bound: Bound | None) -> str:
        if bound is None:
            return NONE
        row = shown[id(bound)]
        return marked(row.value, starred(row, letters[id(bound)]))

    best = f"Best guaranteed bound on the {found.quantity} of each notion."
    table = ColumnTable(
        comments=(
            f"best guaranteed bound on {found.quantity}, total failure probability {given(delta)} "
            "per value",
            BIBLIOGRAPHY,
        ),
        leading=tuple(Column(_name(key)) for key in found.keys),
        heads=tuple(map(str, found.columns)),
        rows=tuple(
            Row(
                heading="",
                leading=tuple(latex_number(value) for _, value in row.point.values),
                values=tuple(map(cell, row.bounds)),
            )
            for row in found.rows
        ),
        notes=(
            *mark_notes((path_code(path), mark) for (path, _), mark in marks.items()),
            *closing_notes(shown.values(), best, *labels, *([f"The {losses}."] if losses else [])),
        ),
    )
    return table.code()


def _name(key: str) -> str:
    return key.partition(".")[2].replace("_", " ")
