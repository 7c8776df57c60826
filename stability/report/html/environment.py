"""Templates filled in: every value is escaped unless it is a formula that this library wrote."""

from __future__ import annotations

from typing import Any

from stability.report.html.checks import Cell
from stability.report.html.document import Table
from stability.report.words import LEGEND
from stability.theorems.kinds.quantities import QUANTITIES


def shown(cell: Cell) -> str:
    """A cell as text: numbers as they stand, truth values in words, nothing for nothing.

    >>> shown(0.1), shown(True), shown(None)
    ('0.1', 'yes', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return str(cell)


def is_number(cell: Cell) -> bool:
    """Whether a cell is a number, to be set flush right."""
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def numeric_columns(table: Table) -> list[bool]:
    """Which columns hold numbers and nothing else (empty cells aside).

    >>> numeric_columns(Table(("name", "value"), (("a", 1), ("b", None))))
    [False, True]
    """
    columns = zip(*table.rows, strict=True) if table.rows else ([] for _ in table.columns)
    cells = [[cell for cell in column if cell is not None] for column in columns]
    return [bool(column) and all(map(is_number, column)) for column in cells]


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, which blank lines part.

    >>> paragraphs("one\\n \\ntwo")
    ['one', 'two']
    """
    stripped = "\n".join(line.strip() for line in text.splitlines())
    return [part.strip() for part in stripped.split("\n\n") if part.strip()]


def page(template: str, **values: Any) -> str:
    """A template with its values; a name that the template misses is an error, not a blank."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("stability.report.html", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "shown": shown,
        "is_number": is_number,
        "numeric_columns": numeric_columns,
        "paragraphs": paragraphs,
    }
    return environment.get_template(template).render(legend=LEGEND, quantities=QUANTITIES, **values)
