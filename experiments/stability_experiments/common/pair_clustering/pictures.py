"""Pictures of the tables, and of kernel K-means from one start and from many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from stability.report.figures.canvas import (
    BLUE,
    GREY,
    VERMILLION,
    new_figure,
    plain_axes,
    write,
)
from stability_experiments.common.pair_clustering.methods import STARTS, Method
from stability_experiments.common.pair_clustering.pairs import Pair
from stability_experiments.common.pair_clustering.rows import Lines, line_of
from stability_experiments.common.pair_clustering.study import Found

CHANCE = 50.0
LIMITS = (45.0, 102.0)


def draw_table(
    path: Path, found: Found, lines: Lines, places: Mapping[Pair, int], title: str
) -> str:
    """Every method in a line, a panel for each pair: seeds, their mean, the published number."""
    methods, pairs = found.study.methods, found.study.pairs
    columns = min(3, len(pairs))
    rows = -(-len(pairs) // columns)
    figure = new_figure(4.6 * columns + 2.2, 1.2 + rows * (0.8 + 0.22 * len(methods)))
    panels = figure.subplots(rows, columns, squeeze=False, sharey=True, sharex=True)
    heights = -np.arange(len(methods))
    for axes, pair, accuracy in zip(panels.flat, pairs, found.accuracy, strict=False):
        plain_axes(axes)
        for height, method, values in zip(heights, methods, accuracy.T, strict=True):
            colour = _colour(method)
            axes.scatter(values, [height] * len(values), s=10, color=colour, alpha=0.4)
            axes.scatter([values.mean()], [height], s=42, color=colour, zorder=3)
            line = line_of(method, lines)
            if line is not None and pair in places:
                axes.scatter(
                    [line.values[places[pair]]], [height], s=60, marker="D", facecolors="none",
                    edgecolors="black", linewidths=1.1, zorder=4,
                )  # fmt: skip
        axes.axvline(CHANCE, color="black", linewidth=0.8, linestyle=":")
        axes.set_title(pair.name, fontsize=11)
        axes.set_xlim(*LIMITS)
        axes.set_yticks(heights, [str(method) for method in methods], fontsize=8)
    for axes in panels.flat[len(pairs) :]:
        axes.set_visible(False)
    figure.suptitle(title)
    figure.supxlabel(
        "accuracy of two clusters, percent: small dots single seeds, large dots their mean, "
        "diamonds the published number",
        fontsize=10,
    )
    write(figure, path)
    return path.name


def _colour(method: Method) -> str:
    if not method.net:
        return GREY
    return VERMILLION if method.net.startswith("linear") else BLUE


def draw_starts(path: Path, found: Found, methods: Sequence[Method]) -> str:
    """Every start of kernel K-means beside the one with the lowest objective."""
    pairs = found.study.pairs
    figure = new_figure(2.4 + 3.4 * len(methods), 5.0)
    panels = figure.subplots(1, len(methods), squeeze=False, sharey=True)[0]
    for axes, method in zip(panels, methods, strict=True):
        plain_axes(axes)
        starts, best = found.of_starts(method), found.of_method(method)
        seeds = best.shape[1]
        for place in range(len(pairs)):
            for seed in range(seeds):
                x = place + (seed - (seeds - 1) / 2) * 0.7 / max(seeds, 2)
                first = place == seed == 0
                axes.scatter(
                    [x] * starts.shape[2], starts[place, seed], s=14, color=GREY, alpha=0.4,
                    linewidths=0, label="one start" if first else None,
                )  # fmt: skip
                axes.scatter(
                    [x], [best[place, seed]], s=34, color=BLUE, zorder=3,
                    label=f"lowest objective of {STARTS}" if first else None,
                )  # fmt: skip
        axes.axhline(CHANCE, color="black", linewidth=0.8, linestyle=":")
        axes.set_xticks(range(len(pairs)), [p.name for p in pairs], rotation=60, fontsize=9)
        axes.set_ylim(*LIMITS)
        axes.set_title(str(method), fontsize=11)
    panels[0].set_ylabel("accuracy, percent")
    panels[0].legend(frameon=True, fontsize=9, loc="upper left")
    figure.suptitle(
        "Kernel K-means depends on its start; the lowest objective is not always the true classes"
    )
    write(figure, path)
    return path.name
