"""Heat maps of how deleting examples of one class moves the loss on each class."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.errors import DataError
from stability.report.figures.canvas import literal, new_figure, picture_path, write

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


NUMBERED, LABELS, MOST = 30, 60, 300
"""Rows or columns up to which cells hold numbers; labels of an axis; rows and columns of a map."""
LARGEST_SIDE = 10.0
"""Inches, of a map of however many classes."""
LONGEST = 24
"""Characters of a label."""


def class_map(
    matrix: ArrayLike,
    labels: Sequence[str],
    path: str | Path,
    title: str,
    *,
    units: str = "mean absolute change of the loss",
    rows: str = "class of the deleted training example",
) -> Path:
    """Draw how deleting an example of one class moves the loss on another, as a heat map.

    `matrix` (classes, classes): row the class of the deleted example, column the class of the test
    point; NaN where there were no pairs. Rows and columns without any pair are left out, and of
    more than `MOST` the ones with the smallest means, which the title says. `units` says what the
    numbers are and labels the colour bar, `rows` what the rows are. Numbers are estimates, shown to
    the nearest, in the cells of a map of at most `NUMBERED` rows and columns. The picture is
    `LARGEST_SIDE` inches high at most, whatever the number of classes. Returns the path of the
    file.

    Raises SetupError for the path as `plot_bounds`, DataError for a matrix that is not square, that
    does not fit the labels, or that is not finite.
    """
    target = picture_path(path, "class map")
    table = np.asarray(matrix, dtype=np.float64)
    count = len(labels)
    if table.shape != (count, count) or count == 0 or np.isinf(table).any():
        raise DataError(
            where="class map",
            found=f"a table of shape {table.shape} for {count} labels",
            allowed="finite numbers (or NaN), one row and one column per label",
        )
    across, columns = _chosen(table, 1), _chosen(table, 0)
    left = count - min(len(across), len(columns))
    if max(len(across), len(columns)) == MOST and left:
        title += f" (the {MOST} of {count} classes that move or are moved most)"
    table = table[np.ix_(across, columns)]
    side = min(max(4.6, 1.8 + 0.62 * max(table.shape)), LARGEST_SIDE)
    figure = new_figure(side + 1.3, side)
    axes = figure.add_subplot()
    beside, below = ([str(labels[k]) for k in chosen.tolist()] for chosen in (across, columns))
    draw_map(figure, axes, table, beside, below, units)
    axes.set_ylabel(rows, fontsize=11)
    axes.set_title(literal(textwrap.fill(title, int(10 * side))), fontsize=12, loc="left")
    return write(figure, target)


def _chosen(table: NDArray[np.float64], axis: int) -> NDArray[np.int64]:
    """The rows (axis 1) or columns (axis 0) to draw, in order: those with pairs, at most `MOST`.

    All of them where there is no pair at all.
    """
    filled = np.flatnonzero(~np.isnan(table).all(axis=axis))
    if not filled.size:
        return np.arange(min(table.shape[1 - axis], MOST))
    if len(filled) <= MOST:
        return filled
    means = np.nanmean(np.take(table, filled, axis=1 - axis), axis=axis)
    return np.sort(filled[np.argsort(-means, kind="stable")[:MOST]])


def draw_map(
    figure: Figure,
    axes: Axes,
    matrix: NDArray[np.float64],
    rows: Sequence[str],
    columns: Sequence[str],
    units: str,
) -> None:
    """Draw a table (rows, columns) of finite numbers or NaN as a heat map, with its colour bar.

    With a number below 0 the colours are two around 0. The columns are classes of test points.
    """
    from matplotlib import colormaps

    signed = bool(np.nanmin(matrix, initial=0.0) < 0)
    power = power_of_ten(float(np.nanmax(np.abs(matrix), initial=0.0)))
    table = matrix / 10.0**power
    top = float(np.nanmax(np.abs(table), initial=0.0)) or 1.0
    image = axes.imshow(
        table,
        cmap=colormaps["RdBu_r" if signed else "cividis"].with_extremes(bad="#DDDDDD"),
        vmin=-top if signed else 0.0,
        vmax=top,
    )
    if max(table.shape) <= NUMBERED:
        _numbers(axes, image, table)
    below, beside = (_ticks(labels) for labels in (columns, rows))
    long = max(len(name) for name in below.values()) > 4
    axes.set_xticks(
        list(below), [*below.values()], rotation=45 if long else 0, ha="right" if long else "center"
    )
    axes.set_yticks(list(beside), [*beside.values()])
    axes.tick_params(length=0, labelsize=10 if max(table.shape) <= NUMBERED else 7)
    axes.set_xlabel("class of the test point", fontsize=11)
    bar = figure.colorbar(image, ax=axes, shrink=0.85)
    scale = rf", in units of $10^{{{power}}}$" if power else ""
    bar.set_label(literal(textwrap.fill(units, 60)) + scale, fontsize=10)
    bar.ax.tick_params(labelsize=9)
    bar.outline.set_visible(False)  # type: ignore[operator]


def _ticks(labels: Sequence[str]) -> dict[int, str]:
    """The labels to write, by their places: all, or every k-th so that they stay apart."""
    step = -(-len(labels) // LABELS)
    shown = {}
    for place in range(0, len(labels), step):
        text = str(labels[place])
        shown[place] = literal(text if len(text) <= LONGEST else text[: LONGEST - 1] + "…")
    return shown


def power_of_ten(top: float) -> int:
    """The power of ten that leaves numbers with few zeros."""
    if top == 0.0 or 0.1 <= top < 1000.0:
        return 0
    return math.floor(math.log10(top))


def _numbers(axes: Any, image: Any, table: NDArray[np.float64]) -> None:
    size = 11 if len(table) <= 6 else 9 if len(table) <= 12 else 6
    colours = image.cmap(image.norm(table))
    for (row, column), value in np.ndenumerate(table):
        if np.isnan(value):
            continue
        red, green, blue, _ = colours[row, column]
        light = 0.299 * red + 0.587 * green + 0.114 * blue > 0.5
        colour = "black" if light else "white"
        shown = short_number(float(value))
        axes.text(column, row, shown, ha="center", va="center", fontsize=size, color=colour)


def short_number(value: float) -> str:
    """Two decimals below 10, fewer above; a small number that is not zero does not show as 0.00."""
    decimals = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    shown = f"{value:.{decimals}f}"
    return f"{value:.0e}" if value and float(shown) == 0 else shown
