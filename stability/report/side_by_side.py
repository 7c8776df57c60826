"""Several setups side by side: what is compared is of one quantity, one notion and one promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from stability.bounds.analyse import Analysis
from stability.bounds.best import ordered, rank
from stability.conventions import Notion, Quantity
from stability.errors import SetupError
from stability.theorems.kinds.bound import Bound
from stability.theorems.kinds.labels import Labels


@dataclass(frozen=True, eq=False)
class Compared:
    """The best bound of each setup that has these labels and this notion, None where there is none.

    `labels` are without the range of the losses, which is each setup's own. `smallest` is the best
    of them.
    """

    notion: Notion
    labels: Labels
    bounds: tuple[Bound | None, ...]
    smallest: Bound


def side_by_side(
    named: Sequence[tuple[str, Analysis]], quantity: str | None = None
) -> tuple[Compared, ...]:
    """A row for each quantity, notion and promise; the best on the gap, or on `quantity`, first.

    Raises SetupError if there is nothing to compare, or for an unknown quantity.
    """
    if not named:
        raise SetupError(where="compare", found="no setups", allowed="at least one")
    cells: dict[tuple[Notion, Labels], dict[int, Bound]] = {}
    for place, (_, analysis) in enumerate(named):
        for bound in analysis.best_per_notion(quantity):
            labels = replace(bound.labels, range=None, range_from="")
            cells.setdefault((bound.stability.notion, labels), {})[place] = bound
    rows = {
        id(smallest): Compared(
            notion=notion,
            labels=labels,
            bounds=tuple(found.get(place) for place in range(len(named))),
            smallest=smallest,
        )
        for (notion, labels), found in cells.items()
        for smallest in [min(found.values(), key=rank)]
    }
    every = ordered((row.smallest for row in rows.values()), Quantity(quantity or Quantity.GAP))
    return tuple(rows[id(bound)] for bound in every)
