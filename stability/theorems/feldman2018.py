"""Feldman and Vondrak, "Generalization bounds for uniformly stable algorithms", NeurIPS 2018.

The second moment of the gap under uniform replacement stability, and the tail that Markov's
inequality makes of it. The paper's own high-probability bound has no constant that could be
recovered and is not here.
"""

from __future__ import annotations

import sympy

from stability.conventions import Neighbour, Notion, Over, Quantity, Trust
from stability.theorems.kinds import GeneralizationStatement, GeneralizationTheorem, Source
from stability.theorems.statements.symbols import symbols

m, delta, M, epsilon = symbols("m delta M epsilon")
PUBLISHED = 16 * epsilon**2 + 2 * M**2 / m
SHARPER = 10 * epsilon**2 + M**2 / (2 * m)


def _source(label: str, trust: str) -> Source:
    return Source(
        "Feldman and Vondrak",
        2018,
        "Generalization bounds for uniformly stable algorithms",
        label,
        trust,
        "stated for losses in [0, 1]; range [0, M] by normalising",
    )


def second_moment() -> GeneralizationTheorem:
    """E (R - R_emp)^2 <= 16 epsilon^2 + 2 M^2/m; the same computation gives 10 and 1/2.

    Sharper reading: with g_i centred in its own coordinate, |E g_i g_j| <= epsilon^2 and
    E g_i^2 <= M^2/4 (Popoviciu), so (2 epsilon + sqrt(epsilon^2 + M^2/(4 m)))^2 is an upper bound.
    """
    shape = {
        "takes": (Notion.UNIFORM, Neighbour.REPLACEMENT),
        "quantity": Quantity.SQUARED_GAP,
    }
    return GeneralizationTheorem(
        id="feldman2018-second-moment",
        title="second moment of the gap from uniform stability",
        source=_source("second moment", "RECALLED(hi), RE-DERIVED"),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(name="as published", values={"bound": PUBLISHED}, **shape),
            GeneralizationStatement(name="re-derived, sharper", values={"bound": SHARPER}, **shape),
        ),
        over=Over.NOTHING,
        degree=2,
        monotone={"epsilon": 1, "M": 1, "m": -1},
    )


def chebyshev() -> GeneralizationTheorem:
    """|G| <= sqrt((10 epsilon^2 + M^2/(2m))/delta), by Markov's inequality for G^2.

    Often the smallest uniform bound at moderate delta: it pays 1/sqrt(delta) in place of
    sqrt(log(1/delta)), and epsilon in place of sqrt(m) epsilon.
    """
    return GeneralizationTheorem(
        id="feldman2018-chebyshev",
        title="tail of the absolute gap from the second moment under uniform stability",
        source=_source("second moment and Markov's inequality", "RE-DERIVED"),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(
                takes=(Notion.UNIFORM, Neighbour.REPLACEMENT),
                quantity=Quantity.ABSOLUTE_GAP,
                values={"bound": sympy.sqrt(SHARPER / delta)},
            ),
        ),
        monotone={"epsilon": 1, "M": 1, "m": -1, "delta": -1},
    )
