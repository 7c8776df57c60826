"""The body of `le-sde-neural-collapse`: every course, beside closed forms, and what shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from stability.dynamics import collapse_conditions
from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.dynamics.le_sde_neural_collapse.courses import (
    COLLAPSE,
    COURSES,
    EXACT,
    FAR,
    KEPT,
    LOOKS,
    MIRROR,
    NONE,
    NOT_FOUR,
    SLOW,
    TIMES,
    Course,
    Floats,
)
from stability_experiments.dynamics.le_sde_neural_collapse.pictures import draw
from stability_experiments.framework.context import Context
from stability_experiments.framework.result import Claim, ExperimentFindings, Row

Found = Mapping[Course, Mapping[str, Floats]]
CLOSED, SIMULATED = "closed form", "independent simulation"
COSINES = {
    COLLAPSE: (-0.501, -0.500, -0.499),
    SLOW: (-0.54, None, -0.45),
    NONE: (-0.93, -0.80, 0.51),
}
"""Of one path of an independent simulation at t = 1,500, sorted."""
ONE_PATH = "the reference is one path, from class means that it does not name"


@dataclass(frozen=True)
class Size:
    """Trials and steps of each course."""

    trials: int
    steps: int


SIZES = {"smoke": Size(40, 100), "paper": Size(400, 400)}


def findings(context: Context) -> ExperimentFindings:
    """Every course, and what shows."""
    size = SIZES[context.preset]
    stages = context.stages({"size": size}, ())
    found: dict[Course, Mapping[str, Floats]] = {}
    for course in COURSES:
        context.progress("courses", len(found), len(COURSES))
        found[course] = stages.cached(
            course.key, lambda c=course: c.follow(size.trials, size.steps, context.seed)
        )
    context.progress("courses", len(COURSES), len(COURSES))
    return ExperimentFindings(
        rows=tuple(_rows(found)),
        claims=tuple(_claims(found)),
        figures=draw(context.out, found),
        scaled_down=None if context.preset == "paper" else "fewer trials, longer steps",
    )


def _rows(found: Found) -> Iterator[Row]:
    for course, values in COSINES.items():
        each = np.sort(found[course]["cosines"][-1], axis=-1)[:, ::2]  # each pair counts twice
        required = course is COLLAPSE
        for k, word in enumerate(("smallest", "middle", "largest")):
            reference = values[k]
            yield Mean.of(each[:, k]).row(
                f"{word} cosine of centred class means, {course}",
                -0.5 if required else reference,
                None if reference is None else 0.005 if required else 0.05,
                None if reference is None else CLOSED if required else SIMULATED,
                required=required,
                note=f"independent simulation: {reference}" if required else ONE_PATH,
            )  # fmt: skip
    for course, one in found.items():
        ends = course in (COLLAPSE, FAR)
        yield Mean.of(one["norms"][-1]).row(
            f"smallest over largest norm of class means, {course}", 1.0 if ends else None,
            0.01 if ends else None, CLOSED if ends else None, required=ends,
        )  # fmt: skip
        yield Mean.of(one["distance"][-1]).row(f"distance of cosines from a simplex, {course}")
        yield Mean.of(one["alignment"][-1]).row(
            f"alignment with the simplex of the labels, {course}",
            float(course.side) if ends else None, 0.01 if ends else None,
            CLOSED if ends else None, required=ends,
        )  # fmt: skip
        yield Mean.of(one["accuracy"][-1]).row(f"argmax accuracy, {course}")
    for course in (COLLAPSE, SLOW):
        slopes = _rates(found[course]["distance"])
        expected = course.beta / (course.classes - 1)
        mean = Mean.of(slopes)
        yield mean.row(
            f"rate of the distance from a simplex, {course}", expected,
            4 * (mean.error or 0.0) + 0.05 * abs(expected), f"{CLOSED}, beta/(K - 1)",
            required=True, note="from t = 1,000 to 1,500",
        )  # fmt: skip
    for time in LOOKS:
        at = int(np.searchsorted(TIMES, time))
        inverse = Mean.of(1.0 / found[EXACT]["variability"][at])
        computed, share = 1.0 / inverse.value, (inverse.error or 0.0) / inverse.value
        yield Row(
            name=f"variability within over between classes, {EXACT}, t = {time:g}",
            computed=computed, standard_error=share * computed,
            published=float(EXACT.expected_variability()[at]), tolerance=4 * share * computed,
            source=f"{CLOSED}, p noise^2 t (1 - 1/n) exp(-2 (A - B)/K) over that between at the "
            "start", required=True, note="harmonic mean over trials",
        )  # fmt: skip


def _rates(distances: Floats) -> Floats:
    """The slope (trials,) of log distance (T, trials) over the last looks."""
    first, last = (int(np.searchsorted(TIMES, t)) for t in LOOKS[1:])
    return np.log(distances[last] / distances[first]) / (LOOKS[2] - LOOKS[1])


def _collapses(course: Course) -> bool:
    """Whether both conditions of neural collapse grow."""
    told = collapse_conditions(course.model, LOOKS, course.classes)
    return bool((np.diff([told.separation, told.equality]) > 0.0).all())


def _collapsed(one: Mapping[str, Floats]) -> bool:
    return bool(one["distance"][-1].mean() < 0.05 and one["alignment"][-1].min() > 0.99)


def _claims(found: Found) -> Iterator[Claim]:
    near = [c for c in COURSES if c.kind == "L-model" and c.side > 0]
    yield Claim(
        claim="class means become the simplex of the labels where both conditions grow, (A - B)/K "
        "- log(t)/2 and -B/(K - 1), and nowhere else",
        holds=all(_collapses(c) == _collapsed(found[c]) for c in near),
    )
    yield Claim(
        claim="with beta = -0.01 cosines are within 0.01 of -1/2 and norms within 2% of each "
        "other at t = 1,500, on every path",
        holds=bool(
            found[COLLAPSE]["distance"][-1].max() < 0.01
            and found[COLLAPSE]["norms"][-1].min() > 0.98
        ),
    )
    yield Claim(
        claim="from the far side class means become the opposite simplex, and no largest logit is "
        "right",
        holds=bool(
            found[FAR]["distance"][-1].max() < 0.01
            and found[FAR]["alignment"][-1].max() < -0.99
            and found[FAR]["accuracy"][-1].max() == 0.0
        ),
    )
    late = [found[NONE]["distance"][np.searchsorted(TIMES, t)] for t in LOOKS]
    yield Claim(
        claim="with beta = 0 the distance from a simplex stays where it is",
        holds=bool(late[2].mean() > 0.1 and abs(late[2] - late[1]).mean() < 0.05),
    )
    yield Claim(
        claim="if B tends to +infinity three classes become a simplex again, a mirror image whose "
        "alignment with the labels is 0; four classes become none",
        holds=bool(
            np.median(found[MIRROR]["distance"][-1]) < 0.05
            and np.median(np.abs(found[MIRROR]["alignment"][-1])) < 0.05
            and np.median(found[NOT_FOUR]["distance"][-1]) > 0.3
        ),
    )
    yield Claim(
        claim="the I-model keeps the directions of class means once they have outgrown the noise: "
        "from t = 500 on no cosine moves by more than 0.02, and they are no simplex",
        holds=bool(
            np.ptp(found[KEPT]["cosines"][LOOKS[0] <= TIMES], axis=0).max() < 0.02
            and found[KEPT]["distance"][-1].mean() > 0.1
        ),
    )
