"""Words of the library as Markdown: escaped outside of code, tables, blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

_SPECIAL = re.compile(r"([\\*_<>\[\]|#~^{}$])")


def plain(text: str) -> str:
    r"""Text in which Markdown takes every character as itself, but for code between backticks.

    >>> print(plain("mean |w|^2, see `a_b`"))
    mean \|w\|\^2, see `a_b`
    """
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a backtick of its own
        return _SPECIAL.sub(r"\\\1", text).replace("`", r"\`")
    return "`".join(p if i % 2 else _SPECIAL.sub(r"\\\1", p) for i, p in enumerate(parts))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table; cells are Markdown already."""
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    for row in rows:
        yield f"| {' | '.join(cell.replace(chr(10), ' ') for cell in row)} |"
    yield ""


def math(latex: str) -> str:
    """A formula inside a line."""
    return f"{{math}}`{latex}`"


def display(latex: str) -> Iterator[str]:
    """A formula on lines of its own."""
    yield from ("```{math}", latex, "```", "")


def block(text: str, language: str = "text") -> Iterator[str]:
    """A block of code."""
    yield from (f"```{language}", text.rstrip("\n"), "```", "")


def folded(title: str, lines: Iterable[str]) -> Iterator[str]:
    """Lines that are seen after a click on their title."""
    yield from (f"<details><summary>{title}</summary>", "", *lines, "", "</details>", "")
