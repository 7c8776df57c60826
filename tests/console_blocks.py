"""Blocks of commands on pages, with what these print."""

from __future__ import annotations


def commands(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Each command behind a `$`, and the lines that it is said to print; `...` stands for others.

    >>> commands("$ stability --version\\n...\\n0.1\\n")
    [('stability --version', ('0.1',))]
    """
    found: list[tuple[str, tuple[str, ...]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], ()))
        elif line.strip() not in ("", "..."):
            command, printed = found[-1]
            found[-1] = command, (*printed, line)
    return found
