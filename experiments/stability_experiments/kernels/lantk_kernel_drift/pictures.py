"""The picture of `lantk-kernel-drift`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from stability.report.figures.canvas import (
    BLUE,
    GREY,
    OCHRE,
    VERMILLION,
    new_figure,
    plain_axes,
    write,
)
from stability_experiments.kernels.lantk_kernel_drift.courses import Courses

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CURVES = {
    0: ("how far the kernel moves", BLUE),
    1: ("what order 1 (K3) misses", OCHRE),
    2: ("what order 2 (K3 and K4) misses", VERMILLION),
}
TITLES = {
    "softplus": "softplus",
    "erf": "erf",
    "relu": "ReLU, without delta functions",
}


def draw(out: Path, courses: Mapping[str, Courses], data: str) -> tuple[str, ...]:
    """Draw the picture into a folder and return its name."""
    figure = new_figure(13.0, 8.4)
    panels = figure.subplots(2, len(courses), sharey=True, squeeze=False)
    for column, (name, course) in enumerate(courses.items()):
        middle = len(course.times) // 2
        above, below = panels[0, column], panels[1, column]
        _panel(above, course.widths, course.errors[:, :, middle, :, 0])
        _guides(above, course, middle)
        above.set_title(f"{TITLES[name]}, time {course.times[middle]:g}", fontsize=11)
        above.set_xlabel("width m")
        _panel(below, course.times, course.errors[-1].swapaxes(0, 1)[..., 0])
        below.set_title(f"{TITLES[name]}, width {course.widths[-1]:,}", fontsize=11)
        below.set_xlabel(r"time of training, in $n/\lambda_{\max}$")
    for axes in panels[:, 0]:
        axes.set_ylabel("relative to the kernel at the start")
    handles, words = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, words, loc="outside lower center", ncols=5, frameon=False)
    figure.suptitle(
        "The tangent kernel of a two-layer network on its training points: how far gradient flow "
        f"moves it, and what predictions miss\n({data}; geometric means and all seeds)"
    )
    write(figure, out / "drift.png")
    return ("drift.png",)


def _panel(axes: Axes, x: tuple[float, ...], errors: np.ndarray) -> None:
    """Curves over widths or times (X,) of errors (X, seeds, 3)."""
    plain_axes(axes)
    for order, (word, colour) in CURVES.items():
        own = errors[..., order]
        axes.plot(x, np.exp(np.log(own).mean(axis=1)), color=colour, marker="o", label=word)
        for seed in own.T:
            axes.scatter(x, seed, s=8, color=colour, alpha=0.4, linewidths=0)
    axes.set_xscale("log")
    axes.set_yscale("log")


def _guides(axes: Axes, course: Courses, middle: int) -> None:
    """Lines of slope -1 and -2 through the first points."""
    m = np.array(course.widths, dtype=float)
    for order, power, style in ((0, 1, "--"), (2, 2, ":")):
        first = course.middle(order)[0, middle]
        label = "1/m" if power == 1 else r"$1/m^2$"
        line = first * (m / m[0]) ** -power
        axes.plot(m, line, color=GREY, linestyle=style, linewidth=1, label=label)
