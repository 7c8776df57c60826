"""Theorems for the terminal: a list of them, and one in full."""

from __future__ import annotations

from collections.abc import Iterable

import sympy
from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from stability.theorems.kinds import Theorem

CATEGORIES = {
    "stability": "from a training setup to a stability constant",
    "conversion": "from a constant to another",
    "generalization": "from a constant to a bound",
}
"""The three kinds of theorem in words."""

_DIRECTIONS = {1: "grows with", -1: "falls with"}


def theorems_table(theorems: Iterable[Theorem]) -> RenderableType:
    """The theorems, one line each, by kind: identifier, what it says, source, trust.

    >>> from rich.console import Console
    >>> from stability.theorems.catalogue import BY_ID
    >>> Console(width=100).print(theorems_table([BY_ID["bousquet2002-thm12-emp"]]))
    from a constant to a bound
    theorem, trust          what it says                      source ...
    """
    groups: dict[str, list[Theorem]] = {}
    for theorem in theorems:
        groups.setdefault(theorem.category, []).append(theorem)
    if not groups:
        return Text("No theorem.")
    tables = []
    for category, members in groups.items():
        table = Table(
            title=Text(CATEGORIES.get(category, category)),
            title_justify="left",
            box=box.SIMPLE_HEAD,
            pad_edge=False,
            expand=True,
        )
        table.add_column("theorem, trust", no_wrap=True)
        table.add_column("what it says", ratio=3, overflow="fold")
        table.add_column("source", ratio=3, overflow="fold")
        for theorem in members:
            source = theorem.source
            words = f"{source.authors} ({source.year}), {source.label}"
            cells = (f"{theorem.id}\n{theorem.trust}", theorem.title, words)
            table.add_row(*map(Text, cells))
        tables.append(table)
    return Group(*tables)


def theorem_panel(theorem: Theorem) -> RenderableType:
    """One theorem in full: source, hypotheses, conventions, statement, symbols, directions."""
    parts: list[RenderableType] = [
        Text(theorem.title, style="bold"),
        Text(f"{theorem.category} theorem: {CATEGORIES.get(theorem.category, '')}"),
        Text(str(theorem.source)),
        Text(_trust(theorem)),
    ]
    if theorem.unspecified:
        names = ", ".join(theorem.unspecified)
        parts.append(Text(f"A formula only: the source does not give {names}.", style="yellow"))
    if hypotheses := [hypothesis.text for hypothesis in theorem.hypotheses]:
        parts += [_head("Hypotheses"), *(Text(f"- {words}") for words in hypotheses)]
    parts += [_head("Conventions"), *(Text(line) for line in convention_lines(theorem))]
    parts.append(_head(f"Statement ({theorem.kind})"))
    for statement in theorem.statements:
        if statement.name:
            parts.append(Text(statement.name, style="italic"))
        for name, expression in statement.values.items():
            parts.append(Text(f"{name} = {sympy.sstr(expression)}"))
        parts += [Text(f"for {relation}") for relation in statement.domain]
    parts += [_head("LaTeX"), *(Text(text) for text in theorem.latex().values())]
    parts += [_head("Symbols"), _symbols(theorem)]
    return Panel(Group(*parts), title=Text(theorem.id), title_align="left", box=box.ROUNDED)


def _trust(theorem: Theorem) -> str:
    note = f"; {theorem.source.note}" if theorem.source.note else ""
    verdict = f"{theorem.trust} ({theorem.trust.verdict}, see `stability prove {theorem.id}`)"
    if theorem.origin is not None:
        verdict = f"{theorem.trust}, from {theorem.origin.place}: this library has not checked it"
    return f"trust: {verdict}\nthe statement: {theorem.source.trust}{note}"


def _head(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def convention_lines(theorem: Theorem) -> list[str]:
    """What a theorem means by deletion, by probability and by its constant, a line for each."""
    lines = []
    for name, value in theorem.conventions.items():
        if isinstance(value, (list, tuple)):
            for item in value:
                told = ", ".join(f"{k} {v}" for k, v in item.items() if v)
                lines.append(f"- {told}")
        elif name == "at_previous_size":
            elastic = any("elastic" in r["consumes"] for r in theorem.conventions["readings"])
            both = ": one beta serves both sizes" if elastic else ""
            lines += [f"- uses the constant at m - 1 as well{both}"] if value else []
        elif name == "at_folds":
            lines.append("- uses the constant at m less a fold, one beta for folds of two sizes")
        else:
            lines.append(f"- {name.replace('_', ' ')}: {value}")
    if theorem.degree is not None:
        lines.append(f"- scales with the loss to the power {theorem.degree}")
    return lines


def _symbols(theorem: Theorem) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, meaning in theorem.symbols().items():
        direction = _DIRECTIONS.get(theorem.monotone.get(name, 0), "")
        note = f" (the value {direction} it)" if direction else ""
        table.add_row(Text(name), Text(meaning + note))
    return table


__all__ = ["CATEGORIES", "convention_lines", "theorem_panel", "theorems_table"]
