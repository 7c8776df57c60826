"""The picture of `gap-vs-bounds`: quantiles of the gap and bounds against the sample size."""

from __future__ import annotations

from collections.abc import Sequence
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
from stability_experiments.bounds.gap_vs_bounds.bounds import LOSS_RANGE, NARROW, Outcome

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KEEP = "keep-1/m"
TAILS = (
    ("bousquet2002-thm12-emp", KEEP, "uniform, exponential (theorem 12)", VERMILLION),
    ("elastic-finite-emp", KEEP, "elastic, exponential", BLUE),
    ("bousquet2002-thm11-emp", KEEP, "pointwise from elastic (theorem 11)", PURPLE),
    ("bousquet2002-thm11-emp", NARROW, "pointwise, certified (theorem 11)", GREEN),
    ("feldman2018-chebyshev", KEEP, "uniform, second moment", OCHRE),
    ("elastic-chebyshev", KEEP, "elastic, second moment", SKY),
    ("uniform-split", KEEP, "uniform, split", "#7A3B00"),
    ("elastic-split", KEEP, "elastic, split", "#00356B"),
)
MEANS = (
    ("measured", "certified, gaps in [-M, M]", "certified on other samples", GREEN),
    ("hardt2016-expectation", KEEP, "uniform, proved", VERMILLION),
)


def draw(path: Path, outcomes: Sequence[Outcome], population: str) -> None:
    """Bounds on the gap of one run to the left, on the mean gap to the right, both logarithmic."""
    figure = new_figure(11.0, 6.4)
    left, right = figure.subplots(1, 2)
    sizes = [o.size for o in outcomes]
    left.axhline(
        float(LOSS_RANGE), color="black", linestyle="--", linewidth=1, label="range of the loss"
    )
    _curves(left, outcomes, TAILS)
    gaps = [np.abs(o.trial.gaps) for o in outcomes]
    low, middle, high, top = (
        [float(np.quantile(g, share)) for g in gaps] for share in (0.05, 0.5, 0.95, 1.0)
    )
    left.plot(sizes, top, color=GREY, linestyle=":", marker=".", label="|gap|, largest seen")
    left.plot(sizes, high, color="black", marker="o", label="|gap|, 95% quantile")
    left.plot(sizes, middle, color="black", linewidth=0.8, label="|gap|, median (band: 5 to 95%)")
    left.fill_between(sizes, low, high, color=GREY, alpha=0.25, linewidth=0)
    left.set_title("The gap of one run; bounds fail with probability 0.05", fontsize=11)
    _curves(right, outcomes, MEANS)
    means = [o.trial.mean_gap for o in outcomes]
    errors = [2 * o.trial.mean_gap_error for o in outcomes]
    right.errorbar(
        sizes, means, yerr=errors, color="black", marker="o", capsize=3,
        label="seen, with two standard errors",
    )  # fmt: skip
    right.set_title("The mean gap over samples", fontsize=11)
    for axes in (left, right):
        plain_axes(axes)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xticks(sizes, [f"{m:,}" for m in sizes])
        axes.set_xticks([], minor=True)
        axes.set_xlabel("sample size m")
        axes.legend(
            frameon=False, fontsize=8, ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.12)
        )
    left.set_ylabel("risk minus training risk")
    figure.suptitle(f"Logistic regression on samples from a known population ({population})")
    write(figure, path)


def _curves(
    axes: Axes, outcomes: Sequence[Outcome], chosen: Sequence[tuple[str, str, str, str]]
) -> None:
    for theorem, form, label, colour in chosen:
        values = [o.value(theorem, form) for o in outcomes]
        sizes = [o.size for o in outcomes]
        axes.plot(sizes, values, marker="s", markersize=4, color=colour, label=label)
