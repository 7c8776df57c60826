"""Setups side by side, for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from stability.bounds.analyse import Analysis
from stability.report.rows import bound_row
from stability.report.side_by_side import Compared, side_by_side
from stability.report.terminal.layout import ForWidth, columns, folded, lines, plain_table
from stability.report.terminal.tables import LEGEND, NOTHING_APPLIES, value_cell
from stability.report.words import losses_words, setup_words
from stability.rounding import given
from stability.theorems.kinds.bound import Bound


def compare_table(
    named: Sequence[tuple[str, Analysis]], quantity: str | None = None
) -> RenderableType:
    """Setups side by side: for every quantity, notion and promise the best bound of each.

    `named` are names and analyses; with a quantity, only bounds on that are there. The smallest
    guarantee of a row is bold. Raises SetupError if there is nothing to compare.
    """
    rows = side_by_side(named, quantity)
    if not rows:
        return Text(NOTHING_APPLIES)
    return ForWidth(lambda width: _table(named, rows, width))


def _table(named: Sequence[tuple[str, Analysis]], rows: Sequence[Compared], width: int) -> Table:
    first = min(20, width // (len(named) + 1))
    each = min(40, (width - first - 1) // len(named) - 1)
    table = plain_table("Best bound of each setup", LEGEND)
    columns(table, {"quantity, notion": first})
    for name, analysis in named:
        words = (name, setup_words(analysis.setup), losses_words(analysis.setup))
        head = Text(lines(*words, f"failure {given(analysis.delta)}"))
        table.add_column(head, max_width=each, overflow="fold")
    for row in rows:
        cells = (_cell(bound, bound is row.smallest, each) for bound in row.bounds)
        table.add_row(Text(_head(row, first)), *cells, end_section=True)
    return table


def _head(row: Compared, width: int) -> str:
    labels = row.labels
    promise = ", ".join(map(str, (labels.kind, labels.provenance, labels.trust)))
    quantity = folded(str(labels.quantity), width)
    return lines(quantity, str(row.notion), labels.sides, labels.average, promise, labels.chance)


def _cell(bound: Bound | None, best: bool, width: int) -> Text:
    if bound is None:
        return Text("none")
    row = bound_row(bound, remedies=False)
    text = value_cell(row)
    if best and row.promises:
        text.stylize("bold")
    note = "vacuous" if row.vacuous == "yes" else ""
    text.append("\n" + lines(note, folded(row.theorem, width), row.detail), style="not bold")
    return text
