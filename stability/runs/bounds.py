"""From what was measured to bounds: plug-in estimates, and for logistic regression proved ones."""

from __future__ import annotations

from fractions import Fraction

from stability.bounds.analyse import analyse
from stability.estimate.exact.softmax_constants import (
    LIPSCHITZ_SUPREMUM,
    SMOOTHNESS_SUPREMUM,
    lipschitz_constants,
)
from stability.estimate.statistics.intervals import empirical_bernstein_upper
from stability.estimate.statistics.plug_in import plug_in_analysis
from stability.estimate.statistics.summary import ElasticSummary
from stability.report.compared import compared_bounds
from stability.runs.data import Parts
from stability.runs.file.sections import LogisticSection
from stability.runs.file.study import Study
from stability.runs.learners.refitting import boxed
from stability.setup.algorithms import Algorithm, EmpiricalRiskMinimizer, StochasticGradientDescent
from stability.setup.setup import Loss, Sample, Setup
from stability.theorems.kinds.bound import Bound

CERTIFICATE_SHARE = Fraction(1, 10)
"""The part of delta that pays for the certificate of E L(z)."""

Named = tuple[tuple[str, Bound], ...]
"""Bounds with the names of `stability.report.compared`."""


def plug_in_bounds(study: Study, summary: ElasticSummary, limit: float) -> Named:
    """The bounds that follow from measured constants: estimates, every one."""
    return compared_bounds(
        plug_in_analysis(
            summary,
            _algorithm(study),
            study.convention,
            loss_range=Fraction(limit),
            delta=study.bound.delta,
        )
    )


def proved_bounds(study: Study, parts: Parts, limit: float) -> Named:
    """For logistic regression the bounds from its setup, nothing otherwise.

    Pixels lie in [0, 1], so sup L(z) = sqrt 2 is proved; E L(z) is certified from the sample, its
    share of delta charged. So uniform ones are proved, elastic ones certified.
    """
    if not isinstance(study.model, LogisticSection):
        return ()
    risk = study.bound.delta * CERTIFICATE_SHARE
    inputs, _ = boxed(parts.train)
    mean = empirical_bernstein_upper(lipschitz_constants(inputs), LIPSCHITZ_SUPREMUM, float(risk))
    setup = Setup(
        sample=Sample(study.data.size),
        loss=Loss(
            range=Fraction(limit),
            lipschitz=LIPSCHITZ_SUPREMUM,
            mean_lipschitz=mean,
            smoothness=Fraction(SMOOTHNESS_SUPREMUM) + study.model.regularization,
            convex=True,
            measured_failure=risk,
        ),
        algorithm=EmpiricalRiskMinimizer(regularization=study.model.regularization),
    )
    return compared_bounds(analyse(setup, study.bound.delta))


def _algorithm(study: Study) -> Algorithm:
    """What was trained, as far as setups have words for it; nothing is read off it."""
    if study.training is not None:
        return StochasticGradientDescent(
            step_size=study.training.step_size,
            epochs=study.training.epochs,
            batch_size=study.training.batch_size,
        )
    assert study.model is not None
    if isinstance(study.model, LogisticSection):
        return EmpiricalRiskMinimizer(regularization=study.model.regularization)
    return EmpiricalRiskMinimizer(strong_convexity=2 * study.model.regularization)
