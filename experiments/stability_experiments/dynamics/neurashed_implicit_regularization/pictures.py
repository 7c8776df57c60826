"""The pictures of `neurashed-implicit-regularization`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from stability.report.figures.canvas import (
    BLUE,
    GREEN,
    GREY,
    VERMILLION,
    new_figure,
    plain_axes,
    write,
)
from stability_experiments.dynamics.neurashed_implicit_regularization.training import Floats

Found = Mapping[int, Mapping[str, Floats]]
FEATURES = (
    ("A: fires for half of the patterns", BLUE, "-", 5.0),
    ("B: fires for all of them", VERMILLION, "-", 2.4),
    ("C: fires for the other half", GREEN, (0, (4, 4)), 1.8),
)
TESTS = (
    ("training", "as in training", GREY, "s"),
    ("decorrelated", "spurious features of both classes fire", BLUE, "o"),
    ("swapped", "only those of the other class fire", VERMILLION, "^"),
)


def draw(out: Path, one: Found, two: Found) -> tuple[str, ...]:
    """Draw both pictures into a folder and return their names."""
    _factors(out / "factors.png", one)
    _generalization(out / "generalization.png", two)
    return "factors.png", "generalization.png"


def _factors(path: Path, found: Found) -> None:
    figure = new_figure(13.0, 4.8)
    panels = figure.subplots(1, len(found), sharey=True)
    for axes, (b, one) in zip(panels, found.items(), strict=True):
        plain_axes(axes)
        for k, (name, colour, style, width) in enumerate(FEATURES):
            powers = one["log_factors"][:, :, k] / np.log(10)
            middle = powers.mean(axis=1)
            axes.plot(one["epochs"], middle, color=colour, linestyle=style, lw=width, label=name)
            low, high = np.percentile(powers, (5, 95), axis=1)
            axes.fill_between(one["epochs"], low, high, color=colour, alpha=0.15, lw=0)
        axes.set_title(f"batches of {b} of the 4 patterns", fontsize=11)
        axes.set_xlabel("passes over the patterns")
    panels[0].set_ylabel("amplification factor, power of ten")
    panels[0].legend(frameon=False, fontsize=9, loc="upper left")
    figure.suptitle(
        "Small batches leave the one feature that always fires, full batches leave all three alike"
        "\nband: 90% of the seeds"
    )
    write(figure, path)


def _generalization(path: Path, found: Found) -> None:
    figure = new_figure(12.0, 4.8)
    left, right = figure.subplots(1, 2)
    sizes = list(found)
    for axes in (left, right):
        plain_axes(axes)
        axes.set_xscale("log")
        axes.set_xticks(sizes, [str(b) for b in sizes])
        axes.minorticks_off()
        axes.set_xlabel("instances of each class in a batch")
    ratios = [found[b]["ratio"].mean() / np.log(10) for b in sizes]
    left.plot(sizes, ratios, color=GREY, marker="o")
    left.set_ylabel("factor of spurious over robust features, power of ten")
    left.set_title("what is left of the spurious features", fontsize=11)
    for key, name, colour, marker in TESTS:
        values = np.stack([found[b][key] for b in sizes])
        error = 2 * values.std(axis=1, ddof=1) / np.sqrt(values.shape[1])
        right.errorbar(
            sizes, values.mean(axis=1), error, color=colour, marker=marker, label=name, capsize=2
        )
    right.axhline(0.5, color="black", linewidth=0.8, linestyle=":")
    right.set_ylim(0, 1.04)
    right.set_ylabel("accuracy")
    right.set_title("accuracy on test instances (bars: two standard errors)", fontsize=11)
    right.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0.0, 0.1))
    figure.suptitle(
        "One robust and ten spurious features for each of two classes: all batch sizes fit, only "
        "small ones generalize"
    )
    write(figure, path)
