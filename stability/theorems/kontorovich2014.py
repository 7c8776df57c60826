"""Kontorovich, "Concentration in unbounded metric spaces and algorithmic stability", ICML 2014.

Rules that are beta-Lipschitz in each of the m training examples and in the test example, for a
metric rho on examples; the range of the loss may be unbounded. The bias term as written down,
beta^2 D_SG^2/2, does not scale with the loss and fails already for m = 1; the mean distance
replaces it (proved by renaming two examples).
"""

from __future__ import annotations

import sympy

from stability.conventions import Neighbour, Notion, Quantity, Trust
from stability.theorems.kinds import GeneralizationStatement, GeneralizationTheorem, Source
from stability.theorems.statements.symbols import symbols

m, delta, beta, mean_distance, D_SG = symbols("m delta beta mean_distance D_SG")


def theorem2() -> GeneralizationTheorem:
    """R - R_emp <= beta E rho(Z, Z') + 3 beta D_SG sqrt(2 m log(1/delta))."""
    tail = 3 * beta * D_SG * sympy.sqrt(2 * m * sympy.log(1 / delta))
    return GeneralizationTheorem(
        id="kontorovich2014-thm2",
        title="gap of totally Lipschitz stable rules, unbounded losses",
        source=Source(
            "Kontorovich",
            2014,
            "Concentration in unbounded metric spaces and algorithmic stability",
            "Theorem 2, bias corrected",
            "FOUND(full), RE-DERIVED",
            "bias beta E rho in place of beta^2 D_SG^2/2",
        ),
        trust=Trust.SECOND_HAND,
        statements=(
            GeneralizationStatement(
                takes=(Notion.TOTAL_LIPSCHITZ, Neighbour.REPLACEMENT),
                quantity=Quantity.GAP,
                values={"bound": beta * mean_distance + tail},
            ),
        ),
        meanings={"beta": "Lipschitz constant of the loss in each training and the test example"},
        monotone={"beta": 1, "mean_distance": 1, "D_SG": 1, "delta": -1},
    )
