"""How far trained weights are from their mean over samples, from elastic argument stability.

Own results. Assumed: weights A(S) in R^d, |A(S) - A(S^-i)| <= u(z_i)/m for all samples S of size m
and all i, for the very seed of the run; or |A(S) - A(S^i)| <= c where one example is replaced.
Said: E|A - EA|^2 <= E u^2/m, and a tail in which sup u enters with 1/m only. EA is the mean over
samples of that seed: it is not known and never computed.

D_i = (I - E[.|F_(i-1)]) E[A(S) - A(S^-i)|F_i] are martingale differences with the sum A - EA, of
norm at most (u(z_i) + E u)/m and mean square at most E u^2/m^2 given the past: orthogonality gives
the second moment, Pinelis' lemma (1994, Theorem 3.2) the tail. For a replaced example each is at
most c, with a mean square of at most c^2/2.
"""

from __future__ import annotations

import sympy

from stability.conventions import Averaged, Neighbour, Notion, Over, Quantity, Trust
from stability.theorems.kinds import GeneralizationStatement, GeneralizationTheorem, Source
from stability.theorems.kinds.hypotheses import averaged_over
from stability.theorems.statements.symbols import symbols

m, delta, distance = symbols("m delta distance")
u_sup, u_mean, u_rms = symbols("u_sup u_mean u_rms")
ELASTIC = (Notion.ELASTIC_ARGUMENT, Neighbour.DELETION)
UNIFORM = (Notion.ARGUMENT, Neighbour.REPLACEMENT)
OF_THE_SEED = averaged_over(Averaged.NOTHING)
RISING = {"u_sup": 1, "u_mean": 1, "u_rms": 1, "distance": 1}
SQUARES = {ELASTIC: u_rms**2 / m, UNIFORM: m * distance**2 / 2}
"""Bounds on E|A - EA|^2."""
STEPS = {ELASTIC: (u_sup + u_mean) / m, UNIFORM: distance}
"""How far one example alone can move the mean of the weights given the examples before it."""


def radius(takes: tuple[Notion, Neighbour], failure: sympy.Expr) -> sympy.Expr:
    """r with P(|A - EA| >= r) <= failure: a l/3 + sqrt((a l/3)^2 + 2 l s^2), l = log(2/failure)."""
    log = sympy.log(2 / failure)
    third = STEPS[takes] * log / 3
    return third + sympy.sqrt(third**2 + 2 * log * SQUARES[takes])


def _source(label: str) -> Source:
    return Source("this project", 2026, "Sharper elastic bounds", label, "RE-DERIVED(own)")


def tail() -> GeneralizationTheorem:
    """|A(S) - E A| <= a l/3 + sqrt((a l/3)^2 + 2 l s^2), l = log(2/delta).

    a = (sup u + E u)/m and s^2 = E u^2/m; for a replaced example a = c and s^2 = m c^2/2.
    """
    return GeneralizationTheorem(
        id="elastic-radius",
        title="distance of the trained weights from their mean over samples",
        source=_source("radius, tail"),
        trust=Trust.SECOND_HAND,
        hypotheses=(OF_THE_SEED,),
        statements=(
            GeneralizationStatement(
                name="deletion, elastic",
                takes=ELASTIC,
                quantity=Quantity.DISTANCE,
                values={"bound": radius(ELASTIC, delta)},
            ),
            GeneralizationStatement(
                name="replacement, uniform",
                takes=UNIFORM,
                quantity=Quantity.DISTANCE,
                values={"bound": radius(UNIFORM, delta)},
            ),
        ),
        degree=0,
        monotone={**RISING, "delta": -1},
    )


def second_moment() -> GeneralizationTheorem:
    """E|A(S) - E A|^2 <= E u^2/m; for a replaced example m c^2/2."""
    return GeneralizationTheorem(
        id="elastic-radius-second-moment",
        title="mean squared distance of the trained weights from their mean over samples",
        source=_source("radius, second moment"),
        trust=Trust.SECOND_HAND,
        hypotheses=(OF_THE_SEED,),
        statements=(
            GeneralizationStatement(
                name="deletion, elastic",
                takes=ELASTIC,
                quantity=Quantity.SQUARED_DISTANCE,
                values={"bound": SQUARES[ELASTIC]},
            ),
            GeneralizationStatement(
                name="replacement, uniform",
                takes=UNIFORM,
                quantity=Quantity.SQUARED_DISTANCE,
                values={"bound": SQUARES[UNIFORM]},
            ),
        ),
        over=Over.NOTHING,
        degree=0,
        monotone={"u_rms": 1, "distance": 1},
    )
