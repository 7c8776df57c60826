"""Tables for the terminal: the stability constants, and why theorems do not apply."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stability.bounds.analyse import Analysis
from stability.report.rows import ConstantRow, RefusalRow, constant_row, refusals
from stability.report.terminal.layout import ByWidth, columns, folded, lines, plain_table


def constants_table(analysis: Analysis) -> RenderableType:
    """The stability constants: where each comes from, its conventions and its values.

    Upper bounds are rounded up, lower bounds down. Elastic values are those of beta in
    |change of the loss| <= beta/m.
    """
    if not analysis.constants:
        return Text("No stability constant: no theorem applies to this setup.")
    rows = [constant_row(c) for c in analysis.constants]
    caption = "Elastic constants B, U, B1, D are those of beta in: the loss changes by beta/m."
    title = f"Stability constants at m = {analysis.setup.sample.size}"
    return ByWidth(
        lambda spare: _wide_constants(rows, plain_table(title, caption), spare),
        lambda spare: _narrow_constants(rows, plain_table(title, caption), spare),
    )


def _wide_constants(rows: list[ConstantRow], table: Table, spare: int) -> Table:
    first = {"constant": 36, "notion": 14, "neighbour": 11, "convention": 14}
    columns(table, first, ("constant",))
    columns(table, {"kind": 10, "provenance": 12, "mean over": 10, "values": 40}, (), spare)
    for row in rows:
        cells = (row.id, row.notion, row.neighbour, row.convention or row.form, row.kind)
        promise, values = lines(row.provenance, row.trust), lines(row.value_words, row.note)
        table.add_row(*(Text(t) for t in (*cells, promise, row.averaged, values)))
    return table


def _narrow_constants(rows: list[ConstantRow], table: Table, spare: int) -> Table:
    columns(table, {"constant, notion": 36, "promise": 16, "values": 24}, (), spare)
    for row in rows:
        shown = lines(*(f"{name} {value}" for name, value in row.values), row.note)
        promise = lines(row.kind, row.provenance, row.trust, row.convention or row.form)
        about = lines(row.id, f"{row.neighbour} {row.notion}", _mean(row.averaged))
        table.add_row(Text(about), Text(promise), Text(shown), end_section=True)
    return table


def refusals_table(analysis: Analysis, all_rows: bool) -> RenderableType:
    """Why theorems do not apply: the hypothesis that fails, where, what was found, the remedy.

    Every hypothesis that fails has a line of its own. Theorems that merely speak of another
    algorithm or another kind of stability are counted in one line, unless all rows are asked for.
    """
    found = refusals(analysis, all_rows)
    if not found.rows:
        return Text(found.summary or "Every theorem applies.")
    title = "Theorems that do not apply, and why"
    table = ByWidth(
        lambda spare: _wide_refusals(found.rows, plain_table(title), spare),
        lambda spare: _narrow_refusals(found.rows, plain_table(title), spare),
    )
    return Group(table, Text(found.summary)) if found.summary else table


def _wide_refusals(rows: tuple[RefusalRow, ...], table: Table, spare: int) -> Table:
    widths = {"theorem": 36, "hypothesis": 44, "found": 34, "remedy": 44}
    columns(table, widths, ("theorem",), spare)
    for row in rows:
        for reason in row.reasons:
            names = "\n".join(row.theorems) if reason is row else ""
            place = f"{reason.where}: {reason.found}"
            cells = (names, reason.hypothesis, place, reason.remedy)
            last = reason is row.reasons[-1]
            table.add_row(*(Text(cell) for cell in cells), end_section=last)
    return table


def _narrow_refusals(rows: tuple[RefusalRow, ...], table: Table, spare: int) -> Table:
    columns(table, {"theorem": 26, "hypothesis, found, remedy": 60}, (), spare)
    for row in rows:
        for reason in row.reasons:
            named = row.theorems if reason is row else ()
            names = "\n".join(folded(theorem, 26 + spare // 2) for theorem in named)
            told = (
                f"It needs: {reason.hypothesis}\nFound {reason.where}: {reason.found}\n"
                f"{reason.remedy}"
            )
            table.add_row(Text(names), Text(told), end_section=reason is row.reasons[-1])
    return table


def _mean(over: str) -> str:
    return "" if over == "nothing" else f"mean over {over}"
