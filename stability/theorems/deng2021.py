"""Deng, He and Su, "Toward better generalization bounds with locally elastic stability", ICML 2021.

The theorem that motivates this library, in the form that is remembered of it: for every eta > 0 and
m large enough. Not a certificate at any given m: its first term lacks the diagonal E beta(z, z),
which only a large m absorbs. The finite-sample theorem of this library is the one to use.
"""

from __future__ import annotations

from fractions import Fraction

import sympy

from stability.conventions import Kind, Neighbour, Notion, Quantity, Trust
from stability.setup.fields import NON_NEGATIVE
from stability.theorems.kinds import GeneralizationStatement, GeneralizationTheorem, Source
from stability.theorems.kinds.choosers import ShareOf
from stability.theorems.kinds.hypothesis import promised
from stability.theorems.kinds.situation import Choice
from stability.theorems.statements.symbols import symbols

m, delta, M, B, eta = symbols("m delta M B eta")
LARGE_SAMPLE = promised("large-sample", "m is large enough, depending on eta, delta and beta")


def asymptotic() -> GeneralizationTheorem:
    """G <= 2 B/m + 2 (2 B + eta + M) sqrt(2 log(2/delta)/m) for m large enough."""
    tail = sympy.sqrt(2 * sympy.log(2 / delta) / m)
    return GeneralizationTheorem(
        id="deng2021-asymptotic",
        title="asymptotic elastic bound on R - R_emp",
        source=Source(
            "Deng, He and Su",
            2021,
            "Toward Better Generalization Bounds with Locally Elastic Stability",
            "main theorem",
            "RECALLED(hi), RE-DERIVED",
            "for m large enough, how large is not said; re-derived for every m with "
            "81 U^6 <= 4 m eta^6, 4 U^2 <= m eta^2 and 1 <= 3 m delta, any beta <= U",
        ),
        trust=Trust.DERIVED,
        hypotheses=(LARGE_SAMPLE,),
        statements=(
            GeneralizationStatement(
                takes=(Notion.ELASTIC, Neighbour.DELETION),
                quantity=Quantity.GAP,
                values={"bound": 2 * B / m + 2 * (2 * B + eta + M) * tail},
            ),
        ),
        kind=Kind.ASYMPTOTIC,
        choose=Choice({"eta": NON_NEGATIVE}, ShareOf("eta", "B", Fraction(1, 10))),
        monotone={"B": 1, "eta": 1, "M": 1, "delta": -1, "m": -1},
    )
