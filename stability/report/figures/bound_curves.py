"""Pictures of bounds against the sample size."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stability.bounds.analyse import Analysis, one_of
from stability.bounds.best import answers, best_of_each
from stability.bounds.best import guaranteed as promises
from stability.bounds.paths import follow
from stability.conventions import Notion, Quantity, Trust
from stability.errors import EvaluationError, SetupError
from stability.report.figures.canvas import (
    BLUE,
    GREEN,
    GREY,
    OCHRE,
    PURPLE,
    SKY,
    VERMILLION,
    drawn_bound,
    new_figure,
    picture_path,
    plain_axes,
    write,
)
from stability.report.figures.heat_map import class_map
from stability.report.words import (
    QUANTITY_LATEX,
    algorithm_words,
    duration_words,
    losses_words,
)
from stability.rounding import given
from stability.theorems.kinds.bound import Bound
from stability.theorems.kinds.quantities import QUANTITIES
from stability.theorems.kinds.symbol_values import loss_range

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POINTS = 33
"""Sample sizes at which curves are computed, unless they are given."""

_MAIN = {Notion.ELASTIC: (BLUE, "-"), Notion.UNIFORM: (VERMILLION, "--")}
_OTHERS = (GREEN, PURPLE, OCHRE, SKY)
_DASHES = ("-.", (0, (6, 2)), (0, (3, 1, 1, 1)), (0, (10, 2, 2, 2)))
_SMALLEST = 1e-200
_NO_PROMISE = (0, (1, 1.6))


def plot_bounds(
    analysis: Analysis,
    path: str | Path,
    sizes: Sequence[int] | None = None,
    *,
    quantity: str | None = None,
) -> Path:
    """Draw the best bounds on the gap, or on `quantity`, against the sample size, on log scales.

    One curve per notion and promise; the lowest guaranteed one at the setup's own size, of those
    that rest on nothing of your own, is the best by the rule of `stability.bounds.best`. The legend
    has the labels of each, and so has the description inside the file, as JSON: "Description" of
    png and svg, "Subject" of pdf.

    Each curve follows one path from the setup to its theorem; `sizes` are the sample sizes
    (default: from a hundredth to a hundred times the setup's). Sizes at which a path refuses are
    left out, and a constant known at one sample size only is one point. With epochs the number of
    steps follows the sample size; given steps stay: the caption says which. If no quantity is asked
    for and nothing bounds the gap, the first that has a bound is drawn. Returns the file.

    Raises SetupError for an unknown suffix, a directory that does not exist, sizes below 1, or
    values too large or small to draw.
    """
    target = picture_path(path)
    here = analysis.setup.sample.size
    wanted = _sizes(here) if sizes is None else _checked_sizes(sizes)
    asked = _asked(analysis, quantity)
    bounds = drawn_bounds(analysis, asked)
    figure = new_figure(8.0, 4.6 + 0.5 * len(bounds))
    axes = figure.add_subplot()
    plain_axes(axes)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(min(*wanted, here) / 1.15, max(*wanted, here) * 1.15)
    limit = loss_range(analysis.setup)
    trivial = bounds[0].trivial_value if bounds else None if limit is None else float(limit)
    values = [] if trivial is None else [trivial]
    for bound, colour, dashes in _styled(bounds):
        points = _curve(bound, analysis, wanted)
        if not points:
            continue
        values += [value for _, value in points]
        main = bound.stability.notion in _MAIN and promises(bound)
        axes.plot(
            *zip(*points, strict=True),
            color=colour,
            linestyle=dashes,
            linewidth=2.6 if main else 1.3,
            marker="o" if len(points) == 1 else None,
            markersize=7,
            markerfacecolor=colour if promises(bound) else "white",
            label=_label(bound),
        )
    if trivial is None:
        axes.plot([], [], color=GREY, linewidth=1.4, label="the loss range is not known")
    else:
        _trivial(axes, trivial, values)
    _mark(axes, here)
    if not bounds:
        axes.text(
            0.5,
            0.5,
            "no theorem applies" if not analysis.bounds else f"no bound on the {asked}",
            transform=axes.transAxes,
            ha="center",
            backgroundcolor="white",
        )
    axes.set_xlabel("m, the number of training examples", fontsize=11)
    axes.set_ylabel(_meaning(asked, bounds, analysis), fontsize=11)
    axes.set_title(
        textwrap.fill(algorithm_words(analysis.setup.algorithm), 80), fontsize=12, loc="left"
    )
    figure.legend(
        loc="outside lower left",
        fontsize=10,
        frameon=False,
        title=_caption(analysis),
        title_fontsize=9.5,
        alignment="left",
    )
    return write(figure, target, description=json.dumps(_drawn(bounds, asked)))


def _drawn(bounds: Sequence[Bound], quantity: Quantity) -> dict[str, Any]:
    """What a picture shows, as plain values: it is kept in the file's own description."""
    return {"quantity": str(quantity), "curves": [drawn_bound(bound) for bound in bounds]}


def _asked(analysis: Analysis, quantity: str | None) -> Quantity:
    if quantity is not None:
        return one_of(Quantity, quantity, "quantity")
    bounded = {b.quantity for b in analysis.bounds}
    return next((q for q in Quantity if bounded.intersection(answers(q))), Quantity.GAP)


def drawn_bounds(analysis: Analysis, quantity: Quantity) -> tuple[Bound, ...]:
    """The bounds that a picture shows: of each notion and promise the best that answers."""
    rows = analysis.ordered(quantity)
    return best_of_each(
        rows, lambda b: (b.stability.notion, b.kind, b.provenance, b.trust, b.averaged_over)
    )


def _styled(bounds: Sequence[Bound]) -> Iterator[tuple[Bound, str, Any]]:
    """The bounds with a colour and a line style each, elastic and uniform first."""
    others = 0
    taken: set[Notion] = set()
    order = sorted(
        bounds, key=lambda b: (b.stability.notion not in _MAIN, b.trust is Trust.OWN, b.value)
    )
    for bound in order:
        notion = bound.stability.notion
        if notion in _MAIN and notion not in taken:
            taken.add(notion)
            colour, dashes = _MAIN[notion]
        else:
            colour, dashes = _OTHERS[others % len(_OTHERS)], _DASHES[others % len(_DASHES)]
            others += 1
        yield bound, colour, dashes if promises(bound) else _NO_PROMISE


def _trivial(axes: Axes, trivial: float, values: Sequence[float]) -> None:
    """A line at what the loss range gives, shaded above: there bounds are vacuous."""
    low, high = min(values) / 3, max(values) * 3
    if not _SMALLEST < low < high < 1 / _SMALLEST:
        raise SetupError(
            where="plot",
            found=f"values from {min(values):g} to {max(values):g}",
            allowed=f"values between {_SMALLEST:g} and {1 / _SMALLEST:g}",
            remedy="Measure the loss in other units: multiply its range and constants.",
        )
    axes.set_ylim(low, high)
    axes.axhline(trivial, color=GREY, linewidth=1.4, label="what the loss range gives for nothing")
    axes.axhspan(trivial, high, color="#EEEEEE", zorder=0, linewidth=0)


def _mark(axes: Axes, here: int) -> None:
    """The setup's own sample size."""
    axes.axvline(here, color=GREY, linewidth=0.9, linestyle=(0, (4, 3)))
    axes.annotate(
        f"this setup: m = {here}",
        (here, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(4, -4),
        textcoords="offset points",
        va="top",
        fontsize=10,
        color="#333333",
    )


def _sizes(here: int) -> list[int]:
    low, high = max(here / 100, 2.0), max(here * 100.0, 200.0)
    grid = np.geomspace(low, high, POINTS)
    return sorted({*(round(float(x)) for x in grid), here})


def _checked_sizes(sizes: Sequence[int]) -> list[int]:
    for size in sizes:
        if isinstance(size, bool) or int(size) != size or size < 1:
            raise SetupError(where="sizes", found=size, allowed="whole numbers of at least 1")
    if not len(sizes):
        raise SetupError(where="sizes", found="no sizes", allowed="at least one sample size")
    return sorted({int(size) for size in sizes})


def _curve(bound: Bound, analysis: Analysis, sizes: Sequence[int]) -> list[tuple[int, float]]:
    """The points of one path, left out where it refuses or has no finite value."""
    here = analysis.setup.sample.size
    points = []
    for size in sizes:
        if size == here:
            there: Bound | None = bound
        elif bound.stability.sizes == "this" or analysis.setup.cannot_train_on(size):
            there = None
        else:
            there = follow(bound, analysis.setup.with_size(size), analysis.delta)
        try:
            value = there.value if there is not None else float("nan")
        except EvaluationError:
            continue
        if np.isfinite(value) and value > 0:
            points.append((size, value))
    return points


def _label(bound: Bound) -> str:
    words = f"{bound.stability.notion}: {bound.theorem}, from {bound.path[0]}"
    silent = "" if promises(bound) else "promises nothing: "
    return words + "\n" + textwrap.fill(f"({silent}{', '.join(bound.labels.words)})", 100)


def _meaning(quantity: Quantity, bounds: Sequence[Bound], analysis: Analysis) -> str:
    """The label of the values: never "bound" for what promises nothing."""
    formula = f"${QUANTITY_LATEX[quantity]}$"
    kept = [promises(bound) for bound in bounds]
    first = f"bound on {formula}"
    if not all(kept):
        mark = "promises nothing"
        first += f" (dotted or hollow: {mark})"
        first = first if any(kept) else f"{formula}, a value that {mark}"
    return textwrap.fill(first, 72) + "\n" + textwrap.fill(f"({QUANTITIES[quantity]})", 52)


def _caption(analysis: Analysis) -> str:
    losses = losses_words(analysis.setup)
    parts = [f"Total failure probability {given(analysis.delta)}; {losses}."]
    algorithm = analysis.setup.algorithm
    if getattr(algorithm, "epochs", None) is not None:
        parts.append(f"The steps follow the sample size ({duration_words(algorithm)}).")
    elif getattr(algorithm, "steps", None) is not None:
        parts.append(f"Training stays at {duration_words(algorithm)} for every m.")
    parts.append("Shaded: vacuous. Sizes at which hypotheses fail are left out.")
    return textwrap.fill(" ".join(parts), 110)


__all__ = ["class_map", "plot_bounds"]
