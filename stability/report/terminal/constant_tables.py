"""Tables for the terminal: the stability constants, and why theorems do not apply."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from stability.bounds.analyse import Analysis
from stability.report.rows import constant_row, refusals
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
    wide, narrow = plain_table(title, caption), plain_table(title, caption)
    columns(wide, {"constant": 36, "notion": 14, "neighbour": 11, "convention": 14})
    columns(wide, {"kind": 10, "provenance": 12, "mean over": 10, "values": 40})
    columns(narrow, {"constant, notion": 36, "promise": 16, "values": 24})
    for row in rows:
        promise = lines(row.provenance, row.trust)
        shown = lines(*(f"{name} {value}" for name, value in row.values), row.note)
        one_line = lines(row.value_words, row.note)
        convention = row.convention or row.form
        wide.add_row(
            *(Text(t) for t in (row.id, row.notion, row.neighbour, convention)),
            *(Text(t) for t in (row.kind, promise, row.averaged, one_line)),
        )
        narrow.add_row(
            Text(lines(row.id, f"{row.neighbour} {row.notion}", _mean(row.averaged))),
            Text(lines(row.kind, promise, convention)),
            Text(shown),
            end_section=True,
        )
    return ByWidth(wide, narrow)


def refusals_table(analysis: Analysis, all_rows: bool) -> RenderableType:
    """Why theorems do not apply: the hypothesis that fails, where, what was found, the remedy.

    Theorems that merely speak of another algorithm or another kind of stability are counted in one
    line, unless all rows are asked for.
    """
    found = refusals(analysis, all_rows)
    if not found.rows:
        return Text(found.summary or "Every theorem applies.")
    title = "Theorems that do not apply, and why"
    wide, narrow = plain_table(title), plain_table(title)
    columns(wide, {"theorem": 36, "hypothesis": 44, "found": 34, "remedy": 44})
    columns(narrow, {"theorem": 26, "hypothesis, found, remedy": 60})
    for row in found.rows:
        place = f"{row.where}: {row.found}"
        cells = ("\n".join(row.theorems), row.hypothesis, place, row.remedy)
        wide.add_row(*(Text(cell) for cell in cells), end_section=True)
        names = "\n".join(folded(theorem, 26) for theorem in row.theorems)
        reason = f"It needs: {row.hypothesis}\nFound {place}\n{row.remedy}"
        narrow.add_row(Text(names), Text(reason), end_section=True)
    table = ByWidth(wide, narrow)
    return Group(table, Text(found.summary)) if found.summary else table


def _mean(over: str) -> str:
    return "" if over == "nothing" else f"mean over {over}"
