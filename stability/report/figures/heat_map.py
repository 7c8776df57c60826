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


def class_map(
    matrix: ArrayLike,
    labels: Sequence[str],
    path: str | Path,
    title: str,
    *,
    units: str = "mean absolute change of the loss",
) -> Path:
    """Draw how deleting an example of one class moves the loss on another, as a heat map.

    `matrix` (classes, classes): row the class of the deleted example, column the class of the test
    point; NaN where there were no pairs. `units` says what the numbers are and labels the colour
    bar. Numbers are estimates, shown to the nearest. Returns the path of the file.

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
    side = max(4.6, 1.8 + 0.62 * count)
    figure = new_figure(side + 1.3, side)
    axes = figure.add_subplot()
    draw_map(figure, axes, table, labels, labels, units)
    axes.set_ylabel("class of the deleted training example", fontsize=11)
    axes.set_title(literal(textwrap.fill(title, int(10 * side))), fontsize=12, loc="left")
    return write(figure, target)


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
    _numbers(axes, image, table)
    below, beside = ([literal(str(label)) for label in labels] for labels in (columns, rows))
    long = max(len(name) for name in below) > 4
    axes.set_xticks(
        range(len(below)), below, rotation=45 if long else 0, ha="right" if long else "center"
    )
    axes.set_yticks(range(len(beside)), beside)
    axes.tick_params(length=0, labelsize=10)
    axes.set_xlabel("class of the test point", fontsize=11)
    bar = figure.colorbar(image, ax=axes, shrink=0.85)
    scale = rf", in units of $10^{{{power}}}$" if power else ""
    bar.set_label(literal(textwrap.fill(units, 60)) + scale, fontsize=10)
    bar.ax.tick_params(labelsize=9)
    bar.outline.set_visible(False)  # type: ignore[operator]


def power_of_ten(top: float) -> int:
    """The power of ten that leaves numbers with few zeros."""
    if top == 0.0 or 0.1 <= top < 1000.0:
        return 0
    return math.floor(math.log10(top))


def _numbers(axes: Any, image: Any, table: NDArray[np.float64]) -> None:
    size = 11 if len(table) <= 6 else 9
    colours = image.cmap(image.norm(table))
    for (row, column), value in np.ndenumerate(table):
        shown, colour = "none", "#333333"
        if not np.isnan(value):
            red, green, blue, _ = colours[row, column]
            light = 0.299 * red + 0.587 * green + 0.114 * blue > 0.5
            shown, colour = short_number(float(value)), "black" if light else "white"
        axes.text(column, row, shown, ha="center", va="center", fontsize=size, color=colour)


def short_number(value: float) -> str:
    """Two decimals below 10, fewer above; a small number that is not zero does not show as 0.00."""
    decimals = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    shown = f"{value:.{decimals}f}"
    return f"{value:.0e}" if value and float(shown) == 0 else shown
