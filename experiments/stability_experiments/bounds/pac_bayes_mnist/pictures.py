"""The picture of `pac-bayes-mnist`: errors and certified errors over the regularization."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from stability.report.figures.canvas import BLUE, GREEN, GREY, PURPLE, VERMILLION, new_figure, write
from stability_experiments.bounds.pac_bayes_mnist.outcome import Outcome


def draw(path: Path, outcomes: Sequence[Outcome], name: str, size: int, held_out: int) -> None:
    """Certified errors as full lines, measured ones dashed."""
    figure = new_figure(8.0, 5.4)
    axes = figure.add_subplot()
    x = [float(o.decay) for o in outcomes]
    lines = (
        (
            "certified from the largest distance, with noise",
            GREY,
            "-",
            [o.uniform.test_risk for o in outcomes],
        ),
        ("certified, with noise", VERMILLION, "-", [o.best.test_risk for o in outcomes]),
        ("certified by held-out images, without noise", GREEN, "-", [o.held_out for o in outcomes]),
        ("training error with noise", BLUE, "--", [o.best.training_risk for o in outcomes]),
        ("test error with noise", PURPLE, "--", [o.noisy_test for o in outcomes]),
        ("test error without noise", GREEN, ":", [o.test for o in outcomes]),
    )
    for label, colour, style, values in lines:
        axes.plot(x, values, style, color=colour, marker="o", markersize=4, label=label)
    for o in outcomes:
        axes.annotate(
            f"{float(o.best.noise):g}",
            (float(o.decay), o.best.test_risk),
            textcoords="offset points",
            xytext=(0, 7),
            ha="center",
            fontsize=8,
            color=VERMILLION,
        )
    axes.set_xscale("log")
    axes.set_ylim(0.0, min(1.02, 1.15 * max(o.uniform.test_risk for o in outcomes)))
    axes.set_xlabel("weight decay lambda (numbers: level of noise)")
    axes.set_ylabel("0-1 error")
    axes.set_title(f"Softmax regression on {name}, m = {size:,}, {held_out:,} images held out")
    figure.legend(loc="outside lower left", ncols=2, frameon=False, fontsize=9)
    write(figure, path)
