"""Nguyen-Cung and Nguyen (2026 preprint): moments of the gap without a logarithm.

Second hand, as restated by Dewasurendra (2026); unrefereed, the proof was not read here.
"""

from __future__ import annotations

from fractions import Fraction

import sympy

from stability.conventions import Neighbour, Notion, Over, Quantity, Trust
from stability.theorems.kinds import GeneralizationStatement, GeneralizationTheorem, Source
from stability.theorems.kinds.choosers import Fixed
from stability.theorems.kinds.situation import Choice
from stability.theorems.statements.symbols import ORDER, symbols

m, M, epsilon, order = symbols("m M epsilon order")


def logfree() -> GeneralizationTheorem:
    """||G||_q <= 33 q epsilon + M sqrt(2 q/m), q >= 2."""
    return GeneralizationTheorem(
        id="nguyen2026-logfree",
        title="log-free moments of the gap from uniform stability",
        source=Source(
            "Nguyen-Cung and Nguyen",
            2026,
            "preprint, arXiv 2608.09870",
            "as restated by Dewasurendra (2026)",
            "FOUND(restated)",
            "second hand and unrefereed",
        ),
        trust=Trust.SECOND_HAND,
        statements=(
            GeneralizationStatement(
                takes=(Notion.UNIFORM, Neighbour.REPLACEMENT),
                quantity=Quantity.MOMENT,
                values={"bound": 33 * order * epsilon + M * sympy.sqrt(2 * order / m)},
            ),
        ),
        over=Over.NOTHING,
        choose=Choice({"order": ORDER}, Fixed("order", Fraction(2))),
        monotone={"epsilon": 1, "M": 1, "order": 1, "m": -1},
    )
