"""The body of `lantk-kernel-drift`: every network and seed, and the mean label part of ReLU."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from stability.kernels.label_aware_hierarchy import HierarchyKernel
from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.framework.context import Arrays, Context
from stability_experiments.framework.result import ExperimentFindings, Row
from stability_experiments.kernels.lantk_kernel_drift.claims import claims
from stability_experiments.kernels.lantk_kernel_drift.courses import Courses
from stability_experiments.kernels.lantk_kernel_drift.drift import (
    BLOCKS,
    CLASSES,
    Net,
    Problem,
    drift,
    problem,
    spanned,
)
from stability_experiments.kernels.lantk_kernel_drift.pictures import draw

ACTIVATIONS = ("softplus", "erf", "relu")
SOURCE = "Chen, He and Su 2020, section 3.1"
PUBLISHED = {"same class": 98.0, "other class": 48.0}
FIVE = 5
WRONG = (
    "published: five aeroplanes and five ships that are not named, by code whose formula is "
    "infinite or wrong where two images coincide and whose means count pairs left out as zeros"
)


@dataclass(frozen=True)
class Size:
    """What a preset trains; `times` are in n / lambda_max, `kinked` the widths with ReLU."""

    widths: tuple[int, ...]
    kinked: tuple[int, ...]
    times: tuple[float, ...]
    per_class: int
    seeds: int
    neurons: int


SIZES = {
    "smoke": Size(
        widths=(64, 512, 2048),
        kinked=(64, 256, 1024),
        times=(0.3, 3.0, 30.0),
        per_class=8,
        seeds=4,
        neurons=20_000,
    ),
    "paper": Size(
        widths=(64, 256, 1024, 4096, 16_384),
        kinked=(64, 256, 1024, 4096),
        times=(0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0),
        per_class=20,
        seeds=5,
        neurons=1_000_000,
    ),
}


def findings(context: Context) -> ExperimentFindings:
    """Every network and seed, and what shows."""
    size = SIZES[context.preset]
    one = problem(context.data, size.per_class, context.seed)
    stages = context.stages({"size": size}, [one.fingerprint])
    jobs = [
        (Net(activation, width), context.seed + k)
        for activation in ACTIVATIONS
        for width in (size.kinked if activation == "relu" else size.widths)
        for k in range(size.seeds)
    ]
    found: dict[Net, list[Arrays]] = {}
    for done, (net, seed) in enumerate(jobs):
        context.progress("trainings", done, len(jobs))
        work = partial(drift, net, one.coordinates, one.targets, size.times, seed)
        found.setdefault(net, []).append(stages.cached(net.place(seed), work))
    context.progress("trainings", len(jobs), len(jobs))
    courses = {a: Courses.of(a, size.times, found) for a in ACTIVATIONS}
    label = stages.cached("label-part", partial(label_part, one, size.neurons, context.seed))
    return ExperimentFindings(
        rows=(*rows(courses), *label_rows(one.name, label)),
        claims=claims(courses),
        figures=draw(context.out, courses, one.name),
        scaled_down=None
        if context.preset == "paper"
        else f"widths up to {size.widths[-1]:,}, {len(one.targets)} training images",
    )


def rows(courses: Mapping[str, Courses]) -> Iterator[Row]:
    """How errors fall with the width, then every time at the largest width."""
    words = {0: "change of the kernel", 1: "error of order 1", 2: "error of order 2"}
    for name, course in courses.items():
        for time in course.times:
            for order in (0, 2):
                yield course.exponents(time, order).row(
                    f"exponent of the width, {words[order]}, {name}, time {time:g}",
                    note="slope of log error against log width",
                )
    for name, course in courses.items():
        for place, time in enumerate(course.times):
            for order, told in words.items():
                for block, pairs in enumerate(BLOCKS):
                    yield Mean.of(course.errors[-1, :, place, order, block]).row(
                        f"relative {told}, {pairs}, {name}, width {course.widths[-1]:,}, time "
                        f"{time:g}",
                        note=f"loss {course.loss[-1, :, place].mean():.2g}",
                    )


def label_part(one: Problem, neurons: int, seed: int) -> Mapping[str, ArrayLike]:
    """Means of what labels add to the ReLU kernel of five images of each class, times the width.

    "means" (2,): over pairs of different images of one class, and of two classes; "halves" (2, 2)
    those by either half of the random neurons.
    """
    half = len(one.targets) // 2
    places = [*range(min(FIVE, half)), *range(half, half + min(FIVE, half))]
    X, y = spanned(one.images[places]), one.targets[places]
    same = np.equal.outer(y, y)
    pairs = ~np.eye(len(y), dtype=bool)
    halves = []
    for k in range(2):
        part = HierarchyKernel(X, y, neurons=neurons // 2, seed=2 * seed + k).label_part(X)
        halves.append([part[same & pairs].mean(), part[~same].mean()])
    return {"means": np.mean(halves, axis=0), "halves": np.array(halves)}


def label_rows(name: str, label: Mapping[str, ArrayLike]) -> Iterator[Row]:
    """The means beside what was published for photographs."""
    photographs = name == "cifar-10"
    halves = np.asarray(label["halves"])
    for place, (told, value) in enumerate(PUBLISHED.items()):
        yield Row(
            name=f"mean label part of LANTK-NTH, {' and '.join(CLASSES[name])}, {told}",
            computed=float(np.asarray(label["means"])[place]),
            standard_error=float(abs(np.diff(halves[:, place])[0]) / 2),
            published=value if photographs else None,
            tolerance=0.1 * value if photographs else None,
            source=SOURCE if photographs else None,
            note="ReLU without delta functions, times the width, pairs of different images"
            + (f"; {WRONG}" if photographs else ""),
        )
    ratio = halves[:, 0] / halves[:, 1]
    yield Row(
        name=f"ratio of those, {' and '.join(CLASSES[name])}",
        computed=float(ratio.mean()),
        standard_error=float(abs(np.diff(ratio)[0]) / 2),
        published=PUBLISHED["same class"] / PUBLISHED["other class"] if photographs else None,
        tolerance=0.2 if photographs else None,
        source=SOURCE if photographs else None,
        note=WRONG if photographs else "",
    )
