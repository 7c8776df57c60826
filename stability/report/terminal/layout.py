"""How tables for the terminal are laid out: widths, folding, one look for all."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

NARROW, WIDE = 100, 160
"""Columns up to which tables are as for 80, and the number from which on there is one column per
property."""


@dataclass(frozen=True)
class ByWidth:
    """One of two tables, by the width there is; each is made for the columns it has to spare.

    `wide` gets those beyond 160, `narrow` those beyond 100.
    """

    wide: Callable[[int], RenderableType]
    narrow: Callable[[int], RenderableType]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width
        yield self.wide(width - WIDE) if width >= WIDE else self.narrow(max(0, width - NARROW))


@dataclass(frozen=True)
class ForWidth:
    """A table made for the columns that there are."""

    make: Callable[[int], RenderableType]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self.make(options.max_width)


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


def columns(
    table: Table, widths: Mapping[str, int], whole: Collection[str] = (), spare: int = 0
) -> None:
    """Add columns of these names, each at most so wide and its share of the spare ones.

    Columns that are `whole` are never narrower than what stands in them: ids are not cut.
    """
    for name, width in widths.items():
        table.add_column(
            name,
            max_width=None if name in whole else width + spare // len(widths),
            no_wrap=name in whole,
            overflow="fold",
        )


def folded(identifier: str, width: int) -> str:
    """An identifier, broken at its hyphens where it is longer than the width.

    >>> folded("elastic-sgd-shuffled", 16)
    'elastic-sgd-\\nshuffled'
    """
    return textwrap.fill(identifier, width, break_on_hyphens=True, break_long_words=False)


def lines(*parts: str) -> str:
    """The parts that are not empty, one per line."""
    return "\n".join(part for part in parts if part)
