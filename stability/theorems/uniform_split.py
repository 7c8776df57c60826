"""The split tail and the second moment of the gap from uniform replacement stability.

Own results: `elastic_second_moment` and `elastic_split` with one constant epsilon. Replacing z_j
moves g_i, for given other examples, within an interval of length epsilon, so that g_i - E_j g_i has
at most the root mean square epsilon/2 (Popoviciu); what the gap differs by from the mean of the g_i
is at most 2 epsilon surely, and 3/2 epsilon in root mean square.
"""

from __future__ import annotations

import sympy

from stability.conventions import Neighbour, Notion, Over, Quantity, Trust
from stability.setup.fields import UNIT_OPEN
from stability.theorems.elastic_split import CANTELLI, hoeffding
from stability.theorems.kinds import GeneralizationStatement, GeneralizationTheorem, Source
from stability.theorems.kinds.failure_split import FailureSplit
from stability.theorems.kinds.situation import Choice
from stability.theorems.statements.symbols import symbols

m, M, epsilon, delta, delta_1 = symbols("m M epsilon delta delta_1")
UNIFORM = (Notion.UNIFORM, Neighbour.REPLACEMENT)
ROOT = sympy.Rational(3, 2) * epsilon + sympy.sqrt(
    sympy.Min(M**2 / 4, M**2 / (4 * m) + (1 - 1 / m) * epsilon**2 / 4)
)
TWO = Choice({"delta_1": UNIT_OPEN, "delta_2": UNIT_OPEN}, FailureSplit(("delta_1", "delta_2")))


def _source(label: str) -> Source:
    return Source("this project", 2026, "Elastic split tail", label, "RE-DERIVED(own)")


def uniform_forms(rest: sympy.Expr) -> tuple[GeneralizationStatement, ...]:
    """G <= M t(delta_1) + rest, and |G| with delta_1/2 in t."""
    forms = (
        ("one-sided", Quantity.GAP, delta_1),
        ("two-sided", Quantity.ABSOLUTE_GAP, delta_1 / 2),
    )
    return tuple(
        GeneralizationStatement(
            name=name,
            takes=UNIFORM,
            quantity=quantity,
            values={"bound": M * hoeffding(failure) + rest},
        )
        for name, quantity, failure in forms
    )


def split() -> GeneralizationTheorem:
    """G <= M t(delta_1) + sqrt(1 - 1/m) epsilon/sqrt 2 sqrt((1 - delta_2)/delta_2) + 2 epsilon."""
    rest = sympy.sqrt(1 - 1 / m) * epsilon / sympy.sqrt(2) * CANTELLI
    return GeneralizationTheorem(
        id="uniform-split",
        title="tail of the gap from uniform stability, split into sum, remainder and bias",
        source=_source("split tail, uniform form"),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(
                takes=UNIFORM,
                quantity=Quantity.GAP,
                values={"bound": M * hoeffding(delta_1) + rest + 2 * epsilon},
            ),
        ),
        choose=TWO,
        monotone={"epsilon": 1, "M": 1, "delta_1": -1, "delta_2": -1},
    )


def second_moment() -> GeneralizationTheorem:
    """E G^2 <= (3/2 epsilon + sqrt(min(M^2/4, M^2/(4m) + (1 - 1/m) epsilon^2/4)))^2."""
    return GeneralizationTheorem(
        id="uniform-second-moment",
        title="second moment of the gap from uniform stability",
        source=_source("second moment, uniform form"),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(
                takes=UNIFORM, quantity=Quantity.SQUARED_GAP, values={"bound": ROOT**2}
            ),
        ),
        over=Over.NOTHING,
        degree=2,
        monotone={"epsilon": 1, "M": 1, "m": -1},
    )


def chebyshev() -> GeneralizationTheorem:
    """|G| <= (the root of that)/sqrt(delta), by Markov for G^2."""
    return GeneralizationTheorem(
        id="uniform-chebyshev",
        title="tail of the absolute gap from the second moment, uniform form",
        source=_source("second moment, uniform form, and Markov's inequality"),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(
                takes=UNIFORM,
                quantity=Quantity.ABSOLUTE_GAP,
                values={"bound": ROOT / sympy.sqrt(delta)},
            ),
        ),
        monotone={"epsilon": 1, "M": 1, "m": -1, "delta": -1},
    )
