"""Docstrings of the library as reStructuredText: code between backticks, nothing else special."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

_SPECIAL = re.compile(r"([\\*|_])")
_TOUCHES = re.compile(r"^(?=[\w\[({])")
"""Words that touch the code before them: an escaped blank, which is not shown, goes between."""


def restructured(line: str) -> str:
    r"""A piece of a docstring in which only code between backticks is special.

    >>> print(restructured("mean |w|^2 of `model_a`"))
    mean \|w\|^2 of ``model_a``
    >>> print(restructured("the rate `r`[k] is `s`"))
    the rate ``r``\ [k] is ``s``
    """
    parts = line.split("`")
    if len(parts) % 2 == 0:
        return _SPECIAL.sub(r"\\\1", line).replace("`", r"\`")
    words = [_SPECIAL.sub(r"\\\1", part) for part in parts]
    after = [words[0], *(_TOUCHES.sub(r"\\ ", word) for word in words[1:])]
    return "``".join(parts[i] if i % 2 else after[i] for i in range(len(parts)))


def rewrite(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Change the lines of a docstring in place, as Sphinx asks."""
    lines[:] = converted(lines)


def converted(lines: Iterable[str]) -> list[str]:
    """Words with their code between backticks; examples and indented lines as they are.

    >>> converted(["The sum", "    x + y", "of `x` and `y`."])
    ['The sum', '', '::', '', '    x + y', '', 'of ``x`` and ``y``.']
    """
    found: list[str] = []
    before = None
    for kind, group in groupby(_kinds(lines), key=lambda pair: pair[0]):
        part = [line for _, line in group]
        if kind != "blank" and before not in (None, "blank"):
            found.append("")
        if kind == "indented":
            found += ["::", ""]
        text = "\n".join(part)
        found += (restructured(text) if kind == "words" else text).split("\n")
        before = kind
    return found


def _kinds(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each line with what it is: blank, an example, indented, or words."""
    example = False
    for line in lines:
        example = bool(line.strip()) and (example or line.lstrip().startswith(">>> "))
        kind = "example" if example else "indented" if line.startswith("    ") else "words"
        yield ("blank" if not line.strip() else kind), line
