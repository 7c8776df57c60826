"""The pictures of `le-sde-geomnist`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from stability.datasets.shapes import SHAPES
from stability.dynamics import predicted_features, strength_rates
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
from stability_experiments.common.contrast_growth import growth_rate
from stability_experiments.common.strength_curves import ESTIMATORS, Curves
from stability_experiments.dynamics.le_sde_geomnist import reference
from stability_experiments.dynamics.le_sde_geomnist.courses import CHANCE, Seen, told
from stability_experiments.dynamics.le_sde_geomnist.rows import later

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = (BLUE, VERMILLION, GREEN)
SHARES = (BLUE, GREEN, OCHRE, GREY, VERMILLION)


def draw(out: Path, seen: Mapping[float, Seen]) -> tuple[str, ...]:
    """Draw all pictures into a folder and return their names."""
    _logits(out / "logits.png", seen[0.0])
    _strengths(out / "strengths.png", seen)
    _noise(out / "label-noise.png", seen)
    return "logits.png", "strengths.png", "label-noise.png"


def _logits(path: Path, clean: Seen) -> None:
    figure = new_figure(13.0, 4.4)
    curves = clean.used
    first = later(curves)
    means, times = curves.means[first:], curves.times[first:]
    told_by = {
        kind: predicted_features(kind, ESTIMATORS[kind](means), means[0], times - times[0])
        for kind in ("I-model", "L-model")
    }
    for k, axes in enumerate(figure.subplots(1, 3, sharey=True)):
        plain_axes(axes)
        for j, colour in enumerate(COLOURS):
            axes.plot(curves.times, curves.means[:, k, j], color=colour, linewidth=0.8, alpha=0.55,
                      label=f"logit of {SHAPES[j]}")  # fmt: skip
            axes.plot(times, _smooth(told_by["L-model"][:, k, j]), color=colour, linewidth=1.8,
                      linestyle="--", label="predicted, L-model" if j == 0 else None)  # fmt: skip
            axes.plot(times, _smooth(told_by["I-model"][:, k, j]), color=colour, linewidth=1.8,
                      linestyle=":", label="predicted, I-model" if j == 0 else None)  # fmt: skip
        axes.set_title(f"images of class {SHAPES[k]}", fontsize=11)
        axes.set_xlabel("iteration")
    figure.axes[0].set_ylabel("mean logit over trainings")
    figure.axes[0].legend(frameon=False, fontsize=8.5, loc="upper left")
    figure.suptitle(
        "Class means of logits without wrong labels; predictions start where the contrast is 0.3"
    )
    write(figure, path)


def _strengths(path: Path, seen: Mapping[float, Seen]) -> None:
    figure = new_figure(13.0, 7.6)
    panels = figure.subplots(2, 2, sharex=True)
    clean = seen[0.0]
    for axes, estimator in zip(panels[0], ("I-model", "L-model"), strict=True):
        plain_axes(axes)
        found = clean.used.strengths(estimator)
        for k, (name, colour) in enumerate(
            (("A, intra-class", BLUE), ("B, inter-class", VERMILLION))
        ):
            middle, error = _smooth(found.totals[k]), 2 * _smooth(found.errors[k])
            axes.plot(found.times, middle, color=colour, linewidth=1.6, label=name)
            axes.fill_between(found.times, middle - error, middle + error, color=colour, alpha=0.15,
                              linewidth=0)  # fmt: skip
        axes.axhline(0.0, color="black", linewidth=0.8)
        axes.set_title(f"{estimator}, no wrong labels (band: two standard errors)", fontsize=11)
        axes.legend(frameon=False, fontsize=9.5, loc="center right")
    panels[0][0].set_ylabel("sum of strengths since the start")
    axes = panels[1][0]
    plain_axes(axes)
    found = clean.used.strengths("L-model")
    for k, (name, colour) in enumerate(
        (("alpha, intra-class", BLUE), ("beta, inter-class", VERMILLION))
    ):
        rate = strength_rates(found.totals[k], clean.size.window, clean.size.block)
        axes.plot(found.times, _smooth(rate), color=colour, linewidth=1.3, label=name)
    axes.axhline(0.0, color="black", linewidth=0.8)
    axes.set_title("L-model, no wrong labels: strengths, slopes of the above", fontsize=11)
    axes.set_ylabel("strength per iteration")
    axes.legend(frameon=False, fontsize=9.5)
    _contrasts(panels[1][1], seen)
    for axes in panels[1]:
        axes.set_xlabel("iteration")
    write(figure, path)


def _contrasts(axes: Axes, seen: Mapping[float, Seen]) -> None:
    plain_axes(axes)
    for (share, one), colour in zip(seen.items(), _colours(seen), strict=True):
        axes.plot(one.true.times, _smooth(one.true.contrasts[0]), color=colour, linewidth=1.4,
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
            capsize=2, label="while the contrast grows from 0.1 to 0.3",
        )  # fmt: skip
    grid = np.linspace(0, 0.85, 100)
    axes.plot(grid, np.abs(reference.law(grid)), color="black", linewidth=1, label="|1 - 1.5 p|")
    axes.set_title("alpha - beta (L-model) over that at p = 0", fontsize=11)
    axes.set_ylim(0, 1.4)
    axes.legend(frameon=False, fontsize=9, loc="upper right")


def _difference(curves: Curves) -> tuple[float, float]:
    (a, b), (ea, eb) = curves.strengths("I-model").at_end()
    return float(a - b), float(np.hypot(ea, eb))


def _colours(seen: Mapping[float, Seen]) -> tuple[str, ...]:
    return tuple(SHARES[list(reference.ACCURACY).index(share)] for share in seen)


def _smooth(values: np.ndarray, count: int = 5) -> np.ndarray:
    """A centred moving average (T,)."""
    weights = np.ones(count)
    return np.convolve(values, weights, "same") / np.convolve(np.ones(len(values)), weights, "same")
