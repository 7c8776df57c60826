"""The pictures of `neurashed-local-elasticity`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from stability.dynamics.neurashed.closed_forms import mean_factors, similarity
from stability.report.figures.canvas import BLUE, VERMILLION, new_figure, plain_axes, write
from stability.report.figures.feature_elasticity import group_curves
from stability.report.figures.feature_graph import factor_picture
from stability_experiments.dynamics.neurashed_local_elasticity.courses import (
    APART,
    FLAT,
    FULL,
    GATED,
    GROUPS,
    LARGE,
    PAIR,
    PAIR_FIXED,
    PAIR_LARGE,
    ROOT,
    Course,
    Floats,
    Pair,
)

Found = Mapping[Course, Mapping[str, Floats]]
PANELS = (
    (FULL, "four levels, batches of 1, fixed rates"),
    (GATED, "four levels, batches of 1, growth gated by the residual"),
    (FLAT, "ablation: no third level"),
    (APART, "ablation: no shared features"),
    (LARGE, "ablation: batches of 16"),
    (ROOT, "trap: what all share fires as often as what is one's own"),
)
COLOURS = {"same class": BLUE, "other class": VERMILLION}


def draw(out: Path, found: Found, pairs: Mapping[Pair, Mapping[str, Floats]]) -> tuple[str, ...]:
    """Draw all pictures into a folder and return their names."""
    _objects(out / "elasticity.png", found)
    factor_picture(
        out / "graph.png", FULL.population.graph, FULL.seen, found[FULL]["log_factors"],
        "Tiger, cat, plane and ship: features that all classes share fade, so that planes no "
        "longer feel tigers",
    )  # fmt: skip
    _pairs(out / "two-classes.png", pairs)
    return "elasticity.png", "graph.png", "two-classes.png"


def _objects(path: Path, found: Found) -> None:
    figure = new_figure(14.0, 8.4)
    for axes, (course, title) in zip(figure.subplots(2, 3).flat, PANELS, strict=True):
        group_curves(axes, course.seen, found[course]["small"], GROUPS)
        axes.set_title(title, fontsize=10.5)
        axes.set_xlabel("instances seen")
        axes.set_ylim(0, 1.1)
        if course is not FULL:
            axes.get_legend().remove()
    figure.suptitle(
        "How far an update on one instance moves others, relative to itself (band: standard "
        "deviation over seeds)"
    )
    write(figure, path)


def _pairs(path: Path, pairs: Mapping[Pair, Mapping[str, Floats]]) -> None:
    figure = new_figure(13.0, 4.6)
    panels = figure.subplots(1, 3, sharey=True)
    titles = ("batches of 1, gated growth", "batches of 1, fixed rates", "batches of 8, gated")
    for axes, pair, title in zip(panels, (PAIR, PAIR_FIXED, PAIR_LARGE), titles, strict=True):
        plain_axes(axes)
        for name, colour in COLOURS.items():
            values = pairs[pair][name]
            axes.errorbar(
                pair.seen, values.mean(axis=1), values.std(axis=1), color=colour, marker="o",
                linestyle="none" if pair.batch_size == 1 else "-", capsize=2,
                label=f"{name}: {_WORDS[name]}",
            )  # fmt: skip
        if pair.batch_size == 1:
            n = np.linspace(0, pair.seen[-1], 200)
            closed = similarity(*mean_factors(n, pair.updates, pair.start))
            axes.plot(n, closed.same_class, color=BLUE, linewidth=1.2, label="closed form")
            axes.plot(n, closed.other_class, color=VERMILLION, linewidth=1.2)
        axes.set_title(title, fontsize=11)
        axes.set_xlabel("instances seen")
        axes.set_ylim(0, 1.05)
    panels[0].set_ylabel("impact over that at the updated instance")
    panels[0].legend(frameon=False, fontsize=9, loc="center right")
    figure.suptitle(
        "Two classes that share two features: elasticity emerges with small batches, as the closed "
        "form says (bars: standard deviation over seeds)"
    )
    write(figure, path)


_WORDS = {
    "same class": "another shared feature fires",
    "other class": "the same shared feature fires",
}
