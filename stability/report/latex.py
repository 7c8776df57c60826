"""A table of bounds for a paper: LaTeX with booktabs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from stability.bounds.analyse import Analysis
from stability.report.rows import BoundRow, bound_row, bound_rows
from stability.report.side_by_side import Compared, side_by_side
from stability.report.words import losses_words, setup_words
from stability.rounding import given, in_latex
from stability.theorems.kinds.bound import Bound

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
}
_NUMBER = re.compile(r"(about )?(-?[0-9.]+(?:e[+-]\d+)?)")
_HEAD = (
    ("Quantity", "l"),
    ("Notion", "l"),
    ("Theorem", "l"),
    ("Constant", "l"),
    ("Kind", "l"),
    ("Provenance", "l"),
    ("Trust", "l"),
    ("Failure", "r"),
    ("Over", "l"),
    ("Value", "r"),
    ("For nothing", "r"),
    ("Vacuous", "l"),
)

_COMPARED = ("Quantity", "Notion", "Kind", "Provenance", "Trust", "Failure", "Over")


def escaped(text: str) -> str:
    """Text in which LaTeX takes every character as itself.

    >>> escaped("keep-1/m & 5 % of x_1")
    'keep-1/m \\\\& 5 \\\\% of x\\\\_1'
    """
    return "".join(_SPECIAL.get(character, character) for character in text)


def latex_number(text: str) -> str:
    """A number as tables write it, in mathematics; other text escaped.

    >>> latex_number("3.333e-07"), latex_number("about 0.5"), latex_number("in expectation")
    ('$3.333 \\\\times 10^{-7}$', '$\\\\approx 0.5$', 'in expectation')
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        return escaped(text)
    about, number = match.groups()
    relation = r"\approx " if about else ""
    return f"${relation}{in_latex(number)}$"


def latex_table(analysis: Analysis, all_rows: bool, quantity: str | None = None) -> str:
    """The table of bounds as a booktabs tabular, text escaped, ready for `\\input`.

    Upper bounds are rounded up. Rows that promise nothing say so in the column of kinds. The
    preamble needs `\\usepackage{booktabs}`. With all rows the path replaces the constant.
    """
    head = [("Path" if all_rows and name == "Constant" else name, side) for name, side in _HEAD]
    lines = [
        r"% needs \usepackage{booktabs}",
        f"% {losses_words(analysis.setup)}",
        f"% total failure probability {given(analysis.delta)} per row; upper bounds rounded up",
        r"\begin{tabular}{" + "".join(side for _, side in head) + "}",
        r"\toprule",
        " & ".join(name for name, _ in head) + r" \\",
        r"\midrule",
    ]
    before = ""
    for row in bound_rows(analysis, all_rows, quantity):
        if before and row.quantity != before:
            lines.append(r"\addlinespace")
        before = row.quantity
        lines.append(" & ".join(_cells(row, all_rows)) + r" \\")
    if not before:
        lines.append(rf"\multicolumn{{{len(head)}}}{{l}}{{No theorem applies.}} \\")
    losses = escaped(losses_words(analysis.setup))
    foot = rf"\multicolumn{{{len(head)}}}{{l}}{{Here {losses}.}} \\"
    return "\n".join([*lines, r"\bottomrule", foot, r"\end{tabular}", ""])


def compare_latex(named: Sequence[tuple[str, Analysis]], quantity: str | None = None) -> str:
    """Setups side by side as a booktabs tabular: a column of values for each, with its theorem.

    What promises nothing says so in the column of kinds; the smallest guarantee of a row is bold.
    Raises SetupError if there is nothing to compare.
    """
    rows = side_by_side(named, quantity)
    head = [*_COMPARED, *(escaped(name) for name, _ in named)]
    lines = [
        r"% needs \usepackage{booktabs}; upper bounds rounded up",
        r"\begin{tabular}{" + "l" * len(head) + "}",
        r"\toprule",
        " & ".join(head) + r" \\",
        r"\midrule",
        *(" & ".join(_side_cells(row)) + r" \\" for row in rows),
    ]
    if not rows:
        lines.append(rf"\multicolumn{{{len(head)}}}{{l}}{{No theorem applies.}} \\")
    lines.append(r"\bottomrule")
    for name, analysis in named:
        words = escaped(f"{name}: {setup_words(analysis.setup)}; {losses_words(analysis.setup)}.")
        lines.append(rf"\multicolumn{{{len(head)}}}{{l}}{{{words}}} \\")
    return "\n".join([*lines, r"\end{tabular}", ""])


def _side_cells(row: Compared) -> list[str]:
    shown = bound_row(row.smallest, remedies=False)
    return [*_label_cells(shown), *(_value_cell(b, b is row.smallest) for b in row.bounds)]


def _value_cell(bound: Bound | None, smallest: bool) -> str:
    if bound is None:
        return "none"
    row = bound_row(bound, remedies=False)
    value = latex_number(row.value)
    value = rf"\textbf{{{value}}}" if smallest and row.promises else value
    return f"{value} ({escaped(row.theorem)}{', vacuous' if row.vacuous == 'yes' else ''})"


def _label_cells(row: BoundRow) -> list[str]:
    told = "; ".join(filter(None, (row.sides, row.average, row.detail)))
    kind = escaped(row.kind)
    return [
        escaped(f"{row.quantity} ({told})"),
        escaped(row.notion),
        kind if row.promises else rf"\emph{{{kind}, promises nothing}}",
        escaped(row.provenance),
        escaped(row.trust),
        latex_number(row.failure),
        escaped(row.over),
    ]


def _cells(row: BoundRow, all_rows: bool) -> list[str]:
    quantity, notion, *promise = _label_cells(row)
    path = r" $\to$ ".join(escaped(step) for step in row.path[:-1])
    return [
        quantity,
        notion,
        escaped(row.theorem),
        path if all_rows else escaped(row.constant),
        *promise,
        latex_number(row.value),
        latex_number(row.trivial),
        escaped(row.vacuous_words),
    ]
