"""Setups side by side as a picture: a line for each notion and promise, a dot for each setup."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from pathlib import Path

from stability.bounds.analyse import Analysis, one_of
from stability.bounds.best import guaranteed as promises
from stability.conventions import Quantity
from stability.errors import SetupError
from stability.report.figures.canvas import (
    COLOURS,
    GREY,
    drawn_bound,
    literal,
    new_figure,
    picture_path,
    plain_axes,
    write,
)
from stability.report.side_by_side import Compared, side_by_side
from stability.report.words import setup_words
from stability.rounding import given
from stability.theorems.kinds.quantities import QUANTITIES

MARKERS = "osD^vPX*"
MOST_SETUPS = len(MARKERS)
"""So many setups can be told apart in one picture."""


def plot_compared(
    named: Sequence[tuple[str, Analysis]], path: Path | str, quantity: str | None = None
) -> Path:
    """Draw the best bounds of each setup on the gap, or on `quantity`, on a log scale.

    The rows are those of `compare` that bound it, and the numbers those of its other forms. A
    hollow dot promises nothing; the grey line is what the range of the losses gives for nothing, if
    that is the same for all. The description inside the file holds every label, as JSON.

    Raises SetupError for an unknown quantity, more than eight setups, a suffix that is unknown, and
    where no setup has a bound.
    """
    target = picture_path(path)
    asked = one_of(Quantity, quantity or Quantity.GAP, "quantity")
    if len(named) > MOST_SETUPS:
        raise SetupError(
            where="--plot", found=f"{len(named)} setups", allowed=f"at most {MOST_SETUPS}"
        )
    rows = side_by_side(named, str(asked))
    if not rows:
        raise SetupError(
            where="--plot",
            found=f"no bound on the {asked} of any setup",
            allowed="a quantity that a theorem bounds here",
            remedy="--quantity chooses another; without --plot the table says what there is.",
        )
    figure = new_figure(8.0, 1.9 + 0.55 * len(rows) + 0.3 * len(named))
    axes = figure.add_subplot()
    heights = range(len(rows), 0, -1)
    for place, (name, analysis) in enumerate(named):
        colour, marker = COLOURS[place % len(COLOURS)], MARKERS[place]
        words = setup_words(analysis.setup).replace("m = ", "m\u00a0=\u00a0")
        label = textwrap.fill(literal(f"{name}: {words}"), 95)
        for height, row in zip(heights, rows, strict=True):
            bound = row.bounds[place]
            if bound is not None:
                axes.plot(
                    bound.value,
                    height,
                    marker,
                    color=colour,
                    markerfacecolor=colour if promises(bound) else "white",
                    markersize=7,
                )
        axes.plot([], [], marker, color=colour, markersize=7, label=label)
    found = [bound for row in rows for bound in row.bounds if bound is not None]
    trivial = {bound.trivial_value for bound in found}
    if len(trivial) == 1 and (limit := trivial.pop()) is not None:
        axes.axvline(limit, color=GREY, linewidth=1.2, label="what the range gives for nothing")
    axes.set_xscale("log")
    axes.set_yticks(list(heights), [_words(row) for row in rows])
    axes.set_ylim(0.4, len(rows) + 0.6)
    axes.set_xlabel(
        textwrap.fill(f"bound on the {asked} ({QUANTITIES[asked]})", 70)
        + f"\nat total failure probability {given(named[0][1].delta)}"
    )
    plain_axes(axes)
    axes.tick_params(axis="y", labelsize=8.5)
    figure.legend(loc="outside lower left", frameon=False, fontsize=9)
    drawn = [
        {"setup": name, **drawn_bound(bound)}
        for row in rows
        for (name, _), bound in zip(named, row.bounds, strict=True)
        if bound is not None
    ]
    return write(figure, target, description=json.dumps({"quantity": str(asked), "dots": drawn}))


def _words(row: Compared) -> str:
    labels = row.labels
    head = f"{labels.quantity}, {row.notion}: {labels.kind}"
    if not promises(row.smallest):
        head += ", promises nothing"
    return f"{head}\n{labels.provenance}, {labels.trust}, {labels.chance}"
