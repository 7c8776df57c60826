"""The picture of a class-by-class map: how deletions move losses, beside the same for a placebo."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from stability.estimate.retraining.placebo import Signal
from stability.report.figures.canvas import new_figure, write
from stability.report.figures.heat_map import draw_map


def signal_map(path: Path, signal: Signal, title: str) -> None:
    """To the left mean |change| by classes and, below, by the placebo; to the right their ratio.

    The right map holds powers of ten of the ratio. Grey: nothing moved.
    """
    names = signal.deletions.classes
    figure = new_figure(17.0, 7.6)
    left, right = figure.subplots(1, 2)
    units = "mean absolute change of the loss"
    table = np.vstack([signal.deletions.mean, signal.placebo])
    draw_map(figure, left, table, (*names, "placebo"), names, units)
    left.axhline(len(names) - 0.5, color="white", linewidth=5)
    left.set_title("one example deleted; below: nothing deleted, other initial weights")
    with np.errstate(divide="ignore"):
        powers = np.log10(signal.ratio)
    powers[~np.isfinite(powers)] = np.nan
    draw_map(figure, right, powers, names, names, "power of ten of deletion over placebo")
    drowned, cells = int(signal.drowned.sum()), int((~np.isnan(signal.ratio)).sum())
    edge = np.log10(signal.needed)
    right.set_title(f"deletion over placebo: {drowned} of {cells} cells drown (below {edge:.1f})")
    for axes in (left, right):
        axes.set_ylabel("class of the deleted training example", fontsize=11)
    figure.suptitle(title, fontsize=13)
    write(figure, path)
