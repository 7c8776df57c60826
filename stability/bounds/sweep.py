"""The best bounds of one setup over values of some of its keys: a row for each combination."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from stability.bounds.analyse import Analysis, analyse, one_of
from stability.bounds.best import best
from stability.conventions import Notion, Quantity, Trust
from stability.setup.overrides import Point
from stability.setup.setup import Exact
from stability.theorems.catalogue import CATALOGUE, distinct
from stability.theorems.kinds import Theorem
from stability.theorems.kinds.bound import Bound


@dataclass(frozen=True)
class Column:
    """A notion, and whether it is for what rests on theorems of your own.

    >>> str(Column(Notion.UNIFORM, own=True)), Column(Notion.UNIFORM, own=True).key
    ('uniform, of your own', 'uniform-own')
    """

    notion: Notion
    own: bool = False

    @property
    def key(self) -> str:
        """Its name in JSON and CSV."""
        return f"{self.notion}-own" if self.own else str(self.notion)

    def __str__(self) -> str:
        return f"{self.notion}, {Trust.OWN}" if self.own else str(self.notion)


ORDER = tuple(Column(notion, own) for own in (False, True) for notion in Notion)


@dataclass(frozen=True, eq=False)
class SweepRow:
    """One point: the values as written, its analysis, and the best guarantee of each column.

    `bounds`: for each column of the sweep the smallest guaranteed bound, None if there is none.
    """

    point: Point
    analysis: Analysis
    bounds: tuple[Bound | None, ...]


@dataclass(frozen=True, eq=False)
class Sweep:
    """The rows of a sweep over `keys`, and the columns in which any row has a guarantee.

    What rests on a theorem of your own is never in one column with what does not.
    """

    keys: tuple[str, ...]
    quantity: Quantity
    columns: tuple[Column, ...]
    rows: tuple[SweepRow, ...]
    theorems: tuple[Theorem, ...]


def sweep(
    points: Sequence[Point],
    delta: Exact,
    quantity: str | None = None,
    progress: Callable[[int, int], None] | None = None,
    *,
    theorems: Iterable[Theorem] | None = None,
) -> Sweep:
    """Analyse every point of a sweep. Raises SetupError for an unknown quantity.

    `progress(done, total)` counts points. `theorems` are those of the catalogue unless given.
    """
    asked = one_of(Quantity, quantity or Quantity.GAP, "quantity")
    known = CATALOGUE if theorems is None else distinct(theorems)
    analyses = []
    for done, point in enumerate(points):
        if progress is not None:
            progress(done, len(points))
        analyses.append(analyse(point.setup, delta, theorems=known))
    if progress is not None:
        progress(len(points), len(points))
    found = [_of_each_column(analysis, asked) for analysis in analyses]
    columns = tuple(column for column in ORDER if any(column in row for row in found))
    rows = tuple(
        SweepRow(point, analysis, tuple(map(row.get, columns)))
        for point, analysis, row in zip(points, analyses, found, strict=True)
    )
    keys = tuple(key for key, _ in points[0].values) if points else ()
    return Sweep(keys, asked, columns, rows, known)


def _of_each_column(analysis: Analysis, quantity: Quantity) -> dict[Column, Bound]:
    """The smallest guarantee of each notion that the generalization theorem consumed."""
    grouped: dict[Column, list[Bound]] = {}
    for bound in analysis.bounds:
        column = Column(bound.stability.notion, bound.trust is Trust.OWN)
        grouped.setdefault(column, []).append(bound)
    found = {column: best(bounds, quantity) for column, bounds in grouped.items()}
    return {column: top.bound for column, top in found.items() if top is not None}
