"""Moments of the gap from an elastic constant, after Bousquet, Klochkov and Zhivotovskiy (2020).

Own result. In their proof the bounded difference of the i-th summand may depend on Z_i, so the
second argument of beta is averaged in L_q while the first stays a supremum; deleting and adding
also costs the diagonal.
"""

from __future__ import annotations

import sympy

from stability.conventions import Neighbour, Notion, Over, Quantity, Trust
from stability.setup.fields import NON_NEGATIVE
from stability.theorems.kinds import GeneralizationStatement, GeneralizationTheorem, Source
from stability.theorems.kinds.choosers import ElasticNorms
from stability.theorems.kinds.situation import Choice
from stability.theorems.kinds.support import Shape, Support
from stability.theorems.statements.symbols import ORDER, symbols

m, M, B, U, B1, D, order = symbols("m M B U B1 D order")
diagonal_norm, column_norm, supremum_norm = symbols("diagonal_norm column_norm supremum_norm")
NORMS = ("diagonal_norm", "column_norm", "supremum_norm")
SECOND = (sympy.Eq(order, 2),)
NORM_FORMS = (
    Support(
        name="norm of the diagonal",
        values={"diagonal_norm": sympy.sqrt(U) * sympy.sqrt(D)},
        domain=SECOND,
    ),
    Support(
        name="norm of the column mean",
        values={"column_norm": sympy.sqrt(U) * sympy.sqrt(B1)},
        domain=SECOND,
    ),
    Support(name="norm of the supremum, any beta", values={"supremum_norm": U}, domain=SECOND),
    Support(
        name="norm of the supremum, product",
        values={"supremum_norm": sympy.sqrt(U) * sympy.sqrt(B)},
        domain=SECOND,
        shape=Shape.PRODUCT,
    ),
)
"""Norms for q = 2 from the four numbers of beta: E X^2 <= U E X for 0 <= X <= U."""


def moments() -> GeneralizationTheorem:
    """||G||_q <= [B + B1 + |diag|_q + |column|_q]/m + 2 (q - 1) ceil(log2 m) [B + |sup|_q]/m
    + M sqrt((q - 1)/m), q >= 2."""
    levels = sympy.ceiling(sympy.log(m) / sympy.log(2))
    value = (
        (B + B1 + diagonal_norm + column_norm) / m
        + 2 * (order - 1) * levels * (B + supremum_norm) / m
        + M * sympy.sqrt(order - 1) / sympy.sqrt(m)
    )
    return GeneralizationTheorem(
        id="elastic-moments",
        title="moments of the gap from an elastic constant",
        source=Source(
            "this project", 2026, "Elastic moments", "after BKZ Theorem 4", "RE-DERIVED(own)"
        ),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(
                takes=(Notion.ELASTIC, Neighbour.DELETION),
                quantity=Quantity.MOMENT,
                values={"bound": value},
            ),
        ),
        over=Over.NOTHING,
        choose=Choice({"order": ORDER, **dict.fromkeys(NORMS, NON_NEGATIVE)}, ElasticNorms(NORMS)),
        supporting=NORM_FORMS,
        monotone={
            "B": 1,
            "B1": 1,
            "diagonal_norm": 1,
            "column_norm": 1,
            "supremum_norm": 1,
            "M": 1,
            "order": 1,
        },
    )
