"""Feldman and Vondrak, "Generalization bounds for uniformly stable algorithms", NeurIPS 2018.

The second moment of the gap under uniform replacement stability. The paper's high-probability
bound has no constant that could be recovered and is not here.
"""

from __future__ import annotations

from stability.conventions import Neighbour, Notion, Over, Quantity
from stability.symbols import symbols
from stability.theorem import GeneralizationTheorem, Reading, Source

m, M, epsilon = symbols("m M epsilon")


def second_moment() -> GeneralizationTheorem:
    """E (R - R_emp)^2 <= 16 epsilon^2 + 2 M^2/m; the same computation gives 10 and 1/2.

    Sharper reading: with g_i centred in its own coordinate, |E g_i g_j| <= epsilon^2 and
    E g_i^2 <= M^2/4 (Popoviciu), so (2 epsilon + sqrt(epsilon^2 + M^2/(4 m)))^2 is an upper bound.
    """
    shape = {
        "consumes": (Notion.UNIFORM, Neighbour.REPLACEMENT),
        "quantity": Quantity.SQUARED_GAP,
    }
    return GeneralizationTheorem(
        id="feldman2018-second-moment",
        title="second moment of the gap from uniform stability",
        source=Source(
            "Feldman and Vondrak",
            2018,
            "Generalization bounds for uniformly stable algorithms",
            "second moment",
            "RECALLED(hi), RE-DERIVED",
            "stated for losses in [0, 1]; range [0, M] by normalising",
        ),
        readings=(
            Reading(name="as published", values={"bound": 16 * epsilon**2 + 2 * M**2 / m}, **shape),
            Reading(
                name="re-derived, sharper",
                values={"bound": 10 * epsilon**2 + M**2 / (2 * m)},
                **shape,
            ),
        ),
        over=Over.NOTHING,
        degree=2,
        monotone={"epsilon": 1, "M": 1, "m": -1},
        trivial=M**2,
    )
