"""Tables for the terminal: bounds, constants, refusals, and several setups side by side.

Every function returns something that a `rich.console.Console` prints. Below `WIDE` columns cells
are stacked, so that identifiers stay in one piece on a terminal of 80 columns.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from stability.bounds.analyse import Analysis
from stability.conventions import KL
from stability.report.rows import NO_PROMISE, BoundRow, bound_rows
from stability.report.terminal.constant_tables import constants_table, refusals_table
from stability.report.terminal.layout import ByWidth, columns, folded, lines, plain_table
from stability.report.terminal.theorem_cards import theorem_panel, theorems_table
from stability.report.words import LEGEND as WORDS
from stability.report.words import losses_words, setup_words
from stability.rounding import given
from stability.theorems.kinds.quantities import QUANTITIES

NOTHING_APPLIES = "No bound: no theorem applies to this setup. The reasons are listed below."
LEGEND = (
    "Upper bounds are rounded up. A vacuous bound says no more than the range of the loss does; "
    '"for nothing" is what that range gives. Asymptotic values and estimates promise nothing.'
)
OF_KL = (
    "A kl bound compares risks divided by the largest value that the loss which is evaluated can "
    "have: 1 for the 0-1 loss. It needs no loss.range."
)


def bounds_table(analysis: Analysis, all_rows: bool, quantity: str | None = None) -> RenderableType:
    """The bounds: the best of each quantity, notion and set of labels, or all with their paths.

    Kinds that promise nothing are marked, their values say "about". Guarantees are rounded up,
    what the range gives for nothing down. A vacuous row says from which sample size or step size
    on it would say more.
    """
    rows = bound_rows(analysis, all_rows, quantity)
    if not rows:
        return Text(NOTHING_APPLIES if not analysis.bounds else f"No bound on the {quantity}.")
    title = (
        f"Bounds at total failure probability {given(analysis.delta)}\n"
        f"{setup_words(analysis.setup)}; {losses_words(analysis.setup)}"
    )
    if not all_rows:
        every = len(analysis.ordered(quantity))
        title += f"\nthe best of each quantity, notion and promise, {len(rows)} of {every}"
    return ByWidth(
        lambda spare: _wide_bounds(rows, title, all_rows, spare),
        lambda spare: _narrow_bounds(rows, title, all_rows, spare),
    )


def _wide_bounds(rows: Sequence[BoundRow], title: str, all_rows: bool, spare: int) -> Table:
    table = plain_table(title, _caption(rows))
    vacuous = any(row.vacuous == "yes" for row in rows)
    origin = "constant, path" if all_rows else "constant"
    widths = {"quantity": max(16, *(len(r.quantity) for r in rows)), "notion": 11}
    columns(table, {**widths, "theorem": 25, origin: 20}, ("theorem", origin), spare // 2)
    columns(table, {"kind": 10, "provenance": 12, "failure": 11}, (), spare // 2)
    table.add_column("value", justify="right")
    table.add_column("for nothing", justify="right", max_width=7)
    table.add_column("vacuous")
    if vacuous:
        table.add_column("not vacuous", max_width=12)
    for row, last in _with_ends(rows):
        cells = [
            Text(lines(row.quantity, row.sides, row.average, row.detail)),
            Text(row.notion),
            Text(folded(row.theorem, 25)),
            Text(_path(row) if all_rows else folded(row.constant, 20)),
            _kind(row),
            Text(lines(row.provenance, row.trust)),
            Text(row.chance),
            value_cell(row),
            Text(row.trivial),
            Text(row.vacuous),
        ]
        table.add_row(*cells, *([Text(row.remedy)] if vacuous else []), end_section=last)
    return table


def _narrow_bounds(rows: Sequence[BoundRow], title: str, all_rows: bool, spare: int) -> Table:
    table, more = plain_table(title, _caption(rows)), spare // 3
    widths = {"quantity, notion": 15, "theorem, constant": 26, "promise": 15}
    columns(table, widths, (), spare)
    table.add_column("value", justify="right")
    table.add_column("for nothing", justify="right", max_width=7)
    for row, last in _with_ends(rows):
        origin = _path(row) if all_rows else f"from {folded(row.constant, 21 + more)}"
        value = value_cell(row)
        if row.vacuous == "yes":
            value.append("\nvacuous", style="dim")
        quantity, promise = folded(row.quantity, 15 + more), _kind(row)
        promise.append("\n" + lines(row.provenance, row.trust, row.chance), style="not italic")
        table.add_row(
            Text(lines(quantity, row.notion, row.sides, row.average, row.detail)),
            Text(lines(folded(row.theorem, 26 + more), origin, row.remedy_words)),
            promise,
            value,
            Text(row.trivial),
            end_section=last,
        )
    return table


def _legend(rows: Sequence[BoundRow]) -> str:
    kl = {str(quantity) for quantity in KL}
    return f"{LEGEND} {OF_KL}" if any(row.quantity in kl for row in rows) else LEGEND


def _caption(rows: Sequence[BoundRow]) -> str:
    """The legend: what is always so, then what each word means that stands in the table."""
    shown = {word for row in rows for word in (row.kind, row.provenance, row.trust, row.quantity)}
    words = (*QUANTITIES.items(), *WORDS)
    return "\n".join(
        (_legend(rows), *(f"{word}: {text}." for word, text in words if word in shown))
    )


def _kind(row: BoundRow) -> Text:
    if row.promises:
        return Text(row.kind)
    return Text(f"{row.kind}\n{NO_PROMISE}", style="italic yellow")


def value_cell(row: BoundRow) -> Text:
    """The value; what promises nothing looks different."""
    shown = row.value if row.promises else row.value.replace(" ", "\n", 1)
    return Text(shown, style="" if row.promises else "italic yellow")


def _path(row: BoundRow) -> str:
    first, *others = row.path[:-1]
    return "\n> ".join([folded(first, 20), *(folded(step, 18) for step in others)])


def _with_ends(rows: Sequence[BoundRow]) -> list[tuple[BoundRow, bool]]:
    following = [*(row.quantity for row in rows[1:]), ""]
    return [(row, row.quantity != after) for row, after in zip(rows, following, strict=True)]


__all__ = [
    "bounds_table",
    "constants_table",
    "refusals_table",
    "theorem_panel",
    "theorems_table",
    "value_cell",
]
