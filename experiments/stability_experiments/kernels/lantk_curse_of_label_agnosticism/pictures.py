"""The picture of `lantk-curse-of-label-agnosticism`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from stability.report.figures.canvas import new_figure, plain_axes, write
from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.common.label_aware_scores import WORDS, Splits
from stability_experiments.common.pictures import COLOURS


def draw(out: Path, found: Mapping[str, Mapping[str, Splits]], training: int) -> tuple[str, ...]:
    """Accuracies by labelling and method, a panel for each world."""
    figure = new_figure(11.0, 4.8)
    panels = figure.subplots(1, len(found), sharey=True)
    for axes, (world, labellings) in zip(panels, found.items(), strict=True):
        for position, (method, words) in enumerate(WORDS.items()):
            values = [splits.accuracies(method) for splits in labellings.values()]
            places = np.arange(len(values)) + 0.16 * (position - 2)
            axes.bar(
                places, [Mean.of(v).value for v in values], 0.15, color=COLOURS[position],
                alpha=0.6, label=words,
            )  # fmt: skip
            for place, dots in zip(places, values, strict=True):
                axes.scatter(np.full(len(dots), place), dots, s=9, color="black", zorder=3)
        axes.axhline(50.0, color="black", linestyle="--", linewidth=1)
        axes.set_xticks(range(len(labellings)), [f"{name} labels" for name in labellings])
        axes.set_ylim(40, 101)
        axes.set_title(world, fontsize=11)
        plain_axes(axes)
    panels[0].set_ylabel("test accuracy, %")
    handles, words = panels[0].get_legend_handles_labels()
    figure.legend(handles, words, loc="outside lower center", ncols=5, frameon=False)
    figure.suptitle(
        f"Two label systems and their product ({training:,} training points; dots: seeds)"
    )
    write(figure, out / "curse.png")
    return ("curse.png",)
