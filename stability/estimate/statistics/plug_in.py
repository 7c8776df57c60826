"""From measured changes to a `Stability` of provenance plug-in and its bounds: all estimates."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from stability.bounds.analyse import Analysis, analyse
from stability.conventions import (
    Averaged,
    Convention,
    Kind,
    Neighbour,
    Notion,
    Positions,
    Provenance,
    Trust,
)
from stability.estimate.statistics.summary import ElasticSummary
from stability.setup.algorithms import Algorithm
from stability.setup.setup import Exact, Loss, Sample, Setup
from stability.theorems import catalogue
from stability.theorems.kinds import GeneralizationTheorem
from stability.theorems.kinds.constant import Groups, Stability
from stability.theorems.statements.symbols import symbol
from stability.theorems.statements.term import Term

MEASURED = "measured"


def plug_in(summary: ElasticSummary, setup: Setup, convention: Convention) -> Stability:
    """The elastic constant whose four numbers and rows are those that were measured.

    `setup` says what was trained (its sample size must be that of the summary), `convention` what
    deletion meant. Every deleted example is a row of its own for the bounds on p_eta. The result
    has provenance plug-in: bounds from it are estimates.

    >>> import numpy as np
    >>> from stability.setup.algorithms import EmpiricalRiskMinimizer
    >>> from stability.setup.setup import Loss, Sample
    >>> rows = [np.array([v]) for v in (0.5, 0.1, 2.0, 1.5)]
    >>> minimiser = EmpiricalRiskMinimizer(regularization=1)
    >>> setup = Setup(sample=Sample(10), loss=Loss(range=1), algorithm=minimiser)
    >>> plug_in(ElasticSummary(10, 4, *rows), setup, Convention.KEEP).provenance.value
    'plug-in'
    """
    values = {"B": summary.B, "U": summary.U, "B1": summary.B1, "D": summary.D, **summary.norms}
    return Stability(
        setup=setup,
        notion=Notion.ELASTIC,
        neighbour=Neighbour.DELETION,
        convention=convention,
        averaged_over=Averaged.NOTHING,
        values={n: Term(symbol(n), {n: Fraction(v)}) for n, v in values.items()},
        path=(MEASURED,),
        kind=Kind.ESTIMATE,
        provenance=Provenance.PLUG_IN,
        trust=Trust.DERIVED,
        structure=Groups(summary.row_mean, summary.row_variance, summary.row_maximum),
        sizes="this",
        symmetric=False,
        positions=Positions.EVERY,
    )


def plug_in_analysis(
    summary: ElasticSummary,
    algorithm: Algorithm,
    convention: Convention,
    *,
    loss_range: Exact,
    delta: Exact,
    theorems: Iterable[GeneralizationTheorem] | None = None,
) -> Analysis:
    """Every bound that follows from measured constants, at total failure probability `delta`.

    Only the constants measured enter, no theorem on how stable the training should be: `algorithm`
    says what was trained, `loss_range` where the evaluated loss is cut, `convention` what deletion
    meant. Bounds are estimates, every one. `theorems` give them, every one of the catalogue by
    default; `stability.report.compared` picks six.

    >>> import numpy as np
    >>> from stability.setup.algorithms import EmpiricalRiskMinimizer
    >>> rows = [np.array([v]) for v in (0.5, 0.1, 2.0, 1.5)]
    >>> minimiser = EmpiricalRiskMinimizer(regularization=1)
    >>> found = plug_in_analysis(
    ...     ElasticSummary(10, 4, *rows), minimiser, Convention.KEEP, loss_range=1, delta="0.05"
    ... )
    >>> {bound.kind.value for bound in found.bounds}
    {'estimate'}
    """
    setup = Setup(
        sample=Sample(summary.sample_size), loss=Loss(range=loss_range), algorithm=algorithm
    )
    constant = plug_in(summary, setup, convention)
    asked = catalogue.GENERALIZATION_THEOREMS if theorems is None else theorems
    rules = (*catalogue.CONVERSIONS, *asked)
    return analyse(setup, delta, measured=[constant], theorems=rules)
