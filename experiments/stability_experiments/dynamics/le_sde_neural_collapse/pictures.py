"""The pictures of `le-sde-neural-collapse`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from stability.report.figures.canvas import (
    BLUE,
    GREEN,
    GREY,
    PURPLE,
    VERMILLION,
    new_figure,
    plain_axes,
    write,
)
from stability_experiments.dynamics.le_sde_neural_collapse.courses import (
    COLLAPSE,
    EXACT,
    FAR,
    MIRROR,
    NONE,
    REPELLED,
    SLOW,
    TIMES,
    Course,
    Floats,
)

Found = Mapping[Course, Mapping[str, Floats]]
BY_BETA = ((COLLAPSE, BLUE), (SLOW, GREEN), (NONE, GREY), (REPELLED, VERMILLION), (MIRROR, PURPLE))
PANELS = (
    (COLLAPSE, "beta = -0.01: the simplex of the labels"),
    (FAR, "beta = -0.01, from the far side:\nthe opposite simplex"),
    (NONE, "beta = 0: as the start has it"),
    (MIRROR, "beta = +0.01: a mirrored simplex,\nturned anew on each path"),
)
CLASS_COLOURS = (BLUE, VERMILLION, GREEN)
PLANE = np.sqrt(2.0 / 3.0) * np.array(
    [[0.0, -np.sqrt(3.0) / 2, np.sqrt(3.0) / 2], [1.0, -0.5, -0.5]]
)
"""An orthonormal basis (2, 3) of the plane in which the directions of three classes lie."""
SHOWN = 40


def draw(out: Path, found: Found) -> tuple[str, ...]:
    """Draw both pictures into a folder and return their names."""
    _curves(out / "collapse.png", found)
    _means(out / "means.png", found)
    return "collapse.png", "means.png"


def _curves(path: Path, found: Found) -> None:
    figure = new_figure(13.0, 4.8)
    left, right = figure.subplots(1, 2)
    for course, colour in BY_BETA:
        distance = np.median(found[course]["distance"], axis=1)
        left.plot(TIMES, distance, color=colour, label=f"beta = {course.beta:g}")
        if course.beta < 0.0:
            middle = len(TIMES) // 2
            rate = course.beta / (course.classes - 1)
            line = distance[middle] * np.exp(rate * (TIMES - TIMES[middle]))
            left.plot(TIMES, line, color="black", lw=1, ls=":")
    left.plot([], [], color="black", lw=1, ls=":", label="rate beta/(K - 1)")
    left.set_title("distance of cosines from those of a simplex, median", fontsize=11)
    left.legend(frameon=False, fontsize=9)
    ratio = 1.0 / np.mean(1.0 / found[EXACT]["variability"], axis=1)
    right.plot(TIMES, ratio, "o", ms=4, color=BLUE, label="simulated")
    right.plot(
        TIMES, EXACT.expected_variability(), color="black", lw=1,
        label="p noise^2 t (1 - 1/n) exp(-2 (A - B)/K),\nover that between classes at the start",
    )  # fmt: skip
    right.set_title("variability within classes over that between them, beta = -0.01", fontsize=11)
    right.legend(frameon=False, fontsize=9)
    for axes in (left, right):
        plain_axes(axes)
        axes.set_yscale("log")
        axes.set_xlabel("time")
    figure.suptitle("Neural collapse in the L-model of three classes, alpha = 0.02")
    write(figure, path)


def _means(path: Path, found: Found) -> None:
    figure = new_figure(14.0, 4.4)
    for axes, (course, title) in zip(figure.subplots(1, len(PANELS)), PANELS, strict=True):
        means = found[course]["means"][-1][:SHOWN]
        centred = means - means.mean(axis=1, keepdims=True)
        size = np.linalg.norm(centred, axis=-1).mean(axis=1)[:, None, None]
        flat = centred / size @ PLANE.T
        for label, colour in enumerate(CLASS_COLOURS):
            corner = PLANE[:, label] / np.linalg.norm(PLANE[:, label])
            axes.plot([0, corner[0]], [0, corner[1]], color=colour, lw=1)
            axes.text(*(1.45 * corner), f"class {label}", color=colour, ha="center", va="center")
            axes.plot(flat[:, label, 0], flat[:, label, 1], "o", ms=5, color=colour, alpha=0.45)
        axes.set_xlim(-1.75, 1.75)
        axes.set_ylim(-1.6, 1.75)
        axes.set_aspect("equal")
        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_title(title, fontsize=11)
    figure.suptitle(
        f"Centred class means at t = 1,500, on {SHOWN} paths, each scaled by its mean norm (lines: "
        "the direction of each class's own logit)"
    )
    write(figure, path)
