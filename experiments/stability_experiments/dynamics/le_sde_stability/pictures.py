"""The pictures of `le-sde-stability`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from stability.bounds.analyse import Analysis
from stability.report.compared import compared_bounds
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
from stability_experiments.dynamics.le_sde_stability.cases import Case, Seen
from stability_experiments.dynamics.le_sde_stability.constants import TUPLE, Limits

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Found = Mapping[Case, Sequence[Seen]]
Told = Mapping[tuple[Case, int], tuple[Analysis, Analysis]]
STYLES = {"uniform tail": (VERMILLION, "-", "o"), "uniform moment": (VERMILLION, "--", "s"),
          "elastic tail": (BLUE, "-", "o"), "elastic moment": (BLUE, "--", "s")}  # fmt: skip


def draw(out: Path, found: Found, told: Told, samples: int) -> tuple[str, ...]:
    """Draw both pictures into a folder and return their names."""
    _curves(out / "constants.png", found, told, samples)
    _maps(out / "maps.png", found)
    return "constants.png", "maps.png"


def _curves(path: Path, found: Found, told: Told, samples: int) -> None:
    figure = new_figure(15.5, 4.8)
    first, second, third = figure.subplots(1, 3)
    three = [case for case in found if case.classes == 3]
    shares = [case.share for case in three]
    for name, words, colour in (
        ("own", "the class of the deleted sample", VERMILLION),
        ("other", "another class", BLUE),
    ):
        seen = [[s.size * getattr(s, name) for s in found[case]] for case in three]
        means = [float(np.mean([v.mean() for v in values])) for values in seen]
        tops = [max(float(v.max()) for v in values) for values in seen]
        possible = [found[c][0].size * getattr(Limits.of(c, samples), name) for c in three]
        first.plot(shares, possible, color=colour, ls="--", label=f"{words}: largest possible")
        first.plot(shares, tops, color=colour, ls=":", marker="^", ms=5, label="largest seen")
        first.plot(shares, means, color=colour, marker="o", ms=5, label="mean of all deletions")
    plain_axes(first)
    first.set_xlabel("beta over alpha, how much classes feel each other")
    first.set_ylabel("m times the shift of features")
    first.set_title(f"what a deletion moves, K = 3, m = {3 * samples}", fontsize=11)
    first.set_yscale("symlog", linthresh=5.0)
    first.legend(frameon=False, fontsize=8)
    for axes, case in ((second, Case(10, 0.0)), (third, Case(3, 1.0))):
        _bounds(axes, case, told)
    second.set_title("local elasticity: K = 10, beta = 0", fontsize=11)
    third.set_title("none: K = 3, beta = alpha", fontsize=11)
    third.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1.0, 0.5))
    figure.suptitle(
        "Constants of the model itself: where classes do not feel each other, elastic bounds say "
        "something at smaller samples"
    )
    write(figure, path)


def _bounds(axes: Axes, case: Case, told: Told) -> None:
    sizes = [n for c, n in told if c == case]
    m = [case.classes * n for n in sizes]
    each = [dict(compared_bounds(told[case, n][0])) for n in sizes]
    for name, (colour, style, marker) in STYLES.items():
        axes.plot(
            m, [one[name].value for one in each], color=colour, ls=style, marker=marker, ms=5,
            label=name + ", constant of the model",
        )  # fmt: skip
    tuples = [told[case, n][1].of(TUPLE)[0].value for n in sizes]
    axes.plot(
        m, tuples, color=GREEN, marker="D", ms=5,
        label="uniform split, examples with a\nfeature of every class (m/K of them)",
    )  # fmt: skip
    axes.axhline(case.limit, color="black", lw=1, label="range of the loss")
    plain_axes(axes)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("m, features in all classes")
    axes.set_ylabel("test loss minus training loss", color=GREY)


def _maps(path: Path, found: Found) -> None:
    shown = [case for case in found if case.classes == 3 and case.share in (-0.25, 0.0, 0.5, 1.0)]
    figure = new_figure(16.0, 4.4)
    names = [f"class {k}" for k in range(3)]
    for axes, case in zip(figure.subplots(1, len(shown)), shown, strict=True):
        mean = np.mean([s.map for s in found[case]], axis=0)
        draw_map(figure, axes, mean, names, names, "m |change of the loss|")
        axes.set_title(f"beta = {case.share:g} alpha", fontsize=11)
    figure.axes[0].set_ylabel("class of the deleted sample")
    figure.suptitle("Whose loss a deletion moves, exactly (mean over deletions and test features)")
    write(figure, path)
