"""The body of `neurashed-information-bottleneck`: rows beside the mean-field values, and claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.dynamics.neurashed_information_bottleneck.courses import (
    ALL,
    COURSES,
    FIXED,
    FIXED_ALL,
    ONE,
    TWO,
    Course,
    Floats,
    expected_information,
    followed,
)
from stability_experiments.dynamics.neurashed_information_bottleneck.pictures import draw
from stability_experiments.framework.context import Context
from stability_experiments.framework.result import Claim, ExperimentFindings, Row

Found = Mapping[Course, Mapping[str, Floats]]
MEAN_FIELD, SIMULATED = "mean-field closed form", "simulation of the same specification"
SHOWN = (0, 200, 400, 800, 1600, 3200, 8000)
FACTOR_TOLERANCE, BITS_TOLERANCE = 0.01, 0.03
"""Of ln(own factor), whose mean over seeds differs from the factor at mean rates, and of bits."""
PEAKS = {ONE: (1.713, 0.03), TWO: (1.93, 0.04), ALL: (2.0, 0.02), FIXED: (1.35, 0.03),
         FIXED_ALL: (2.0, 0.02)}  # fmt: skip
ENDS = {ONE: (1.0, 0.01), TWO: (1.0, 0.01), ALL: (2.0, 0.02), FIXED: (1.002, 0.01),
        FIXED_ALL: (2.0, 0.02)}  # fmt: skip


@dataclass(frozen=True)
class Size:
    """Seeds, and draws of the noise for each mutual information."""

    seeds: int
    draws: int


SIZES = {"smoke": Size(8, 4_000), "paper": Size(40, 20_000)}


def findings(context: Context) -> ExperimentFindings:
    """Every training, and what shows."""
    size = SIZES[context.preset]
    stages = context.stages({"size": size}, (), ("scipy",))
    seeds = range(context.seed, context.seed + size.seeds)
    found: dict[Course, Mapping[str, Floats]] = {}
    for course in COURSES:
        context.progress("trainings", len(found), len(COURSES))
        found[course] = stages.cached(
            course.name.replace(" ", "-"), lambda c=course: followed(c, seeds, size.draws)
        )
    expected = stages.cached("expected", lambda: expected_information(ONE, size.draws))
    context.progress("trainings", len(COURSES), len(COURSES))
    return ExperimentFindings(
        rows=(*_factor_rows(found[ONE]), *_bit_rows(found[ONE], expected), *_peak_rows(found)),
        claims=tuple(_claims(found)),
        figures=draw(context.out, found, expected),
        scaled_down=None if context.preset == "paper" else "fewer seeds and draws of the noise",
    )


def _factor_rows(one: Mapping[str, Floats]) -> Iterator[Row]:
    """ln of the factors: of the own features beside the mean field, of the shared ones below."""
    shared, own = ONE.expected()
    for name, columns, expected in (("own", [1, 3], own), ("shared", [0, 2], shared)):
        for n in SHOWN:
            k = int(np.flatnonzero(ONE.seen == n)[0])
            values = one["log_factors"][k][:, columns].mean(axis=1)
            spread = 4 * float(values.std() / np.sqrt(len(values)))
            yield Mean.of(values).row(
                f"ln factor of {name} features, {n} instances", float(np.log(expected[k])),
                FACTOR_TOLERANCE + spread, MEAN_FIELD, required=name == "own",
                note=f"factor {np.exp(values.mean()):.3f}, mean field {expected[k]:.3f}",
            )  # fmt: skip


def _bit_rows(one: Mapping[str, Floats], expected: Mapping[str, Floats]) -> Iterator[Row]:
    for key, name in (("input", "I(T; X)"), ("class", "I(T; Y)")):
        for n in SHOWN:
            k = int(np.flatnonzero(ONE.seen == n)[0])
            yield Mean.of(one[key][k]).row(
                f"{name} in bits, {n} instances", float(expected[key][k]),
                BITS_TOLERANCE, MEAN_FIELD, required=key == "class",
                note=f"standard error of the Monte Carlo mean at most {float(one['noise']):.3f}",
            )  # fmt: skip


def _peak_rows(found: Found) -> Iterator[Row]:
    for course, one in found.items():
        middle = one["input"].mean(axis=1)
        top = int(middle.argmax())
        yield Mean.of(one["input"][top]).row(
            f"largest I(T; X), {course.name}", *PEAKS[course], SIMULATED,
            note=f"after {course.seen[top]} instances",
        )  # fmt: skip
    for course, one in found.items():
        yield Mean.of(one["input"][-1]).row(
            f"I(T; X) at the end, {course.name}", *ENDS[course], SIMULATED,
            note=f"after {course.seen[-1]} instances; H(Y) is 1, H(X) is 3",
        )  # fmt: skip
        yield Mean.of(one["class"][-1]).row(f"I(T; Y) at the end, {course.name}", 1.0, 0.01, "H(Y)")


def _claims(found: Found) -> Iterator[Claim]:
    slack = 4 * max(float(one["noise"]) for one in found.values())
    means = {c: (one["input"].mean(axis=1), one["class"].mean(axis=1)) for c, one in found.items()}
    yield Claim(
        claim="information with the class never falls, and ends at H(Y) = 1 bit",
        holds=all(
            bool((np.diff(label) > -slack).all() and abs(label[-1] - 1) < 0.01)
            for _, label in means.values()
        ),
    )
    for course in (ONE, TWO, FIXED):
        bits = means[course][0]
        top = int(bits.argmax())
        yield Claim(
            claim=f"{course.name}: information with the input rises, then falls to H(Y)",
            holds=bool(
                bits[top] > bits[0] + 0.05 and abs(bits[-1] - 1) < 0.01
                and (np.diff(bits[: top + 1]) > -slack).all()
                and (np.diff(bits[top:]) < slack).all()
            ),
        )  # fmt: skip
    yield Claim(
        claim="information with the input is at least that with the class, always",
        holds=all(bool((one["input"] >= one["class"] - slack).all()) for one in found.values()),
    )
    yield Claim(
        claim="with all patterns in a batch it does not fall",
        holds=all(
            bool(means[c][0][-1] > means[c][0].max() - slack and means[c][0][-1] > 1.95)
            for c in (ALL, FIXED_ALL)
        ),
    )
    yield Claim(
        claim="larger batches compress later: the largest information comes later with 2 than "
        "with 1, and is larger",
        holds=bool(
            TWO.seen[means[TWO][0].argmax()] > ONE.seen[means[ONE][0].argmax()]
            and means[TWO][0].max() > means[ONE][0].max() + 0.1
        ),
    )
