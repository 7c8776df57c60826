"""The pictures of `le-sde-geomnist`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from stability.datasets.shapes import SHAPES
from stability.report.figures.canvas import (
    BLUE,
    GREEN,
    GREY,
    OCHRE,
    PURPLE,
    VERMILLION,
    new_figure,
    plain_axes,
    write,
)
from stability_experiments.common.contrast_growth import FROM, TO, growth_rate
from stability_experiments.common.strength_curves import Curves
from stability_experiments.common.strength_pictures import (
    logit_picture,
    rate_panel,
    smooth,
    total_panel,
)
from stability_experiments.dynamics.le_sde_geomnist import reference
from stability_experiments.dynamics.le_sde_geomnist.courses import CHANCE, Seen, told

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHARES = (BLUE, GREEN, OCHRE, GREY, VERMILLION)


def draw(out: Path, seen: Mapping[float, Seen]) -> tuple[str, ...]:
    """Draw all pictures into a folder and return their names."""
    logit_picture(
        out / "logits.png", seen[0.0].used, SHAPES, "Class means of logits without wrong labels"
    )
    _strengths(out / "strengths.png", seen)
    _noise(out / "label-noise.png", seen)
    return "logits.png", "strengths.png", "label-noise.png"


def _strengths(path: Path, seen: Mapping[float, Seen]) -> None:
    figure = new_figure(13.0, 7.6)
    panels = figure.subplots(2, 2, sharex=True)
    clean = seen[0.0]
    for axes, estimator in zip(panels[0], ("I-model", "L-model"), strict=True):
        title = f"{estimator}, no wrong labels (band: two standard errors)"
        total_panel(axes, clean.used, estimator, title)
    panels[0][0].set_ylabel("sum of strengths since the start")
    rate_panel(
        panels[1][0], clean.used, "I-model", clean.size.window,
        "I-model, no wrong labels: strengths, slopes of the above",
    )  # fmt: skip
    panels[1][0].set_ylabel("strength per iteration")
    _contrasts(panels[1][1], seen)
    for axes in panels[1]:
        axes.set_xlabel("iteration")
    write(figure, path)


def _contrasts(axes: Axes, seen: Mapping[float, Seen]) -> None:
    plain_axes(axes)
    for (share, one), colour in zip(seen.items(), _colours(seen), strict=True):
        axes.plot(one.true.times, smooth(one.true.contrasts[0]), color=colour, linewidth=1.4,
                  label=told(share))  # fmt: skip
    axes.set_yscale("symlog", linthresh=0.3)
    axes.axhline(0.0, color="black", linewidth=0.8)
    axes.set_title("contrast of true classes, mean of <Xbar^k, d_k>/|d_k|", fontsize=11)
    axes.legend(frameon=False, fontsize=9.5, loc="upper left")


def _noise(path: Path, seen: Mapping[float, Seen]) -> None:
    figure = new_figure(14.0, 4.4)
    panels = figure.subplots(1, 3)
    shares = np.array(list(seen))
    for name, colour, known in (
        ("accuracy", BLUE, reference.ACCURACY), ("loss", VERMILLION, reference.LOSS),
    ):  # fmt: skip
        values = np.stack([one.arrays[name][-1] for one in seen.values()])
        error = 2 * values.std(axis=1, ddof=1) / np.sqrt(values.shape[1])
        panels[0].errorbar(shares, values.mean(axis=1), error, color=colour, marker="o", capsize=2,
                           label=f"{name} on clean images")  # fmt: skip
        panels[0].plot(list(known), list(known.values()), color=colour, marker="x", linestyle=":",
                       label=f"{name}, published")  # fmt: skip
    panels[0].axhline(CHANCE, color="black", linestyle="--", linewidth=0.8)
    panels[0].set_title("clean validation images (dashed: a guess)", fontsize=11)
    panels[0].set_ylim(-0.05, 1.6)
    panels[0].legend(frameon=False, fontsize=9, loc="upper center", ncols=2)
    for label, colour, marker, pick in (
        ("means by label used, as published", BLUE, "o", lambda one: one.used),
        ("means by true class", PURPLE, "s", lambda one: one.true),
    ):
        ends = [_difference(pick(one)) for one in seen.values()]
        panels[1].errorbar(shares, [e[0] for e in ends], [2 * e[1] for e in ends], color=colour,
                           marker=marker, capsize=2, label=label)  # fmt: skip
    panels[1].set_title("A - B at the end, I-model", fontsize=11)
    panels[1].legend(frameon=False, fontsize=9, loc="upper right")
    _law(panels[2], seen)
    for axes in panels:
        plain_axes(axes)
        axes.set_xlabel("share p of wrong labels")
    figure.suptitle(
        "Wrong labels slow down and then reverse what is learned (bars: two standard errors)"
    )
    write(figure, path)


def _law(axes: Axes, seen: Mapping[float, Seen]) -> None:
    free = growth_rate(seen[0.0].true)
    points = [(s, growth_rate(one.true)) for s, one in seen.items()]
    found = [(s, r[0], r[1]) for s, r in points if r is not None]
    if free is not None and found:
        axes.errorbar(
            [f[0] for f in found], [f[1] / free[0] for f in found],
            [2 * f[2] / free[0] for f in found], color=GREEN, marker="D", linestyle="none",
            capsize=2, label=f"while the contrast grows from {FROM:g} to {TO:g}",
        )  # fmt: skip
    grid = np.linspace(0, 0.85, 100)
    axes.plot(
        grid, [abs(reference.law(p)) for p in grid], color="black", linewidth=1, label="|1 - 1.5 p|"
    )
    axes.set_title("alpha - beta (L-model) over that at p = 0", fontsize=11)
    axes.set_ylim(0, 1.4)
    axes.legend(frameon=False, fontsize=9, loc="upper right")


def _difference(curves: Curves) -> tuple[float, float]:
    (a, b), (ea, eb) = curves.strengths("I-model").at_end()
    return float(a - b), float(np.hypot(ea, eb))


def _colours(seen: Mapping[float, Seen]) -> tuple[str, ...]:
    return tuple(SHARES[list(reference.ACCURACY).index(share)] for share in seen)
