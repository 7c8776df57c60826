"""Bousquet, Klochkov and Zhivotovskiy, "Sharper bounds for uniformly stable algorithms", COLT 2020.

Uniform replacement stability epsilon, losses in [0, M]; symmetry is not needed. The paper gives no
absolute constant for the bound on the gap: those called "as published" follow from the constants of
its Theorem 4 and Lemma 7. The sharper ones take Rio's inequality for martingales in place of those
of Marcinkiewicz and Zygmund and for bounded differences; they halve the set of indices instead of
padding it to a power of two, and use that a conditional mean has a range of length M, not 2 M. They
speak of the absolute gap.
"""

from __future__ import annotations

from fractions import Fraction

import sympy

from stability.conventions import Name, Neighbour, Notion, Over, Quantity, Trust
from stability.theorems.kinds import GeneralizationStatement, GeneralizationTheorem, Source
from stability.theorems.kinds.choosers import Fixed
from stability.theorems.kinds.situation import Choice
from stability.theorems.statements.symbols import ORDER, symbols

m, delta, M, epsilon, epsilon_rms, order = symbols("m delta M epsilon epsilon_rms order")
LOG2 = sympy.ceiling(sympy.log(m) / sympy.log(2))
UNIFORM = (Notion.UNIFORM, Neighbour.REPLACEMENT)
PUBLISHED: Name = "as published"
SHARPER: Name = "re-derived, sharper"


def _source(label: str, trust: str) -> Source:
    title = "Sharper bounds for uniformly stable algorithms"
    return Source("Bousquet, Klochkov and Zhivotovskiy", 2020, title, label, trust)


def _published(size: sympy.Expr, factor: sympy.Expr) -> sympy.Expr:
    """2 epsilon + factor (24 sqrt 2 epsilon ceil(log2 m) size + 4 M sqrt(size/m))."""
    spread = 24 * sympy.sqrt(2) * epsilon * LOG2 * size
    return 2 * epsilon + factor * (spread + 4 * M * sympy.sqrt(size / m))


def _sharper(constant: sympy.Expr, size: sympy.Expr, factor: sympy.Expr) -> sympy.Expr:
    """2 constant + factor (2 (size - 1) constant ceil(log2 m) + M sqrt((size - 1)/m))."""
    spread = 2 * (size - 1) * constant * LOG2
    return 2 * constant + factor * (spread + M * sympy.sqrt(size - 1) / sympy.sqrt(m))


def _readings(
    quantity: Quantity, size: sympy.Expr, factor: sympy.Expr
) -> tuple[GeneralizationStatement, ...]:
    return tuple(
        GeneralizationStatement(
            name=name,
            takes=UNIFORM,
            quantity=quantity,
            values={"bound": value},
        )
        for name, value in (
            (PUBLISHED, _published(size, factor)),
            (SHARPER, _sharper(epsilon, size, factor)),
        )
    )


def moment() -> GeneralizationTheorem:
    """||G||_q <= 2 epsilon + 24 sqrt 2 q epsilon ceil(log2 m) + 4 M sqrt(q/m), q >= 2.

    Sharper: 2 (q - 1) in place of 24 sqrt 2 q, sqrt(q - 1) in place of 4 sqrt(q).
    """
    return GeneralizationTheorem(
        id="bousquet2020-moment",
        title="moments of the gap from uniform stability",
        source=_source("Theorem 4 and Lemma 7", "FOUND(full), RE-DERIVED"),
        trust=Trust.DERIVED,
        statements=_readings(Quantity.MOMENT, order, sympy.Integer(1)),
        over=Over.NOTHING,
        choose=Choice({"order": ORDER}, Fixed("order", Fraction(2))),
        monotone={"epsilon": 1, "M": 1, "order": 1},
    )


def tail() -> GeneralizationTheorem:
    """|G| <= 2 epsilon + 24 sqrt 2 e epsilon ceil(log2 m) l + 4 e M sqrt(l/m).

    Here l = max(2, log(1/delta)). From the moments: P(|Y| > e ||Y||_q) <= exp(-q) with q = l >= 2.
    Sharper: 2 (l - 1) in place of 24 sqrt 2 l, sqrt(l - 1) in place of 4 sqrt(l).
    """
    size = sympy.Max(2, sympy.log(1 / delta))
    return GeneralizationTheorem(
        id="bousquet2020-tail",
        title="tail of the absolute gap from uniform stability",
        source=_source("Corollary 8, explicit constants", "FOUND(full), RE-DERIVED"),
        trust=Trust.DERIVED,
        statements=_readings(Quantity.ABSOLUTE_GAP, size, sympy.E),
        monotone={"epsilon": 1, "M": 1, "delta": -1},
    )


def rms() -> GeneralizationTheorem:
    """One constant per index: ||G||_q <= 2 e + 2 (q - 1) e ceil(log2 m) + M sqrt((q - 1)/m).

    e is the root mean square over the indices, by Cauchy-Schwarz over the halves. With one constant
    for all indices it is the sharper reading of the moment bound.
    """
    return GeneralizationTheorem(
        id="bousquet2020-rms",
        title="moments of the gap from per-index constants",
        source=_source("extension of Theorem 4", "RE-DERIVED(own)"),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(
                takes=(Notion.PER_INDEX, Neighbour.REPLACEMENT),
                quantity=Quantity.MOMENT,
                values={"bound": _sharper(epsilon_rms, order, sympy.Integer(1))},
            ),
        ),
        over=Over.NOTHING,
        choose=Choice({"order": ORDER}, Fixed("order", Fraction(2))),
        monotone={"epsilon_rms": 1, "M": 1, "order": 1},
    )
