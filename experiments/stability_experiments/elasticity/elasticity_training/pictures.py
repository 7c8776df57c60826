"""The pictures of `elasticity-training`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from stability.report.figures.canvas import (
    BLUE,
    GREEN,
    GREY,
    OCHRE,
    SKY,
    VERMILLION,
    new_figure,
    plain_axes,
    write,
)
from stability_experiments.common.elasticity_numbers import interval
from stability_experiments.elasticity.elasticity_training.numbers import Course
from stability_experiments.elasticity.elasticity_training.watching import (
    GROUPS,
    TEN,
    TWO,
    Watched,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Found = Mapping[Watched, Sequence[Course]]
ACCURACY = "test accuracy (right axis)"
GROUP_COLOURS = dict(zip(GROUPS, (BLUE, SKY, VERMILLION), strict=True))
PARTS = {
    "kernel": ("tangent kernel", BLUE),
    "kernel and residual": ("kernel and residual at the updated point", SKY),
    "observed and kernel": ("probabilities at the observed point and kernel", GREEN),
    "observed and residual": ("probabilities and residual, no kernel", OCHRE),
    "all": ("all three", VERMILLION),
}


def draw(out: Path, found: Found) -> tuple[str, ...]:
    """Draw all pictures into a folder and return their names."""
    _two(out / "two-classes.png", _only(found, TWO))
    _ten(out / "factors.png", _only(found, TEN))
    return "two-classes.png", "factors.png"


def _only(found: Found, task: str) -> Found:
    return {watched: courses for watched, courses in found.items() if watched.task == task}


def _panels(found: Found, height: float) -> tuple[Figure, list[tuple[Axes, Watched]]]:
    data = list(dict.fromkeys(w.data for w in found))
    shares = sorted({w.share for w in found})
    figure = new_figure(13.0, 1.4 + height * len(data))
    axes = figure.subplots(len(data), len(shares), squeeze=False, sharey="row")
    places = [
        (axes[data.index(w.data), shares.index(w.share)], w)
        for w in found
    ]  # fmt: skip
    return figure, places


def _two(path: Path, found: Found) -> None:
    figure, places = _panels(found, 4.2)
    for axes, watched in places:
        courses = found[watched]
        for group, colour in GROUP_COLOURS.items():
            _band(axes, courses, f"relative, {group}", colour, group)
        axes.set_ylim(bottom=0)
        axes.set_ylabel("mean relative similarity")
        _finish(axes, watched, courses)
    _legend(figure)
    figure.suptitle(
        "One output, digits 0 to 4 against 5 to 9: how far a step at one test point moves others\n"
        f"(mean over {len(found[places[0][1]])} seeds, bands: 95% intervals)"
    )
    write(figure, path)


def _ten(path: Path, found: Found) -> None:
    figure, places = _panels(found, 4.2)
    for axes, watched in places:
        courses = found[watched]
        for name, (words, colour) in PARTS.items():
            _band(axes, courses, name, colour, words)
        axes.axhline(0.0, color="black", linewidth=0.8)
        axes.set_ylabel("log(within classes / across classes)")
        _finish(axes, watched, courses)
    _legend(figure)
    figure.suptitle(
        "Ten outputs: how much class structure the factors of one step carry at test points\n"
        f"(mean over {len(found[places[0][1]])} seeds, bands: 95% intervals)"
    )
    write(figure, path)


def _band(axes: Axes, courses: Sequence[Course], name: str, colour: str, label: str) -> None:
    middle, low, high = interval([c.number(name) for c in courses])
    axes.plot(courses[0].steps, middle, color=colour, marker="o", markersize=3, label=label)
    axes.fill_between(courses[0].steps, low, high, color=colour, alpha=0.15, linewidth=0)


def _finish(axes: Axes, watched: Watched, courses: Sequence[Course]) -> None:
    """Accuracy on an axis of its own to the right, logarithmic steps that begin with 0."""
    plain_axes(axes)
    right = axes.twinx()
    middle, low, high = interval([c.number("accuracy") for c in courses])
    right.plot(courses[0].steps, middle, color=GREY, linestyle="--", label=ACCURACY)
    right.fill_between(courses[0].steps, low, high, color=GREY, alpha=0.1, linewidth=0)
    right.set_ylim(0, 1.02)
    right.spines["top"].set_visible(False)
    right.set_ylabel("test accuracy", color=GREY)
    axes.set_xscale("symlog", linthresh=1)
    axes.set_xlim(0, courses[0].steps[-1])
    axes.set_xlabel("steps of SGD")
    size = "small" if watched.share < 0.1 else "large"
    axes.set_title(
        f"{watched.data}, {size} steps: {watched.share:g} of 2/lambda_max at the start",
        fontsize=11,
    )


def _legend(figure: Figure) -> None:
    """The curves of all panels, each once."""
    words = {}
    for axes in figure.axes:
        for handle, word in zip(*axes.get_legend_handles_labels(), strict=True):
            words.setdefault(word, handle)
    accuracy = words.pop(ACCURACY)
    figure.legend(
        [*words.values(), accuracy], [*words, ACCURACY],
        loc="outside lower center", ncols=3, frameon=False,
    )  # fmt: skip
