"""The body of `kernel-stability`: every pair of classes, kernel and ridge strength."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from stability.datasets.sampling import positions_per_class
from stability_experiments.framework.context import Context, Stages
from stability_experiments.framework.result import ExperimentFindings
from stability_experiments.kernels.kernel_stability.bounds import plug_in
from stability_experiments.kernels.kernel_stability.claims import claims
from stability_experiments.kernels.kernel_stability.measuring import EVERY, Outcome, measure
from stability_experiments.kernels.kernel_stability.pictures import draw
from stability_experiments.kernels.kernel_stability.problems import Place, Problem, Source
from stability_experiments.kernels.kernel_stability.rows import rows

RIDGES = (0.001, 0.01, 0.1)
"""lambda of mean square + lambda |f|^2, where K(x, x) = 1."""
MIDDLE = RIDGES[1]


@dataclass(frozen=True)
class Size:
    """Images of each class to train on and to test, and deleted images of each class, in each of
    some samples, of which no two share an image."""

    training: int
    test: int
    deleted: int
    samples: int


SIZES = {"smoke": Size(28, 14, 14, samples=2), "paper": Size(200, 100, 30, samples=3)}


def findings(context: Context) -> ExperimentFindings:
    """Everything, and what shows."""
    size = SIZES[context.preset]
    source = Source.load(context.data, size.training, size.test, context.seed, samples=size.samples)
    stages = context.stages(
        {"size": size, "ridges": list(RIDGES)}, source.fingerprints,
        ("torch", "scipy", "scikit-learn"), one_thread=False,
    )  # fmt: skip
    found: dict[Place, Mapping[tuple[str, float], Outcome]] = {}
    for done, (place, problem) in enumerate(source.problems.items()):
        context.progress("samples of pairs of classes", done, len(source.problems))
        found[place] = _of_sample(problem, place[1], stages, size.deleted, context)
    context.progress("samples of pairs of classes", len(found), len(found))
    some = next(iter(source.problems.values()))
    bounds = {
        place: {
            name: plug_in(one.summary, one.number("ridge"))
            for (name, ridge), one in outcomes.items()
            if ridge == MIDDLE
        }
        for place, outcomes in found.items()
    }
    return ExperimentFindings(
        rows=tuple(rows(found, bounds, RIDGES, MIDDLE)),
        claims=tuple(claims(found, bounds, RIDGES)),
        figures=draw(context.out, found, RIDGES, MIDDLE, f"{source.name}, {len(some.labels):,}"),
        scaled_down=f"{source.name}, {size.samples} samples of {len(some.labels)} training images "
        f"of two classes, {2 * size.deleted} of them deleted in turn; nobody published such "
        "numbers",
    )


def _of_sample(
    problem: Problem, sample: int, stages: Stages, deleted: int, context: Context
) -> Mapping[tuple[str, float], Outcome]:
    place = f"{problem.name.replace('/', '-')}/sample-{sample + 1}"
    chosen = positions_per_class(problem.labels, deleted, context.seed)
    found, values = {}, {}
    for method in EVERY:
        if method.base not in values:
            make = partial(problem.values, method.base)
            values[method.base] = stages.cached(f"{place}/values-{method.base}", make)
        for k, ridge in enumerate(RIDGES):
            what = f"{problem.name}, sample {sample + 1}, {method.name}, ridges"
            context.progress(what, k, len(RIDGES))
            arrays = stages.cached(
                f"{place}/{method.stage}-{ridge:g}",
                partial(measure, method, problem, values[method.base], ridge, chosen),
            )
            context.progress(what, k + 1, len(RIDGES))
            found[method.name, ridge] = Outcome(
                {name: np.asarray(array) for name, array in arrays.items()},
                len(problem.labels), len(problem.test_labels),
            )  # fmt: skip
    return found
