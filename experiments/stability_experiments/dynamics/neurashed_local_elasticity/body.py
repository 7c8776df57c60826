"""The body of `neurashed-local-elasticity`: rows beside reference numbers and closed forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from stability.dynamics.neurashed.closed_forms import mean_factors, similarity
from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.dynamics.neurashed_local_elasticity.claims import claims
from stability_experiments.dynamics.neurashed_local_elasticity.courses import (
    APART,
    COURSES,
    FLAT,
    FULL,
    GATED,
    GATED_FLAT,
    GROUPS,
    LARGE,
    PAIR,
    PAIR_FIXED,
    PAIR_LARGE,
    PAIRS,
    Course,
    Floats,
    Pair,
    followed,
    pair_followed,
)
from stability_experiments.dynamics.neurashed_local_elasticity.pictures import draw
from stability_experiments.framework.context import Context
from stability_experiments.framework.result import ExperimentFindings, Row

Found = Mapping[Course, Mapping[str, Floats]]
SIMULATED = "simulation of the same specification, 8 seeds"
KNOWN: Mapping[Course, Mapping[int, tuple[float, float, float]]] = {
    FULL: {
        0: (0.793, 0.388, 0.096),
        250: (0.868, 0.347, 0.025),
        1000: (0.901, 0.285, 0.004),
        3000: (0.936, 0.179, 0.002),
    },
    FLAT: {
        0: (0.782, 0.441, 0.184),
        250: (0.827, 0.407, 0.111),
        1000: (0.881, 0.348, 0.022),
        3000: (0.911, 0.264, 0.006),
    },
    APART: {0: (0.988, 0.005, 0.007), 3000: (0.988, 0.005, 0.007)},
    LARGE: {0: (0.793, 0.388, 0.096), 3000: (0.768, 0.448, 0.101)},
    GATED: {
        1000: (0.890, 0.291, 0.020),
        4000: (0.959, 0.092, 0.002),
        8000: (0.978, 0.021, 0.002),
    },
    GATED_FLAT: {8000: (0.960, 0.084, 0.006)},
}
"""Relative elasticity by kinship after so many instances, in the limit of small steps."""
STEP = {0: (0.738, 0.494, 0.247), 2000: (0.845, 0.266, 0.000)}
"""The same for one step as in training, one seed."""
TOLERANCE, STEP_TOLERANCE = 0.04, 0.08
CLOSED = "closed form at mean factors"
LEVEL = (0.545, 0.6)
"""What batches of 8 leave of both kinds of pairs."""


@dataclass(frozen=True)
class Size:
    """Seeds of both parts, and test instances of each seed."""

    seeds: int
    pair_seeds: int
    tested: int


SIZES = {"smoke": Size(8, 40, 60), "paper": Size(64, 400, 60)}


def findings(context: Context) -> ExperimentFindings:
    """Every training, and what shows."""
    size = SIZES[context.preset]
    stages = context.stages({"size": size}, (), ("scipy",))
    seeds = range(context.seed, context.seed + size.seeds)
    total, found = len(COURSES) + len(PAIRS), dict[Course, Mapping[str, Floats]]()
    for course in COURSES:
        context.progress("trainings", len(found), total)
        found[course] = stages.cached(
            course.name.replace(" ", "-").replace(",", ""),
            lambda c=course: followed(c, seeds, size.tested),
        )
    pairs: dict[Pair, Mapping[str, Floats]] = {}
    for pair in PAIRS:
        context.progress("trainings", len(found) + len(pairs), total)
        pair_seeds = range(context.seed, context.seed + size.pair_seeds)
        pairs[pair] = stages.cached(
            pair.name.replace(" ", "-").replace(",", ""),
            lambda p=pair, s=pair_seeds: pair_followed(p, s),
        )
    context.progress("trainings", total, total)
    return ExperimentFindings(
        rows=(*_objects(found), *_pairs(pairs), *_accuracies(found)),
        claims=claims(found),
        figures=draw(context.out, found, pairs),
        scaled_down=None if context.preset == "paper" else "fewer seeds",
    )


def _objects(found: Found) -> Iterator[Row]:
    for course, known in KNOWN.items():
        for seen, values in known.items():
            k = course.seen.index(seen)
            for group, (name, value) in enumerate(zip(GROUPS, values, strict=True)):
                yield Mean.of(found[course]["small"][k, :, group]).row(
                    f"{name}, {course.name}, {seen} instances", value, TOLERANCE, SIMULATED
                )
    for seen, values in STEP.items():
        k = FULL.seen.index(seen)
        for group, (name, value) in enumerate(zip(GROUPS, values, strict=True)):
            yield Mean.of(found[FULL]["step"][k, :, group]).row(
                f"{name}, one real step, {seen} instances", value, STEP_TOLERANCE,
                "simulation of the same specification, one seed",
            )  # fmt: skip


def _pairs(pairs: Mapping[Pair, Mapping[str, Floats]]) -> Iterator[Row]:
    for pair in (PAIR, PAIR_FIXED):
        expected = similarity(*mean_factors(pair.seen, pair.updates, pair.start))
        for name, value in (
            ("same class", expected.same_class),
            ("other class", expected.other_class),
        ):
            for k, seen in enumerate(pair.seen):
                values = pairs[pair][name][k]
                spread = 4 * float(values.std() / np.sqrt(len(values)))
                yield Mean.of(values).row(
                    f"{name}, {pair.name}, {seen} instances", float(value[k]), 0.01 + spread,
                    CLOSED, required=True,
                )  # fmt: skip
    for name, value in zip(("same class", "other class"), LEVEL, strict=True):
        for k, seen in enumerate(PAIR_LARGE.seen):
            yield Mean.of(pairs[PAIR_LARGE][name][k]).row(
                f"{name}, {PAIR_LARGE.name}, {seen} instances", value, 0.05, SIMULATED
            )


def _accuracies(found: Found) -> Iterator[Row]:
    for course, one in found.items():
        for k, when in ((0, "before training"), (-1, "trained")):
            yield Mean.of(one["accuracy"][k]).row(f"accuracy, {course.name}, {when}")
