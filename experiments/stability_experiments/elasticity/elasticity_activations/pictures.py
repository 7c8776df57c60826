"""The pictures of `elasticity-activations`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

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
from stability_experiments.common.elasticity_networks import WORDS, Floats, Net, Seen
from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.elasticity.elasticity_activations.finite import LOSSES, SHARES
from stability_experiments.framework.context import Arrays

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = {"relu": BLUE, "sigmoid": GREEN, "tanh": PURPLE, "identity": VERMILLION}
BINS = np.linspace(0.0, np.pi, 17)


def draw(
    out: Path,
    found: Mapping[Net, Sequence[Seen]],
    steps: Mapping[str, Sequence[Arrays]],
    finite_width: int,
) -> tuple[str, ...]:
    """Draw all pictures into a folder and return their names."""
    _activations(out / "activations.png", found)
    _steps(out / "steps.png", steps, finite_width)
    return "activations.png", "steps.png"


def _activations(path: Path, found: Mapping[Net, Sequence[Seen]]) -> None:
    """Both similarities against distance at the largest width; correlations against width."""
    figure = new_figure(15.0, 5.4)
    left, middle, right = figure.subplots(1, 3)
    widest = max(net.widths for net in found)
    for net, seen in found.items():
        if net.widths == widest:
            _profile(left, net, [s.distances for s in seen], [s.similarity(True) for s in seen])
            _profile(middle, net, [s.distances for s in seen], [s.signed(True) for s in seen])
    left.set_title("relative similarity |K(x, x')| / K(x, x)\nas published", fontsize=11)
    middle.set_title("with the sign kept, K(x, x') / K(x, x)\n", fontsize=11)
    middle.axhline(0.0, color=GREY, linewidth=1)
    for axes in (left, middle):
        axes.set_xlabel("angle between the points, radians")
        axes.set_ylabel("move of the other point over that of the updated one")
    for activation, colour in COLOURS.items():
        own = {n.widths[0]: seen for n, seen in found.items() if n.activation == activation}
        for signed in (False, True):
            means = [
                Mean.of(s.signed_correlation(True) if signed else s.correlation(True) for s in seen)
                for seen in own.values()
            ]
            right.errorbar(
                list(own), [m.value for m in means], [m.error or 0.0 for m in means],
                color=colour, marker="s" if signed else "o", capsize=3,
                linestyle=":" if signed else "-", markerfacecolor="white" if signed else colour,
            )  # fmt: skip
    right.set_xscale("log", base=2)
    widths = sorted({n.widths[0] for n in found})
    right.set_xticks(widths, [f"{w:,}" for w in widths])
    right.set_xlabel("hidden width")
    right.set_ylabel("correlation of similarity and distance")
    right.set_ylim(-1.05, 0.15)
    seeds = len(next(iter(found.values())))
    right.set_title(
        f"circles: relative similarity; squares: sign kept\n(mean of {seeds} seeds, bars: standard "
        "error)", fontsize=11,
    )  # fmt: skip
    for axes in (left, middle, right):
        plain_axes(axes)
    handles, words = left.get_legend_handles_labels()
    figure.legend(handles, words, loc="outside lower center", ncols=4, frameon=False)
    figure.suptitle(
        "Torus, trained networks: odd activations move opposite points the other way, which "
        f"relative similarity cannot see\nleft and middle: width {widest[0]:,}, median and 80% of "
        "the pairs"
    )
    write(figure, path)


def _profile(
    axes: Axes, net: Net, distances: Sequence[Floats], similarity: Sequence[Floats]
) -> None:
    """The median, and a band that holds 80% of the pairs, by distance."""
    d, S = (np.concatenate([m.ravel() for m in parts]) for parts in (distances, similarity))
    place = np.clip(np.digitize(d, BINS) - 1, 0, len(BINS) - 2)
    groups = [S[place == k] for k in range(len(BINS) - 1)]
    low, half, high = (
        [float(np.quantile(g, q)) if len(g) else np.nan for g in groups] for q in (0.1, 0.5, 0.9)
    )
    centres, colour = (BINS[:-1] + BINS[1:]) / 2, COLOURS[net.activation]
    axes.plot(centres, half, color=colour, label=WORDS[net.activation])
    axes.fill_between(centres, low, high, color=colour, alpha=0.15, linewidth=0)


def _steps(path: Path, steps: Mapping[str, Sequence[Arrays]], width: int) -> None:
    """Error against step, both logarithmic; dotted in float32."""
    figure = new_figure(12.0, 5.6)
    for i, (axes, loss) in enumerate(zip(figure.subplots(1, 2, sharey=True), LOSSES, strict=True)):
        plain_axes(axes)
        for activation, runs in steps.items():
            for precision, style in (("float64", "-"), ("float32", ":")):
                middle = np.exp(np.mean([np.log(run[precision][i]) for run in runs], axis=0))
                axes.plot(
                    SHARES, middle, style, color=COLOURS[activation],
                    label=f"{WORDS[activation]}, {precision}",
                )  # fmt: skip
        axes.plot(SHARES, 0.1 * SHARES, "--", color=GREY, linewidth=1, label="slope 1")
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_ylim(1e-10, 10)
        axes.set_xlabel("step size times K(x, x)")
        axes.set_title(loss, fontsize=11)
    figure.axes[0].set_ylabel("relative error of the change per unit of step")
    handles, words = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, words, loc="outside lower center", ncols=5, frameon=False, fontsize=9)
    figure.suptitle(
        "A finite step against its exact limit: error in proportion to the step, until rounding "
        f"decides\nuntrained networks of width {width:,} on the torus"
    )
    write(figure, path)
