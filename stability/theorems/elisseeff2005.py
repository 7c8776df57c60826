"""Elisseeff, Evgeniou and Pontil, "Stability of randomized learning algorithms", JMLR 6 (2005).

Rules f_{D,r} whose randomness r is independent of the sample D and can be used for D and for D
without a point. Symmetry is not assumed; of a constant that is a mean over the sample, its mean
over positions is enough. The bounds are over sample and algorithm together.
"""

from __future__ import annotations

import sympy

from stability.conventions import (
    Averaged,
    Convention,
    Name,
    Neighbour,
    Notion,
    Over,
    Positions,
    Quantity,
    Trust,
)
from stability.theorems.kinds import (
    GeneralizationStatement,
    GeneralizationTheorem,
    Source,
    StabilityStatement,
    StabilityTheorem,
)
from stability.theorems.kinds.hypotheses import (
    LIPSCHITZ,
    ZERO_ONE_LOSS,
    averaged_over,
    carries_draws,
    trains_by,
)
from stability.theorems.kinds.hypothesis import promised
from stability.theorems.statements.symbols import symbols

DELETION, REPLACEMENT = Neighbour.DELETION, Neighbour.REPLACEMENT
m, delta, M, beta, beta_hyp, epsilon_pt = symbols("m delta M beta beta_hyp epsilon_pt")
k, L, base, subsample, rho, draws = symbols("k L base subsample rho draws")
(prediction_range,) = symbols("prediction_range")
SURE = averaged_over(Averaged.NOTHING, Averaged.BOTH)
IN_EXPECTATION = averaged_over(Averaged.ALGORITHM)


def _source(label: str, trust: str = "FOUND(full)", note: str = "") -> Source:
    title = "Stability of Randomized Learning Algorithms"
    return Source("Elisseeff, Evgeniou and Pontil", 2005, title, label, trust, note)


def nearest_neighbours() -> StabilityTheorem:
    """Hypothesis stability k/m of k nearest neighbours, 0-1 loss.

    With ties more than k examples can be as near, or one that always wins them: k = 1, equal
    inputs, ties won by the first example, and its deletion changes the vote half of the time.
    """
    return StabilityTheorem(
        id="elisseeff2005-knn",
        title="hypothesis stability of k nearest neighbours",
        source=_source("Section 3, example (after Devroye and Wagner)"),
        trust=Trust.DERIVED,
        hypotheses=(
            trains_by("knn"),
            ZERO_ONE_LOSS,
            promised(
                "no-ties",
                "two examples are equally far from a third with probability 0, as they are if "
                "each carries a random mark that breaks ties",
            ),
        ),
        statements=(
            StabilityStatement(
                name="retrain",
                notion=Notion.HYPOTHESIS,
                neighbour=DELETION,
                convention=Convention.RETRAIN,
                values={"beta_hyp": k / m},
            ),
        ),
        degree=None,
        symmetric=True,
        monotone={"k": 1, "m": -1},
    )


def subbagging() -> StabilityTheorem:
    """beta <= L gamma n/m for subbags of n: keep the bags and drop the point; fresh bags: twice.

    There are such bags for n <= m only, fresh ones for n <= m - 1: other setups are refused.
    """
    return _bagged(
        "subbagging", "Proposition 4.4", "subsets drawn without replacement", (KEPT, FRESH)
    )


def bagging() -> StabilityTheorem:
    """The same bound for bags drawn with replacement, if k gamma_k <= n gamma_n for k <= n.

    The paper's sum over the number k of distinct points in a bag, sum_k (k gamma_k/m) P(k), is at
    most n gamma_n/m then. Fresh bags are not covered: a point drawn twice would be replaced twice.
    """
    return _bagged("bagging", "Propositions 4.1 and 4.3", "bags drawn with replacement", (KEPT,))


KEPT = ("bags kept, the point dropped from them", Convention.NULL_STEP, 1)
FRESH = ("fresh bags of the other points", Convention.RETRAIN, 2)


def _bagged(
    kind: str, label: str, how: str, deletions: tuple[tuple[str, Convention, int], ...]
) -> StabilityTheorem:
    value = L * base * subsample / m
    return StabilityTheorem(
        id=f"elisseeff2005-{kind}",
        title=f"uniform stability in expectation of {kind}",
        source=_source(label, "FOUND(full), RE-DERIVED" if kind == "bagging" else "FOUND(full)"),
        trust=Trust.DERIVED,
        hypotheses=(
            trains_by(kind),
            LIPSCHITZ,
            promised(
                f"{kind}-base-stability",
                f"{how}; the loss is L-Lipschitz in the prediction, and the base prediction moves "
                "at most gamma n/k when one of k distinct points of a bag is deleted",
            ),
        ),
        statements=tuple(
            StabilityStatement(
                name=name,
                notion=Notion.UNIFORM,
                neighbour=DELETION,
                convention=convention,
                values={"beta": factor * value},
                extras={"rho": L * prediction_range / draws, "draws": draws},
            )
            for name, convention, factor in deletions
        ),
        averaged_over=Averaged.ALGORITHM,
        meanings={"L": "Lipschitz constant of the loss in the prediction"},
        symmetric=False,  # the base algorithm may look at the order of a bag
        monotone={"L": 1, "base": 1, "subsample": 1, "m": -1},
    )


def theorem9() -> GeneralizationTheorem:
    """R <= R_loo + sqrt((2 M^2 + 12 M m beta_hyp)/(m delta)), over sample and algorithm.

    Sharper: M^2 + 4 M m beta_hyp under the root, also without symmetry.
    """
    return _polynomial("thm9", "Theorem 9", (Notion.HYPOTHESIS, DELETION), Quantity.LOO_GAP)


def theorem12() -> GeneralizationTheorem:
    """R <= R_emp + sqrt((2 M^2 + 12 M m epsilon_pt)/(m delta)), over sample and algorithm.

    Sharper: M^2 + 4 M m epsilon_pt under the root.
    """
    return _polynomial("thm12", "Theorem 12", (Notion.POINTWISE, REPLACEMENT), Quantity.GAP)


PUBLISHED: Name = "as published"
SECOND_MOMENTS = {PUBLISHED: (2, 12), "re-derived, sharper": (1, 4)}
"""m E G^2 is at most a M^2 + b M m times the constant."""


def _polynomial(
    name: str, label: str, takes: tuple[Notion, Neighbour], quantity: Quantity
) -> GeneralizationTheorem:
    constant = beta_hyp if takes[0] is Notion.HYPOTHESIS else epsilon_pt
    half = "R_loo" if quantity is Quantity.LOO_GAP else "R_emp"
    which = "hypothesis" if constant is beta_hyp else "pointwise hypothesis"
    return GeneralizationTheorem(
        id=f"elisseeff2005-{name}",
        title=f"polynomial bound on R - {half} from random {which} stability",
        source=_source(label, "FOUND(full), RE-DERIVED"),
        trust=Trust.DERIVED,
        statements=tuple(
            GeneralizationStatement(
                name=reading,
                takes=takes,
                quantity=quantity,
                values={"bound": sympy.sqrt((a * M**2 + b * M * m * constant) / (m * delta))},
            )
            for reading, (a, b) in SECOND_MOMENTS.items()
        ),
        over=Over.BOTH,
        averages=Averaged.NOTHING,
        hypotheses=(SURE,),
        positions=Positions.MEAN,
        monotone={"delta": -1, "M": 1, constant.name: 1, "m": -1},
    )


def theorem15_emp() -> GeneralizationTheorem:
    """R <= R_emp + 2 beta + ((M + 4 m beta)/sqrt(2m) + sqrt(2 draws) rho) sqrt(log(2/delta))."""
    return _theorem15("emp", Quantity.GAP, 2 * beta)


def theorem15_loo() -> GeneralizationTheorem:
    """R <= R_loo + beta + ((M + 4 m beta)/sqrt(2m) + sqrt(2 draws) rho) sqrt(log(2/delta)).

    Printed with 2 m beta_{m-1} + 2 m beta_m; what enters is (m - 1) beta_{m-1} <= m beta.
    """
    return _theorem15("loo", Quantity.LOO_GAP, beta)


def _theorem15(half: str, quantity: Quantity, bias: sympy.Expr) -> GeneralizationTheorem:
    tail = sympy.sqrt(sympy.log(2 / delta))
    spread = (M + 4 * m * beta) / sympy.sqrt(2 * m) + sympy.sqrt(2 * draws) * rho
    loo = half == "loo"
    return GeneralizationTheorem(
        id=f"elisseeff2005-thm15-{half}",
        title=f"exponential bound on R - R_{half} from uniform stability in expectation",
        source=_source(
            f"Theorem 15, {'leave-one-out' if loo else 'empirical'} half", "FOUND(full), RE-DERIVED"
        ),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(
                takes=(Notion.UNIFORM, DELETION),
                quantity=quantity,
                values={"bound": bias + spread * tail},
                domain=(m >= 2,) if loo else (),
            ),
        ),
        over=Over.BOTH,
        averages=Averaged.NOTHING,
        hypotheses=(IN_EXPECTATION, carries_draws()),
        at_previous_size=loo,
        scales_down=("beta",) if loo else (),
        monotone={"delta": -1, "M": 1, "beta": 1, "rho": 1, "draws": 1},
    )
