"""The pictures of `network-bounds-mnist`."""

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
from stability_experiments.bounds.network_bounds_mnist.outcome import LOSS_RANGE, Outcome
from stability_experiments.bounds.network_bounds_mnist.settings import (
    AXES,
    PERCEPTRON,
    Setting,
    Size,
)
from stability_experiments.common.signal_map import signal_map

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BOUNDS = {
    "uniform tail": VERMILLION,
    "elastic tail": BLUE,
    "uniform moment": OCHRE,
    "elastic moment": SKY,
    "uniform split": PURPLE,
    "elastic split": GREEN,
}
LABELS = {"epochs": "epochs", "width": "hidden width", "m": "sample size m"}


def draw(out: Path, size: Size, outcomes: Mapping[Setting, Outcome], name: str) -> tuple[str, ...]:
    """Draw all pictures into a folder and return their names."""
    _bounds(out / "bounds.png", size, outcomes, name)
    _epochs(out / "epochs.png", size, outcomes, name)
    _classes(out / "classes.png", size, outcomes, name)
    files = ["bounds.png", "epochs.png", "classes.png"]
    for sweep in (s for s in size.sweeps if s.at.network == PERCEPTRON):
        files.append(f"map-{sweep.at.pace}.png")
        signal_map(out / files[-1], outcomes[sweep.at].retraining.signal, f"{sweep.at} ({name})")
    return tuple(files)


def _bounds(path: Path, size: Size, outcomes: Mapping[Setting, Outcome], name: str) -> None:
    figure = new_figure(13.0, 5.2)
    for axes, axis in zip(figure.subplots(1, 3, sharey=True), AXES, strict=True):
        found = [outcomes[s] for s in size.sweeps[0].along(axis)]
        x = [_place(one.setting, axis) for one in found]
        for bound, colour in BOUNDS.items():
            values = [one.bounds[bound].value for one in found]
            axes.plot(x, values, marker="s", color=colour, label=f"{bound}, estimate")
        gaps = [one.gap if one.gap > 0 else np.nan for one in found]
        axes.plot(x, gaps, marker="o", color="black", label="measured gap, where above 0")
        axes.axhline(float(LOSS_RANGE), color=GREY, linestyle="--", label="range of the loss")
        _logarithmic(axes, x, LABELS[axis])
    figure.axes[0].set_ylabel("test loss minus training loss")
    _legend(figure)
    figure.suptitle(f"{size.sweeps[0].at} ({name}), one thing varied in each panel")
    write(figure, path)


def _epochs(path: Path, size: Size, outcomes: Mapping[Setting, Outcome], name: str) -> None:
    """Mean |change| of test losses against epochs, with the range over the ten classes."""
    figure = new_figure(11.0, 5.2)
    for axes, sweep in zip(figure.subplots(1, 2, sharey=True), size.sweeps[:2], strict=True):
        found = [outcomes[s].retraining for s in sweep.along("epochs")]
        x = list(sweep.epochs)
        curves = {
            "deletion": (BLUE, [np.nanmean(one.signal.deletions.mean, axis=1) for one in found]),
            "push of its size": (GREEN, [one.pushed.placebo for one in found]),
            "placebo, 1e-7": (VERMILLION, [one.signal.placebo for one in found]),
        }
        for label, (colour, values) in curves.items():
            low, high = ([float(edge(v)) for v in values] for edge in (np.nanmin, np.nanmax))
            axes.plot(x, [float(np.nanmean(v)) for v in values], "o-", color=colour, label=label)
            axes.fill_between(x, low, high, color=colour, alpha=0.2, linewidth=0)
        _logarithmic(axes, x, "epochs")
        axes.set_title(f"{sweep.at.pace} {sweep.at.network}, m = {sweep.at.size:,}")
    figure.axes[0].set_ylabel("mean absolute change of test losses (band: classes)")
    _legend(figure)
    figure.suptitle(f"Deletions drown when training amplifies without limit ({name})")
    write(figure, path)


def _classes(path: Path, size: Size, outcomes: Mapping[Setting, Outcome], name: str) -> None:
    """Class by class: deletions at their own class and at others, beside both placebos."""
    figure = new_figure(3.4 * len(size.sweeps) + 1.0, 5.2)
    panels = np.atleast_1d(figure.subplots(1, len(size.sweeps), sharey=True))
    for axes, sweep in zip(panels, size.sweeps, strict=True):
        one = outcomes[sweep.at].retraining
        mean, names = one.signal.deletions.mean, one.signal.deletions.classes
        own = np.eye(len(names), dtype=bool)
        others = np.nanmean(np.where(own, np.nan, mean), axis=0)
        series = (
            ("own class deleted", BLUE, "o", np.diag(mean)),
            ("other class deleted", PURPLE, "s", others),
            ("push of that size", GREEN, "^", one.pushed.placebo),
            ("placebo, 1e-7", VERMILLION, "v", one.signal.placebo),
        )
        for label, colour, marker, values in series:
            axes.plot(range(len(names)), values, marker, color=colour, label=label)
        axes.set_yscale("log")
        axes.set_xticks(range(len(names)), names)
        axes.set_xlabel("class of the test image")
        widths = "+".join(map(str, sweep.at.widths))
        axes.set_title(
            f"{sweep.at.pace} {sweep.at.network}\nm = {sweep.at.size:,}, width {widths}, "
            f"{sweep.at.epochs} epochs",
            fontsize=10,
        )
        plain_axes(axes)
    panels[0].set_ylabel("mean absolute change of the loss")
    _legend(figure)
    figure.suptitle(f"Signal beside placebo, class by class ({name})")
    write(figure, path)


def _place(setting: Setting, axis: str) -> int:
    return {"epochs": setting.epochs, "width": setting.widths[0], "m": setting.size}[axis]


def _logarithmic(axes: Axes, x: Sequence[int], label: str) -> None:
    plain_axes(axes)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks(x, [f"{value:,}" for value in x])
    axes.set_xticks([], minor=True)
    axes.set_xlabel(label)


def _legend(figure: Figure) -> None:
    handles, labels = figure.axes[0].get_legend_handles_labels()
    columns = min(len(labels), 4)
    figure.legend(handles, labels, loc="outside lower center", ncols=columns, frameon=False)
