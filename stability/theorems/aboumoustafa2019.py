"""Abou-Moustafa and Szepesvari, "An exponential tail bound for the deleted estimate", ALT 2019.

L_q stability coefficients of a symmetric rule, retraining on m - 1 points. The growth of the
coefficients with q is given by u1 and w1: for all whole q,
2 m beta_{4q}^2(m-1) + (2/m^2) sum_i |l(A(S^-i), X_i)|_{4q}^2 <= max(sqrt(q) u1, q w1).
"""

from __future__ import annotations

import sympy

from stability.conventions import Neighbour, Notion, Quantity, Trust
from stability.setup.fields import POSITIVE
from stability.theorems.kinds import GeneralizationStatement, GeneralizationTheorem, Source
from stability.theorems.kinds.choosers import Minimise
from stability.theorems.kinds.hypotheses import SYMMETRIC
from stability.theorems.kinds.situation import Choice
from stability.theorems.statements.symbols import symbols

m, delta, M, beta_hyp, beta_2, u1, w1, a = symbols("m delta M beta_hyp beta_2 u1 w1 a")


def theorem6() -> GeneralizationTheorem:
    """R - R_loo <= beta_1 + 4 sqrt((m beta_2^2 + C1) log(4/delta)) + C2 log(4/delta).

    C1 = 2.2 a^2 u1 + 1.07 a^2 w1^2, C2 = (4/3)(1.46 a w1 + 1/a), any a > 0, losses in [0, 1]; the
    printed statement, on the absolute value, fails with probability twice its delta, so half of the
    total enters it.
    """
    tail = sympy.log(4 / delta)
    u, w = u1 / M**2, w1 / M**2
    C1 = sympy.Rational(11, 5) * a**2 * u + sympy.Rational(107, 100) * a**2 * w**2
    C2 = sympy.Rational(4, 3) * (sympy.Rational(73, 50) * a * w + 1 / a)
    deviation = 4 * sympy.sqrt((m * beta_2**2 / M**2 + C1) * tail) + C2 * tail
    return GeneralizationTheorem(
        id="aboumoustafa2019-thm6",
        title="exponential tail of the deleted estimate from L_q stability",
        source=Source(
            "Abou-Moustafa and Szepesvari",
            2019,
            "An Exponential Tail Bound for the Deleted Estimate",
            "Theorem 6",
            "FOUND(full)",
            "stated for losses in [0, 1]; range [0, M] by normalising",
        ),
        trust=Trust.SECOND_HAND,
        statements=(
            GeneralizationStatement(
                takes=(Notion.LQ, Neighbour.DELETION),
                quantity=Quantity.LOO_GAP,
                values={"bound": beta_hyp + M * deviation},
                domain=(m >= 2,),
            ),
        ),
        hypotheses=(SYMMETRIC,),
        choose=Choice({"a": POSITIVE}, Minimise("a")),
        monotone={"beta_hyp": 1, "beta_2": 1, "u1": 1, "w1": 1, "delta": -1},
    )
