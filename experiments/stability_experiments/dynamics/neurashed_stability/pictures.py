"""The pictures of `neurashed-stability`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from stability.report.figures.canvas import (
    BLUE,
    GREEN,
    GREY,
    VERMILLION,
    new_figure,
    plain_axes,
    write,
)
from stability.report.figures.heat_map import draw_map
from stability_experiments.dynamics.neurashed_stability.cases import Case, Seen

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Found = Mapping[Case, Sequence[Seen]]
BOUNDS = (
    ("uniform tail", VERMILLION, "-", "o"),
    ("uniform moment", VERMILLION, "--", "s"),
    ("elastic tail", BLUE, "-", "o"),
    ("elastic moment", BLUE, "--", "s"),
)
CONSTANTS = (
    ("U", "U: the largest change", VERMILLION),
    ("B", "B: largest mean of a deleted instance", BLUE),
    ("D", "D: mean at the deleted instance", GREEN),
    ("B1", "B1: mean", GREY),
)


def draw(
    out: Path, by_passes: Found, by_size: Found, main: Sequence[Seen], limit: float
) -> tuple[str, ...]:
    """Draw both pictures into a folder and return their names."""
    _curves(out / "constants.png", by_passes, by_size, limit)
    _maps(out / "maps.png", main)
    return "constants.png", "maps.png"


def _curves(path: Path, by_passes: Found, by_size: Found, limit: float) -> None:
    figure = new_figure(15.0, 4.8)
    first, second, third = figure.subplots(1, 3)
    p, m = ([getattr(c, key) for c in group] for key, group in
            (("epochs", by_passes), ("m", by_size)))  # fmt: skip
    for name, words, colour in CONSTANTS:
        values = [[getattr(s.reading.summary, name) for s in seen] for seen in by_passes.values()]
        _line(first, p, values, colour, "-", "o", words)
    _axes(first, p, "passes over the sample", "m |change of the loss|")
    for axes, group, places, label in (
        (second, by_passes, p, "passes over the sample"),
        (third, by_size, m, "m, training instances"),
    ):
        for name, colour, style, marker in BOUNDS:
            values = [[s.bounds[name] for s in seen] for seen in group.values()]
            _line(axes, places, values, colour, style, marker, name)
        gaps = [[max(s.reading.effects.gap, 1e-3) for s in seen] for seen in group.values()]
        _line(axes, places, gaps, "black", ":", "x", "measured gap (at least 0.001)")
        axes.axhline(limit, color="black", linewidth=1, label="range of the loss")
        _axes(axes, places, label, "test loss minus training loss")
    [size] = {c.m for c in by_passes}
    [count] = {c.epochs for c in by_size}
    first.set_title(f"constants, m = {size}", fontsize=11)
    second.set_title(f"plug-in bounds, m = {size}", fontsize=11)
    third.set_title(f"plug-in bounds, {count} passes", fontsize=11)
    first.legend(frameon=False, fontsize=8)
    third.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1.0, 0.5))
    figure.suptitle(
        "Deleting an instance of neurashed, exactly: the worst instance moves far, others hardly. "
        "Elastic bounds feel that, uniform ones do not (mean over seeds)"
    )
    write(figure, path)


def _line(
    axes: Axes, x: list[int], values: list[list[float]], colour: str, style: str, marker: str,
    label: str,
) -> None:  # fmt: skip
    axes.plot(
        x, [float(np.mean(v)) for v in values], color=colour, linestyle=style, marker=marker,
        markersize=5, label=label,
    )  # fmt: skip


def _axes(axes: Axes, places: list[int], below: str, beside: str) -> None:
    plain_axes(axes)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks(places, [str(v) for v in places])
    axes.minorticks_off()
    axes.set_xlabel(below)
    axes.set_ylabel(beside)


def _maps(path: Path, main: Sequence[Seen]) -> None:
    names = main[0].case.population.graph.classes
    figure = new_figure(12.5, 5.0)
    left, right = figure.subplots(1, 2)
    elasticity = np.mean([s.elasticity for s in main], axis=0)
    draw_map(figure, left, elasticity, names, names, "change of scores over that at the instance")
    left.set_title("an update: who moves whose scores", fontsize=11)
    left.set_ylabel("class of the updated instance")
    deletion = np.mean([s.reading.classes.mean for s in main], axis=0)
    draw_map(figure, right, deletion, names, names, "m |change of the loss|, mean over pairs")
    right.set_title("a deletion: who moves whose loss", fontsize=11)
    right.set_ylabel("class of the deleted instance")
    correlation = np.mean([s.agreement for s in main])
    figure.suptitle(
        f"Local elasticity beside deletions ({main[0].case}): rank correlation of the cells "
        f"{correlation:.2f}"
    )
    write(figure, path)
