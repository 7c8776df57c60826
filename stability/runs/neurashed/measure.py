"""Train a hierarchy on samples of its own, look at its elasticity, and delete instances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stability.dynamics.neurashed.deletions import delete_instances
from stability.dynamics.neurashed.graph import FeatureGraph, Floats
from stability.dynamics.neurashed.hierarchy_file import HierarchyStudy
from stability.dynamics.neurashed.orders import passes
from stability.dynamics.neurashed.outcomes import accuracy
from stability.dynamics.neurashed.probes import firing_rates, grouped_elasticity
from stability.dynamics.neurashed.training import FactorCourse, train_factors
from stability.runs.neurashed.stability_reading import StabilityReading, read_stability
from stability.runs.tasks import NamedProgress

CHECKPOINTS = 13
"""At about so many moments of the training, evenly spread, the graph is looked at."""
TEST, DELETION_TEST = 1_000_000, 2_000_000
"""Added to seeds: test instances are drawn apart from those that are trained on."""


@dataclass(frozen=True, eq=False)
class HierarchyFindings:
    """What was found.

    `elasticity` (S, seeds, groups) by the groups of pairs of classes, `by_class` (2, classes,
    classes) before and after training, row: class of the updated instance, mean over seeds;
    `accuracy` (S, seeds) on test instances; `rates` (F,): how often features fire.
    """

    study: HierarchyStudy
    graph: FeatureGraph
    course: FactorCourse
    groups: tuple[str, ...]
    elasticity: Floats
    by_class: Floats
    accuracy: Floats
    rates: Floats
    reading: StabilityReading

    @property
    def mean_factors(self) -> Floats:
        """The logarithms (S, F), mean over seeds."""
        return self.course.log_factors.mean(axis=1)


def measure(study: HierarchyStudy, progress: NamedProgress) -> HierarchyFindings:
    """Everything; deterministic. Raises DataError or RunError for factors that run away."""
    how, look, population = study.training, study.measurement, study.hierarchy.population
    graph = population.graph
    seeds = range(how.seed, how.seed + how.seeds)
    drawn = population.sample(how.size, seeds)
    order = passes(how.size, how.epochs, how.batch_size, seeds)
    moments = np.unique(np.linspace(0, how.steps, CHECKPOINTS).round().astype(int))
    progress("training", 0, 1)
    course = train_factors(
        drawn, order, study.updates, start=how.start, checkpoints=moments.tolist()
    )
    progress("training", 1, 1)
    tested = population.sample(look.instances, [TEST + seed for seed in seeds])
    names, groups = study.hierarchy.groups
    classes = len(graph.classes)
    each = np.arange(classes**2).reshape(classes, classes)
    ends = course.log_factors[[0, -1]]
    by_class = _mean_over_seeds(grouped_elasticity(tested, ends, each))
    train, test = drawn.of_seed(0), population.sample(look.test, [DELETION_TEST + how.seed])
    deleted = _deleted(how.size, look.deletions, how.seed)
    progress(f"{len(deleted)} deletions", 0, 1)
    effects = delete_instances(
        train, test.of_seed(0), order[:1], study.updates, start=how.start, deleted=deleted
    )
    progress(f"{len(deleted)} deletions", 1, 1)
    return HierarchyFindings(
        study=study,
        graph=graph,
        course=course,
        groups=names,
        elasticity=grouped_elasticity(tested, course.log_factors, groups),
        by_class=by_class.reshape(2, classes, classes),
        accuracy=accuracy(tested, course.log_factors),
        rates=firing_rates(drawn),
        reading=read_stability(train, test.of_seed(0), effects, look.delta),
    )


def _deleted(size: int, most: int, seed: int) -> NDArray[np.int64]:
    """All instances, or so many drawn from them."""
    if most >= size:
        return np.arange(size)
    return np.sort(np.random.default_rng([seed, 2]).choice(size, size=most, replace=False))


def _mean_over_seeds(values: Floats) -> Floats:
    """The mean over the axis before the last of what is there, NaN where nothing is."""
    there = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return np.where(there, values, 0.0).sum(axis=-2) / there.sum(axis=-2)
