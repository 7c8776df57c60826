"""The picture of `kernel-stability`: what labels do to elasticity, constants and test loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

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
from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.kernels.kernel_stability.measuring import AWARE, METHODS, SCALED, Method
from stability_experiments.kernels.kernel_stability.rows import RISES, Found, Number, names, over

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS: Mapping[str, str] = {
    "linear": OCHRE, "RBF": GREY, "NTK": BLUE, "CNTK": VERMILLION,
    "NTK + KR-V1 (0.1)": SKY, "NTK + KR-V1 (0.3)": GREEN, "NTK + KR-V2 (0.1)": PURPLE,
    "CNTK + KR-V1 (0.1)": SKY, "CNTK + KR-V2 (0.1)": PURPLE,
}  # fmt: skip
NAMES = [f"{method.base}\n{method.system}\n({method.strength:g})" for method in AWARE]
MEASURES: Mapping[str, tuple[Number, str]] = {
    "relative ratio of the kernel": (lambda one: float(one.arrays["ratios"][0]), GREEN),
    "share of a deletion within the class": (lambda one: one.share, SKY),
    "mean change (B1)": (lambda one: one.summary.B1, GREY),
    "change at the deleted image (D)": (lambda one: one.summary.D, OCHRE),
    "largest change (U)": (lambda one: one.summary.U, VERMILLION),
}
"""What the second and the third panel compare, and its colour."""
MARKERS = {"linear": "s", "RBF": "D", "NTK": "o", "CNTK": "^"}


def draw(
    out: Path, found: Found, ridges: Sequence[float], middle: float, images: str
) -> tuple[str, ...]:
    """Six panels, means over pairs of classes and samples; `images` says which and how many."""
    figure = new_figure(18.0, 10.0)
    panels = figure.subplots(2, 3)
    _elastic(panels[0, 0], found, middle)
    _constants(panels[0, 1], found, AWARE, middle)
    panels[0, 1].set_title(f"What knowing the labels changes, lambda = {middle:g}", fontsize=11)
    _constants(panels[0, 2], found, SCALED, middle)
    panels[0, 2].set_title(
        f"The same at equal scale: lambda = {middle:g} times the mean K(x, x)", fontsize=11
    )
    panels[0, 2].set_ylim(panels[0, 1].get_ylim())
    panels[0, 1].legend(frameon=False, fontsize=9, loc="upper left", ncols=2)
    _trade(panels[1, 0], found, ridges)
    _rises(panels[1, 1], found, ridges)
    _silent(panels[1, 2], found, ridges)
    for axes in panels.flat:
        plain_axes(axes)
    pairs = names(found)
    samples = len(found) // len(pairs)
    figure.suptitle(
        "Does knowing the labels change the stability of kernel regression as it changes "
        f"elasticity?\n{images} training images, means over {', '.join(pairs)} and {samples} "
        "samples of each, whose standard errors the bars have; in brackets: how much a kernel "
        "listens to the labels"
    )
    write(figure, out / "kernel-stability.png")
    return ("kernel-stability.png",)


def _elastic(axes: Axes, found: Found, ridge: float) -> None:
    """An arrow from each label-free kernel to what labels make of it."""

    def place(name: str) -> tuple[float, float]:
        ratio = np.mean(over(found, name, ridge, lambda one: one.arrays["ratios"][0]))
        return float(ratio), float(np.mean(over(found, name, ridge, lambda one: one.share)))

    for method in METHODS:
        x, y = place(method.name)
        axes.scatter(x, y, color=COLOURS[method.name], marker=MARKERS[method.base], s=70, zorder=3,
                     label=method.name)  # fmt: skip
        if method.system:
            axes.annotate(
                "", (x, y), place(method.base),
                arrowprops={"arrowstyle": "->", "color": COLOURS[method.name], "linewidth": 1.4},
            )  # fmt: skip
    ends = [*axes.get_xlim(), *axes.get_ylim()]
    line = [min(ends), max(ends)]
    axes.plot(line, line, color="black", linewidth=0.8, linestyle=":", zorder=1,
              label="as elastic as the kernel")  # fmt: skip
    axes.set_xlim(min(ends), max(ends))
    axes.set_ylim(min(ends), max(ends))
    axes.set_xlabel("relative ratio of the kernel, train-train, %")
    axes.set_ylabel("share of a deletion's effect within its class, %")
    axes.set_title(f"Elasticity of kernels and of deletions, lambda = {ridge:g}", fontsize=11)
    axes.legend(frameon=False, fontsize=9)


def _rise(found: Found, method: Method, ridge: float, number: Number) -> Mean:
    """What labels multiply a number by, in the mean over pairs; the error is that of samples."""
    ratios = over(found, method.name, ridge, number) / over(found, method.base, ridge, number)
    return Mean.of(ratios.mean(axis=0))


def _constants(axes: Axes, found: Found, methods: Sequence[Method], ridge: float) -> None:
    """What labels multiply elasticity and the constants of stability by."""
    width = 0.85 / len(MEASURES)
    for k, (name, (number, colour)) in enumerate(MEASURES.items()):
        rises = [_rise(found, method, ridge, number) for method in methods]
        places = np.arange(len(methods)) + (k - (len(MEASURES) - 1) / 2) * width
        axes.bar(places, [rise.value for rise in rises], width, color=colour, label=name,
                 yerr=[rise.error or 0.0 for rise in rises],
                 error_kw={"linewidth": 0.9})  # fmt: skip
    axes.axhline(1.0, color="black", linewidth=0.8)
    axes.set_xticks(range(len(methods)), NAMES)
    axes.set_ylabel("with labels / without")
    axes.set_ylim(0.0, 1.4 * axes.get_ylim()[1])


def _rises(axes: Axes, found: Found, ridges: Sequence[float]) -> None:
    """How the rise of D depends on lambda, and what is left of it at equal scale."""
    number = RISES["D"]
    for method, scaled in zip(AWARE, SCALED, strict=True):
        for one, line in ((method, ":"), (scaled, "-")):
            rises = [_rise(found, one, ridge, number) for ridge in ridges]
            axes.errorbar(
                ridges, [rise.value for rise in rises], [rise.error or 0.0 for rise in rises],
                color=COLOURS[method.name], linestyle=line, marker=MARKERS[method.base],
                markersize=6, label=method.name if one is scaled else None,
            )  # fmt: skip
    axes.axhline(1.0, color="black", linewidth=0.8)
    axes.set_xscale("log")
    axes.set_xticks(ridges, [f"{ridge:g}" for ridge in ridges])
    axes.minorticks_off()
    axes.set_xlabel("lambda")
    axes.set_ylabel("D with labels / without")
    axes.set_title(
        "Change at the deleted image (D). Dotted: the same lambda, solid: at equal scale",
        fontsize=11,
    )
    axes.legend(frameon=False, fontsize=9)


def _trade(axes: Axes, found: Found, ridges: Sequence[float]) -> None:
    """Stability against how well it predicts, along the ridge strengths."""
    for method in METHODS:
        loss = [np.mean(over(found, method.name, r, lambda o: o.number("loss"))) for r in ridges]
        change = [np.mean(over(found, method.name, r, lambda o: o.summary.B1)) for r in ridges]
        axes.plot(loss, change, color=COLOURS[method.name], marker=MARKERS[method.base],
                  linestyle="--" if method.system else "-", markersize=6)  # fmt: skip
    axes.set_ylim(0.0, None)
    axes.set_xlabel("test loss")
    axes.set_ylabel("mean change by a deletion, m |change of the loss|")
    told = ", ".join(f"{ridge:g}" for ridge in ridges)
    axes.set_title(
        f"Stability beside test loss, a line through lambda = {told}\n"
        "(dashed: knows the labels; colours as above)", fontsize=11,
    )  # fmt: skip


def _silent(axes: Axes, found: Found, ridges: Sequence[float]) -> None:
    """How wrong the formula for a fixed kernel would be."""
    width = 0.8 / len(ridges)
    for k, ridge in enumerate(ridges):
        errors = [_error(found, method, ridge) for method in AWARE]
        places = np.arange(len(AWARE)) + (k - (len(ridges) - 1) / 2) * width
        axes.bar(places, errors, width, color=(SKY, BLUE, GREY)[k % 3], label=f"lambda = {ridge:g}")
    axes.set_xticks(range(len(AWARE)), NAMES)
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.set_ylabel("mean error, % of the mean change")
    axes.set_title(
        "If the deleted label stayed in the kernel:\nerror of the formula for a fixed kernel",
        fontsize=11,
    )
    axes.legend(frameon=False, fontsize=9)


def _error(found: Found, method: Method, ridge: float) -> float:
    silent = over(found, method.name, ridge, lambda one: 100 * one.arrays["silent"][0])
    return float(np.mean(silent))
