"""Laws about floats: rounded up from an enclosure, and vectorised, never below the value."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import sympy
from hypothesis import strategies as st

from stability.testing.laws.law import Draw, for_all
from stability.testing.laws.value_laws import about, drawn
from stability.testing.strategies.rationals import positive_rationals
from stability.testing.strategies.values import SymbolValues, symbol_values
from stability.theorems.kinds import Statement, Theorem
from stability.theorems.record_faults import values_of
from stability.theorems.statements.closed_sums import CONSTANT, resolve
from stability.theorems.statements.symbols import MEANINGS
from stability.theorems.statements.term import LOOSENESS, Enclosure, Term, vectorised

TINY = Fraction(float(np.finfo(np.float64).tiny))


def _floats_above(theorem: Theorem, draw: Draw) -> str | None:
    values = drawn(theorem, draw)
    for name, expression in values_of(values.statement).items():
        term = values.term(expression)
        value, upper = term.enclosure(), term.upper()
        if not upper >= value.high:
            return f"{name}: the float {upper!r} is below {about(value)} at {values}"
        low, high = value.decimals()
        if not Fraction(low) <= value.low <= value.high <= Fraction(high):
            return f"{name}: printed as [{low}, {high}], which does not contain the value"
    return None


def _closed(statement: Statement) -> dict[str, sympy.Expr]:
    closed = {n: resolve(e, CONSTANT) for n, e in values_of(statement).items()}
    hard = (sympy.Sum, sympy.Product, sympy.harmonic)
    return {
        name: e
        for name, e in closed.items()
        if not e.has(*hard) and all(s.name in MEANINGS for s in e.free_symbols)
    }


def _can_vectorise(theorem: Theorem) -> bool:
    return any(_closed(statement) for statement in theorem.statements)


def _vectorised(theorem: Theorem, draw: Draw) -> str | None:
    statement = draw(st.sampled_from([s for s in theorem.statements if _closed(s)]))
    points = [_at_floats(draw(symbol_values(theorem, statement)), draw) for _ in range(3)]
    for name, expression in _closed(statement).items():
        names = sorted(s.name for s in expression.free_symbols)
        if not names:
            continue
        arrays = {n: np.array([float(p[n]) for p in points]) for n in names}
        found = vectorised(expression)(**arrays)
        for point, value in zip(points, found.tolist(), strict=True):
            exact = Term(expression, {n: point[n] for n in names}).enclosure()
            complaint = _compare(value, exact)
            if complaint:
                listed = ", ".join(f"{n} = {float(point[n])!r}" for n in names)
                return f"{name}: {value!r} for {about(exact)}, {complaint}; at {listed}"
    return None


def _at_floats(values: SymbolValues, draw: Draw) -> dict[str, Fraction]:
    """The values as floats, exactly; derived symbols get values of their own."""
    numbers: dict[str, Fraction] = {}
    for name, value in values.values.items():
        number = value[0] if isinstance(value, tuple) else value
        numbers[name] = Fraction(float(number))
    for name in (*values.statement.derived, "alpha"):
        if name not in numbers:
            whole = MEANINGS[name].allowed.whole
            numbers[name] = Fraction(1) if whole else Fraction(float(draw(positive_rationals())))
    return numbers


def _compare(value: float, exact: Enclosure) -> str | None:
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return None if exact.high > Fraction(float(np.finfo(np.float64).max)) else "infinite"
    if Fraction(value) < exact.low:
        return "below the exact value"
    if Fraction(value) > exact.high * (1 + Fraction(LOOSENESS)) + TINY:
        return "too far above the exact value"
    return None


FLOAT_LAWS = (
    for_all(
        "floats above",
        "the float of a value is never below its enclosure, which its decimals contain",
        _floats_above,
    ),
    for_all(
        "vectorised above",
        "vectorised values are never below the exact ones and at most 1e-12 above, relatively",
        _vectorised,
        _can_vectorise,
    ),
)
