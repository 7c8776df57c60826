"""Pictures of a feature graph: its amplification factors at some moments, and over training."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.dynamics.neurashed.graph import FeatureGraph
from stability.report.figures.canvas import (
    BLUE,
    GREEN,
    GREY,
    OCHRE,
    PURPLE,
    SKY,
    VERMILLION,
    literal,
    new_figure,
    plain_axes,
    write,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAMED = 16
"""Features of a level up to which they are named in the picture."""
PALETTE = (BLUE, VERMILLION, GREEN, PURPLE, OCHRE, SKY, GREY)
"""Colours of single features, or of more by the number of classes that they are part of."""
STYLES = ("-", "--", ":", "-.")
"""Lines of the hidden levels, from the lowest."""
SMALL, LARGE = 40.0, 420.0
"""Sizes of nodes, for the smallest and the largest factor of all moments."""
COLOURS = "cividis"


def factor_picture(
    path: Path,
    graph: FeatureGraph,
    steps: ArrayLike,
    log_factors: ArrayLike,
    title: str,
    *,
    moments: Sequence[int] | None = None,
) -> Path:
    """The graph at some moments above, the factor of every feature over training below.

    `steps` (S,) and `log_factors` (S, F), as recorded in training, such as means over seeds.
    `moments`: which of the S are drawn above; default: the first, the middle and the last. Size and
    colour of a node are its factor beside the largest of its level at that moment.
    """
    taken, ln = np.asarray(steps), np.asarray(log_factors, dtype=np.float64)
    chosen = list(dict.fromkeys(moments or (0, len(taken) // 2, len(taken) - 1)))
    widest = max(len(level.names) for level in graph.levels)
    wide = widest > 7
    height = 3.4 * len(chosen) if wide else 4.4
    figure = new_figure(13.0, height + 4.2)
    grid = figure.add_gridspec(2, 1, height_ratios=[height, 4.0])
    rows, columns = (len(chosen), 1) if wide else (1, len(chosen))
    above = grid[0].subgridspec(rows, columns)
    shares = _shares(graph, ln)
    lowest = min(float(shares[chosen].min()), -0.5)
    for place, moment in enumerate(chosen):
        axes = figure.add_subplot(above[place, 0] if wide else above[0, place])
        _nodes(axes, graph, shares[moment], lowest)
        axes.set_title(f"after {int(taken[moment]):,} steps", fontsize=11)
    _bar(figure, lowest)
    _curves(figure.add_subplot(grid[1]), graph, taken, ln)
    figure.suptitle(literal(title), fontsize=13)
    return write(figure, path)


def _shares(graph: FeatureGraph, ln: NDArray[np.float64]) -> NDArray[np.float64]:
    """log10 of each factor over the largest of its level (S, F)."""
    parts = [ln[:, place] - ln[:, place].max(axis=1, keepdims=True) for place in graph.slices]
    return np.concatenate(parts, axis=1) / np.log(10.0)


def _places(graph: FeatureGraph) -> list[NDArray[np.float64]]:
    """The horizontal places, between 0 and 1, of the nodes of each level."""
    return [(np.arange(len(names)) + 0.5) / len(names) for names in graph.names]


def _nodes(axes: Axes, graph: FeatureGraph, shares: NDArray[np.float64], lowest: float) -> None:
    from matplotlib import colormaps

    colours = colormaps[COLOURS]
    x = _places(graph)
    strength = 1.0 - np.clip(shares / lowest, 0.0, 1.0)
    by_level = [strength[place] for place in graph.slices]
    for level, upper, lower in graph.edges():
        # An edge is as strong as the weaker of the features at its ends.
        ends = [by_level[k - 2][n] for k, n in ((level, upper), (level - 1, lower))
                if 0 <= k - 2 < len(by_level)]  # fmt: skip
        axes.plot(
            [x[level - 2][lower], x[level - 1][upper]], [level - 1, level],
            color=GREY, linewidth=0.4 + 1.6 * min(ends), alpha=0.12 + 0.6 * min(ends), zorder=1,
        )  # fmt: skip
    axes.scatter(x[0], np.ones(len(x[0])), s=12, color=GREY, zorder=3)
    if len(x[0]) <= NAMED:
        for place, name in zip(x[0], graph.primitives, strict=True):
            axes.text(place, 0.82, literal(name), ha="center", va="top", fontsize=8, color=GREY)
    for number, (level, own) in enumerate(zip(graph.levels, by_level, strict=True), start=2):
        axes.scatter(
            x[number - 1], np.full(len(own), number), s=SMALL + (LARGE - SMALL) * own,
            c=[colours(v) for v in own], edgecolors="black", linewidths=0.6, zorder=3,
        )  # fmt: skip
        if len(level.names) <= NAMED:
            for place, name in zip(x[number - 1], level.names, strict=True):
                axes.text(
                    place, number - 0.24, literal(name), ha="center", va="top", fontsize=8,
                    zorder=4, bbox={"facecolor": "white", "alpha": 0.75, "pad": 0.6, "lw": 0},
                )  # fmt: skip
    top = len(graph.names)
    for place, name in zip(x[-1], graph.classes, strict=True):
        axes.text(
            place, top, literal(name), ha="center", va="center", fontsize=9, zorder=4,
            bbox={"boxstyle": "round", "facecolor": "white", "edgecolor": "black", "lw": 0.8},
        )  # fmt: skip
    axes.set_xlim(0, 1)
    axes.set_ylim(0.4, top + 0.4)
    axes.set_axis_off()


def _bar(figure: Figure, lowest: float) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    shown = ScalarMappable(Normalize(lowest, 0.0), COLOURS)
    bar = figure.colorbar(shown, ax=figure.axes, shrink=0.6, aspect=30)
    bar.set_label("factor over the largest of its level, power of ten", fontsize=9)
    bar.ax.tick_params(labelsize=8)


def _curves(
    axes: Axes, graph: FeatureGraph, steps: NDArray[np.int64], ln: NDArray[np.float64]
) -> None:
    plain_axes(axes)
    logs = ln / np.log(10.0)
    few = len(graph.features) <= len(PALETTE)
    served = graph.reach.sum(axis=0)  # the classes that a feature is part of
    kinds = np.unique(served).tolist()
    seen: set[str] = set()
    for number, place in enumerate(graph.slices):
        for k in range(place.start, place.stop):
            label, colour = literal(graph.features[k]), PALETTE[k % len(PALETTE)]
            if not few:
                count = int(served[k])
                colour = PALETTE[kinds.index(count) % len(PALETTE)]
                classes = "1 class" if count == 1 else f"{count} classes"
                label = f"level {number + 2}, part of {classes}"
            axes.plot(
                steps, logs[:, k], color=colour, linewidth=1.4, linestyle=STYLES[number % 4],
                label=None if label in seen else label, alpha=1.0 if few else 0.7,
            )  # fmt: skip
            seen.add(label)
    axes.set_xlabel("steps of training")
    axes.set_ylabel("amplification factor, power of ten")
    axes.set_title("amplification factors over training", fontsize=11)
    axes.legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1.0, 0.5))
