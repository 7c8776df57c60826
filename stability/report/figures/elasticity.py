"""Pictures of local elasticity: the matrix of similarities, and what each layer adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from stability.report.figures.canvas import BLUE, GREY, VERMILLION, literal, new_figure, write

MARKED = 30
"""Classes up to which the matrix is labelled."""


def similarity_matrix(
    path: Path,
    matrices: Mapping[str, ArrayLike],
    labels: ArrayLike,
    classes: Sequence[str],
    title: str,
) -> Path:
    """Similarities (n, n) side by side, points sorted by class, lines between the classes.

    Colours end at the 99th percentile of what is off the diagonals.
    """
    y = np.asarray(labels)
    order = np.argsort(y, kind="stable")
    tables = {name: np.asarray(table)[np.ix_(order, order)] for name, table in matrices.items()}
    off = ~np.eye(len(y), dtype=bool)
    top = max(float(np.percentile(table[off], 99)) for table in tables.values())
    figure = new_figure(5.6 * len(tables) + 0.8, 6.2)
    present, counts = np.unique(y, return_counts=True)
    edges = np.concatenate([[0], np.cumsum(counts)])
    panels = figure.subplots(1, len(tables), squeeze=False)[0]
    image = None
    for axes, (name, table) in zip(panels, tables.items(), strict=True):
        image = axes.imshow(table, cmap="cividis", vmin=0.0, vmax=top or 1.0)
        axes.set_title(literal(name), fontsize=11)
        for edge in edges[1:-1]:
            for line in (axes.axhline, axes.axvline):
                line(edge - 0.5, color="white", linewidth=0.7)
        if len(present) <= MARKED:
            places = (edges[:-1] + edges[1:] - 1) / 2
            names = [literal(str(classes[k])) for k in present]
            axes.set_xticks(places, names, rotation=45, ha="right", fontsize=8)
            axes.set_yticks(places, names, fontsize=8)
        axes.tick_params(length=0)
        axes.set_xlabel("observed test example, by class")
        axes.set_ylabel("updated test example, by class")
    assert image is not None
    bar = figure.colorbar(image, ax=list(panels), shrink=0.8)
    bar.set_label("change of the outputs there over that at the updated example")
    figure.suptitle(literal(title), fontsize=12)
    return write(figure, path)


def layers(
    path: Path,
    contrasts: Mapping[str, Mapping[str, float]],
    fuzziness: Mapping[str, Mapping[str, float]],
    title: str,
) -> Path:
    """Left: the log ratio within over across of each layer's part of the kernel. Right: fuzziness.

    Both mappings are from "trained" and "untrained" to the values by layer, in order.
    """
    figure = new_figure(11.5, 4.4)
    left, right = figure.subplots(1, 2)
    colours = {"trained": BLUE, "untrained": GREY}
    names = list(next(iter(contrasts.values())))
    for k, (when, values) in enumerate(contrasts.items()):
        places = np.arange(len(names)) + 0.4 * k - 0.2
        heights = [values[name] for name in names]
        left.bar(places, np.nan_to_num(heights), 0.38, label=when, color=colours[when])
    left.axhline(0.0, color="black", linewidth=0.8)
    left.set_xticks(range(len(names)), [_short(n) for n in names], rotation=30, ha="right")
    left.set_ylabel("log of within over across classes")
    left.set_title("class structure of each layer's part of the kernel", fontsize=10)
    left.legend(frameon=False)
    steps = list(next(iter(fuzziness.values())))
    for when, values in fuzziness.items():
        right.plot(
            range(len(steps)),
            [values[name] for name in steps],
            marker="o" if when == "trained" else "s",
            color=VERMILLION if when == "trained" else GREY,
            label=when,
        )
    right.set_yscale("log")
    right.set_xticks(range(len(steps)), [literal(s) for s in steps], rotation=30, ha="right")
    right.set_ylabel("fuzziness trace(SSw SSb$^+$)")
    right.set_title("how far the classes are apart: low is far", fontsize=10)
    right.legend(frameon=False)
    figure.suptitle(literal(title), fontsize=12)
    return write(figure, path)


def _short(name: str) -> str:
    """The layer of "layer.weight, layer.bias"."""
    first = name.split(",")[0]
    return literal(first.rpartition(".")[0] or first)
