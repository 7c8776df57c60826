"""How tables for the terminal are laid out: widths, folding, one look for all."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

WIDE = 160
"""From this many columns on, tables have one column per property."""


@dataclass(frozen=True)
class ByWidth:
    """One of two tables, by the width there is."""

    wide: RenderableType
    narrow: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self.wide if options.max_width >= WIDE else self.narrow


def plain_table(title: str, caption: str = "") -> Table:
    """An empty table in the one look that all tables share; titles are text, not markup."""
    return Table(
        title=Text(title),
        caption=Text(caption, style="dim") if caption else None,
        title_justify="left",
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )


def columns(table: Table, widths: Mapping[str, int]) -> None:
    """Add columns of these names, each at most so wide."""
    for name, width in widths.items():
        table.add_column(name, max_width=width, overflow="fold")


def folded(identifier: str, width: int) -> str:
    """An identifier, broken at its hyphens where it is longer than the width.

    >>> folded("elastic-sgd-shuffled", 16)
    'elastic-sgd-\\nshuffled'
    """
    return textwrap.fill(identifier, width, break_on_hyphens=True, break_long_words=False)


def lines(*parts: str) -> str:
    """The parts that are not empty, one per line."""
    return "\n".join(part for part in parts if part)
