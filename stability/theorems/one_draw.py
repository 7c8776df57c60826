"""The gap of one draw from a law that depends little on each example: Gibbs and private algorithms.

Own results, after Maurer, "Generalization of Hamiltonian algorithms" (NeurIPS 2024), with a smaller
constant. H is the set of hypotheses, each with a loss in [0, M]. If the law Q_S has a density q_S
and ln q_S(h) moves by at most e when one example is replaced, for every h and S, then for every
lambda > 0 the mean over S and h ~ Q_S of exp(lambda gap) is at most exp(m (lambda M/m + e)^2/8), by
the exponential form of McDiarmid's inequality for each fixed h; Markov's inequality and the best
lambda give the bounds, with l = log(1/delta). For a Gibbs distribution q_S = e^H/Z, e is twice the
change of H.

There are two statements, and one does not follow from the other: of one draw, with probability over
sample and draw, and of the mean over the draw, with probability over the sample.
"""

from __future__ import annotations

import sympy

from stability.conventions import Averaged, Neighbour, Notion, Over, Quantity, Trust
from stability.theorems.kinds import (
    GeneralizationStatement,
    GeneralizationTheorem,
    Source,
    StabilityStatement,
    StabilityTheorem,
)
from stability.theorems.kinds.hypotheses import averaged_over, trains_by
from stability.theorems.kinds.hypothesis import promised
from stability.theorems.kinds.symbol_values import at
from stability.theorems.statements.symbols import symbols

REPLACEMENT = Neighbour.REPLACEMENT
m, M, delta, lam, exponent, dp_epsilon = symbols("m M delta lam exponent dp_epsilon")
DENSITIES = promised(
    "densities-of-outputs",
    "the outputs' laws have densities, measurable in sample and output together, with respect to "
    "one measure, and the logarithms of these move by at most epsilon for every output (epsilon-"
    "differential privacy gives that wherever there are countably many outputs or examples)",
)
OF_THE_LAW = averaged_over(Averaged.ALGORITHM)


def _source(label: str) -> Source:
    return Source(
        "this project",
        2026,
        "Gaps of single draws",
        label,
        "RE-DERIVED(own)",
        "after Maurer 2024, with half of the change in place of all of it",
    )


def _bound(change: sympy.Expr) -> sympy.Expr:
    """M (e/4 + sqrt(e^2/16 + log(1/delta)/(2m))) for densities whose logarithms move by e."""
    quarter = change / 4
    return M * (quarter + sympy.sqrt(quarter**2 + sympy.log(1 / delta) / (2 * m)))


def exponent_of_gibbs() -> StabilityTheorem:
    """The exponent of the averaging distribution is -R_emp/lambda: it moves by M/(lambda m)."""
    return StabilityTheorem(
        id="gibbs-exponent",
        title="exponent of relative-entropy regularised averaging",
        source=_source("exponent of the minimising distribution"),
        trust=Trust.DERIVED,
        hypotheses=(trains_by("gibbs"),),
        statements=(
            StabilityStatement(
                name="replacement",
                notion=Notion.EXPONENT,
                neighbour=REPLACEMENT,
                values={"exponent": M / (lam * m)},
            ),
        ),
        averaged_over=Averaged.ALGORITHM,
        readers={"M": at("algorithm.base_range")},
        meanings={"M": "range of the base loss, which lies in [0, M]"},
        symmetric=True,
        degree=0,
        monotone={"M": 1, "lam": -1, "m": -1},
    )


def _of_gibbs(
    name: str, title: str, label: str, over: Over, averages: Averaged
) -> GeneralizationTheorem:
    return GeneralizationTheorem(
        id=name,
        title=title,
        source=_source(label),
        trust=Trust.DERIVED,
        hypotheses=(OF_THE_LAW,),
        statements=(
            GeneralizationStatement(
                takes=(Notion.EXPONENT, REPLACEMENT),
                quantity=Quantity.GAP,
                values={"bound": _bound(2 * exponent)},
            ),
        ),
        over=over,
        averages=averages,
        meanings={"M": "range of the base loss, which lies in [0, M]"},
        monotone={"M": 1, "exponent": 1, "delta": -1, "m": -1},
    )


def gibbs_one_draw() -> GeneralizationTheorem:
    """gap(h) <= M (c/2 + sqrt(c^2/4 + l/(2m))) for one h drawn from a Gibbs distribution.

    M = 1, c = .01, m = 1,000, delta = .05: .0440 (Maurer's form .0487).
    """
    return _of_gibbs(
        "gibbs-one-draw",
        "gap of one hypothesis drawn from a Gibbs distribution",
        "Gibbs distribution, one draw",
        Over.BOTH,
        Averaged.NOTHING,
    )


def gibbs_mean_draw() -> GeneralizationTheorem:
    """The same for the mean of gap(h) over the Gibbs distribution."""
    return _of_gibbs(
        "gibbs-mean-draw",
        "mean gap over a Gibbs distribution",
        "Gibbs distribution, mean over the draw",
        Over.SAMPLE,
        Averaged.ALGORITHM,
    )


def _of_private(
    name: str, title: str, label: str, over: Over, averages: Averaged
) -> GeneralizationTheorem:
    return GeneralizationTheorem(
        id=name,
        title=title,
        source=_source(label),
        trust=Trust.DERIVED,
        hypotheses=(OF_THE_LAW, DENSITIES),
        statements=(
            GeneralizationStatement(
                takes=(Notion.PURE_PRIVACY, REPLACEMENT),
                quantity=Quantity.GAP,
                values={"bound": _bound(dp_epsilon)},
            ),
        ),
        over=over,
        averages=averages,
        monotone={"M": 1, "dp_epsilon": 1, "delta": -1, "m": -1},
    )


def private_one_draw() -> GeneralizationTheorem:
    """gap <= M (eps/4 + sqrt(eps^2/16 + l/(2m))) for the output of an eps-private algorithm.

    M = 1, eps = .1, m = 1,000, delta = .05: .0711.
    """
    return _of_private(
        "pure-dp-one-draw",
        "gap of one output of a purely private algorithm",
        "pure differential privacy, one draw",
        Over.BOTH,
        Averaged.NOTHING,
    )


def private_mean_draw() -> GeneralizationTheorem:
    """The same for the mean of the gap over the outputs."""
    return _of_private(
        "pure-dp-mean-draw",
        "mean gap over the outputs of a purely private algorithm",
        "pure differential privacy, mean over the draw",
        Over.SAMPLE,
        Averaged.ALGORITHM,
    )
