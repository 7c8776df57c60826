"""Bassily, Feldman, Guzman and Talwar, "Stability of SGD on nonsmooth convex losses", NeurIPS 2020.

Uniform stability of (projected) gradient methods on convex Lipschitz losses that need not be
smooth. The constants are re-derived, those printed in the paper may differ; the value is for the
loss, L times the distance of the weights. From the same start, one replaced example:
d_{t+1}^2 <= d_t^2 + 2 alpha_t a_t d_t + 4 L^2 alpha_t^2, a_t = 2 L/m on average, hence by induction
d_T <= 2 L sqrt(sum alpha_t^2) + sum alpha_t a_t. A regulariser has to be part of the loss: with one
beside it, steps of more than 2/mu drive the runs apart.
"""

from __future__ import annotations

import sympy

from stability.conventions import Averaged, Neighbour, Notion, Trust
from stability.theorems.kinds import Source, StabilityStatement, StabilityTheorem
from stability.theorems.kinds.hypotheses import (
    CONVEX,
    LIPSCHITZ,
    LOSS_ALONE,
    PROJECTED,
    RUN_FIXED,
    trains_by,
)
from stability.theorems.kinds.hypothesis import Hypothesis
from stability.theorems.statements.symbols import alpha, symbols, t

m, L, T, radius = symbols("m L T radius")
SUM = sympy.Sum(alpha(t), (t, 1, T))
SQUARES = sympy.Sum(alpha(t) ** 2, (t, 1, T))
DRIFT = L * (2 * L * sympy.sqrt(SQUARES) + 2 * L * SUM / m)


def gradient_descent() -> StabilityTheorem:
    """Full-batch gradient descent: L (2 L sqrt(sum alpha^2) + (2 L/m) sum alpha)."""
    return _theorem("gd", trains_by("gd"), Averaged.NOTHING)


def sgd() -> StabilityTheorem:
    """SGD with replacement, one example a step: the same in expectation over the draws."""
    drawn = trains_by("sgd", order="with-replacement", batch_size=1)
    return _theorem("sgd", drawn, Averaged.ALGORITHM)


def _theorem(kind: str, trained: Hypothesis, averaged: Averaged) -> StabilityTheorem:
    shape = {"notion": Notion.UNIFORM, "neighbour": Neighbour.REPLACEMENT}
    return StabilityTheorem(
        id=f"bassily2020-{kind}",
        title=f"uniform stability of {kind.upper()} on nonsmooth convex losses",
        source=Source(
            "Bassily, Feldman, Guzman and Talwar",
            2020,
            "Stability of stochastic gradient descent on nonsmooth convex losses",
            "upper bound, constants re-derived",
            "FOUND(abstract), RE-DERIVED",
        ),
        trust=Trust.DERIVED,
        hypotheses=(trained, CONVEX, LIPSCHITZ, RUN_FIXED, LOSS_ALONE),
        statements=(
            StabilityStatement(name="replacement", values={"epsilon": DRIFT}, **shape),
            StabilityStatement(
                name="replacement, projected on a ball",
                values={"epsilon": sympy.Min(2 * radius * L, DRIFT)},
                hypotheses=(PROJECTED,),
                **shape,
            ),
        ),
        averaged_over=averaged,
        symmetric=True,
        monotone={"L": 1, "alpha": 1, "T": 1, "radius": 1, "m": -1},
    )
