"""The rows of `lantk-elasticity-dynamics`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.framework.result import Row
from stability_experiments.kernels.lantk_elasticity_dynamics.composites import SIDES
from stability_experiments.kernels.lantk_elasticity_dynamics.numbers import (
    OTHER,
    PAIRS,
    READINGS,
    SOURCE,
    SYSTEMS,
    TRAINED,
    Course,
)
from stability_experiments.kernels.lantk_elasticity_dynamics.watching import PARTS


def rows(courses: Sequence[Course]) -> Iterator[Row]:
    """Rises of the ratio beside readings of other images, then what they are made of."""
    sides = [[c for c in courses if c.side == side] for side in range(len(SIDES))]
    for (things, reading), group in zip(READINGS.items(), sides, strict=True):
        trained = f"trained on the {group[0].name} digit"
        for system in SYSTEMS:
            beside = system == TRAINED
            yield Mean.of(c.rise(0, system) for c in group).row(
                f"rise of the relative ratio in points, {PARTS[0]}, {trained}, {system}",
                reading[-1] - reading[0] if beside else None,
                None,
                SOURCE if beside else None,
                note=_from_to(group, system)
                + (f"; published: other images ({things}), for its size only" if beside else ""),
            )
        for system in SYSTEMS:
            yield Mean.of(c.rise(1, system) for c in group).row(
                f"rise of the relative ratio in points, {PARTS[1]}, {trained}, {system}"
            )
        for part, images in enumerate(PARTS):
            yield Mean.of(c.rise(part, TRAINED) - c.rise(part, OTHER) for c in group).row(
                f"rise under the labels trained on less that under the others, {images}, {trained}"
            )
    for group in sides:
        for pair in PAIRS:
            start, end = (np.array([c.group(0, pair)[k] for c in group]) for k in (0, -1))
            yield Mean.of(end - start).row(
                f"change of the mean normalised kernel, {PARTS[0]} that share {pair}, trained on "
                f"the {group[0].name} digit",
                note=f"{start.mean():.4f} to {end.mean():.4f}",
            )
        for part, images in enumerate(PARTS):
            yield Mean.of(c.accuracy(part)[-1] for c in group).row(
                f"accuracy in %, {images}, trained on the {group[0].name} digit"
            )


def _from_to(group: Sequence[Course], system: str) -> str:
    start, end = (np.mean([c.ratio(0, system)[k] for c in group]) for k in (0, -1))
    return f"{start:.3f}% to {end:.3f}%"
