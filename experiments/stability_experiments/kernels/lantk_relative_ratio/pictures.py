"""The picture of `lantk-relative-ratio`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stability.report.figures.canvas import BLUE, GREY, VERMILLION, new_figure, plain_axes, write


def draw(
    out: Path,
    found: Mapping[tuple[str, str], tuple[Mapping[str, Any], Mapping[str, Any]]],
    every: Mapping[str, Any],
    kept: int,
) -> tuple[str, ...]:
    """The published pairs beside what was published, and the gain on all 45 pairs."""
    figure = new_figure(11.0, 4.6)
    left, right = figure.subplots(1, 2)
    places = np.arange(len(found))
    for kernel, colour, shift in (("NTK", GREY, -0.2), ("LANTK", BLUE, 0.2)):
        values = [
            (arrays["NTK"] if kernel == "NTK" else arrays["LANTK"][kept])[0]
            for _, arrays in found.values()
        ]
        left.bar(places + shift, values, width=0.38, color=colour, label=f"{kernel}, computed")
        left.scatter(
            places + shift, [published[kernel][0] for published, _ in found.values()],
            color=VERMILLION, marker="_", s=250, zorder=3,
            label="published" if kernel == "NTK" else None,
        )  # fmt: skip
    left.set_xticks(places, ["/".join(pair) for pair in found])
    left.set_ylim(50, None)
    left.set_ylabel("relative ratio, train-train, %")
    left.legend(frameon=False, fontsize=9)
    for k, (colour, word) in enumerate(((BLUE, "train-train"), (VERMILLION, "test-train"))):
        x, y = every["NTK"][:, k], every["LANTK"][:, k]
        right.scatter(x, y - x, color=colour, s=18, label=word)
    right.axhline(0.0, color="black", linewidth=0.8)
    right.set_xlabel("relative ratio of the NTK, %")
    right.set_ylabel("gain by KR-V1, points")
    right.set_title("all 45 pairs of classes", fontsize=11)
    right.legend(frameon=False)
    for axes in (left, right):
        plain_axes(axes)
    figure.suptitle("How much more alike images of one class are than images of two (CIFAR-10)")
    write(figure, out / "relative-ratio.png")
    return ("relative-ratio.png",)
