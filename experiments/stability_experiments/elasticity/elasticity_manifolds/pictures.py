"""The pictures of `elasticity-manifolds`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from stability.datasets.manifolds import MANIFOLDS
from stability.report.figures.canvas import (
    BLUE,
    GREEN,
    GREY,
    VERMILLION,
    new_figure,
    plain_axes,
    write,
)
from stability_experiments.common.elasticity_networks import PER_CLASS, WORDS, Net, Seen
from stability_experiments.common.elasticity_numbers import pearson

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Found = Mapping[Net, Sequence[Seen]]
COLOURS = {"relu": BLUE, "sigmoid": GREEN, "identity": VERMILLION}
DISTANCES = {
    "torus": "angle between the points, radians",
    "boxes": "distance along the unfolded box",
    "cosines": "distance along the axis",
    "helix": "distance along the axis",
    "cycles": "angle between the points, radians",
    "spheres": "angle of the great circle, radians",
}
PUBLISHED = {
    ("torus", "relu"): -0.97,
    ("torus", "sigmoid"): -0.99,
    ("torus", "identity"): -0.48,
    ("boxes", "relu"): -0.92,
    ("boxes", "identity"): -0.14,
}
SIMILARITY = "relative similarity"


def draw(out: Path, trained: Found, untrained: Found, seed: int) -> tuple[str, ...]:
    """Draw all pictures into a folder and return their names."""
    _figure_one(out / "similarity.png", trained)
    _more(out / "more-manifolds.png", untrained)
    _correlations(out / "correlations.png", trained)
    _data(out / "data.png", seed)
    return "similarity.png", "more-manifolds.png", "correlations.png", "data.png"


def _figure_one(path: Path, trained: Found) -> None:
    """Torus above, boxes below; the last panel shows activation patterns."""
    figure = new_figure(13.0, 8.2)
    panels = figure.subplots(2, 3)
    first: dict[tuple[str, str], Seen] = {}
    for net, seen in trained.items():
        first.setdefault((net.manifold, net.activation), seen[0])
    places = (
        (panels[0, 0], "torus", "relu"),
        (panels[0, 1], "torus", "sigmoid"),
        (panels[0, 2], "torus", "identity"),
        (panels[1, 0], "boxes", "relu"),
        (panels[1, 1], "boxes", "identity"),
    )
    for axes, manifold, activation in places:
        seen = first[manifold, activation]
        _scatter(axes, seen, trained=True)
        axes.set_title(
            f"{manifold}, {WORDS[activation]}: correlation {seen.correlation(True):.2f} (published "
            f"{PUBLISHED[manifold, activation]:.2f})",
            fontsize=11,
        )
    ring = first["torus", "relu"].arrays
    axes = panels[1, 2]
    plain_axes(axes)
    axes.scatter(
        ring["euclidean"].ravel(), ring["cosines"].ravel(),
        s=4, alpha=0.2, color=GREY, linewidths=0, rasterized=True,
    )  # fmt: skip
    axes.set_ylim(0, 1.05)
    axes.set_xlabel("Euclidean distance, both classes")
    axes.set_ylabel("cosine of activation patterns")
    found = pearson(ring["cosines"], ring["euclidean"])
    axes.set_title(f"torus, ReLU: correlation {found:.2f} (published -0.97)", fontsize=11)
    widths = " and ".join(
        f"{'-'.join(f'{w:,}' for w in first[m, 'relu'].net.widths)} ({m})"
        for m in ("torus", "boxes")
    )
    figure.suptitle(
        "How far a step at one point moves another, relative to the point itself, against their "
        f"distance\n{PER_CLASS} points of one class, trained networks, hidden layers of {widths}"
    )
    write(figure, path)


def _scatter(axes: Axes, seen: Seen, *, trained: bool, colour: str | None = None) -> None:
    plain_axes(axes)
    axes.scatter(
        seen.distances.ravel(), seen.similarity(trained).ravel(),
        s=5, alpha=0.3, linewidths=0, rasterized=True,
        color=colour or COLOURS[seen.net.activation],
        label=f"{WORDS[seen.net.activation]}: {seen.correlation(trained):.2f}",
    )  # fmt: skip
    axes.set_ylim(bottom=0)
    axes.set_xlabel(DISTANCES[seen.net.manifold])
    axes.set_ylabel(SIMILARITY)


def _more(path: Path, untrained: Found) -> None:
    figure = new_figure(11.0, 8.2)
    names = list(dict.fromkeys(net.manifold for net in untrained))
    for axes, name in zip(figure.subplots(2, 2).flat, names, strict=True):
        own = sorted(
            (seen[0] for net, seen in untrained.items() if net.manifold == name),
            key=lambda seen: seen.net.activation,
        )
        for seen in own:
            _scatter(axes, seen, trained=False)
        axes.set_title(name, fontsize=11)
        legend = axes.legend(frameon=True, fontsize=9, title="correlation", markerscale=3)
        for handle in legend.legend_handles:
            handle.set_alpha(1)
    [width] = {net.widths for net in untrained}
    figure.suptitle(
        f"Random weights, width {width[0]:,}: with ReLU similarity falls along all four; without "
        "it it comes back,\nfor cosines and helix only at their far ends"
    )
    write(figure, path)


def _correlations(path: Path, trained: Found) -> None:
    """Every seed before and after training, beside the published number."""
    figure = new_figure(11.0, 5.0)
    axes = figure.add_subplot()
    plain_axes(axes)
    for place, (net, seen) in enumerate(trained.items()):
        offsets = np.linspace(-0.08, 0.08, len(seen)) if len(seen) > 1 else [0.0]
        colour = COLOURS[net.activation]
        for side, after in ((-0.15, False), (0.15, True)):
            axes.scatter(
                [place + side + x for x in offsets], [s.correlation(after) for s in seen],
                s=45, color=colour if after else "white", edgecolors=colour, zorder=3,
                label=("trained" if after else "untrained") if place == 0 else None,
            )  # fmt: skip
        axes.hlines(
            PUBLISHED[net.manifold, net.activation], place - 0.35, place + 0.35,
            color="black", linestyle="--", linewidth=1.2,
            label="published (trained, one seed)" if place == 0 else None,
        )  # fmt: skip
    labels = [
        f"{net.manifold}\n{WORDS[net.activation]}\n{'-'.join(f'{w:,}' for w in net.widths)}"
        for net in trained
    ]
    axes.set_xticks(range(len(labels)), labels)
    axes.set_ylim(-1.05, 0.2)
    axes.set_ylabel("correlation of similarity and distance")
    axes.set_title("ReLU and sigmoid networks are local from the start; linear ones are not")
    axes.legend(frameon=False, loc="upper left", ncols=3)
    write(figure, path)


def _data(path: Path, seed: int) -> None:
    figure = new_figure(13.0, 8.0)
    for place, (name, one) in enumerate(MANIFOLDS.items(), start=1):
        sample = one.sample(600, seed).data
        flat = sample.inputs.shape[1] == 2
        axes = figure.add_subplot(2, 3, place, **({} if flat else {"projection": "3d"}))
        for label, colour, word in ((1, BLUE, "class 1: similarities are looked at here"),
                                    (0, VERMILLION, "class 0")):  # fmt: skip
            points = sample.inputs[sample.labels == label]
            axes.scatter(*points.T, s=2, color=colour, label=word, linewidths=0)
        axes.set_title(name, fontsize=11)
        if flat:
            plain_axes(axes)
            axes.set_aspect("equal", adjustable="datalim")
        elif name == "boxes":
            axes.view_init(elev=70)
    handles, words = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, words, loc="outside lower center", ncols=2, frameon=False, markerscale=6)
    figure.suptitle(
        f"The six manifolds; networks are trained on {PER_CLASS} random points of each class"
    )
    write(figure, path)
