"""A report as data: sections with text, tables and figures, kept in DIR/report.json.

The file is one JSON object:

    {"title": "...", "introduction": "...",
     "sections": [{"heading": "...", "text": "...",
                   "table": {"columns": ["...", ...], "rows": [[cell, ...], ...]} or null,
                   "figures": [{"file": "name.png", "caption": "..."}],
                   "notes": ["...", ...]}],
     "made_with": {"stability": "0.1.0", "seed": 1, "seconds": 12.5}}

A blank line in a text starts a new paragraph. A cell is text, a number, true, false or null;
numbers are shown as they stand, so round them to the safe side first. A figure is the plain name of
a png or svg file in DIR. `made_with` maps names to cells; one level of objects in it is flattened.
Only "title" has to be there, "heading" in a section, "file" in a figure; other names are refused,
so that a misspelt one is not lost.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from stability.errors import DataError
from stability.files import read_inside, write_text
from stability.report.html.checks import (
    Cell,
    as_is,
    at,
    check_cell,
    check_object,
    check_text,
    items_of,
    kind_of,
    parse,
)
from stability.report.html.pictures import PICTURES, REPORT, read_picture


@dataclass(frozen=True)
class Figure:
    """A picture: the plain name of a png or svg file in the report's directory, and a caption.

    >>> Figure("../secret.png", "a caption")
    Traceback (most recent call last):
    stability.errors.DataError: figure: found '../secret.png'; allowed: a plain file name...
    """

    file: str
    caption: str = ""

    def __post_init__(self) -> None:
        check_text(self.caption, "figure caption")
        check_text(self.file, "figure")
        plain = not set(self.file) & set("/\\:\0") and not self.file.startswith(".")
        if not plain or Path(self.file).suffix.lower() not in PICTURES:
            raise DataError(
                where="figure",
                found=self.file,
                allowed="a plain file name in the report's directory that ends in .png or .svg",
                remedy="Put the file beside report.json.",
            )


@dataclass(frozen=True)
class Table:
    """A table: names of columns, and rows of as many cells."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", tuple(self.columns))
        object.__setattr__(self, "rows", tuple(tuple(row) for row in self.rows))
        for name in self.columns:
            check_text(name, "table column")
        for number, row in enumerate(self.rows, 1):
            if len(row) != len(self.columns):
                raise DataError(
                    where=f"table row {number}",
                    found=f"{len(row)} cells",
                    allowed=f"{len(self.columns)}, one per column",
                )
            for cell in row:
                check_cell(cell, f"table row {number}")


@dataclass(frozen=True)
class Section:
    """A part of a report under one heading."""

    heading: str
    text: str = ""
    table: Table | None = None
    figures: tuple[Figure, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "figures", tuple(self.figures))
        object.__setattr__(self, "notes", tuple(self.notes))
        check_text(self.heading, "section heading")
        check_text(self.text, "section text")
        for note in self.notes:
            check_text(note, "section notes")


@dataclass(frozen=True)
class Report:
    """A report. `made_with`: versions, seed, seconds and the like, by name.

    Raises DataError for parts that are not of the kinds described above.

    >>> report = Report("Ridge", sections=(Section("Numbers", table=Table(("m",), ((100,),))),))
    >>> Report.from_record(report.record()) == report
    True
    """

    title: str
    introduction: str = ""
    sections: tuple[Section, ...] = ()
    made_with: Mapping[str, Cell] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sections", tuple(self.sections))
        check_text(self.title, "title")
        check_text(self.introduction, "introduction")
        for name, value in self.made_with.items():
            check_text(name, "made_with")
            check_cell(value, f"made_with {name}")

    def record(self) -> dict[str, Any]:
        """The report as plain values, for JSON."""
        return json.loads(json.dumps(asdict(self), allow_nan=False))

    def save(self, directory: str | Path) -> Path:
        """Write DIR/report.json (the figures have to be there already). Returns its path.

        Raises RunError if the directory or a figure is missing or the file cannot be written.
        """
        folder = Path(directory)
        for figure in self.figures:
            read_picture(folder, figure.file)
        return write_text(folder / REPORT, json.dumps(self.record(), indent=1, ensure_ascii=False))

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure, in order."""
        return tuple(figure for section in self.sections for figure in section.figures)

    @classmethod
    def load(cls, directory: str | Path) -> Report:
        """Read DIR/report.json.

        Raises RunError if it is not there, DataError (place in the file) if it is broken.
        """
        folder = Path(directory)
        where = str(folder / REPORT)
        raw = parse(
            read_inside(folder, REPORT),
            where,
            "a JSON object as described in stability.report.html.document",
        )
        return at(where, lambda: cls.from_record(raw))

    @classmethod
    def from_record(cls, raw: Any) -> Report:
        """A report from plain values. Raises DataError with the place that is wrong."""
        check_object(raw, "report", ("title", "introduction", "sections", "made_with"), ("title",))
        return cls(
            title=raw["title"],
            introduction=raw.get("introduction", ""),
            sections=items_of(raw.get("sections", []), "sections", _section),
            made_with=_flat(raw.get("made_with", {})),
        )


def _section(raw: Any, where: str) -> Section:
    names = ("heading", "text", "table", "figures", "notes")
    check_object(raw, where, names, ("heading",))
    table = raw.get("table")
    return at(
        where,
        lambda: Section(
            raw["heading"],
            raw.get("text", ""),
            None if table is None else _table(table, "table"),
            items_of(raw.get("figures", []), "figures", _figure),
            items_of(raw.get("notes", []), "notes", as_is),
        ),
    )


def _table(raw: Any, where: str) -> Table:
    check_object(raw, where, ("columns", "rows"), ("columns", "rows"))
    rows = items_of(raw["rows"], f"{where}.rows", lambda row, here: items_of(row, here, as_is))
    return Table(items_of(raw["columns"], f"{where}.columns", as_is), rows)


def _figure(raw: Any, where: str) -> Figure:
    check_object(raw, where, ("file", "caption"), ("file",))
    return at(where, lambda: Figure(raw["file"], raw.get("caption", "")))


def _flat(raw: Any) -> dict[str, Cell]:
    if not isinstance(raw, dict):
        raise DataError(where="made_with", found=kind_of(raw), allowed="an object")
    flat: dict[str, Cell] = {}
    for name, value in raw.items():
        if isinstance(value, dict):
            flat |= {f"{name} {key}": item for key, item in value.items()}
        else:
            flat[name] = value
    return flat
