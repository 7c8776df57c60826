"""The picture of `lantk-elasticity-dynamics`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from stability.report.figures.canvas import (
    BLUE,
    GREY,
    OCHRE,
    SKY,
    VERMILLION,
    new_figure,
    plain_axes,
    write,
)
from stability_experiments.common.elasticity_numbers import interval
from stability_experiments.kernels.lantk_elasticity_dynamics.composites import (
    DIGITS,
    SIDES,
    Composites,
)
from stability_experiments.kernels.lantk_elasticity_dynamics.numbers import (
    OTHER,
    PAIRS,
    READINGS,
    TRAINED,
    Course,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import SubFigure

SYSTEM_COLOURS = {TRAINED: BLUE, OTHER: VERMILLION}
PAIR_COLOURS = dict(zip(PAIRS, (OCHRE, SKY, VERMILLION, BLUE), strict=True))
EXAMPLES = 2


def draw(out: Path, examples: Composites, courses: Sequence[Course]) -> tuple[str, ...]:
    """Examples of the images; how the ratio changes under both systems, and the groups behind."""
    figure = new_figure(15.0, 8.2)
    shown, curves = figure.subfigures(1, 2, width_ratios=(1, 3.4), squeeze=False)[0]
    _examples(shown, examples)
    upper, lower = curves.subplots(2, 2, sharex=True, sharey="row")
    for side, (above, below) in enumerate(zip(upper, lower, strict=True)):
        group = [c for c in courses if c.side == side]
        _ratios(above, group, list(READINGS.items())[side])
        _pairs(below, group)
        below.set_xlabel("epochs of training")
        for axes in (above, below):
            axes.axhline(0.0, color="black", linewidth=0.8)
            plain_axes(axes)
    upper[0].set_ylabel("change of the relative ratio, points")
    lower[0].set_ylabel("change of mean similarity")
    upper[0].legend(frameon=False, fontsize=9, title="pairs of images, classes by")
    lower[0].legend(frameon=False, fontsize=9, title="training images that share")
    upper[1].legend(
        *([x[-1:] for x in upper[1].get_legend_handles_labels()]), frameon=False, fontsize=9
    )
    seeds = len(courses) // len(SIDES)
    figure.suptitle(
        "Does training on one of two labels make images alike that share it, or also those that "
        f"share the other? (mean over {seeds} seeds, bands: 95% intervals)"
    )
    write(figure, out / "dynamics.png")
    return ("dynamics.png",)


def _examples(figure: SubFigure, examples: Composites) -> None:
    """Some images of each combination of labels."""
    grid = figure.subplots(4, EXAMPLES)
    for row, labels in zip(grid, ((0, 0), (0, 1), (1, 0), (1, 1)), strict=True):
        rows = np.flatnonzero((examples.labels == labels).all(axis=1))[:EXAMPLES]
        for axes, k in zip(row, rows, strict=False):
            axes.imshow(examples.images[k], cmap="gray_r", vmin=-1, vmax=1)
        for axes in row:
            axes.set_xticks([])
            axes.set_yticks([])
        left, right = (DIGITS[side][label] for side, label in enumerate(labels))
        row[0].set_title(f"left label {left}, right label {right}", fontsize=10, loc="left")


def _ratios(axes: Axes, group: Sequence[Course], reading: tuple[str, Sequence[float]]) -> None:
    name = group[0].name
    for system, colour in SYSTEM_COLOURS.items():
        side = name if system == TRAINED else SIDES[1 - group[0].side]
        for part, (style, images) in enumerate((("-", "training"), ("--", "unseen"))):
            curves = [c.ratio(part, system) - c.ratio(part, system)[0] for c in group]
            words = "trained on" if system == TRAINED else "not trained on"
            label = f"{side} digit ({words}), {images} images"
            _band(axes, group, curves, colour, style, label)
    things, values = reading
    axes.plot(
        np.linspace(0, 200, len(values)), np.array(values) - values[0], color=GREY, linestyle=":",
        label=f"published for comparison: photographs,\n{things} (trained on)",
    )  # fmt: skip
    axes.set_title(f"trained on the {name} digit", fontsize=11)


def _pairs(axes: Axes, group: Sequence[Course]) -> None:
    for pair, colour in PAIR_COLOURS.items():
        curves = [c.group(0, pair) - c.group(0, pair)[0] for c in group]
        _band(axes, group, curves, colour, "-", pair)


def _band(
    axes: Axes, group: Sequence[Course], curves: ArrayLike, colour: str, style: str, label: str
) -> None:
    middle, low, high = interval(curves)
    epochs = group[0].epochs
    axes.plot(epochs, middle, color=colour, linestyle=style, marker="o", markersize=3, label=label)
    axes.fill_between(epochs, low, high, color=colour, alpha=0.12, linewidth=0)
