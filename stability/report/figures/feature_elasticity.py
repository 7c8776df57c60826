"""Pictures of local elasticity in a feature graph: by kinship over training, and class by class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from stability.report.figures.canvas import (
    BLUE,
    GREEN,
    GREY,
    OCHRE,
    PURPLE,
    VERMILLION,
    literal,
    new_figure,
    plain_axes,
    write,
)
from stability.report.figures.heat_map import draw_map

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = (BLUE, GREEN, VERMILLION, PURPLE, OCHRE, GREY)
"""From the nearest instances to the farthest."""
RELATIVE = "impact over that at the updated instance"


def elasticity_picture(
    path: Path,
    steps: ArrayLike,
    elasticity: ArrayLike,
    groups: Sequence[str],
    maps: Mapping[str, ArrayLike],
    classes: Sequence[str],
    title: str,
) -> Path:
    """Left: relative elasticity by groups over training. Right: maps (classes, classes) by name.

    `steps` (S,), `elasticity` (S, seeds, groups).
    """
    side = min(max(3.6, 1.4 + 0.5 * len(classes)), 8.0)
    figure = new_figure(6.4 + (side + 1.2) * len(maps), max(4.6, side + 0.6))
    widths = [6.4, *[side + 1.2] * len(maps)]
    first, *panels = figure.subplots(1, 1 + len(maps), width_ratios=widths)
    group_curves(first, steps, elasticity, groups)
    first.set_title("over training (band: standard deviation over seeds)", fontsize=10)
    for axes, (name, table) in zip(panels, maps.items(), strict=True):
        matrix = np.asarray(table, dtype=np.float64)
        draw_map(figure, axes, matrix, classes, classes, RELATIVE)
        axes.set_title(literal(name), fontsize=10)
        axes.set_ylabel("class of the updated instance", fontsize=10)
        axes.set_xlabel("class of the observed instance", fontsize=10)
    figure.suptitle(literal(title), fontsize=13)
    return write(figure, path)


def group_curves(
    axes: Axes, steps: ArrayLike, elasticity: ArrayLike, groups: Sequence[str]
) -> None:
    """Relative elasticity (S, seeds, groups) by groups over the steps, with bands over seeds."""
    plain_axes(axes)
    taken, values = np.asarray(steps), np.asarray(elasticity, dtype=np.float64)
    for k, name in enumerate(groups):
        there = values[:, :, k][:, ~np.isnan(values[:, :, k]).any(axis=0)]
        if not there.size:
            continue
        middle, spread = there.mean(axis=1), there.std(axis=1)
        colour = COLOURS[k % len(COLOURS)]
        axes.plot(taken, middle, color=colour, marker="o", markersize=4, label=literal(name))
        axes.fill_between(taken, middle - spread, middle + spread, color=colour, alpha=0.18, lw=0)
    axes.set_ylim(bottom=0.0)
    axes.set_xlabel("steps of training")
    axes.set_ylabel(RELATIVE)
    axes.legend(frameon=False, fontsize=9)
