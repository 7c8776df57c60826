"""Maurer, "A second-order look at stability and generalization", COLT 2017.

Regularised empirical risk minimisation in a Hilbert space: inputs of norm at most 1, a convex loss
l >= 0 of the prediction with l(0) = 1 and three derivatives, regulariser lambda |w|^2. The bound
contains the variance of the gap itself, which has to be given.
"""

from __future__ import annotations

import sympy

from stability.conventions import Neighbour, Notion, Quantity, Trust
from stability.theorems.kinds import GeneralizationStatement, GeneralizationTheorem, Source
from stability.theorems.statements.symbols import symbols

m, delta, lam, c1, c2, c3, gap_variance = symbols("m delta lam c1 c2 c3 gap_variance")


def theorem2() -> GeneralizationTheorem:
    """a1/m + sqrt(2 Var log(1/delta)) + a2 log(1/delta)/m, delta < 1/e, lambda < 1."""
    largest = sympy.Max(1, c1, c2)
    a1 = 2 * largest**2 / lam ** sympy.Rational(3, 2)
    a2 = (68 / lam**3 + 24 * c3 / lam**4) * largest**3
    tail = sympy.log(1 / delta)
    return GeneralizationTheorem(
        id="maurer2017-thm2",
        title="gap of regularised minimisation from its variance",
        source=Source(
            "Maurer",
            2017,
            "A Second-order Look at Stability and Generalization",
            "Theorem 2",
            "FOUND(full)",
        ),
        trust=Trust.SECOND_HAND,
        statements=(
            GeneralizationStatement(
                takes=(Notion.SMOOTH_MINIMIZER, Neighbour.REPLACEMENT),
                quantity=Quantity.GAP,
                values={"bound": a1 / m + sympy.sqrt(2 * gap_variance * tail) + a2 * tail / m},
                domain=(lam < 1, delta * sympy.E < 1),
            ),
        ),
        degree=None,
        meanings={"lam": "regularisation lambda |w|^2 with l(0) = 1 and inputs of norm at most 1"},
        monotone={"lam": -1, "c1": 1, "c2": 1, "c3": 1, "gap_variance": 1, "delta": -1, "m": -1},
    )
