"""Pictures that several experiments draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from stability.report.figures.canvas import BLUE, GREEN, GREY, PURPLE, VERMILLION, new_figure, write

COLOURS = (GREY, VERMILLION, BLUE, GREEN, PURPLE)


def grouped_bars(
    path: Path,
    labels: Sequence[str],
    series: Mapping[str, Sequence[float]],
    *,
    line: tuple[str, float] | None,
    title: str,
    ylabel: str,
) -> None:
    """Bars side by side for each label, logarithmic, with an optional horizontal line."""
    figure = new_figure(8.0, 4.5)
    axes = figure.add_subplot()
    width = 0.8 / len(series)
    for position, (name, values) in enumerate(series.items()):
        places = [i + (position - (len(series) - 1) / 2) * width for i in range(len(labels))]
        axes.bar(places, values, width=width, label=name, color=COLOURS[position % len(COLOURS)])
    if line is not None:
        axes.axhline(line[1], color="black", linestyle="--", linewidth=1, label=line[0])
    axes.set_yscale("log")
    axes.set_xticks(range(len(labels)), labels)
    axes.set_ylabel(ylabel)
    axes.set_title(title)
    axes.legend(frameon=False)
    write(figure, path)


def curves(
    path: Path,
    x: Sequence[float],
    series: Mapping[str, Sequence[float]],
    *,
    title: str,
    xlabel: str,
    ylabel: str,
    line: tuple[str, float] | None = None,
) -> None:
    """Curves over one axis, both logarithmic; values that are not above 0 are left out."""
    figure = new_figure(8.0, 4.8)
    axes = figure.add_subplot()
    for position, (name, values) in enumerate(series.items()):
        kept = [(a, b) for a, b in zip(x, values, strict=True) if b > 0]
        colour = COLOURS[position % len(COLOURS)]
        axes.plot(*zip(*kept, strict=True), marker="o", label=name, color=colour)
    if line is not None:
        axes.axhline(line[1], color="black", linestyle="--", linewidth=1, label=line[0])
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    axes.set_title(title)
    axes.legend(frameon=False, fontsize=8)
    write(figure, path)
