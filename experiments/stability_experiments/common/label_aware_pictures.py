"""The picture of gains in accuracy by kernels that know the labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from stability.report.figures.canvas import (
    BLUE,
    GREEN,
    PURPLE,
    VERMILLION,
    new_figure,
    plain_axes,
    write,
)  # fmt: skip
from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.common.label_aware_scores import BASE, WORDS, Splits

COLOURS = (VERMILLION, BLUE, GREEN, PURPLE)


def gains(
    path: Path,
    tasks: Sequence[Splits],
    published: Mapping[str, Mapping[str, float]],
    *,
    title: str,
) -> None:
    """Gains over the label-free kernel by task and method: dots are splits, dashes published.

    `published`: by task and method, accuracies.
    """
    figure = new_figure(2.0 * len(tasks) + 3.0, 4.8)
    axes = figure.add_subplot()
    methods = [m for m in WORDS if m != BASE]
    for position, method in enumerate(methods):
        colour, shift = COLOURS[position], 0.18 * (position - 1.5)
        for place, splits in enumerate(tasks):
            values = splits.gains(method)
            label = WORDS[method] if place == 0 else None
            mean = Mean.of(values).value
            axes.bar(place + shift, mean, 0.16, color=colour, alpha=0.5, label=label)
            axes.scatter(np.full(len(values), place + shift), values, color=colour, s=12, zorder=3)
            known = published.get(splits.name, {})
            if method in known:
                axes.scatter(
                    place + shift, known[method] - known[BASE], color="black", marker="_", s=160,
                    label="published" if place + position == 0 else None, zorder=4,
                )  # fmt: skip
    axes.axhline(0.0, color="black", linewidth=0.8)
    axes.set_xticks(
        range(len(tasks)),
        [f"{s.name}\n{s.accuracies(BASE).mean():.1f}%" for s in tasks],
    )
    axes.set_ylabel("gain in accuracy over the label-free kernel, points")
    axes.set_title(title)
    axes.legend(frameon=False, fontsize=9)
    plain_axes(axes)
    write(figure, path)
