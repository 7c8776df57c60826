"""The best bounds of one setup over values of some of its keys: a row for each combination."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stability.bounds.analyse import Analysis, analyse, one_of
from stability.bounds.best import best
from stability.conventions import Notion, Quantity
from stability.setup.overrides import Point
from stability.setup.setup import Exact
from stability.theorems.kinds.bound import Bound

ORDER = tuple(Notion)


@dataclass(frozen=True, eq=False)
class SweepRow:
    """One point: the values as written, its analysis, and the best guarantee of each notion.

    `bounds`: for each notion of `Sweep.notions` the smallest guaranteed bound, None if there is
    none.
    """

    point: Point
    analysis: Analysis
    bounds: tuple[Bound | None, ...]


@dataclass(frozen=True, eq=False)
class Sweep:
    """The rows of a sweep over `keys`, and the notions of which any row has a guarantee."""

    keys: tuple[str, ...]
    quantity: Quantity
    notions: tuple[Notion, ...]
    rows: tuple[SweepRow, ...]


def sweep(
    points: Sequence[Point],
    delta: Exact,
    quantity: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Sweep:
    """Analyse every point of a sweep. Raises SetupError for an unknown quantity.

    `progress(done, total)` counts points.
    """
    asked = one_of(Quantity, quantity or Quantity.GAP, "quantity")
    analyses = []
    for done, point in enumerate(points):
        if progress is not None:
            progress(done, len(points))
        analyses.append(analyse(point.setup, delta))
    if progress is not None:
        progress(len(points), len(points))
    found = [_of_each_notion(analysis, asked) for analysis in analyses]
    notions = tuple(n for n in ORDER if any(n in row for row in found))
    rows = tuple(
        SweepRow(point, analysis, tuple(row.get(n) for n in notions))
        for point, analysis, row in zip(points, analyses, found, strict=True)
    )
    keys = tuple(key for key, _ in points[0].values) if points else ()
    return Sweep(keys, asked, notions, rows)


def _of_each_notion(analysis: Analysis, quantity: Quantity) -> dict[Notion, Bound]:
    """The smallest guarantee of each notion that the generalization theorem consumed."""
    found: dict[Notion, Bound] = {}
    for notion in ORDER:
        top = best([b for b in analysis.bounds if b.stability.notion is notion], quantity)
        if top is not None:
            found[notion] = top.bound
    return found
