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
from stability_experiments.kernels.kernel_stability.measuring import METHODS, Outcome, measure
from stability_experiments.kernels.kernel_stability.pictures import draw
from stability_experiments.kernels.kernel_stability.problems import Problem, Source
from stability_experiments.kernels.kernel_stability.rows import rows

RIDGES = (0.001, 0.01, 0.1)
"""lambda of mean square + lambda |f|^2, where K(x, x) = 1."""
MIDDLE = RIDGES[1]


@dataclass(frozen=True)
class Size:
    """Images of each class to train on and to test, and deleted images of each class."""

    training: int
    test: int
    deleted: int


SIZES = {"smoke": Size(60, 35, 30), "paper": Size(500, 250, 100)}


def findings(context: Context) -> ExperimentFindings:
    """Everything, and what shows."""
    size = SIZES[context.preset]
    source = Source.load(context.data, size.training, size.test, context.seed)
    stages = context.stages(
        {"size": size, "ridges": list(RIDGES)}, source.fingerprints,
        ("torch", "scipy", "scikit-learn"), one_thread=False,
    )  # fmt: skip
    found: dict[str, dict[tuple[str, float], Outcome]] = {}
    for done, (name, problem) in enumerate(source.problems.items()):
        context.progress("pairs of classes", done, len(source.problems))
        found[name] = _of_pair(problem, stages, size.deleted, context)
    context.progress("pairs of classes", len(found), len(found))
    some = next(iter(source.problems.values()))
    bounds = {
        pair: {m.name: plug_in(outcomes[m.name, MIDDLE].summary, MIDDLE) for m in METHODS}
        for pair, outcomes in found.items()
    }
    return ExperimentFindings(
        rows=tuple(rows(found, bounds, RIDGES, MIDDLE)),
        claims=tuple(claims(found, bounds, RIDGES)),
        figures=draw(context.out, found, RIDGES, MIDDLE, f"{source.name}, {len(some.labels):,}"),
        scaled_down=f"{source.name}, {len(some.labels)} training images of two classes, "
        f"{2 * size.deleted} of them deleted in turn; nobody published such numbers",
    )


def _of_pair(
    problem: Problem, stages: Stages, deleted: int, context: Context
) -> Mapping[tuple[str, float], Outcome]:
    place = problem.name.replace("/", "-")
    chosen = positions_per_class(problem.labels, deleted, context.seed)
    found, values = {}, {}
    for method in METHODS:
        if method.base not in values:
            make = partial(problem.values, method.base)
            values[method.base] = stages.cached(f"{place}/values-{method.base}", make)
        for k, ridge in enumerate(RIDGES):
            what = f"{problem.name}, {method.name}, ridges"
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
