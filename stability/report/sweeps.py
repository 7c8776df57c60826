"""A sweep as a table for the terminal, CSV and plain values."""

from __future__ import annotations

import csv
import io
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from stability.bounds.best import own_record
from stability.bounds.sweep import Sweep
from stability.report.records import bound_record
from stability.report.terminal.layout import plain_table
from stability.rounding import given, rounded_up
from stability.theorems.kinds.bound import Bound

NOTE = (
    "The smallest guaranteed bound of each notion at failure probability {delta}, rounded up; "
    "starred: no less than is true for nothing. Each row holds on its own: to choose one after "
    "looking at the data divide delta by the number of rows."
)

OWN_NOTE = "Of your own: by theorems for which nobody vouches but you."


def sweep_table(found: Sweep, delta: Any) -> RenderableType:
    """A row for each combination, a column for each notion; below it which theorems they are by."""
    told = [NOTE.format(delta=given(delta))]
    if any(column.own for column in found.columns):
        told.append(OWN_NOTE)
    for place, column in enumerate(found.columns):
        named = dict.fromkeys(b.theorem for row in found.rows if (b := row.bounds[place]))
        own = {
            rule["id"]
            for row in found.rows
            if (b := row.bounds[place])
            for rule in own_record(b.rules)
        }
        by = f", by {', '.join(sorted(own))}" if own else ""
        told.append(f"{column}: {', '.join(named)}{by}.")
    table = plain_table(f"Best bound on {found.quantity} of each notion", "\n".join(told))
    for key in found.keys:
        table.add_column(key.partition(".")[2], justify="right", no_wrap=True)
    for column in found.columns:
        table.add_column(str(column), justify="right", overflow="fold")
    for row in found.rows:
        values = [Text(value) for _, value in row.point.values]
        table.add_row(*values, *(Text(_value(bound)) for bound in row.bounds))
    return table


def sweep_csv(found: Sweep) -> str:
    """A line for each combination: the values, and for each notion value, theorem, vacuous."""
    text = io.StringIO()
    names = [f"{column.key}_{part}" for column in found.columns for part in _PARTS]
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*found.keys, *names])
    for row in found.rows:
        values = [value for _, value in row.point.values]
        writer.writerow([*values, *(cell for bound in row.bounds for cell in _plain(bound))])
    return text.getvalue()


def sweep_record(found: Sweep) -> dict[str, Any]:
    """The sweep as plain values: each row with every label of its bounds."""
    return {
        "over": list(found.keys),
        "quantity": str(found.quantity),
        "own_theorems": own_record(found.theorems),
        "rows": [
            {
                "values": dict(row.point.values),
                "best": {
                    column.key: None if bound is None else bound_record(bound)
                    for column, bound in zip(found.columns, row.bounds, strict=True)
                },
            }
            for row in found.rows
        ],
    }


_PARTS = ("value", "theorem", "vacuous")


def _plain(bound: Bound | None) -> tuple[Any, ...]:
    if bound is None:
        return ("", "", "")
    return (bound.value, bound.theorem, str(bound.vacuous).lower())


def _value(bound: Bound | None) -> str:
    if bound is None:
        return "none"
    return rounded_up(bound.value) + ("*" if bound.vacuous else "")
