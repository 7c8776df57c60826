"""LaTeX tables for papers read back: rows below their headings, marks, and what marks mean."""

from __future__ import annotations

import re
from dataclasses import dataclass

ENTRY = re.compile(r"(?P<number>.*?)(?:\\;\{\})?\^\{(?P<mark>[a-z]+)(?P<star>\*?)\}\$")
SPECIAL = {r"\textbackslash{}": "\\", r"\textasciitilde{}": "~", r"\textbar{}": "|",
           r"\textless{}": "<", r"\textgreater{}": ">", r"\textasciicircum{}": "^"}  # fmt: skip


@dataclass(frozen=True)
class ReadRow:
    """A row: its heading as text, its leading cells as text, numbers with their marks."""

    heading: str
    leading: tuple[str, ...]
    numbers: tuple[str, ...]
    marks: tuple[str, ...]
    stars: tuple[bool, ...]


@dataclass(frozen=True)
class ReadTable:
    """All rows of all tabulars, heads, the meaning of each mark, and the other notes as text."""

    heads: tuple[tuple[str, ...], ...]
    rows: tuple[ReadRow, ...]
    meanings: dict[str, str]
    notes: tuple[str, ...]
    keys: frozenset[str]


def plain(code: str) -> str:
    """The text of escaped code."""
    for written, character in SPECIAL.items():
        code = code.replace(written, character)
    code = re.sub(r"\\([{}&%$#_])", r"\1", code)
    return code.replace(r"\allowbreak ", "").replace(r"$\to$", ">").replace("~", " ")


def read(table: str) -> ReadTable:
    """Every line of a table that is not a comment; each has to be of a kind known here."""
    heads: list[tuple[str, ...]] = []
    rows: list[ReadRow] = []
    notes: list[str] = []
    heading, columns, after = "", 0, "top"
    for line in table.splitlines():
        if line.startswith(r"\begin{tabular*}"):
            columns = len(_columns(line))
            heading, after = "", "head"
        elif line.startswith(r"\multicolumn"):
            text = plain(line.partition(r"}{")[2].partition("}{")[2].removesuffix(r"} \\"))
            inner = re.fullmatch(r"\\emph\{(.*)\}", text)
            if inner is not None:
                heading = f"{heading} {inner[1]}" if after == "heading" else inner[1]
                after = "heading"
        elif line.endswith(r" \\"):
            cells = [c.strip() for c in re.split(r"(?<!\\)&", line.removesuffix(r"\\"))]
            if after == "head":
                heads.append(tuple(cells))
            else:
                rows.append(_row(heading, cells))
            assert len(cells) == columns, line
            after = "rows"
        elif line.endswith(r"\par") and not line.startswith("\\par"):
            notes.append(line.removesuffix(r"\par"))
    found = dict(re.findall(r"\$\^\{([a-z]+)\}\$ (.*?)\.(?= \$\^|$)", notes[0])) if notes else {}
    keys = re.findall(r"\\cite\{([^}]*)\}", table)
    return ReadTable(
        heads=tuple(heads),
        rows=tuple(rows),
        meanings={mark: plain(words) for mark, words in found.items()},
        notes=tuple(map(plain, notes)),
        keys=frozenset(keys),
    )


def _columns(begin: str) -> str:
    """A letter for each column of a tabular, from the line that begins it."""
    for command in (r">{\raggedright\arraybackslash}", r"@{\extracolsep{\fill}}", "@{}"):
        begin = begin.replace(command, "")
    match = re.fullmatch(
        r"\\begin\{tabular\*\}\{\\linewidth\}\{((?:r|p\{[\d.]+\\linewidth\})+)\}", begin
    )
    assert match is not None, begin
    return re.sub(r"\{[^}]*\}", "", match[1])


def _row(heading: str, cells: list[str]) -> ReadRow:
    leading, numbers, marks, stars = [], [], [], []
    for cell in cells:
        entry = ENTRY.fullmatch(cell)
        if entry is None and cell == "none":
            numbers.append("")
            marks.append("")
            stars.append(False)
        elif entry is None:
            assert not numbers, "a cell of text behind a number"
            leading.append(plain(cell))
        else:
            numbers.append(entry["number"].removeprefix("$").removesuffix("$"))
            marks.append(entry["mark"])
            stars.append(bool(entry["star"]))
    return ReadRow(heading, tuple(leading), tuple(numbers), tuple(marks), tuple(stars))
