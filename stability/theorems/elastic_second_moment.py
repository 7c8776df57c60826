"""The second moment of the gap from an elastic constant, and the tail that Chebyshev makes of it.

Own result, after Feldman and Vondrak (2018) and Bousquet, Klochkov and Zhivotovskiy (2020). Write
b(z') = E_z beta(z', z), c(z) = E_z' beta(z', z), d(z) = beta(z, z), and g_i for the mean over a
fresh z_i' of R(A_S^i) - l(A_S^i, z_i), S^i having z_i' in place of z_i. Then
- E[g_i | all but z_i] = 0 and E g_i^2 <= M^2/4 (Popoviciu);
- E g_i g_j = E (g_i - E_j g_i)(g_j - E_i g_j), E_j the mean over z_j alone; deleting z_j gives a
  function that does not depend on it, so E (g_i - E_j g_i)^2 <= E (b(z_j) + beta(z_j, z_i))^2/m^2;
- |m G - sum g_i| <= (1/m) sum (b(z_i) + B1 + d(z_i) + c(z_i)).
So with Minkowski's inequality and |b|_2^2 <= B B1, |beta|_2^2 <= U B1, |c|_2^2 <= U B1,
|d|_2^2 <= U D. Symmetry is not needed. For constant beta = U it is the bound of Feldman and Vondrak
with epsilon = 2 U/m before its last step, hence never above the sharper reading of it.
"""

from __future__ import annotations

import sympy

from stability.conventions import Neighbour, Notion, Over, Quantity, Trust
from stability.theorems.kinds import GeneralizationStatement, GeneralizationTheorem, Source
from stability.theorems.statements.symbols import symbols

m, delta, M, B, U, B1, D = symbols("m delta M B U B1 D")
BIAS = (sympy.sqrt(B * B1) + B1 + sympy.sqrt(U * D) + sympy.sqrt(U * B1)) / m
PAIRS = (sympy.sqrt(B * B1) + sympy.sqrt(U * B1)) / m
ROOT = BIAS + sympy.sqrt(M**2 / (4 * m) + PAIRS**2)
MONOTONE = {"B": 1, "U": 1, "B1": 1, "D": 1, "M": 1, "m": -1}


def _source(label: str) -> Source:
    return Source("this project", 2026, "Elastic second moment", label, "RE-DERIVED(own)")


def second_moment() -> GeneralizationTheorem:
    """E G^2 <= (bias + sqrt(M^2/(4m) + pairs^2))^2.

    bias = (sqrt(B B1) + B1 + sqrt(U D) + sqrt(U B1))/m, pairs = (sqrt(B B1) + sqrt(U B1))/m.
    """
    return GeneralizationTheorem(
        id="elastic-second-moment",
        title="second moment of the gap from an elastic constant",
        source=_source("second moment"),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(
                takes=(Notion.ELASTIC, Neighbour.DELETION),
                quantity=Quantity.SQUARED_GAP,
                values={"bound": ROOT**2},
            ),
        ),
        over=Over.NOTHING,
        degree=2,
        monotone=MONOTONE,
    )


def chebyshev() -> GeneralizationTheorem:
    """|G| <= (bias + sqrt(M^2/(4m) + pairs^2))/sqrt(delta), by Markov for G^2.

    Smaller than the exponential bound unless delta is small: it pays 1/sqrt(delta) in place of
    sqrt(log(1/delta)), and averages in place of suprema.
    """
    return GeneralizationTheorem(
        id="elastic-chebyshev",
        title="tail of the absolute gap from the elastic second moment",
        source=_source("second moment and Markov's inequality"),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(
                takes=(Notion.ELASTIC, Neighbour.DELETION),
                quantity=Quantity.ABSOLUTE_GAP,
                values={"bound": ROOT / sympy.sqrt(delta)},
            ),
        ),
        monotone={**MONOTONE, "delta": -1},
    )
