"""Klochkov and Zhivotovskiy, "Stability and deviation optimal risk bounds with convergence rate
O(1/n)", NeurIPS 2021.

Excess risk, over the best model of a class, under a Bernstein condition. The absolute constant C is
not specified by the source, so the statement is shown and no number follows from it.
"""

from __future__ import annotations

import sympy

from stability.conventions import Neighbour, Notion, Quantity, Trust
from stability.theorems.kinds import GeneralizationStatement, GeneralizationTheorem, Source
from stability.theorems.statements.symbols import symbols

m, delta, M, epsilon, C, bernstein, erm_error = symbols("m delta M epsilon C bernstein erm_error")


def excess() -> GeneralizationTheorem:
    """R - R* <= opt + E opt + C (epsilon log m + (M + B)/m) log(1/delta).

    R* is the least risk in the class of models over which opt = R_emp - min R_emp is taken.
    """
    rate = epsilon * sympy.log(m) + (M + bernstein) / m
    return GeneralizationTheorem(
        id="klochkov2021-excess",
        title="excess risk under a Bernstein condition",
        source=Source(
            "Klochkov and Zhivotovskiy",
            2021,
            "Stability and deviation optimal risk bounds with convergence rate O(1/n)",
            "Theorem 1.1",
            "FOUND(abstract), RECALLED(med)",
            "C is absolute and not specified",
        ),
        trust=Trust.SECOND_HAND,
        statements=(
            GeneralizationStatement(
                takes=(Notion.UNIFORM, Neighbour.REPLACEMENT),
                quantity=Quantity.EXCESS_RISK,
                values={"bound": 2 * erm_error + C * rate * sympy.log(1 / delta)},
            ),
        ),
        unspecified=("C",),
        meanings={
            "erm_error": "excess of the training risk over the least one in a class of models, and "
            "its mean, each at most this"
        },
        monotone={
            "epsilon": 1,
            "M": 1,
            "bernstein": 1,
            "erm_error": 1,
            "C": 1,
            "delta": -1,
        },
    )
