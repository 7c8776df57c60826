"""What theorems say of the constants: estimates from measured ones, bounds from proved ones."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache

from stability.bounds.analyse import Analysis, analyse
from stability.conventions import Convention
from stability.estimate.statistics.plug_in import plug_in_analysis
from stability.estimate.statistics.summary import ElasticSummary
from stability.runs.learners.kernel_setup import cost_slope
from stability.setup.algorithms import EmpiricalRiskMinimizer, KernelMinimizer
from stability.setup.setup import Loss, Sample, Setup
from stability_experiments.kernels.kernel_stability.problems import Place

DELTA = "0.05"
UNIFORM, ELASTIC = "bousquet2002-thm12-emp", "elastic-finite-emp"


Bounds = Mapping[Place, Mapping[str, Mapping[str, float]]]
"""Plug-in bounds by sample of a pair of classes, kernel and theorem."""


def plug_in(summary: ElasticSummary, regularization: float) -> dict[str, float]:
    """The uniform and the elastic tail bound from measured constants: estimates."""
    return _values(
        plug_in_analysis(
            summary, EmpiricalRiskMinimizer(strong_convexity=2 * regularization), Convention.KEEP,
            loss_range=1, delta=DELTA,
        )
    )  # fmt: skip


@cache
def proved(m: int, regularization: float) -> dict[str, float]:
    """The same for every label-free kernel with K(x, x) = 1: upper bounds. Also "U", m times the
    constant of keep-1/m."""
    _, sigma = cost_slope(1.0, regularization)
    setup = Setup(
        sample=Sample(m),
        loss=Loss(range=Fraction(1)),
        algorithm=KernelMinimizer(
            regularization=Fraction(regularization), kernel_bound=1, admissibility=sigma
        ),
    )
    return {**_values(analyse(setup, DELTA)), "U": sigma**2 / (2 * regularization) * (1 + 1e-12)}


def _values(analysis: Analysis) -> dict[str, float]:
    return {name: analysis.of(name)[0].value for name in (UNIFORM, ELASTIC)}
