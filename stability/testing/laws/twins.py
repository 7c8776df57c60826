"""Pairs of theorems that must give the same number where they say the same, and the law of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import sympy

from stability.testing.laws.law import Draw, for_all
from stability.testing.strategies.rationals import (
    counts,
    non_negative_rationals,
    positive_rationals,
    shares,
)
from stability.theorems.catalogue import BY_ID
from stability.theorems.kinds import GeneralizationTheorem, Theorem
from stability.theorems.statements.symbols import symbol, symbols
from stability.theorems.statements.term import Enclosure, Term

m, delta = symbols("m delta")
x = sympy.Symbol("x", nonnegative=True)
Substitution = Mapping[str, sympy.Expr]


@dataclass(frozen=True)
class Twin:
    """Two theorems, and the values of their symbols (in m, M, delta, order and x) where their
    last statements, the sharpest ones, are the same number."""

    first: str
    in_first: Substitution
    second: str
    in_second: Substitution
    why: str


CONSTANT_BETA = {"B": x, "U": x, "B1": x, "D": x, "eta": sympy.S.Zero, "p": sympy.S.Zero}
CONSTANT_NORMS = {name: x for name in ("B", "B1", "diagonal_norm", "column_norm", "supremum_norm")}
WITHOUT_DRAWS = {"beta": x, "rho": sympy.S.Zero, "draws": sympy.S.One}

SAME_NORMS = {name: x for name in ("b_rms", "c_rms", "d_rms", "beta_rms", "beta_4")}

TWINS = (
    Twin(
        "uniform-second-moment",
        {"epsilon": 2 * x / m},
        "elastic-second-moment",
        SAME_NORMS,
        "a constant beta is uniform",
    ),
    Twin(
        "bousquet2002-thm12-emp",
        {"beta": x},
        "mohri2018-replacement",
        {"epsilon": 2 * x},
        "a deletion constant beta is a replacement constant 2 beta",
    ),
    Twin(
        "bousquet2002-thm12-emp",
        {"beta": x / m},
        "elastic-finite-emp",
        CONSTANT_BETA,
        "a constant beta is uniform",
    ),
    Twin(
        "bousquet2002-thm12-loo",
        {"beta": x / m},
        "elastic-finite-loo",
        CONSTANT_BETA,
        "a constant beta is uniform",
    ),
    Twin(
        "bousquet2020-moment",
        {"epsilon": 2 * x / m},
        "elastic-moments",
        CONSTANT_NORMS,
        "a constant beta is uniform",
    ),
    Twin(
        "bousquet2002-thm12-emp",
        {"beta": x, "delta": delta / 2},
        "elisseeff2005-thm15-emp",
        WITHOUT_DRAWS,
        "without randomness half of delta is left over",
    ),
    Twin(
        "bousquet2002-thm12-loo",
        {"beta": x, "delta": delta / 2},
        "elisseeff2005-thm15-loo",
        WITHOUT_DRAWS,
        "without randomness half of delta is left over",
    ),
)
"""Pairs of theorems of this library that agree."""


def _value(
    theorem: GeneralizationTheorem, chosen: Substitution, given: Mapping[str, Fraction]
) -> Enclosure:
    expression = theorem.statements[-1].values["bound"]
    bound = {name: symbol(name) for name in given if name != "x"} | dict(chosen)
    replaced = expression.subs({symbol(n): e for n, e in bound.items()}, simultaneous=True)
    return Term(replaced, given).enclosure()


def disagreement(
    first: GeneralizationTheorem, second: GeneralizationTheorem, twin: Twin, draw: Draw
) -> str | None:
    """Where two theorems differ that have to agree, in words, or None."""
    given = {
        "m": Fraction(draw(counts(2))),
        "M": draw(positive_rationals()),
        "delta": draw(shares()),
        "order": 2 + draw(non_negative_rationals()),
        "x": draw(non_negative_rationals()),
    }
    a, b = _value(first, twin.in_first, given), _value(second, twin.in_second, given)
    if a.high < b.low or b.high < a.low:
        listed = ", ".join(f"{name} = {float(value):g}" for name, value in given.items())
        return (
            f"{first.id} gives {float(a.high):.12g} and {second.id} {float(b.high):.12g}, although "
            f"{twin.why}; at {listed}"
        )
    return None


def _twins_agree(theorem: GeneralizationTheorem, draw: Draw) -> str | None:
    for twin in TWINS:
        known = {**BY_ID, theorem.id: theorem}
        if theorem.id in (twin.first, twin.second):
            first, second = known[twin.first], known[twin.second]
            found = disagreement(first, second, twin, draw)  # type: ignore[arg-type]
            if found:
                return found
    return None


def has_twin(theorem: Theorem) -> bool:
    """Whether the table has a theorem that this one must agree with."""
    return any(theorem.id in (twin.first, twin.second) for twin in TWINS)


TWIN_LAWS = (
    for_all(
        "agrees with its twins",
        "theorems that say the same thing in some case give the same number there",
        _twins_agree,
        has_twin,
    ),
)
