"""Pictures that experiments on the locally elastic SDE share: class means and strengths."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from stability.dynamics import strength_rates
from stability.report.figures.canvas import (
    BLUE,
    GREEN,
    VERMILLION,
    new_figure,
    plain_axes,
    write,
)
from stability_experiments.common.strength_curves import Curves
from stability_experiments.common.strength_rows import LATER, later, told_features

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = (BLUE, VERMILLION, GREEN)
DASHES = {"L-model": "--", "I-model": ":"}


def logit_picture(path: Path, curves: Curves, classes: Sequence[str], title: str) -> None:
    """Class means of logits over time, and what both models predict once classes are apart."""
    figure = new_figure(4.4 * len(classes), 4.4)
    first = later(curves)
    told = {kind: told_features(curves, kind, first) for kind in DASHES}
    for k, axes in enumerate(figure.subplots(1, len(classes), sharey=True)):
        plain_axes(axes)
        for j, name in enumerate(classes):
            axes.plot(curves.times, curves.means[:, k, j], color=COLOURS[j], linewidth=0.8,
                      alpha=0.55, label=f"logit of {name}")  # fmt: skip
            for kind, dash in DASHES.items():
                axes.plot(curves.times[first:], smooth(told[kind][:, k, j]), color=COLOURS[j],
                          linewidth=1.8, linestyle=dash,
                          label=f"predicted, {kind}" if j == 0 else None)  # fmt: skip
        axes.set_title(f"images of class {classes[k]}", fontsize=11)
        axes.set_xlabel("iteration")
    figure.axes[0].set_ylabel("mean logit over trainings")
    figure.axes[0].legend(frameon=False, fontsize=8.5, loc="upper left")
    figure.suptitle(f"{title}; predictions start at {LATER}")
    write(figure, path)


def total_panel(axes: Axes, curves: Curves, estimator: str, title: str) -> None:
    """A and B over time, with two standard errors."""
    plain_axes(axes)
    found = curves.strengths(estimator)
    for k, (name, colour) in enumerate((("A, intra-class", BLUE), ("B, inter-class", VERMILLION))):
        middle, error = smooth(found.totals[k]), 2 * smooth(found.errors[k])
        axes.plot(found.times, middle, color=colour, linewidth=1.6, label=name)
        axes.fill_between(found.times, middle - error, middle + error, color=colour, alpha=0.15,
                          linewidth=0)  # fmt: skip
    axes.axhline(0.0, color="black", linewidth=0.8)
    axes.set_title(title, fontsize=11)
    axes.legend(frameon=False, fontsize=9.5, loc="upper left")


def rate_panel(axes: Axes, curves: Curves, estimator: str, window: int, title: str) -> None:
    """alpha and beta over time: slopes of A and B over `window` looks."""
    plain_axes(axes)
    found = curves.strengths(estimator)
    spacing = float(found.times[1] - found.times[0])
    names = (("alpha, intra-class", BLUE), ("beta, inter-class", VERMILLION))
    for k, (name, colour) in enumerate(names):
        rate = smooth(strength_rates(found.totals[k], window, spacing))
        axes.plot(found.times, rate, color=colour, linewidth=1.3, label=name)
    axes.axhline(0.0, color="black", linewidth=0.8)
    axes.set_title(title, fontsize=11)
    axes.legend(frameon=False, fontsize=9.5)


def smooth(values: np.ndarray, count: int = 5) -> np.ndarray:
    """A centred moving average (T,)."""
    weights = np.ones(count)
    return np.convolve(values, weights, "same") / np.convolve(np.ones(len(values)), weights, "same")
