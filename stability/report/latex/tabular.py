"""A table with notes that fits one column of a two-column article, whatever it holds.

Its letters are of 8 points in every class. Text stands in columns that have a share of the line,
where it is broken; of the columns of values as many stand side by side as fit, and the others below
them. What is longer than a page is several tabulars.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from stability.report.latex.text import escaped, width

LINE = 48.0
"""Digits that fit side by side into a column, in the narrowest usual format."""
MOST_LINES = 38
"""Lines of one tabular: more would not fit below each other."""
NONE = "none"
"""The cell of a value that there is not."""
_GAP = 1.5
"""The space between columns, in digits: twice a \\tabcolsep of 3pt."""
_HEADING = 52
"""Characters of a heading in one line."""
_HEAD = 12
"""Characters after which the head of a column of values is broken."""
_SPLIT = "\n\\par\\medskip\\noindent\n"


@dataclass(frozen=True)
class Column:
    """A column of what the rows are about: its head, and its share of the line.

    Without a share it is as wide as its cells, which are numbers.
    """

    head: str
    share: float | None = None


@dataclass(frozen=True)
class Row:
    """Cells in LaTeX, those of the leading columns and the values; `heading` is text that stands
    above the first row of those that share it."""

    heading: str
    leading: tuple[str, ...]
    values: tuple[str, ...]


@dataclass(frozen=True)
class ColumnTable:
    """A table: leading columns, columns of values with heads in text, rows and notes in LaTeX.

    `comments` stand on top. Rows that share a heading stand together, in the order of the first.
    """

    comments: tuple[str, ...]
    leading: tuple[Column, ...]
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]

    def code(self) -> str:
        """The LaTeX, ready for `\\input`: a group that needs booktabs and array."""
        pieces = list(self._pieces())
        tabulars = [
            self._tabular(rows, places)
            for piece in pieces
            for places in self._side_by_side(piece)
            if (rows := _told(piece, places)) or not self.rows
        ]
        comments = [r"needs \usepackage{booktabs} and \usepackage{array}", *self.comments]
        if len(tabulars) > 1:
            comments.append(
                f"{len(tabulars)} tabulars: if they are too long for one float, input them as text"
            )
        lines = [
            *(f"% {line}" for line in comments),
            r"{\fontsize{8}{9.5}\selectfont\setlength{\tabcolsep}{3pt}\noindent",
            _SPLIT.join(tabulars),
            r"\par\smallskip\raggedright",
            *(rf"{note}\par" for note in self.notes),
            "}",
        ]
        return "\n".join([*lines, ""])

    def _pieces(self) -> Iterator[tuple[Row, ...]]:
        """The rows, as many at once as fit below each other."""
        headings = dict.fromkeys(row.heading for row in self.rows)
        order = {heading: place for place, heading in enumerate(headings)}
        piece: list[Row] = []
        lines = 0.0
        for row in sorted(self.rows, key=lambda row: order[row.heading]):
            new = not piece or row.heading != piece[-1].heading
            more = self._height(row) + (1.5 * len(_broken(row.heading)) if new else 0)
            if piece and lines + more > MOST_LINES:
                yield tuple(piece)
                piece, lines = [], 0.0
            piece.append(row)
            lines += more
        yield tuple(piece)

    def _height(self, row: Row) -> int:
        shared = (
            math.ceil(width(cell) / (column.share * LINE))
            for cell, column in zip(row.leading, self.leading, strict=True)
            if column.share is not None
        )
        return max(1, *shared, 1)

    def _side_by_side(self, rows: Sequence[Row]) -> Iterator[range]:
        """The columns of values that stand in one tabular."""
        used = start = -_GAP
        for place, column in enumerate(self.leading):
            cells = [width(row.leading[place]) for row in rows]
            own = max([_head_width(column.head), *cells])
            start += column.share * LINE if column.share is not None else own + _GAP
        used, first = start, 0
        for place, head in enumerate(self.heads):
            cells = [width(row.values[place]) for row in rows]
            more = max([_head_width(head), *cells]) + _GAP
            if place > first and used + more > LINE:
                yield range(first, place)
                used, first = start, place
            used += more
        yield range(first, len(self.heads))

    def _tabular(self, rows: Sequence[Row], places: range) -> str:
        shares = [*(column.share for column in self.leading), *(None for _ in places)]
        columns = "".join(map(_column, shares))
        many = len(self.leading) + len(places)
        heads = [_head(column.head, column.share is None) for column in self.leading]
        heads += [_head(self.heads[place], True) for place in places]
        lines = [
            rf"\begin{{tabular*}}{{\linewidth}}{{@{{\extracolsep{{\fill}}}}{columns}@{{}}}}",
            r"\toprule",
            " & ".join(heads) + r" \\",
            r"\midrule",
        ]
        for number, (heading, group) in enumerate(groupby(rows, lambda row: row.heading)):
            if number:
                lines.append(r"\addlinespace")
            lines += [_spanning(many, rf"\emph{{{escaped(p)}}}") for p in _broken(heading)]
            for row in group:
                cells = (*row.leading, *(row.values[place] for place in places))
                lines.append(" & ".join(cells) + r" \\")
        if not rows:
            lines.append(_spanning(many, "No theorem applies."))
        return "\n".join([*lines, r"\bottomrule", r"\end{tabular*}"])


def _told(rows: Sequence[Row], places: range) -> list[Row]:
    """The rows that have a value in one of these columns."""
    return [row for row in rows if any(row.values[place] != NONE for place in places)]


def _column(share: float | None) -> str:
    if share is None:
        return "r"
    return rf">{{\raggedright\arraybackslash}}p{{{share:g}\linewidth}}"


def _spanning(columns: int, code: str) -> str:
    return rf"\multicolumn{{{columns}}}{{@{{}}l@{{}}}}{{{code}}} \\"


def _broken(text: str) -> list[str]:
    return textwrap.wrap(text, _HEADING, break_on_hyphens=False)


def _parts(head: str) -> list[str]:
    return textwrap.wrap(head, _HEAD, break_long_words=False) or [""]


def _head(head: str, values: bool) -> str:
    """A head; that of a column of values is broken where it is long."""
    parts = [escaped(part) for part in _parts(head)]
    if not values or len(parts) == 1:
        return escaped(head)
    lines = r"\\".join(parts)
    return rf"\shortstack[r]{{{lines}}}"


def _head_width(head: str) -> float:
    return max(width(part) for part in _parts(head))
