"""How stable a feature graph is: constants of exact deletions, and the bounds that follow.

The changes are exact, for this sample and these test instances. What is read off them is a plug-in
all the same: the constants of the theorem are suprema over samples and means over all instances.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar

from stability.conventions import Convention, Name
from stability.dynamics.neurashed.deletions import DeletionEffects
from stability.dynamics.neurashed.instances import Instances
from stability.estimate.statistics.classes import ClassMap, class_map
from stability.estimate.statistics.plug_in import plug_in_analysis
from stability.estimate.statistics.summary import ElasticSummary, summarise
from stability.report.compared import compared_bounds
from stability.setup.algorithm import Algorithm
from stability.setup.setup import Exact
from stability.theorems.kinds.bound import Bound


@dataclass(frozen=True)
class FactorTraining(Algorithm):
    """Training of the factors of a feature graph: no theorem says how stable that is."""

    kind: ClassVar[Name] = "neurashed"
    title: ClassVar[str] = "multiplicative updates of amplification factors"


@dataclass(frozen=True, eq=False)
class StabilityReading:
    """What deletions say. `classes`: mean |change| by classes, times m, as the constants are.

    `bounds`: plug-in estimates, with the names of `stability.report.compared`.
    """

    effects: DeletionEffects
    summary: ElasticSummary
    classes: ClassMap
    bounds: tuple[tuple[str, Bound], ...]


def read_stability(
    train: Instances, test: Instances, effects: DeletionEffects, delta: Exact
) -> StabilityReading:
    """The constants, the class map and the bounds of the effects of deletions.

    >>> from stability.dynamics import ResidualRates, passes, tree_population
    >>> from stability.dynamics.neurashed.deletions import delete_instances
    >>> drawn = tree_population().sample(40, seeds=[0, 1])
    >>> train, test = drawn.of_seed(0), drawn.of_seed(1)
    >>> effects = delete_instances(train, test, passes(40, 2, 1, [0]), ResidualRates(), start=0.5)
    >>> found = read_stability(train, test, effects, "0.05")
    >>> found.classes.mean.shape, {bound.provenance.value for _, bound in found.bounds}
    ((4, 4), {'plug-in'})
    """
    m, names = len(train), train.graph.classes
    summary = summarise([effects], m)
    found = class_map(effects.changes, train.labels[effects.deleted], test.labels, names)
    analysis = plug_in_analysis(
        summary,
        FactorTraining(),
        Convention.NULL_STEP,
        loss_range=Fraction(effects.loss_range),
        delta=delta,
    )
    scaled = replace(found, mean=m * found.mean, maximum=m * found.maximum, quantile=None)
    return StabilityReading(effects, summary, scaled, compared_bounds(analysis))
