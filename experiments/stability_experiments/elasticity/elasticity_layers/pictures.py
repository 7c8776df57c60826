"""The picture of `elasticity-layers`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from stability.report.figures.canvas import BLUE, VERMILLION, new_figure, plain_axes, write
from stability_experiments.common.elasticity_numbers import Mean, interval
from stability_experiments.elasticity.elasticity_layers.depths import Deep, Floats, Looked

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = {"before": (VERMILLION, "untrained"), "after": (BLUE, "trained")}


def draw(out: Path, found: Mapping[Deep, Sequence[Looked]]) -> tuple[str, ...]:
    """Fuzziness, class contrast and share of the kernel by layer, a column for each depth."""
    figure = new_figure(3.6 * len(found) + 1.2, 10.0)
    panels = figure.subplots(3, len(found), sharey="row", squeeze=False)
    for column, (deep, seen) in enumerate(found.items()):
        top, middle, bottom = panels[:, column]
        _curves(top, seen, 0, lambda s, when: np.log10(s.fuzziness(when)), fit=True)
        _curves(middle, seen, 1, lambda s, when: s.contrast(when))
        _curves(bottom, seen, 1, lambda s, when: 100 * s.share(when))
        r = Mean.of(s.number("r after") for s in seen).value
        factor = Mean.of(s.number("factor after") for s in seen).value
        top.set_title(
            f"{deep.depth} hidden layers\ntrained: r = {r:.3f}, factor {factor:.2f}", fontsize=11
        )
        middle.axhline(0.0, color="black", linewidth=0.8)
        for axes, last in ((top, deep.depth + 1), (middle, deep.depth + 1),
                           (bottom, deep.depth + 1)):  # fmt: skip
            plain_axes(axes)
            axes.set_xlim(-0.3 if axes is top else 0.7, last + 0.3)
            axes.locator_params(axis="x", integer=True, nbins=6)
        top.set_xlabel("features after layer (0: inputs)")
        for axes in (middle, bottom):
            axes.set_xlabel("weights of layer")
    panels[0, 0].set_ylabel("log10 of the fuzziness\ntrace(SSw SSb⁺)")
    panels[1, 0].set_ylabel("class contrast of the layer's part\nlog(within / across)")
    panels[2, 0].set_ylabel("share of the trace of the kernel, %")
    handles, words = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, words, loc="outside lower center", ncols=4, frameon=False)
    [one] = {deep.data for deep in found}
    seeds = len(next(iter(found.values())))
    figure.suptitle(
        f"Where classes separate, and which layers' updates know them ({one}, ten classes)\n"
        f"mean over {seeds} seeds, bands: 95% intervals, dashed: log-linear fit"
    )
    write(figure, out / "layers.png")
    return ("layers.png",)


def _curves(
    axes: Axes,
    seen: Sequence[Looked],
    first: int,
    values: Callable[[Looked, str], Floats],
    *,
    fit: bool = False,
) -> None:
    for when, (colour, word) in COLOURS.items():
        middle, low, high = interval([values(s, when) for s in seen])
        layers = first + np.arange(len(middle))
        axes.plot(layers, middle, color=colour, marker="o", markersize=4, label=word)
        axes.fill_between(layers, low, high, color=colour, alpha=0.15, linewidth=0)
        if fit:
            slope, start = np.polyfit(layers, middle, 1)
            axes.plot(layers, start + slope * layers, "--", color=colour, linewidth=1)
