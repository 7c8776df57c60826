"""The picture of `lantk-relative-ratio-networks`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from stability.report.figures.canvas import (
    BLUE,
    GREEN,
    GREY,
    SKY,
    VERMILLION,
    new_figure,
    plain_axes,
    write,
)
from stability_experiments.common.relative_ratios import PUBLISHED
from stability_experiments.kernels.lantk_relative_ratio_networks.numbers import (
    GAINS,
    NETWORKS,
    ORDER,
    Found,
    of_networks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = dict(zip(ORDER, (SKY, GREY, BLUE, GREEN), strict=True))
WORDS = {
    "NN-init": "network before training",
    "NTK": "fixed kernel (NTK)",
    "LANTK": "kernel that knows the labels (LANTK)",
    "NN-trained": "network after training",
}


def draw(out: Path, found: Sequence[Found], neurons: int) -> tuple[str, ...]:
    """Table 3 and figure 1(a), computed and published."""
    figure = new_figure(13.0, 5.4)
    left, right = figure.subplots(1, 2, width_ratios=(2.3, 1))
    _ratios(left, found, neurons)
    _gains(right, found)
    for axes in (left, right):
        axes.set_xticks(range(len(found)), [one.name for one in found])
        plain_axes(axes)
    handles, words = left.get_legend_handles_labels()
    figure.legend(handles, words, loc="outside lower center", ncols=3, frameon=False)
    figure.suptitle("Training makes a network's kernel tell two classes of CIFAR-10 apart")
    write(figure, out / "networks.png")
    return ("networks.png",)


def _ratios(axes: Axes, found: Sequence[Found], neurons: int) -> None:
    for position, row in enumerate(ORDER):
        for place, one in enumerate(found):
            at, values = place + 0.2 * (position - 1.5), one.ratios(row)[:, 0]
            first = place == 0
            axes.bar(
                at, values.mean(), 0.18, color=COLOURS[row], alpha=0.6,
                label=WORDS[row] if first else None,
            )  # fmt: skip
            if row in NETWORKS:
                axes.scatter(np.full(len(values), at), values, color=COLOURS[row], s=12, zorder=3)
                plain = of_networks(one.plain, row)[:, 0]
                axes.scatter(
                    np.full(len(plain), at), plain, facecolor="white", edgecolor="black", s=30,
                    marker="D", zorder=3,
                    label=f"only {neurons:,} neurons wide" if first and position == 0 else None,
                )  # fmt: skip
            axes.scatter(
                at, PUBLISHED[one.pair][row][0], color=VERMILLION, marker="_", s=200, zorder=4,
                label="published" if first and position == 0 else None,
            )  # fmt: skip
    axes.set_ylim(50, None)
    axes.set_ylabel("relative ratio of training images, %\n(50: classes look the same)")
    axes.set_title("How much more alike two images of one class are (dots: seeds)", fontsize=11)


def _gains(axes: Axes, found: Sequence[Found]) -> None:
    for place, one in enumerate(found):
        values = one.gains()
        axes.bar(place, values.mean(), 0.5, color=GREEN, alpha=0.6)
        axes.scatter(np.full(len(values), place), values, color=GREEN, s=12, zorder=3)
        axes.scatter(place, GAINS[one.pair], color=VERMILLION, marker="_", s=400, zorder=4)
    axes.axhline(0.0, color="black", linewidth=0.8)
    axes.set_ylabel("gain in test accuracy, points")
    axes.set_title("Kernel regression: kernel after training\nagainst kernel before", fontsize=11)
    axes.tick_params(axis="x", rotation=20)
