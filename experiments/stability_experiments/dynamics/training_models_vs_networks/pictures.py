"""The picture of `training-models-vs-networks`: who is moved, over training, and the two models."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stability.dynamics import centred_logits
from stability.dynamics.sde.model import LOGITS
from stability.report.figures.canvas import (
    BLUE,
    GREEN,
    GREY,
    VERMILLION,
    new_figure,
    plain_axes,
    write,
)
from stability_experiments.common.elasticity_numbers import interval
from stability_experiments.dynamics.training_models_vs_networks.findings import OWN, Found
from stability_experiments.dynamics.training_models_vs_networks.strengths import LATER, modes

Floats = NDArray[np.float64]
NETWORK, GRAPH = BLUE, VERMILLION


def draw(out: Path, found: Found) -> tuple[str, ...]:
    """Draw the picture into a folder and return its name."""
    figure = new_figure(16.0, 8.6)
    tables, curves = np.ravel(figure.subfigures(2, 1, height_ratios=(1.0, 1.15)))
    _tables(tables, found)
    panels = curves.subplots(1, 4)
    for axes in panels:
        plain_axes(axes)
        axes.set_xscale("symlog", linthresh=float(found.looks[0]))
        axes.set_xlim(0, found.looks[-1])
        axes.set_xlabel("examples seen")
    _shares(panels[0], found)
    _agreement(panels[1], found)
    _strengths(panels[2], found)
    _logits(panels[3], found)
    tables.suptitle(
        f"Whom an update moves ({found.data}): networks beside two models of training (bands: 95% "
        "intervals of means over networks or seeds)"
    )
    write(figure, out / "bridge.png")
    return ("bridge.png",)


def _tables(figure: Any, found: Found) -> None:
    panels = figure.subplots(1, 4)
    network, order = found.elasticity.mean(axis=0)[:, 0], found.order
    same = np.eye(len(order), dtype=bool)
    alpha, beta = (np.mean([one.tried[k, -1] for one in found.strengths]) for k in (0, 1))
    shown: list[tuple[str, Floats]] = [
        ("networks, before training", network[0]),
        ("networks, trained", network[-1]),
        ("neurashed, trained", found.modelled[-1, 0]),
        (
            f"L-model, trained: |beta / alpha| = {abs(beta / alpha):.2f}",
            np.where(same, 1.0, abs(beta / alpha)),
        ),
    ]
    image = None
    names = [found.classes[k] for k in order]
    for axes, (title, table) in zip(panels, shown, strict=True):
        image = axes.imshow(table[np.ix_(order, order)], vmin=0.0, vmax=1.0, cmap="viridis")
        axes.set_title(title, fontsize=10.5)
        axes.set_xticks(range(len(names)), names, fontsize=8)
        axes.set_yticks(range(len(names)), names, fontsize=8)
        edge = -0.5
        for group in found.tree.values():
            axes.add_patch(_square(edge, len(group)))
            edge += len(group)
    panels[0].set_ylabel("class of the update")
    for axes in panels:
        axes.set_xlabel("class that is moved")
    if image is not None:
        figure.colorbar(
            image, ax=panels, label="relative elasticity\nof logits", shrink=0.85, pad=0.01
        )


def _square(edge: float, size: int) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((edge, edge), size, size, fill=False, edgecolor="white", linewidth=1.8)


def _shares(axes: Any, found: Found) -> None:
    for kind, (words, line) in enumerate((("logits", "-"), ("predictions", "--"))):
        for values, colour, who in zip(
            found.shares(kind), (NETWORK, GRAPH), ("networks", "neurashed"), strict=True
        ):
            _band(axes, found.probed, values, colour, f"{who}, {words}", line)
    axes.axhline(1 / len(found.classes), color="black", linestyle=":", linewidth=0.8)
    axes.set_ylim(0, 1.02)
    axes.set_title("share that stays in the class (dotted: no structure)", fontsize=10)
    axes.legend(frameon=False, fontsize=8.5)


def _agreement(axes: Any, found: Found) -> None:
    for kind, (words, line) in enumerate((("logits", "-"), ("predictions", "--"))):
        values = found.agreement(kind, others_only=False)
        _band(axes, found.probed, values, GREY, f"all pairs, {words}", line)
        values = found.agreement(kind, others_only=True)
        _band(axes, found.probed, values, GRAPH, f"different classes, {words}", line)
    low, high = np.quantile(found.by_chance(0), (0.025, 0.975), axis=1)
    axes.fill_between(
        found.probed, low, high, color="#DDDDDD", linewidth=0, label="renamed hierarchies, 95%"
    )
    axes.axhline(0.0, color="black", linewidth=0.6)
    axes.set_ylim(-0.75, 1.0)
    axes.set_title("correlation with neurashed, class by class", fontsize=10)
    axes.legend(frameon=False, fontsize=8.5, loc="lower right")


def _strengths(axes: Any, found: Found) -> None:
    """The growth of both modes, from logits and as updates add up."""
    classes = len(found.classes)
    for name, x, words, line in (
        ("from_logits", found.looks, "logits", "-"),
        ("from_updates", found.probed[1:], "updates", "--"),
    ):
        values = np.stack(
            [modes(getattr(one, name)[:, -len(x) :], classes) for one in found.strengths]
        )
        for k, colour in enumerate((BLUE, VERMILLION)):
            mode = ("mean over classes", "differences of classes")[k]
            _band(axes, x, values[:, k], colour, f"{mode}, from {words}", line)
    axes.axhline(0.0, color="black", linewidth=0.6)
    axes.set_yscale("symlog", linthresh=1.0)
    axes.set_xlim(found.looks[0], found.looks[-1])
    axes.set_title("log growth of the two modes of the L-model", fontsize=10)
    axes.legend(frameon=False, fontsize=8.5, loc="lower right")


def _logits(axes: Any, found: Found) -> None:
    seen = centred_logits(found.means)
    each = found.predictions[LOGITS, OWN, LATER]
    told = np.stack([one.means for one in each])
    for kin, (colour, words) in enumerate(
        ((BLUE, "own class"), (GREEN, "same superclass"), (GREY, "other superclass"))
    ):
        mask = found.kin == kin
        if mask.any():
            _band(axes, found.looks, seen[..., mask].mean(axis=-1), colour, words, "-")
            middle = told[..., mask].mean(axis=(0, -1))
            axes.plot(found.looks[LATER:], middle, color=colour, linestyle="--")
    axes.plot([], [], color="black", linestyle="--", label="L-model, own strengths")
    axes.axhline(0.0, color="black", linewidth=0.6)
    axes.set_xlim(found.looks[0], found.looks[-1])
    axes.set_title("mean logits, less the mean of all classes", fontsize=10)
    axes.legend(frameon=False, fontsize=8.5)


def _band(
    axes: Any, x: Sequence[int] | NDArray[np.int64], values: Floats, colour: str, label: str,
    line: str, marker: str | None = None,
) -> None:  # fmt: skip
    """A mean over seeds (seeds, n) with its interval."""
    middle, low, high = interval(values)
    axes.fill_between(x, low, high, color=colour, alpha=0.15, linewidth=0)
    axes.plot(x, middle, color=colour, linestyle=line, label=label, marker=marker, markersize=3)
