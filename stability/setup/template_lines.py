"""Lines of commented files of settings, generated from declared fields."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields

from stability.setup.fields import allowed_of

COLUMN, WIDTH = 28, 99


@dataclass(frozen=True)
class TemplateLines:
    """Writes the keys of a section, each with an example, an explanation and what is allowed.

    `examples`: a value for every key. `active`: optional keys that the example uses; the others
    are commented out. `undeclared`: the text of keys without a declaration, and `required` those
    of them that must be there.
    """

    examples: Mapping[str, str]
    active: frozenset[str]
    undeclared: Mapping[str, str]
    required: frozenset[str] = frozenset()

    def of(self, kind: type) -> list[str]:
        """The lines of a section that describes this class."""
        return [line for item in fields(kind) for line in self._line(item)]

    def _line(self, item: Field[object]) -> Iterator[str]:
        """The key with its text beside it, or above it where that is long."""
        needed = item.default is MISSING or item.name in self.required
        key = f"{item.name} = {self.examples[item.name]}"
        if not needed and item.name not in self.active:
            key = f"#{key}"
        allowed = allowed_of(item)
        text = (
            f"{item.metadata['explain']} ({allowed.text})"
            if allowed
            else self.undeclared[item.name]
        ) + ("; required" if needed else "")
        beside = f"{key:<{COLUMN}} # {text}"
        if len(beside) < WIDTH:
            yield beside
            return
        yield from textwrap.wrap(
            text, WIDTH, initial_indent="# ", subsequent_indent="#   ", break_on_hyphens=False
        )
        yield key


def commented_out(lines: list[str]) -> list[str]:
    """The lines, each made a comment.

    >>> commented_out(["size = 1", "# why"])
    ['#size = 1', '# why']
    """
    return [line if line.startswith("#") else f"#{line}" for line in lines]
