"""Mohri, Rostamizadeh and Talwalkar, "Foundations of Machine Learning" (2nd ed., 2018), ch. 14.

Theorem 12 of Bousquet and Elisseeff in the replacement convention. A deletion constant beta enters
it as epsilon = 2 beta and gives the same number.
"""

from __future__ import annotations

import sympy

from stability.conventions import Neighbour, Notion, Quantity, Trust
from stability.theorems.kinds import GeneralizationStatement, GeneralizationTheorem, Source
from stability.theorems.statements.symbols import symbols

m, delta, M, epsilon = symbols("m delta M epsilon")


def replacement() -> GeneralizationTheorem:
    """R <= R_emp + epsilon + (2 m epsilon + M) sqrt(log(1/delta)/(2m))."""
    tail = sympy.sqrt(sympy.log(1 / delta) / (2 * m))
    return GeneralizationTheorem(
        id="mohri2018-replacement",
        title="exponential bound on R - R_emp from uniform replacement stability",
        source=Source(
            "Mohri, Rostamizadeh and Talwalkar",
            2018,
            "Foundations of Machine Learning",
            "Theorem 14.2",
            "RE-DERIVED",
        ),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(
                takes=(Notion.UNIFORM, Neighbour.REPLACEMENT),
                quantity=Quantity.GAP,
                values={"bound": epsilon + (2 * m * epsilon + M) * tail},
            ),
        ),
        monotone={"delta": -1, "M": 1, "epsilon": 1},
    )
