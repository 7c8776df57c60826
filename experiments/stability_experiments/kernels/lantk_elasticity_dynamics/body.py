"""The body of `lantk-elasticity-dynamics`: composites of some seeds, trained on either side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from stability_experiments.common.images import digit_images
from stability_experiments.framework.context import Context
from stability_experiments.framework.result import ExperimentFindings
from stability_experiments.kernels.lantk_elasticity_dynamics.claims import claims
from stability_experiments.kernels.lantk_elasticity_dynamics.composites import (
    SIDES,
    composites,
    most,
)
from stability_experiments.kernels.lantk_elasticity_dynamics.numbers import Course
from stability_experiments.kernels.lantk_elasticity_dynamics.pictures import draw
from stability_experiments.kernels.lantk_elasticity_dynamics.rows import rows
from stability_experiments.kernels.lantk_elasticity_dynamics.watching import Training, watch


@dataclass(frozen=True)
class Size:
    """Images of each combination of labels, at most, and seeds."""

    training: Training
    per_group: int
    seeds: int


SIZES = {
    "smoke": Size(Training(width=512, epochs=200, every=40), per_group=25, seeds=3),
    "paper": Size(Training(width=4096, epochs=200, every=20), per_group=50, seeds=5),
}


def findings(context: Context) -> ExperimentFindings:
    """Every training, and what shows."""
    size, seed = SIZES[context.preset], context.seed
    half = 60_000 if context.data else 900  # of the embedded digits, one half is for training
    *digits, name = digit_images(context.data, half, 10_000, seed)
    stages = context.stages({"size": size}, [d.fingerprint for d in digits], ("torch",))
    per_group = min(size.per_group, *(most(d) for d in digits))
    courses: list[Course] = []
    randoms = [np.random.default_rng(seed + k) for k in range(size.seeds)]
    made = [tuple(composites(d, per_group, random) for d in digits) for random in randoms]
    for done, (k, side) in enumerate(np.ndindex(size.seeds, len(SIDES))):
        context.progress("trainings", done, size.seeds * len(SIDES))
        train, unseen = made[k]
        compute = partial(watch, size.training, (train, unseen), side, seed + k)
        courses.append(Course(side, stages.cached(f"{SIDES[side]}/seed-{seed + k}", compute)))
    context.progress("trainings", size.seeds * len(SIDES), size.seeds * len(SIDES))
    return ExperimentFindings(
        rows=tuple(rows(courses)),
        claims=tuple(claims(courses)),
        figures=draw(context.out, made[0][0], courses),
        scaled_down=f"{4 * per_group} images of two digits side by side ({name}) stand in for 200 "
        "photographs with two things in them, whose list was not released; width "
        f"{size.training.width:,}, {size.training.epochs} epochs",
    )
