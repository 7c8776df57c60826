"""The claims of `lantk-elasticity-dynamics`, each decided by the measured numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from stability_experiments.common.elasticity_numbers import interval
from stability_experiments.framework.result import Claim
from stability_experiments.kernels.lantk_elasticity_dynamics.composites import SIDES
from stability_experiments.kernels.lantk_elasticity_dynamics.numbers import (
    OTHER,
    PAIRS,
    TRAINED,
    Course,
)
from stability_experiments.kernels.lantk_elasticity_dynamics.watching import PARTS


def claims(courses: Sequence[Course]) -> Iterator[Claim]:
    """Whether the ratio rises for the labels trained on, and not, or less, for the others.

    Only that training images are learnt is required. On MNIST the rest depends on the size: with
    512 neurons and 100 images the ratio of training images falls under both label systems.
    """
    for part, images in enumerate(PARTS):
        yield Claim(
            claim=f"{images}: training raises the ratio under the labels trained on, either side, "
            "every seed",
            holds=all(c.rise(part, TRAINED) > 0 for c in courses),
            required=False,
        )
        yield Claim(
            claim=f"{images}: it raises it more under the labels trained on than under the others, "
            "either side, every seed",
            holds=all(c.rise(part, TRAINED) > c.rise(part, OTHER) for c in courses),
            required=False,
        )
        yield Claim(
            claim=f"{images}: it does not raise it under the other labels (95% interval not above "
            "0), either side",
            holds=all(
                interval([c.rise(part, OTHER) for c in courses if c.side == side])[1] <= 0
                for side in range(len(SIDES))
            ),
            required=False,
        )
    yield Claim(
        claim="training images: pairs that do not share the label trained on grow apart more than "
        "pairs that share it, whether they share the other label or not, every seed",
        holds=all(_change(c, PAIRS[k]) < _change(c, PAIRS[k + 1]) for c in courses for k in (0, 2)),
        required=False,
    )
    for part, images in enumerate(PARTS):
        yield Claim(
            claim="the network learns: at the end it tells the label trained on in 9 of 10 "
            f"{images}, in the mean",
            holds=float(np.mean([c.accuracy(part)[-1] for c in courses])) >= 90,
            required=part == 0,
        )


def _change(course: Course, pair: str) -> float:
    found = course.group(0, pair)
    return float(found[-1] - found[0])
