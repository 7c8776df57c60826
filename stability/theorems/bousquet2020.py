"""Bousquet, Klochkov and Zhivotovskiy, "Sharper bounds for uniformly stable algorithms", COLT 2020.

Uniform replacement stability epsilon, losses in [0, M]; symmetry is not needed. The paper gives no
absolute constant for the bound on the gap; the constants here are re-derived from its Theorem 4
and Lemma 7. They speak of the absolute gap.
"""

from __future__ import annotations

from fractions import Fraction

import sympy

from stability.conventions import Neighbour, Notion, Over, Quantity
from stability.optimise import Fixed
from stability.symbols import symbols
from stability.theorem import GeneralizationTheorem, Reading, Source

m, delta, M, epsilon, epsilon_rms, order = symbols("m delta M epsilon epsilon_rms order")
LOG2 = sympy.ceiling(sympy.log(m) / sympy.log(2))


def _source(label: str, trust: str) -> Source:
    title = "Sharper bounds for uniformly stable algorithms"
    return Source("Bousquet, Klochkov and Zhivotovskiy", 2020, title, label, trust)


def moment() -> GeneralizationTheorem:
    """||G||_q <= 2 epsilon + 24 sqrt 2 q epsilon ceil(log2 m) + 4 M sqrt(q/m), q >= 2."""
    value = (
        2 * epsilon + 24 * sympy.sqrt(2) * order * epsilon * LOG2 + 4 * M * sympy.sqrt(order / m)
    )
    return GeneralizationTheorem(
        id="bousquet2020-moment",
        title="moments of the gap from uniform stability",
        source=_source("Theorem 4 and Lemma 7", "FOUND(full), RE-DERIVED"),
        readings=(
            Reading(
                consumes=(Notion.UNIFORM, Neighbour.REPLACEMENT),
                quantity=Quantity.MOMENT,
                values={"bound": value},
            ),
        ),
        over=Over.NOTHING,
        choose=Fixed("order", Fraction(2)),
        monotone={"epsilon": 1, "M": 1, "order": 1},
    )


def tail() -> GeneralizationTheorem:
    """|G| <= 2 epsilon + 24 sqrt 2 e epsilon ceil(log2 m) l + 4 e M sqrt(l/m).

    Here l = max(2, log(1/delta)). From the moments: P(|Y| > e ||Y||_q) <= exp(-q) with q = l >= 2.
    """
    size = sympy.Max(2, sympy.log(1 / delta))
    value = (
        2 * epsilon
        + 24 * sympy.sqrt(2) * sympy.E * epsilon * LOG2 * size
        + 4 * sympy.E * M * sympy.sqrt(size / m)
    )
    return GeneralizationTheorem(
        id="bousquet2020-tail",
        title="tail of the absolute gap from uniform stability",
        source=_source("Corollary 8, explicit constants", "FOUND(full), RE-DERIVED"),
        readings=(
            Reading(
                consumes=(Notion.UNIFORM, Neighbour.REPLACEMENT),
                quantity=Quantity.ABSOLUTE_GAP,
                values={"bound": value},
            ),
        ),
        monotone={"epsilon": 1, "M": 1, "delta": -1},
    )


def rms() -> GeneralizationTheorem:
    """One constant per index: ||G||_q <= 2 e + 24 q e ceil(log2 m) + 4 M sqrt(q/m).

    e is the root mean square over the indices. Cauchy-Schwarz over the blocks of the proof of
    Theorem 4 also saves its factor sqrt 2, so a uniform constant enters with profit as e.
    """
    value = 2 * epsilon_rms + 24 * order * epsilon_rms * LOG2 + 4 * M * sympy.sqrt(order / m)
    return GeneralizationTheorem(
        id="bousquet2020-rms",
        title="moments of the gap from per-index constants",
        source=_source("extension of Theorem 4", "RE-DERIVED(own)"),
        readings=(
            Reading(
                name="per-index constants",
                consumes=(Notion.PER_INDEX, Neighbour.REPLACEMENT),
                quantity=Quantity.MOMENT,
                values={"bound": value},
            ),
            Reading(
                name="one constant for all indices",
                consumes=(Notion.UNIFORM, Neighbour.REPLACEMENT),
                quantity=Quantity.MOMENT,
                values={"bound": value.subs(epsilon_rms, epsilon)},
            ),
        ),
        over=Over.NOTHING,
        choose=Fixed("order", Fraction(2)),
        monotone={"epsilon_rms": 1, "epsilon": 1, "M": 1, "order": 1},
    )
