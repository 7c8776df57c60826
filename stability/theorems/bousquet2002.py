"""Bousquet and Elisseeff, "Stability and Generalization", JMLR 2 (2002) 499-526.

Deletion stability of deterministic rules. Assumed throughout: losses in [0, M]. Theorems 22 and 24
bound uniform stability; Lemma 9 and Theorems 11 and 12 turn stability into bounds. What is not
said: nothing about rules whose constant does not fall like 1/m (the bound is then vacuous), and
the leave-one-out halves speak of the same deletion convention as the constant.
"""

from __future__ import annotations

import sympy

from stability.conventions import Convention, Neighbour, Notion, Over, Quantity, Trust
from stability.theorems.kinds import (
    GeneralizationStatement,
    GeneralizationTheorem,
    Source,
    StabilityStatement,
    StabilityTheorem,
)
from stability.theorems.kinds.hypotheses import ADMISSIBLE_COST, SYMMETRIC, trains_by
from stability.theorems.kinds.hypothesis import promised
from stability.theorems.kinds.symbol_values import at
from stability.theorems.statements.symbols import symbols

DELETION, REPLACEMENT = Neighbour.DELETION, Neighbour.REPLACEMENT
m, delta, M, beta, beta_hyp, beta_pt, epsilon_pt = symbols(
    "m delta M beta beta_hyp beta_pt epsilon_pt"
)
sigma, kappa, lam = symbols("sigma kappa lam")
TAIL = sympy.sqrt(sympy.log(1 / delta) / (2 * m))


def _source(label: str, trust: str, note: str = "") -> Source:
    return Source(
        "Bousquet and Elisseeff", 2002, "Stability and Generalization", label, trust, note
    )


def lemma9() -> GeneralizationTheorem:
    """E (R - R_loo)^2 <= M^2/(2m) + 3 M beta_hyp; E (R - R_emp)^2 the same with epsilon_pt.

    Needs a symmetric rule; m >= 2. From a constant in expectation over the algorithm it speaks of
    the square of the gap's mean over the algorithm, not of the mean of the square.
    """
    moment = M**2 / (2 * m)
    return GeneralizationTheorem(
        id="bousquet2002-lemma9",
        title="second moment of the gap from hypothesis stability",
        source=_source("Lemma 9", "FOUND(restated), RE-DERIVED"),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(
                name="R_emp, replacement pointwise hypothesis stability (eq. 8)",
                takes=(Notion.POINTWISE, REPLACEMENT),
                quantity=Quantity.SQUARED_GAP,
                values={"bound": moment + 3 * M * epsilon_pt},
                domain=(m >= 2,),
            ),
            GeneralizationStatement(
                name="R_loo, deletion hypothesis stability (eq. 9)",
                takes=(Notion.HYPOTHESIS, DELETION),
                quantity=Quantity.LOO_SQUARED_GAP,
                values={"bound": moment + 3 * M * beta_hyp},
                domain=(m >= 2,),
            ),
        ),
        over=Over.NOTHING,
        hypotheses=(SYMMETRIC,),
        degree=2,
        monotone={"m": -1, "M": 1, "beta_hyp": 1, "epsilon_pt": 1},
    )


def theorem11_emp() -> GeneralizationTheorem:
    """R <= R_emp + sqrt((M^2 + 6 M m (beta_hyp + beta_pt))/(2 m delta)), the corrected form.

    The printed form, 12 M m beta_pt in place of 6 M m (beta_hyp + beta_pt), fails: a rule that
    memorises when m is even and outputs a zero-loss hypothesis when m is odd has beta_pt = 0.
    """
    return GeneralizationTheorem(
        id="bousquet2002-thm11-emp",
        title="polynomial bound on R - R_emp from hypothesis and pointwise stability",
        source=_source(
            "Theorem 11, eq. 9 corrected",
            "FOUND(restated), RE-DERIVED",
            "the printed form with 12 M m beta_pt alone is an erratum",
        ),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(
                takes=(Notion.POINTWISE, DELETION),
                quantity=Quantity.GAP,
                values={
                    "bound": sympy.sqrt((M**2 + 6 * M * m * (beta_hyp + beta_pt)) / (2 * m * delta))
                },
                domain=(m >= 2,),
            ),
        ),
        hypotheses=(SYMMETRIC,),
        monotone={"delta": -1, "M": 1, "beta_hyp": 1, "beta_pt": 1, "m": -1},
    )


def theorem11_loo() -> GeneralizationTheorem:
    """R <= R_loo + sqrt((M^2 + 6 M m beta_hyp)/(2 m delta))."""
    return GeneralizationTheorem(
        id="bousquet2002-thm11-loo",
        title="polynomial bound on R - R_loo from hypothesis stability",
        source=_source("Theorem 11, leave-one-out half", "FOUND(restated), RE-DERIVED"),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(
                takes=(Notion.HYPOTHESIS, DELETION),
                quantity=Quantity.LOO_GAP,
                values={"bound": sympy.sqrt((M**2 + 6 * M * m * beta_hyp) / (2 * m * delta))},
                domain=(m >= 2,),
            ),
        ),
        hypotheses=(SYMMETRIC,),
        monotone={"delta": -1, "M": 1, "beta_hyp": 1, "m": -1},
    )


def theorem12_emp() -> GeneralizationTheorem:
    """R <= R_emp + 2 beta + (4 m beta + M) sqrt(log(1/delta)/(2m)); symmetry is not needed."""
    return GeneralizationTheorem(
        id="bousquet2002-thm12-emp",
        title="exponential bound on R - R_emp from uniform stability",
        source=_source("Theorem 12, empirical half", "FOUND(restated), RE-DERIVED"),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(
                takes=(Notion.UNIFORM, DELETION),
                quantity=Quantity.GAP,
                values={"bound": 2 * beta + (4 * m * beta + M) * TAIL},
            ),
        ),
        monotone={"delta": -1, "M": 1, "beta": 1},
    )


def theorem12_loo() -> GeneralizationTheorem:
    """R <= R_loo + beta + (4 m beta + M) sqrt(log(1/delta)/(2m)).

    Of the constant at m - 1 it uses (m - 1) beta_{m-1} <= m beta. R_loo is the leave-one-out error
    of the same deletion as the constant.
    """
    return GeneralizationTheorem(
        id="bousquet2002-thm12-loo",
        title="exponential bound on R - R_loo from uniform stability",
        source=_source("Theorem 12, leave-one-out half", "FOUND(restated), RE-DERIVED"),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(
                takes=(Notion.UNIFORM, DELETION),
                quantity=Quantity.LOO_GAP,
                values={"bound": beta + (4 * m * beta + M) * TAIL},
                domain=(m >= 2,),
            ),
        ),
        at_previous_size=True,
        scales_down=("beta",),
        monotone={"delta": -1, "M": 1, "beta": 1},
    )


def theorem22() -> StabilityTheorem:
    """Kernel ERM with a sigma-admissible convex cost; keep-1/m as proved, retrain twice that."""
    return StabilityTheorem(
        id="bousquet2002-thm22",
        title="uniform stability of kernel empirical risk minimisation",
        source=_source(
            "Theorem 22",
            "FOUND(restated), RE-DERIVED",
            "the printed constant is that of keep-1/m; retraining on m - 1 points needs twice it",
        ),
        trust=Trust.DERIVED,
        hypotheses=(
            trains_by("kernel-erm"),
            ADMISSIBLE_COST,
            promised("kernel-bounded", "sqrt(K(x, x)) <= kappa for every x"),
        ),
        statements=(
            StabilityStatement(
                name="keep-1/m",
                notion=Notion.UNIFORM,
                neighbour=DELETION,
                convention=Convention.KEEP,
                values={"beta": sigma**2 * kappa**2 / (2 * lam * m)},
            ),
            StabilityStatement(
                name="retrain",
                notion=Notion.UNIFORM,
                neighbour=DELETION,
                convention=Convention.RETRAIN,
                values={"beta": sigma**2 * kappa**2 / (lam * m)},
                domain=(m >= 2,),
            ),
            StabilityStatement(
                name="replacement",
                notion=Notion.UNIFORM,
                neighbour=REPLACEMENT,
                values={"epsilon": sigma**2 * kappa**2 / (lam * m)},
            ),
        ),
        symmetric=True,
        monotone={"sigma": 1, "kappa": 1, "lam": -1, "m": -1},
    )


def theorem24() -> StabilityTheorem:
    """Relative-entropy regularised averaging: beta <= M^2/(lambda m), M the base range."""
    return StabilityTheorem(
        id="bousquet2002-thm24",
        title="uniform stability of relative-entropy regularised averaging",
        source=_source(
            "Theorem 24",
            "FOUND(restated), RE-DERIVED",
            "with room to spare: keep-1/m needs M^2/(4 lambda m), retrain M^2/(2 lambda m)",
        ),
        trust=Trust.DERIVED,
        hypotheses=(
            trains_by("gibbs"),
            promised("loss-is-average", "the loss is the average over the returned distribution"),
        ),
        statements=tuple(
            StabilityStatement(
                name=str(convention),
                notion=Notion.UNIFORM,
                neighbour=DELETION,
                convention=convention,
                values={"beta": M**2 / (lam * m)},
                domain=(m >= 2,) if convention is Convention.RETRAIN else (),
            )
            for convention in (Convention.KEEP, Convention.RETRAIN)
        ),
        readers={"M": at("algorithm.base_range")},
        meanings={"M": "range of the base loss, which lies in [0, M]"},
        symmetric=True,
        monotone={"M": 1, "lam": -1, "m": -1},
    )
