"""Hardt, Recht and Singer, "Train faster, generalize better: stability of SGD", ICML 2016.

Uniform replacement stability of SGD with batches of one, drawn uniformly with replacement or (the
same constants, in expectation over it) by a fresh permutation in every pass; in expectation over
the algorithm. Start, steps and their number do not depend on the sample. Not said: anything about
one run, or about momentum and adaptive steps.
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
from stability.theorems.kinds.hypotheses import (
    CONVEX,
    LIPSCHITZ,
    RUN_FIXED,
    SMOOTH,
    STRONGLY_CONVEX_STEPS,
    constant_steps,
    decaying_steps,
    step_at_most,
    step_is_inverse_strong_convexity,
    trains_by,
)
from stability.theorems.kinds.hypothesis import Hypothesis, promised
from stability.theorems.kinds.symbol_values import at
from stability.theorems.statements.symbols import alpha, symbols, t

m, L, gamma, mu, M, T, c, epsilon, rho = symbols("m L gamma mu M T c epsilon rho")
RANGE = at("loss.range")
SGD: tuple[Hypothesis, ...] = (
    trains_by("sgd", batch_size=1),
    LIPSCHITZ,
    RUN_FIXED,
)


def _source(label: str, trust: str, note: str = "") -> Source:
    title = "Train faster, generalize better: stability of stochastic gradient descent"
    return Source("Hardt, Recht and Singer", 2016, title, label, trust, note)


def _replacement(value: sympy.Expr, **rest: object) -> tuple[StabilityStatement, ...]:
    return (
        StabilityStatement(
            name="replacement",
            notion=Notion.UNIFORM,
            neighbour=Neighbour.REPLACEMENT,
            values={"epsilon": value},
            **rest,  # type: ignore[arg-type]
        ),
    )


def convex() -> StabilityTheorem:
    """epsilon <= (2 L^2/m) sum alpha_t; attained by linear losses."""
    return StabilityTheorem(
        id="hardt2016-convex",
        title="uniform stability of SGD, convex",
        source=_source("Theorem 3.7 (arXiv 3.8)", "FOUND(full)"),
        trust=Trust.DERIVED,
        hypotheses=(*SGD, CONVEX, SMOOTH, step_at_most(2)),
        statements=_replacement(2 * L**2 * sympy.Sum(alpha(t), (t, 1, T)) / m),
        averaged_over=Averaged.ALGORITHM,
        symmetric=True,
        monotone={"L": 1, "alpha": 1, "T": 1, "m": -1},
    )


def strongly_convex() -> StabilityTheorem:
    """epsilon <= 2 L^2/(mu m) for constant steps at most 1/gamma, whatever the number of steps."""
    return StabilityTheorem(
        id="hardt2016-strongly-convex",
        title="uniform stability of SGD, strongly convex, constant step",
        source=_source("arXiv Theorem 3.9", "RECALLED(hi), RE-DERIVED"),
        trust=Trust.DERIVED,
        hypotheses=(
            *SGD,
            CONVEX,
            SMOOTH,
            STRONGLY_CONVEX_STEPS,
            constant_steps(),
            step_at_most(1),
        ),
        statements=_replacement(2 * L**2 / (mu * m)),
        averaged_over=Averaged.ALGORITHM,
        symmetric=True,
        monotone={"L": 1, "mu": -1, "m": -1},
    )


def strongly_convex_decaying() -> StabilityTheorem:
    """epsilon <= (2 L^2 + gamma rho)/(mu m) for steps 1/(mu t) and losses at most rho."""
    return StabilityTheorem(
        id="hardt2016-strongly-convex-decaying",
        title="uniform stability of SGD, strongly convex, steps 1/(mu t)",
        source=_source("arXiv Theorem 3.10", "RECALLED(hi), RE-DERIVED"),
        trust=Trust.DERIVED,
        hypotheses=(
            *SGD,
            CONVEX,
            SMOOTH,
            STRONGLY_CONVEX_STEPS,
            step_is_inverse_strong_convexity(),
            promised(
                "losses-at-most-rho",
                "losses lie in [0, rho] on a convex set that holds all iterates; rho is loss.range",
            ),
        ),
        statements=_replacement((2 * L**2 + gamma * rho) / (mu * m)),
        averaged_over=Averaged.ALGORITHM,
        meanings={"rho": "bound on the losses on a convex set that holds all iterates"},
        readers={"rho": RANGE},
        symmetric=True,
        monotone={"L": 1, "gamma": 1, "rho": 1, "mu": -1, "m": -1},
    )


def nonconvex() -> StabilityTheorem:
    """(1 + 1/q)/(m - 1) (2 c L^2)^(1/(q+1)) T^(q/(q+1)) M^(q/(q+1)), q = gamma c."""
    q = gamma * c
    value = (
        (1 + 1 / q)
        / (m - 1)
        * (2 * c * L**2) ** (1 / (q + 1))
        * T ** (q / (q + 1))
        * M ** (q / (q + 1))
    )
    return StabilityTheorem(
        id="hardt2016-nonconvex",
        title="uniform stability of SGD, non-convex, steps c/t",
        source=_source(
            "Theorem 3.8 (arXiv 3.12)",
            "FOUND(full), RE-DERIVED",
            "stated for losses in [0, 1]; range [0, M] by normalising, factor M^(q/(q+1))",
        ),
        trust=Trust.DERIVED,
        hypotheses=(*SGD, SMOOTH, decaying_steps()),
        statements=_replacement(value, domain=(m >= 2,)),
        averaged_over=Averaged.ALGORITHM,
        symmetric=True,
        printed={"M": 1},
        monotone={"L": 1, "T": 1, "M": 1, "m": -1},
    )


def expectation() -> GeneralizationTheorem:
    """E[R - R_emp] <= epsilon; the source bounds the other side as well."""
    return GeneralizationTheorem(
        id="hardt2016-expectation",
        title="expected gap from uniform stability in expectation",
        source=_source("Theorem 2.2", "FOUND(full)"),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(
                takes=(Notion.UNIFORM, Neighbour.REPLACEMENT),
                quantity=Quantity.EXPECTED_GAP,
                values={"bound": epsilon},
            ),
        ),
        over=Over.NOTHING,
        averages=Averaged.BOTH,
        monotone={"epsilon": 1},
    )
