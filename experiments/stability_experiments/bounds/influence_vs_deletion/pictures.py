"""The pictures of `influence-vs-deletion`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from stability.report.figures.canvas import (
    BLUE,
    GREEN,
    GREY,
    PURPLE,
    SKY,
    VERMILLION,
    new_figure,
    plain_axes,
    write,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from stability_experiments.bounds.influence_vs_deletion.cases import Comparison

COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, SKY)
SHARE = 0.995
"""The share of the points on which the scale of a panel looks."""


def draw(
    scatter: Path,
    lengths: Path,
    compared: Sequence[Comparison],
    shown: Mapping[str, str],
    name: str,
) -> None:
    """Predicted against true changes, and agreement against length of training, by learner.

    `shown` names the method whose predictions are drawn for each learner: the training with which
    it agrees best above the one with which it agrees worst.
    """
    figure = new_figure(11.0, 7.4)
    axes = figure.subplots(2, len(shown))
    for column, (learner, method) in enumerate(shown.items()):
        found = [x for x in compared if (x.learner, x.method) == (learner, method)]
        found.sort(key=lambda x: -x.agreement.pearson)
        _panel(axes[0, column], found[0], "best")
        _panel(axes[1, column], found[-1], "worst")
    figure.suptitle(f"Change of a test loss when one training image is deleted ({name})")
    write(figure, scatter)
    _draw_lengths(lengths, compared, shown, name)


def _panel(axes: Axes, one: Comparison, word: str) -> None:
    x, y = one.predicted.ravel(), one.true.ravel()
    limit = 1.1 * float(np.quantile(np.abs(np.concatenate([x, y])), SHARE))
    plain_axes(axes)
    axes.axline((0, 0), slope=1, color=GREY, linewidth=1)
    axes.scatter(x, y, s=4, alpha=0.25, color=BLUE, linewidths=0, rasterized=True)
    axes.set_xlim(-limit, limit)
    axes.set_ylim(-limit, limit)
    axes.set_aspect("equal")
    axes.locator_params(nbins=5)
    axes.xaxis.set_major_formatter("{x:.3g}")
    axes.yaxis.set_major_formatter("{x:.3g}")
    axes.set_xlabel("predicted")
    axes.set_ylabel("true")
    missed = "" if one.missed is None else f", missed {one.missed:.2g} pushes"
    axes.set_title(
        f"{one.learner}, {word}: {one.training}\n{one.method}\nPearson "
        f"{one.agreement.pearson:.3f}, slope {one.agreement.slope:.2f}{missed}",
        fontsize=10,
    )


def _draw_lengths(
    path: Path, compared: Sequence[Comparison], shown: Mapping[str, str], name: str
) -> None:
    figure = new_figure(11.0, 5.6)
    panels = figure.subplots(1, len(shown), sharey=True)
    for axes, learner in zip(panels, shown, strict=True):
        own = [x for x in compared if x.learner == learner]
        trained = sorted((x for x in own if x.training != "minimiser"), key=lambda x: x.method)
        lengths = sorted({_length(x) for x in trained})
        for colour, (method, group) in zip(
            COLOURS, groupby(trained, key=lambda x: x.method), strict=False
        ):
            points = [(_length(x), x.agreement.pearson) for x in group]
            axes.plot(*zip(*points, strict=True), marker="o", color=colour, label=method)
        for x in own:
            if (x.training, x.method) == ("minimiser", shown[learner]):
                axes.axhline(x.agreement.pearson, color=GREY, linestyle="--", label="minimiser")
        plain_axes(axes)
        axes.set_xscale("log")
        axes.set_xticks(lengths, [str(length) for length in lengths])
        axes.set_xticks([], minor=True)
        axes.set_xlabel("steps" if learner == "logistic" else "epochs")
        axes.set_title(learner, fontsize=11)
        axes.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.13))
    panels[0].set_ylabel("Pearson's correlation with true deletions")
    panels[0].set_ylim(-0.05, 1.05)
    figure.suptitle(f"Agreement against the length of training ({name})")
    write(figure, path)


def _length(one: Comparison) -> int:
    return int(one.training.split()[0])
