"""The pictures of `elasticity-to-stability`: the bridge for each data set, and the factors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from stability.elasticity.class_averages import class_means
from stability.report.figures.canvas import (
    BLUE,
    GREEN,
    GREY,
    OCHRE,
    SKY,
    VERMILLION,
    new_figure,
    plain_axes,
    write,
)
from stability.report.figures.heat_map import draw_map
from stability_experiments.common.elasticity_numbers import interval
from stability_experiments.elasticity.elasticity_to_stability.factors import FACTORS, Floats
from stability_experiments.elasticity.elasticity_to_stability.pairs import (
    ANOTHER,
    DELETION,
    INFLUENCE,
    MEASURES,
    NOTHING,
    SIMILARITY,
    STEP,
    Pairs,
)
from stability_experiments.elasticity.elasticity_to_stability.pairs import (
    KERNEL as NORMALISED,
)
from stability_experiments.elasticity.elasticity_to_stability.pairs import (
    RESIDUAL as MOVED,
)
from stability_experiments.elasticity.elasticity_to_stability.relations import (
    LEVELS,
    PAIRS,
    RANK,
)
from stability_experiments.elasticity.elasticity_to_stability.rows import WHOLE, Seen

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = dict(zip(MEASURES, (BLUE, SKY, OCHRE, "black", VERMILLION), strict=True))
WORDS = {
    SIMILARITY: "relative similarity |K(x, z)| / K(x, x)",
    NORMALISED: "normalised kernel K(x, z) / sqrt(K(x, x) K(z, z))",
    MOVED: "kernel times residual at x",
    STEP: "change of the loss at z by one step at x, per unit of step",
    INFLUENCE: "influence of x on the loss at z",
}
MARKS = dict(zip(MEASURES, "osD^v", strict=True))
SHORT = (
    "all pairs",
    "means over\nclasses",
    "for each\ntest example",
    "for each test\nexample, inside\none class",
)
"""`LEVELS` as they are called on an axis."""

TENTHS = 15
"""So many groups of pairs, equally many in each, have their medians drawn."""

LEAST = 0.01
"""This share of the pairs, with the smallest sizes, is not drawn."""


def draw(out: Path, found: Mapping[str, Seen]) -> tuple[str, ...]:
    """Draw all pictures into a folder and return their names."""
    names = []
    for data, seen in found.items():
        names.append(f"bridge-{data}.png")
        _bridge(out / names[-1], data, seen)
    _factors(out / "factors.png", found)
    return (*names, "factors.png")


def _bridge(path: Path, data: str, seen: Seen) -> None:
    """Pairs above; class maps and correlations below."""
    figure = new_figure(18.0, 11.5)
    axes = figure.subplots(2, 3, width_ratios=(1, 1, 1.15))
    for panel, measure in zip(axes[0], (SIMILARITY, STEP, INFLUENCE), strict=True):
        _pairs(panel, seen, measure)
    axes[0, 0].legend(frameon=False, fontsize=9, loc="lower right", markerscale=4)
    names = seen.train.classes
    similar, moved = (
        np.mean([_cells(p.predicted(SIMILARITY), p) for p in seen.pairs], axis=0),
        np.mean([_cells(p.truth(DELETION), p) for p in seen.pairs], axis=0),
    )
    draw_map(figure, axes[1, 0], similar, names, names, "mean relative similarity")
    axes[1, 0].set_title("similarity, class by class")
    draw_map(figure, axes[1, 1], moved, names, names, "mean |change of the loss|")
    axes[1, 1].set_title("true deletions, class by class")
    for panel in axes[1, :2]:
        panel.set_ylabel("class of the training example x", fontsize=11)
    _correlations(axes[1, 2], seen)
    figure.suptitle(
        f"What a trained network says about a training example x and a test example z ({data}), "
        "and how far the loss at z moves\nwhen x is deleted and the training repeated: "
        f"{len(seen.pairs)} networks, {len(seen.pairs[0].true)} deletions each, "
        f"{len(seen.test)} test examples",
        fontsize=13,
    )
    write(figure, path)


def _cells(table: Floats, pairs: Pairs) -> Floats:
    return class_means(table, pairs.deleted_labels, pairs.test_labels).values


def _pairs(axes: Axes, seen: Seen, measure: str) -> None:
    """Points of the first network; medians by groups of the measure over all networks."""
    first = seen.pairs[0]
    x, y = np.abs(first.predicted(measure)), first.truth(DELETION)
    same = first.deleted_labels[:, None] == first.test_labels[None]
    for mask, colour, word in ((~same, "#B5D9EE", "two classes"), (same, "#F0B48A", "one class")):
        axes.scatter(
            x[mask], y[mask], s=3, linewidths=0, color=colour, rasterized=True,
            label=f"x and z of {word}",
        )  # fmt: skip
    for truth, style, colour in (
        (DELETION, "-", "black"), (NOTHING, "--", GREY), (ANOTHER, ":", GREY)
    ):  # fmt: skip
        middle, height = _medians(
            np.concatenate([np.abs(p.predicted(measure)).ravel() for p in seen.pairs]),
            np.concatenate([p.truth(truth).ravel() for p in seen.pairs]),
        )
        axes.plot(middle, height, style, color=colour, linewidth=2, label=f"median: {truth}")
    axes.set_xscale("linear" if measure == SIMILARITY else "log")
    axes.set_yscale("log")
    axes.set_xlim(left=float(np.quantile(x, LEAST)))
    axes.set_ylim(bottom=float(np.quantile(y, LEAST)))
    plain_axes(axes)
    axes.set_xlabel(WORDS[measure])
    axes.set_ylabel("true |change of the loss at z|")
    one, placebo = (seen.relations[measure, t, PAIRS, RANK] for t in (DELETION, NOTHING))
    axes.set_title(
        f"{measure}: rank correlation {one}\nwith nothing deleted {placebo}", fontsize=11
    )


def _medians(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    groups = np.array_split(np.argsort(x, kind="stable"), TENTHS)
    middles = [(np.median(x[g]), np.median(y[g])) for g in groups]
    return tuple(np.array(middles).T)


def _correlations(axes: Axes, seen: Seen) -> None:
    """Every measure at every level, with its interval; the placebos in grey."""
    for k, measure in enumerate(MEASURES):
        places = np.arange(len(LEVELS)) + 0.15 * (k - (len(MEASURES) - 1) / 2)
        for truth, mark in ((NOTHING, "_"), (ANOTHER, "x")):
            found = [seen.relations[measure, truth, level, RANK].mean for level in LEVELS]
            label = None if k else f"placebo: {truth}"
            axes.plot(places, found, mark, color=GREY, markersize=7, label=label)
        found = [seen.relations[measure, DELETION, level, RANK] for level in LEVELS]
        ends = np.array([(r.mean - r.low, r.high - r.mean) for r in found]).T
        axes.errorbar(
            places, [r.mean for r in found], yerr=ends, fmt=MARKS[measure], markersize=6,
            color=COLOURS[measure], label=measure,
        )  # fmt: skip
    axes.axhline(0.0, color="black", linewidth=0.8)
    axes.set_xticks(range(len(LEVELS)), SHORT)
    plain_axes(axes)
    axes.set_ylabel("rank correlation with true |change of the loss|")
    axes.set_title("how well each of them follows true deletions\n(95% bootstrap over deletions)")
    axes.legend(frameon=False, fontsize=9, loc="upper right", ncols=2)
    axes.set_ylim(top=1.3)


def _factors(path: Path, found: Mapping[str, Seen]) -> None:
    figure = new_figure(7.0 * len(found), 5.6)
    panels = figure.subplots(1, len(found), squeeze=False, sharey=True)[0]
    colours = {**dict(zip(FACTORS, (GREEN, BLUE, VERMILLION), strict=True)), WHOLE: "black"}
    for axes, (data, seen) in zip(panels, found.items(), strict=True):
        for name, colour in colours.items():
            middle, low, high = interval(seen.carried(name))
            axes.plot(
                seen.steps, middle, "--" if name == WHOLE else "-", color=colour, marker="o",
                markersize=3, label=FACTORS.get(name, "all three, their sum"),
            )  # fmt: skip
            axes.fill_between(seen.steps, low, high, color=colour, alpha=0.15, linewidth=0)
        axes.axhline(0.0, color="black", linewidth=0.8)
        plain_axes(axes)
        axes.set_xscale("symlog", linthresh=1)
        axes.set_xlim(0, seen.steps[-1])
        axes.set_xlabel("steps of SGD")
        axes.set_title(data)
    panels[0].set_ylabel("class structure that a factor carries:\nlog(within classes / across)")
    handles, words = panels[0].get_legend_handles_labels()
    figure.legend(handles, words, loc="outside lower center", ncols=2, frameon=False)
    seeds = len(next(iter(found.values())).pairs)
    figure.suptitle(
        "One step at a training example moves the log-probabilities of a test example "
        "by a\nproduct of three factors: which of them knows the classes?\n"
        f"(mean over {seeds} seeds, bands: 95% intervals)"
    )
    write(figure, path)
