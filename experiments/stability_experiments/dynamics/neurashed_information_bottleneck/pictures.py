"""The pictures of `neurashed-information-bottleneck`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from stability.dynamics import shared_features
from stability.report.figures.canvas import (
    BLUE,
    GREEN,
    GREY,
    VERMILLION,
    new_figure,
    plain_axes,
    write,
)
from stability.report.figures.feature_graph import factor_picture
from stability_experiments.dynamics.neurashed_information_bottleneck.courses import (
    ALL,
    FIXED,
    ONE,
    TWO,
    Course,
    Floats,
)

Found = Mapping[Course, Mapping[str, Floats]]
COLOURS = {ONE: BLUE, TWO: GREEN, ALL: VERMILLION, FIXED: GREY}
INPUT, LABEL = "I(T; X): information with the input, bits", "I(T; Y): with the class, bits"


def draw(out: Path, found: Found, expected: Mapping[str, Floats]) -> tuple[str, ...]:
    """Draw all pictures into a folder and return their names."""
    _plane(out / "information-plane.png", found)
    _over_training(out / "information.png", found, expected)
    ln = found[ONE]["log_factors"].mean(axis=1)
    factor_picture(
        out / "graph.png", shared_features().graph, ONE.seen, ln,
        "Two classes share A and C; B belongs to one, D to the other. Batches of 1: all grow at "
        "first, then the shared ones fade",
        moments=[0, int(np.flatnonzero(ONE.seen == 400)[0]), len(ONE.seen) - 1],
    )  # fmt: skip
    return "information-plane.png", "information.png", "graph.png"


def _plane(path: Path, found: Found) -> None:
    figure = new_figure(7.4, 5.8)
    axes = figure.add_subplot()
    plain_axes(axes)
    for course, colour in COLOURS.items():
        x, y = (found[course][key].mean(axis=1) for key in ("input", "class"))
        axes.plot(x, y, color=colour, marker="o", markersize=5, alpha=0.85, label=course.name)
        axes.scatter(x[:1], y[:1], s=110, facecolors="none", edgecolors=colour, zorder=4)
        axes.scatter(x[-1:], y[-1:], s=130, marker="*", color=colour, zorder=5)
    axes.plot([0, 1], [0, 1], color="black", linewidth=0.8, linestyle=":")
    axes.text(0.05, 0.72, "above the dotted line:\nimpossible", fontsize=8, color=GREY)
    axes.set_xlim(0, 2.1)
    axes.set_ylim(0, 1.06)
    axes.set_xlabel(INPUT)
    axes.set_ylabel(LABEL)
    axes.set_title(
        "Small batches come back to one bit, the class; full batches stay\n"
        "(circle: before training; star: at the end)",
        fontsize=11,
    )
    axes.legend(frameon=False, fontsize=9, loc="lower right")
    write(figure, path)


def _over_training(path: Path, found: Found, expected: Mapping[str, Floats]) -> None:
    figure = new_figure(13.0, 4.8)
    left, right = figure.subplots(1, 2)
    for axes, key, name in ((left, "input", INPUT), (right, "class", LABEL)):
        plain_axes(axes)
        for course, colour in COLOURS.items():
            values = found[course][key]
            axes.plot(
                course.seen, values.mean(axis=1), color=colour, marker="o", markersize=4,
                label=course.name,
            )  # fmt: skip
            low, high = values.min(axis=1), values.max(axis=1)
            axes.fill_between(course.seen, low, high, color=colour, alpha=0.15, lw=0)
        axes.plot(
            ONE.seen, expected[key], color="black", linestyle="--", linewidth=1.2,
            label="mean field, batches of 1",
        )  # fmt: skip
        axes.axhline(1.0, color="black", linewidth=0.7, linestyle=":")
        axes.set_xscale("symlog", linthresh=50)
        axes.set_xlim(left=0)
        axes.set_ylim(0, None)
        axes.set_xlabel("instances seen (linear up to 50)")
        axes.set_ylabel(name)
    right.legend(frameon=False, fontsize=9, loc="lower right")
    figure.suptitle(
        "Information of noisy features over training (band: all seeds; dotted: the entropy of the "
        "class)"
    )
    write(figure, path)
