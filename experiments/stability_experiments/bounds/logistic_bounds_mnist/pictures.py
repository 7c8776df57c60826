"""The picture of `logistic-bounds-mnist`: bounds and test error as the weight decay falls."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from stability.report.figures.canvas import (
    BLUE,
    GREEN,
    GREY,
    OCHRE,
    PURPLE,
    SKY,
    VERMILLION,
    new_figure,
    write,
)
from stability_experiments.bounds.logistic_bounds_mnist.guarantees import (
    DELTAS,
    FLOOR,
    HELD_OUT,
    LOSS_RANGE,
)
from stability_experiments.bounds.logistic_bounds_mnist.outcome import Outcome

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DRAWN = (
    ("bousquet2002-thm12-emp", "Bousquet and Elisseeff, Theorem 12", VERMILLION, "-"),
    ("feldman2018-chebyshev", "Feldman and Vondrak with Markov", OCHRE, "-"),
    ("uniform-split", "uniform, split", PURPLE, "-"),
    ("elastic-finite-emp", "elastic, exponential tail", SKY, "-"),
    ("elastic-chebyshev", "elastic, second moment", GREEN, "-"),
    ("elastic-split", "elastic, split", BLUE, "-"),
    ("elastic-chain", "elastic, split with a chain", BLUE, "--"),
    (HELD_OUT, "held-out images, where above 0", "black", ":"),
    (FLOOR, "a predictor fixed beforehand", GREY, ":"),
)


def draw(path: Path, outcomes: Sequence[Outcome], name: str, size: int, held_out: int) -> None:
    """Bounds at both failure probabilities above the test error, over a falling weight decay."""
    figure = new_figure(11.0, 6.6)
    decays = [float(o.decay) for o in outcomes]
    panels = figure.subplots(
        2, len(DELTAS), sharex=True, sharey="row", gridspec_kw={"height_ratios": (3, 1)}
    )
    for column, delta in enumerate(DELTAS):
        above, below = panels[0, column], panels[1, column]
        _bounds(above, decays, [o.at(delta) for o in outcomes])
        _gaps(above, decays, [o.gap for o in outcomes])
        above.set_title(f"failure probability {float(delta):g}")
        below.plot(decays, [100 * o.test_error for o in outcomes], color="black", marker="o")
        below.set_xlabel("weight decay lambda, falling")
    panels[0, 0].set_xscale("log")
    panels[0, 0].invert_xaxis()
    panels[0, 0].set_ylabel("bound on test minus training loss")
    panels[1, 0].set_ylabel("test error, %")
    panels[1, 0].set_ylim(bottom=0)
    figure.suptitle(
        f"Logistic regression on {name}, m = {size:,}, {held_out:,} images held out: "
        "vacuous in grey, starred where it begins"
    )
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False, fontsize=9)
    write(figure, path)


def _gaps(axes: Axes, decays: Sequence[float], gaps: Sequence[float]) -> None:
    """The size of each gap; whether it is above 0 decides the mark."""
    for sign, mark, words in (
        (1, "x", "measured gap"),
        (-1, "_", "measured gap below 0, its size"),
    ):
        sizes = [gap * sign if gap * sign > 0 else math.nan for gap in gaps]
        if not all(map(math.isnan, sizes)):
            axes.plot(decays, sizes, color="black", marker=mark, ls="", label=words)


def _bounds(axes: Axes, decays: Sequence[float], values: Sequence[dict[str, float]]) -> None:
    range_ = float(LOSS_RANGE)
    for by, words, colour, line in DRAWN:
        curve = [found[by] if found[by] > 0 else math.nan for found in values]
        axes.plot(decays, curve, color=colour, ls=line, marker=".", label=words)
        vacuous = [(d, v) for d, v in zip(decays, curve, strict=True) if v >= range_]
        if vacuous and len(vacuous) < len(decays):
            turn = max(vacuous)
            axes.plot(*turn, color=colour, marker="*", markersize=13, ls="")
    axes.axhline(range_, color="black", lw=1, ls="--")
    axes.axhspan(range_, 1e4, color="black", alpha=0.06, lw=0)
    axes.text(decays[0], range_ / 1.2, "range of the loss", fontsize=8, ha="right", va="top")
    axes.set_yscale("log")
    axes.set_ylim(1e-4, 1e3)
