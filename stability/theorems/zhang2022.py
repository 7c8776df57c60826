"""Zhang, Zhang, Bald, Pingali, Chen and Goswami, "Stability of SGD: tightness analysis and improved
bounds", UAI 2022.

Upper and lower bounds on uniform stability. As written down they do not scale with the loss: they
can hold in one normalisation only, which is not known, so they are shown and no value is printed.
The convex lower bound is replaced by the value that linear losses attain (see hardt2016-convex).
"""

from __future__ import annotations

import sympy

from stability.conventions import Averaged, Kind, Neighbour, Notion, Scope, Trust
from stability.setup.setup import Setup
from stability.theorems.kinds import Source, StabilityStatement, StabilityTheorem
from stability.theorems.kinds.hypotheses import (
    CONVEX,
    LIPSCHITZ,
    SMOOTH,
    STRONGLY_CONVEX_STEPS,
    decaying_steps,
    step_at_most,
    trains_by,
)
from stability.theorems.kinds.hypothesis import Failure, Hypothesis, never, not_given
from stability.theorems.kinds.symbol_values import Reader
from stability.theorems.statements.symbols import alpha, symbols, t

m, L, M, T, mu, a = symbols("m L M T mu a")
NORMALISATION = ("normalisation",)
UNKNOWN = never(
    "normalisation-known",
    "the normalisation in which the source states it is known",
    "source",
    "The statement does not scale with the loss and is shown only; use hardt2016-nonconvex for an "
    "upper bound and zhang2022-convex-lower for a lower one.",
)
A = {"a": Reader("algorithm.step_size", lambda setup: None)}
MEANING = {"a": "a of the step sizes a/(gamma t)"}


def _not_strongly_convex(setup: Setup) -> Failure | None:
    remedy = "Strongly convex objectives are more stable; see hardt2016-strongly-convex."
    for place, absent in (("algorithm.strong_convexity", None), ("algorithm.weight_decay", 0)):
        found = setup.value(place)
        if found not in (None, absent):
            return Failure(place, found, remedy)
    return None


NOT_STRONGLY_CONVEX = Hypothesis(
    "no-strong-convexity",
    "no strong convexity is known, of the losses or by weight decay: linear losses have none",
    _not_strongly_convex,
)


def _source(label: str, trust: str = "FOUND(full)", note: str = "") -> Source:
    return Source(
        "Zhang, Zhang, Bald, Pingali, Chen and Goswami",
        2022,
        "Stability of SGD: Tightness Analysis and Improved Bounds",
        label,
        trust,
        note or "does not scale with the loss as written down; normalisation unknown",
    )


def _replacement(value: sympy.Expr) -> tuple[StabilityStatement, ...]:
    return (
        StabilityStatement(
            name="replacement",
            notion=Notion.UNIFORM,
            neighbour=Neighbour.REPLACEMENT,
            values={"epsilon": value},
        ),
    )


def nonconvex_upper() -> StabilityTheorem:
    """epsilon <= 16 L^2 T^a/m^(1 + a), steps a/(gamma t), T > m."""
    return StabilityTheorem(
        id="zhang2022-nonconvex-upper",
        title="uniform stability of SGD, non-convex (shown only)",
        source=_source("Theorem 5"),
        trust=Trust.SECOND_HAND,
        hypotheses=(trains_by("sgd", batch_size=1), LIPSCHITZ, SMOOTH, decaying_steps(), UNKNOWN),
        statements=_replacement(16 * L**2 * T**a / m ** (1 + a)),
        averaged_over=Averaged.ALGORITHM,
        unspecified=NORMALISATION,
        degree=None,
        readers=A,
        meanings=MEANING,
        symmetric=True,
        monotone={"L": 1, "T": 1, "m": -1},
    )


def nonconvex_lower() -> StabilityTheorem:
    """Some problem has epsilon >= T^a/(6 m^(1 + a)), steps a/(0.99 gamma t), a < 0.1, T > m."""
    return StabilityTheorem(
        id="zhang2022-nonconvex-lower",
        title="what no stability theorem can beat, non-convex (shown only)",
        source=_source("Theorem 4"),
        trust=Trust.SECOND_HAND,
        hypotheses=(trains_by("sgd", batch_size=1), SMOOTH, decaying_steps(), UNKNOWN),
        statements=_replacement(T**a / (6 * m ** (1 + a))),
        averaged_over=Averaged.ALGORITHM,
        kind=Kind.LOWER,
        scope=Scope.SOME,
        unspecified=NORMALISATION,
        degree=None,
        readers=A,
        meanings=MEANING,
        symmetric=True,
        monotone={"T": 1, "m": -1},
    )


def strongly_convex_lower() -> StabilityTheorem:
    """Some problem has epsilon >= 1/(16 mu m), constant steps 1/(2 gamma)."""
    return StabilityTheorem(
        id="zhang2022-strongly-convex-lower",
        title="what no stability theorem can beat, strongly convex (shown only)",
        source=_source("Theorem 2"),
        trust=Trust.SECOND_HAND,
        hypotheses=(trains_by("sgd", batch_size=1), CONVEX, STRONGLY_CONVEX_STEPS, UNKNOWN),
        statements=_replacement(1 / (16 * mu * m)),
        averaged_over=Averaged.ALGORITHM,
        kind=Kind.LOWER,
        scope=Scope.SOME,
        unspecified=NORMALISATION,
        degree=None,
        symmetric=True,
        monotone={"mu": -1, "m": -1},
    )


def convex_lower() -> StabilityTheorem:
    """Linear losses l(w; z) = L z w, one sign flipped, have epsilon = (2 L^2/m) sum alpha_t.

    Their range is 2 L^2 sum alpha_t. Where that is more than M, flatter ones that fill [0, M] have
    epsilon = M/m.
    """
    moved = 2 * L**2 * sympy.Sum(alpha(t), (t, 1, T))
    return StabilityTheorem(
        id="zhang2022-convex-lower",
        title="what no stability theorem can beat, convex",
        source=_source(
            "Theorem 1, value attained by linear losses",
            "RE-DERIVED",
            "the printed (L/(2m)) sum alpha does not scale with the loss; this instance does",
        ),
        trust=Trust.DERIVED,
        hypotheses=(
            trains_by("sgd", batch_size=1),
            CONVEX,
            LIPSCHITZ,
            SMOOTH,
            step_at_most(2),
            NOT_STRONGLY_CONVEX,
            not_given(
                "not-projected",
                "algorithm.radius",
                "iterates are not projected",
                "Projection can keep linear losses more stable; leave algorithm.radius out.",
            ),
        ),
        statements=_replacement(sympy.Min(moved, M) / m),
        averaged_over=Averaged.ALGORITHM,
        kind=Kind.LOWER,
        scope=Scope.SOME,
        symmetric=True,
        monotone={"L": 1, "alpha": 1, "T": 1, "M": 1, "m": -1},
    )
