"""The picture of `neurashed-lottery-ticket`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from stability.report.figures.canvas import (
    BLUE,
    GREY,
    VERMILLION,
    new_figure,
    plain_axes,
    write,
)
from stability_experiments.dynamics.neurashed_lottery_ticket.tickets import (
    CHOICES,
    READINGS,
    TICKETS,
    Floats,
)

Found = Mapping[tuple[str, int], Mapping[str, Floats]]
LOOKS = {"largest": (BLUE, "o"), "random": (GREY, "^"), "smallest": (VERMILLION, "v")}
WORDS = {
    "removed": "pruned features never fire, so that others made of them may not fire",
    "silent": "pruned features fire and send nothing",
}


def draw(out: Path, whole: Mapping[str, Floats], found: Found) -> tuple[str, ...]:
    """Draw the picture into a folder and return its name."""
    figure = new_figure(13.0, 4.9)
    panels = figure.subplots(1, len(READINGS), sharey=True)
    for axes, reading in zip(panels, READINGS, strict=True):
        plain_axes(axes)
        counts = [count for name, count in found if name == reading]
        for k, ticket in enumerate(TICKETS):
            values = np.stack([found[reading, count]["again"][k] for count in counts])
            colour, marker = LOOKS[ticket.split()[0]]
            error = 2 * values.std(axis=1, ddof=1) / np.sqrt(values.shape[1])
            axes.errorbar(
                counts, values.mean(axis=1), error, color=colour, marker=marker, capsize=2,
                label=ticket, linestyle="-" if ticket.endswith(CHOICES[0]) else "--",
            )  # fmt: skip
        axes.axhline(
            whole["accuracy"].mean(), color="black", linestyle="--", linewidth=1,
            label="all 21 features",
        )  # fmt: skip
        axes.axhline(0.25, color="black", linestyle=":", linewidth=0.8)
        axes.set_title(WORDS[reading], fontsize=10.5)
        axes.set_xlabel("features kept, of 21")
        axes.set_xticks(counts)
    panels[0].set_ylim(0, 1.04)
    panels[0].set_ylabel("accuracy after training again")
    panels[0].legend(frameon=False, fontsize=8.5, loc="lower right", ncols=2)
    figure.suptitle(
        "The most amplified features are a winning ticket (bars: two standard errors over seeds; "
        "dotted: a guess)"
    )
    write(figure, out / "tickets.png")
    return ("tickets.png",)
