"""A row as the cells of a table, for pages: what, computed, published, agrees, note."""

from __future__ import annotations

from stability.rounding import PLUS_MINUS, rounded
from stability_experiments.framework.result import Row

COLUMNS = ("what", "computed", "published", "agrees", "note")


def cells(row: Row) -> tuple[str, str, str, str, str]:
    """The cells of a row, in the order of COLUMNS; numbers with six digits.

    >>> cells(Row(name="ratio", computed=7.5, published=7, tolerance=1, source="Table 1"))
    ('ratio', '7.5', '7 \N{PLUS-MINUS SIGN} 1 (Table 1)', 'yes', '')
    """
    agrees = {None: "", True: "yes", False: "no"}[row.agrees]
    return row.name, row.told(6), _published(row), agrees, row.note


def _published(row: Row) -> str:
    if row.published is None:
        return ""
    tolerance = "" if row.tolerance is None else f" {PLUS_MINUS} {rounded(row.tolerance, 3)}"
    source = f" ({row.source})" if row.source else ""
    return f"{rounded(row.published, 6)}{tolerance}{source}"
