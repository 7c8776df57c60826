"""Lines of commented files of settings, generated from declared fields."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterator, Mapping
from dataclasses import MISSING, Field, fields
from types import MappingProxyType

from stability.setup.fields import declaration_of

COLUMN, WIDTH = 28, 99


def section_lines(
    kind: type, shown: Collection[str] = (), examples: Mapping[str, str] = MappingProxyType({})
) -> list[str]:
    """The keys of the section that a class describes: example, explanation, and what is allowed.

    Optional keys are commented out unless their declaration, or `shown`, says otherwise. `examples`
    gives keys other values than the declared examples.

    >>> from stability.setup.setup import Sample
    >>> section_lines(Sample)[1]
    'size = 60000'
    """
    return [
        line
        for item in fields(kind)
        for line in _line(item, item.name in shown, examples.get(item.name))
    ]


def commented_out(lines: list[str]) -> list[str]:
    """The lines, each made a comment.

    >>> commented_out(["size = 1", "# why"])
    ['#size = 1', '# why']
    """
    return [line if line.startswith("#") else f"#{line}" for line in lines]


def _line(item: Field[object], shown: bool, example: str | None) -> Iterator[str]:
    """The key with its text beside it, or above it where that is long."""
    declared, needed = declaration_of(item), item.default is MISSING
    key = f"{item.name} = {example or declared.example}"
    if not (needed or shown or declared.shown):
        key = f"#{key}"
    text = f"{declared.explain} ({declared.allowed.text})" + ("; required" if needed else "")
    beside = f"{key:<{COLUMN}} # {text}"
    if len(beside) < WIDTH:
        yield beside
        return
    yield from textwrap.wrap(
        text, WIDTH, initial_indent="# ", subsequent_indent="#   ", break_on_hyphens=False
    )
    yield key
