"""How theorems, bounds and analyses look in a notebook.

`%load_ext stability.report.html.notebook` makes them the default there; without it notebooks show
plainer forms that the objects bring along.
"""

from __future__ import annotations

from typing import Any

from stability.bounds.analyse import Analysis
from stability.conventions import Kind
from stability.report.html.environment import page
from stability.report.html.mathml import formula
from stability.report.latex.text import latex_number
from stability.report.rows import bound_row, promises, refusals, value_text
from stability.report.verdict import verdict
from stability.report.words import QUANTITY_LATEX, losses_words, setup_words
from stability.rounding import given
from stability.theorems.kinds import (
    Conversion,
    GeneralizationStatement,
    GeneralizationTheorem,
    StabilityTheorem,
    Theorem,
)
from stability.theorems.kinds.bound import Bound
from stability.theorems.statements.symbols import MEANINGS, latex

_RELATIONS = {Kind.UPPER: r"\le", Kind.LOWER: r"\ge", Kind.EXACT: "="}
_ABOUT = r"\approx"


def formulas(theorem: Theorem) -> tuple[tuple[str, str], ...]:
    """Every value of every statement: the name of the statement, and a formula with a left side."""
    found = []
    for statement in theorem.statements:
        for name, expression in statement.values.items():
            left = MEANINGS[name].latex if name in MEANINGS else name
            if isinstance(statement, GeneralizationStatement):
                left = QUANTITY_LATEX[statement.quantity]
            relation = _RELATIONS.get(theorem.kind, _ABOUT)
            found.append((statement.name, rf"{left} {relation} {latex(expression)}"))
    return tuple(found)


def theorem_latex(theorem: Theorem) -> str:
    """Every statement of a theorem as a formula with its left side.

    >>> from stability.theorems.catalogue import BY_ID
    >>> print(theorem_latex(BY_ID["hardt2016-expectation"]))
    $\\displaystyle \\mathbb{E}[R - R_{\\mathrm{emp}}] \\le \\varepsilon$
    """
    return "\n\n".join(rf"$\displaystyle {text}$" for _, text in formulas(theorem))


def bound_latex(bound: Bound) -> str:
    """A bound as a formula with its value, rounded up if it is a guarantee, else "about", and its
    labels.
    """
    relation = _RELATIONS.get(bound.kind, _ABOUT) if promises(bound) else _ABOUT
    number = latex_number(value_text(bound)).strip("$").removeprefix(r"\approx ")
    then = r"\le" if promises(bound) else _ABOUT
    left = QUANTITY_LATEX[bound.quantity]
    told = ", ".join((*bound.labels.words, bound.labels.losses))
    return rf"$\displaystyle {left} {relation} {bound.latex} {then} {number}$ ({told})"


def theorem_html(theorem: Theorem) -> str:
    """A theorem with source, statements, hypotheses and symbols, as a piece of HTML."""
    statements = [
        (": ".join(part for part in (statement.name, name) if part), formula(expression))
        for statement in theorem.statements
        for name, expression in statement.values.items()
    ]
    return page("notebook.html", theorem=theorem, statements=statements)


def bound_html(bound: Bound) -> str:
    """A bound with its path and formula, as a piece of HTML."""
    losses = bound.labels.losses
    return page("notebook.html", row=bound_row(bound), losses=losses, math=formula(bound.statement))


def analysis_html(analysis: Analysis) -> str:
    """The best bounds of an analysis and why other theorems do not apply, as a piece of HTML."""
    return page(
        "notebook.html",
        setup_words=setup_words(analysis.setup),
        losses=losses_words(analysis.setup),
        verdict=verdict(analysis).sentences,
        delta=given(analysis.delta),
        rows=[bound_row(bound) for bound in analysis.best_per_notion()],
        found=refusals(analysis, False),
    )


def load_ipython_extension(ipython: Any) -> None:
    """Use these forms in a notebook: called by `%load_ext stability.report.html.notebook`."""
    html = ipython.display_formatter.formatters["text/html"]
    tex = ipython.display_formatter.formatters["text/latex"]
    for kind in (StabilityTheorem, Conversion, GeneralizationTheorem):
        html.for_type(kind, theorem_html)
        tex.for_type(kind, theorem_latex)
    html.for_type(Bound, bound_html)
    tex.for_type(Bound, bound_latex)
    html.for_type(Analysis, analysis_html)
