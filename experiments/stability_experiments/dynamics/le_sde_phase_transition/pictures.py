"""The pictures of `le-sde-phase-transition`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from stability.dynamics import (
    LocallyElasticSDE,
    constant_strengths,
    critical_scale,
    fading_strengths,
    predicted_ratio,
)
from stability.report.figures.canvas import (
    BLUE,
    GREEN,
    GREY,
    OCHRE,
    PURPLE,
    SKY,
    VERMILLION,
    new_figure,
    plain_axes,
    write,
)
from stability_experiments.dynamics.le_sde_phase_transition.paths import (
    CURVE,
    LATE,
    PAIRS,
    PHASE_LOOKS,
    touching,
)
from stability_experiments.dynamics.le_sde_phase_transition.schedules import (
    CLASSES,
    GAP,
    NOISE,
    SAMPLES,
    Floats,
)
from stability_experiments.dynamics.le_sde_phase_transition.seen import Seen

COLOURS = (GREEN, SKY, BLUE, "black", VERMILLION, OCHRE, PURPLE)
TOP = 1e4


def draw(out: Path, seen: Seen) -> tuple[str, ...]:
    """Draw all pictures into a folder and return their names."""
    _ratios(out / "ratios.png", seen)
    _phase(out / "phase.png", seen.phase)
    _pairs(out / "pairs.png", seen)
    return "ratios.png", "phase.png", "pairs.png"


def _ratios(path: Path, seen: Seen) -> None:
    figure = new_figure(13.0, 5.2)
    left, right = figure.subplots(1, 2)
    for (schedule, found), colour in zip(seen.schedules.items(), COLOURS, strict=True):
        ratio = found["ratio"].mean(axis=1)
        predicted = predicted_ratio(schedule.model, GAP, CURVE, CLASSES)
        name = str(schedule) + (", the critical c = K/2" if schedule.slope == 0.0 else "")
        left.plot(CURVE, ratio, "o", ms=3.5, color=colour, label=name)
        left.plot(CURVE, predicted, "-", lw=1, color=colour)
        right.plot(CURVE, found["share"].mean(axis=1), "-o", ms=3.5, lw=1, color=colour, label=name)
    left.axhline(touching(SAMPLES), color=GREY, lw=1, ls=":")
    left.text(1.0, 0.93 * touching(SAMPLES), f"classes of {SAMPLES} touch", fontsize=8, va="top")
    left.set_yscale("log")
    left.set_ylim(0.3, TOP)
    left.set_title(
        "distance over spread (dots: simulated; lines: as predicted;\n"
        "below about 1 the noise of class means adds to their distance)", fontsize=11,
    )  # fmt: skip
    right.set_title("share of pairs of classes that are separated", fontsize=11)
    right.legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1.0, 0.5))
    for axes in (left, right):
        plain_axes(axes)
        axes.set_xscale("log")
        axes.set_xlabel("time")
    figure.suptitle(
        "The I-model of three classes, alpha = c/(1 + t)^r, beta = 0 unless given: local "
        "elasticity that fades slower than K/(2t) wins over noise"
    )
    write(figure, path)


def _phase(path: Path, phase: Mapping[str, Floats]) -> None:
    exponents, scales = phase["exponents"], phase["scales"]
    figure = new_figure(14.0, 4.8)
    panels = figure.subplots(1, len(PHASE_LOOKS), sharey=True)
    half = [np.diff(v)[0] / 2 for v in (exponents, scales)]
    sides = [(v[0] - h, v[-1] + h) for v, h in zip((exponents, scales), half, strict=True)]
    extent = (*sides[0], *sides[1])
    image = None
    for axes, share, time in zip(panels, phase["share"], PHASE_LOOKS, strict=True):
        image = axes.imshow(
            share.T, origin="lower", extent=extent, aspect="auto", cmap="cividis", vmin=0, vmax=1
        )
        axes.contour(
            exponents, scales, _log_ratios(exponents, scales, time),
            levels=[np.log(touching(SAMPLES))], colors="white", linestyles="--", linewidths=1.5,
        )  # fmt: skip
        axes.plot(
            [1, 1], [extent[2], extent[3]], color=VERMILLION, lw=1.5, label="r = 1: the limit"
        )
        axes.plot(
            1, critical_scale(CLASSES), "o", ms=9, mfc="white", mec=VERMILLION, mew=2,
            label="r = 1, c = K/2",
        )  # fmt: skip
        axes.set_title(f"t = {time:,.0f}", fontsize=11)
        axes.set_xlabel("r, how fast alpha fades")
    panels[0].set_ylabel("c, how strong it is")
    panels[-1].legend(fontsize=8, loc="upper right")
    assert image is not None
    figure.colorbar(image, ax=panels, label="share of pairs separated", pad=0.01)
    figure.suptitle(
        "Which classes are separated with alpha = c/(1 + t)^r (dashed: predicted ratio at which "
        f"classes of {SAMPLES} touch)"
    )
    write(figure, path)


def _log_ratios(exponents: Floats, scales: Floats, time: float) -> Floats:
    """The predicted logarithms (C, R) of distance over spread, which may be beyond any number."""
    grown = [fading_strengths(1.0, float(r)).accumulated([time])[0][0] / CLASSES for r in exponents]
    still = LocallyElasticSDE(constant_strengths(0.0), noise=NOISE)
    start = float(predicted_ratio(still, GAP, [time], CLASSES)[0])
    return np.log(start) + scales[:, None] * np.array(grown)


def _pairs(path: Path, seen: Seen) -> None:
    figure = new_figure(13.0, 4.6)
    left, right = figure.subplots(1, 2, sharey=True)
    places = np.arange(len(PAIRS))
    series = (
        (left, "share", (("I-model", 0.0, GREY), ("L-model", 0.0, BLUE))),
        (right, "accuracy", (("L-model", 0.0, BLUE), ("L-model", 1.0, SKY))),
    )
    for axes, name, groups in series:
        for k, (kind, spread, colour) in enumerate(groups):
            start = ", class means noisy at the start" if spread else ""
            values = [seen.pair(kind, *pair, spread)[name] for pair in PAIRS]
            axes.bar(places + 0.4 * k - 0.2, values, width=0.38, color=colour, label=kind + start)
        plain_axes(axes)
        axes.set_xticks(places, [f"{a:g}\n{b:g}" for a, b in PAIRS])
        axes.set_xlabel("alpha (above) and beta (below)")
        axes.set_ylim(0, 1.18)
        axes.legend(frameon=False, fontsize=9, loc="upper right", ncols=2)
    right.axhline(1 / CLASSES, color="black", lw=1, ls="--")
    right.text(len(PAIRS) - 0.5, 1 / CLASSES + 0.02, "chance", fontsize=9, ha="right")
    left.set_title(f"share of pairs separated, t = {LATE:g}", fontsize=11)
    right.set_title("share of samples whose largest logit is that of their class", fontsize=11)
    figure.suptitle(
        "Without local elasticity (alpha < beta) the L-model separates classes, too, but puts them "
        "where they do not belong"
    )
    write(figure, path)
