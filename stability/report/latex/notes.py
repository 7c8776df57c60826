"""What stands below a table for a paper: what marks mean, what a bound promises, and sources."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from stability.report.citations import OWN, citation_key, own_key
from stability.report.latex.text import escaped, letter
from stability.report.rows import BoundRow
from stability.theorems.catalogue import BY_ID

ROUNDED = "Upper bounds are rounded up."
STARRED = "Starred: no less than the range of the losses gives for nothing."
BIBLIOGRAPHY = "the keys are those of the .bib file that stability theorems --bib prints"


Said = TypeVar("Said", bound=Hashable)


def lettered(said: Iterable[Said]) -> Mapping[Said, str]:
    """A letter for each thing that is said, in the order of the first of each.

    >>> lettered(["proved", "assumed", "proved"])
    {'proved': 'a', 'assumed': 'b'}
    """
    return {one: letter(place) for place, one in enumerate(dict.fromkeys(said))}


def mark_notes(told: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """One note that tells what each letter means, none without letters.

    `told` are words, in LaTeX, and their letter.
    """
    letters = " ".join(f"$^{{{mark}}}$ {words}." for words, mark in told)
    return (letters,) if letters else ()


def starred(row: BoundRow, mark: str) -> str:
    """The mark of a value, with a star if it is vacuous."""
    return f"{mark}*" if row.vacuous == "yes" else mark


def promise(row: BoundRow) -> str:
    """What a value promises, in words."""
    kind = row.kind if row.promises else f"{row.kind}, promises nothing"
    return ", ".join((kind, row.provenance, row.trust, row.chance))


def path_code(path: Iterable[str]) -> str:
    """The theorems of a path in LaTeX."""
    return r" $\to$ ".join(escaped(step) for step in path)


def closing_notes(rows: Iterable[BoundRow], *told: str) -> tuple[str, ...]:
    """The last notes, in LaTeX: the star if there is one, what is `told`, and the sources."""
    shown = list(rows)
    star = [STARRED] if any(row.vacuous == "yes" for row in shown) else []
    own = {step for row in shown for step in row.own}
    sources = _sources((step for row in shown for step in row.path), own)
    return (" ".join((ROUNDED, *star, *map(note, told))), *([sources] if sources else []))


def note(text: str) -> str:
    """Words as a note in LaTeX: a range of losses stays in one line, a long path is broken."""
    code = escaped(text).replace("[0, ", "[0,~")
    return re.sub(r"(/|\\_)", r"\1\\allowbreak ", code)


def _sources(theorems: Iterable[str], yours: Iterable[str]) -> str:
    """Where the theorems are cited from, by the part of their ids that is the key; `yours` are not
    of the library, and their key is the id."""
    keys = dict.fromkeys(citation_key(theorem) for theorem in theorems if theorem in BY_ID)
    own = keys.pop(OWN, "") is None
    parts = [rf"{escaped(key)}~\cite{{{key}}}" for key in sorted(keys)]
    parts += [rf"ids without a year~\cite{{{OWN}}}"] if own else []
    parts += [rf"{escaped(id_)} (of your own)~\cite{{{own_key(id_)}}}" for id_ in sorted(yours)]
    return f"Sources: {', '.join(parts)}." if parts else ""
