"""From what was measured to bounds: plug-in estimates, and those that a setup alone gives."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from stability.bounds.analyse import analyse
from stability.conventions import Kind, Provenance
from stability.estimate.statistics.plug_in import plug_in_analysis
from stability.estimate.statistics.summary import ElasticSummary
from stability.report.compared import compared_bounds, compared_theorems
from stability.runs.learners.learner import FromSetup, Learner
from stability.runs.study.study import Study
from stability.theorems import catalogue
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
            theorems=compared_theorems(),
        )
    )


def setup_bounds(study: Study[Learner], found: FromSetup | None) -> Named:
    """The bounds from the setup, if the learner has one: proved, certified, or estimates.

    They are estimates, every one, if a number of the setup was read off the sample.
    """
    if found is None:
        return ()
    rules = (*catalogue.CONVERSIONS, *compared_theorems())
    theorems = (*catalogue.STABILITY_THEOREMS, *rules)
    analysis = analyse(found.setup, study.bound.delta, theorems=theorems)
    if found.seen:
        constants = [
            replace(constant, kind=Kind.ESTIMATE, provenance=Provenance.PLUG_IN)
            for constant in analysis.constants
            if constant.kind is not Kind.LOWER
        ]
        analysis = analyse(found.setup, study.bound.delta, measured=constants, theorems=rules)
    return compared_bounds(analysis)
