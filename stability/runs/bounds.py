"""From what was measured to bounds: plug-in estimates, and proved ones where a learner has them."""

from __future__ import annotations

from fractions import Fraction

from stability.bounds.analyse import analyse
from stability.estimate.statistics.plug_in import plug_in_analysis
from stability.estimate.statistics.summary import ElasticSummary
from stability.report.compared import compared_bounds
from stability.runs.data import Parts
from stability.runs.learners.learner import Learner
from stability.runs.study.study import Study
from stability.theorems.kinds.bound import Bound

Named = tuple[tuple[str, Bound], ...]
"""Bounds with the names of `stability.report.compared`."""


def plug_in_bounds(study: Study[Learner], summary: ElasticSummary, limit: float) -> Named:
    """The bounds that follow from measured constants: estimates, every one."""
    return compared_bounds(
        plug_in_analysis(
            summary,
            study.learner.algorithm(study),
            study.convention,
            loss_range=Fraction(limit),
            delta=study.bound.delta,
        )
    )


def proved_bounds(study: Study[Learner], parts: Parts, limit: float) -> Named:
    """The bounds from the setup in which all is proved or certified, if the learner has one."""
    setup = study.learner.proved_setup(study, parts, limit)
    return () if setup is None else compared_bounds(analyse(setup, study.bound.delta))
