"""Statements that support a free symbol: what the value chosen for it has to be at least.

Some free symbols are more than numbers: p bounds the probability that a row of beta is large, a
norm bounds a moment of beta. Such a symbol may have a value only if a statement says so, and the
statements that do stand beside the theorem, derived as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import sympy

from stability.errors import EvaluationError
from stability.theorems.kinds.constant import Groups, Product, Structure
from stability.theorems.statements.closed_sums import CONSTANT
from stability.theorems.statements.statement import Statement
from stability.theorems.statements.symbols import symbol
from stability.theorems.statements.term import Term, float_above, float_below, vectorised


class Shape(StrEnum):
    """What a supporting statement assumes of the elastic function beta."""

    ANY = "any beta"
    PRODUCT = "a product"
    SQUARE = "a square"
    GROUPS = "one row for each group of deleted points"
    COVERED = "Lipschitz in the deleted point, which balls cover"


@dataclass(frozen=True, kw_only=True)
class Support(Statement):
    """That a free symbol may have a value, the one value of the statement, named as the symbol.

    A larger value of the symbol says less, so what is chosen has to be at least that of one of the
    statements whose `shape` and domain hold. Statements for one group hold of one row; of those the
    sum over the rows counts. A symbol that is not chosen has the smallest value that the constant,
    or a statement without a domain, gives.
    """

    shape: Shape = Shape.ANY


def supported(supports: Iterable[Support]) -> frozenset[str]:
    """The symbols that statements support."""
    return frozenset(name for support in supports for name in support.values)


def least(
    name: str,
    supports: Iterable[Support],
    structure: Structure,
    known: Mapping[str, Any],
    size: int,
) -> Fraction | None:
    """The least value that the statements support for a symbol, None if they support none.

    `known` holds what is known and what is chosen for the other free symbols. The value is a
    rational that is not below the true one.
    """
    of_name = [support for support in supports if name in support.values]
    holding = [support for support in of_name if support.shape in _holding(structure)]
    values = [_value(name, support, known, size) for support in holding]
    found = [value for value in values if value is not None]
    rows = [support for support in of_name if support.shape is Shape.GROUPS]
    if isinstance(structure, Groups) and rows:
        found.append(over_rows(name, rows, structure, known, size))
    return min(found, default=None)


def least_term(
    name: str, supports: Iterable[Support], structure: Structure, known: Mapping[str, Any]
) -> Term | None:
    """The smallest of what is known of a symbol and of what the statements without a domain support
    for it, as a function of the sample size; None if there is neither.

    >>> from stability.theorems.statements.symbols import symbols
    >>> U, D = symbols("U D")
    >>> support = Support(name="diagonal", values={"d_rms": U**2 / D})
    >>> least_term("d_rms", [support], None, {"U": 2, "D": 1, "d_rms": 3}).upper()
    3.0
    """
    holding = [s for s in supports if name in s.values and s.shape in _holding(structure)]
    usable = [s for s in holding if s.names() - {"m"} <= set(known) and not s.domain]
    terms = [s.term(s.values[name], known) for s in usable]
    if name in known:
        terms.insert(0, Term(symbol(name), {name: known[name]}))
    if not terms:
        return None
    least, parts = _least(name, len(terms))
    return Term(least, dict(zip(parts, terms, strict=True)))


@cache
def _least(name: str, count: int) -> tuple[sympy.Expr, tuple[str, ...]]:
    """The smallest of so many parts, and what they are called: sympy takes long to make it."""
    parts = tuple(f"{name} {n}" for n in range(count))
    return sympy.Min(*(sympy.Symbol(part, nonnegative=True) for part in parts)), parts


def _holding(structure: Structure) -> tuple[Shape, ...]:
    if not isinstance(structure, Product):
        return (Shape.ANY,)
    square = (Shape.SQUARE,) if structure.square else ()
    return (Shape.ANY, Shape.PRODUCT, *square)


def _value(name: str, support: Support, known: Mapping[str, Any], size: int) -> Fraction | None:
    """The value of a statement, None outside its domain and where it has none (B = U = 0, say)."""
    if not support.names() - {"m"} <= set(known):
        return None
    try:
        if support.outside(known, CONSTANT, size) is not None:
            return None
        return Fraction(support.term(support.values[name], known).upper(size))
    except EvaluationError:
        return None


def over_rows(
    name: str, supports: Iterable[Support], groups: Groups, known: Mapping[str, Any], size: int
) -> Fraction:
    """The sum over rows of the smallest of the statements for one row, 1 if a row has no room.

    A row that can never exceed B + eta adds 0. B and eta are rounded down, since a lower level is
    exceeded more often; the sum is raised by what adding floats up may have lost.
    """
    B = float_below(known["B"].enclosure(size).low)
    eta = float_below(Fraction(known["eta"]))
    exceeds = groups.top > np.nextafter(B + eta, -np.inf)
    if np.any(exceeds & (groups.b >= B + eta)):
        return Fraction(1)
    rows = {
        "b": groups.b[exceeds],
        "v": groups.v[exceeds],
        "U_row": groups.top[exceeds],
    }
    if not len(rows["b"]):
        return Fraction(0)
    shared = {"m": float(size), "B": B, "eta": eta}
    values = [
        vectorised(support.values[name])(
            **{n: {**shared, **rows}[n] for n in sorted(support.names())}
        )
        for support in supports
    ]
    total = float(np.sum(np.min(values, axis=0)))
    return Fraction(float_above(Fraction(total) * (1 + Fraction(1, 10**12))))
