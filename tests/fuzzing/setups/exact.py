"""Statements at high precision by a walk of its own: rationals as long as possible, then mpmath.

Nothing here is shared with the library but the sympy expressions themselves, and chains, which are
no expressions and have an oracle of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
import sympy
from mpmath import mpf
from sympy.core.function import AppliedUndef

from stability.theorems.statements.chains.functions import TYPES, VALUES

DIGITS = 80
LONGEST, LARGEST_POWER = 3000, 400

Lookup = Callable[[str], Any]
"""The value of a symbol by name; for alpha and F a function of the step."""


class Unreachable(Exception):
    """A value that this slow way does not reach."""


def real(value: Any) -> mpf:
    """A value as an mpf."""
    if isinstance(value, Fraction):
        return mpf(value.numerator) / value.denominator
    return mpf(value)


def evaluate(expression: sympy.Basic, lookup: Lookup, indices: dict[Any, int] | None = None) -> Any:
    """The value of an expression, a Fraction or an mpf."""
    here = indices or {}

    def of(part: sympy.Basic) -> Any:
        return evaluate(part, lookup, here)

    if expression in here:
        return Fraction(here[expression])
    if isinstance(expression, sympy.Symbol):
        return lookup(expression.name)
    if isinstance(expression, sympy.Rational):
        return Fraction(int(expression.p), int(expression.q))
    if expression.is_number and expression.is_Atom:
        return mpf(str(sympy.N(expression, mpmath.mp.dps + 10)))
    if isinstance(expression, AppliedUndef):
        return lookup(expression.func.__name__)(_whole(of(expression.args[0])))
    if isinstance(expression, (sympy.Sum, sympy.Product)):
        return _repeated(expression, lookup, here)
    if isinstance(expression, sympy.Piecewise):
        for value, condition in expression.args:
            if condition == sympy.true or holds(condition, lookup, here):
                return of(value)
        raise Unreachable("no branch")
    values = [of(part) for part in expression.args]
    return _applied(expression, values)


def holds(relation: sympy.Basic, lookup: Lookup, indices: dict[Any, int] | None = None) -> bool:
    """Whether a relation holds."""
    left, right = (evaluate(side, lookup, indices) for side in (relation.lhs, relation.rhs))
    if not (isinstance(left, Fraction) and isinstance(right, Fraction)):
        left, right = real(left), real(right)
    comparisons = {
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
        "==": left == right,
        "!=": left != right,
    }
    return comparisons[relation.rel_op]


def _applied(expression: sympy.Basic, values: list[Any]) -> Any:
    rational = all(isinstance(value, Fraction) for value in values)
    if isinstance(expression, (sympy.Add, sympy.Mul)):
        total = values[0]
        for value in values[1:]:
            a, b = (total, value) if _both(total, value) else (real(total), real(value))
            total = a + b if isinstance(expression, sympy.Add) else a * b
        return total
    if isinstance(expression, sympy.Pow):
        base, exponent = values
        if rational and exponent.denominator == 1 and abs(exponent) <= LARGEST_POWER:
            if base == 0 and exponent < 0:
                raise Unreachable("a division by 0")
            return base ** int(exponent)
        return mpmath.power(real(base), real(exponent))
    if type(expression) in TYPES:
        return mpf(
            VALUES[TYPES[type(expression)]](*(v if _both(v, v) else float(v) for v in values))
        )
    if isinstance(expression, (sympy.floor, sympy.ceiling)):
        return _rounded(expression, values[0])
    if isinstance(expression, (sympy.Min, sympy.Max)):
        pick = min if isinstance(expression, sympy.Min) else max
        return pick(values) if rational else pick(map(real, values))
    if isinstance(expression, sympy.Abs):
        return abs(values[0])
    if isinstance(expression, sympy.harmonic):
        return _harmonic(values)
    functions = {sympy.log: mpmath.log, sympy.exp: mpmath.exp}
    if type(expression) in functions:
        return functions[type(expression)](real(values[0]))
    raise Unreachable(f"{type(expression).__name__} is not known here")


def _both(a: Any, b: Any) -> bool:
    return isinstance(a, Fraction) and isinstance(b, Fraction)


def _rounded(expression: sympy.Basic, value: Any) -> Fraction:
    down = isinstance(expression, sympy.floor)
    if isinstance(value, Fraction):
        return Fraction(value.__floor__() if down else value.__ceil__())
    near = mpmath.nint(value)
    if abs(value - near) < mpf(10) ** (-mpmath.mp.dps // 2):
        raise Unreachable("a rounding that is not decided")
    return Fraction(int(mpmath.floor(value) if down else mpmath.ceil(value)))


def _harmonic(values: list[Any]) -> Any:
    n, power = values[0], values[1] if len(values) > 1 else Fraction(1)
    if isinstance(n, Fraction) and n.denominator == 1 and n <= LONGEST:
        return sum((Fraction(1, k ** int(power)) for k in range(1, int(n) + 1)), Fraction(0))
    x = real(n) + 1
    if power == 1:
        return mpmath.digamma(x) + mpmath.euler
    return mpmath.zeta(2) - mpmath.psi(1, x)


def _whole(value: Any) -> int:
    if not isinstance(value, Fraction) or value.denominator != 1:
        raise Unreachable("an index that is no whole number")
    return int(value)


def _repeated(expression: sympy.Basic, lookup: Lookup, here: dict[Any, int]) -> Any:
    index, first, last = expression.limits[0]
    low, high = (_whole(evaluate(end, lookup, here)) for end in (first, last))
    body, adds = expression.function, isinstance(expression, sympy.Sum)
    if high < low:
        return Fraction(0 if adds else 1)
    if not body.has(index):
        value, count = evaluate(body, lookup, here), high - low + 1
        if adds:
            return _applied(sympy.Mul(2, index, evaluate=False), [value, Fraction(count)])
        return _applied(sympy.Pow(index, 2, evaluate=False), [value, Fraction(count)])
    if high - low + 1 > LONGEST:
        raise Unreachable("a long sum")
    total: Any = Fraction(0 if adds else 1)
    operation = sympy.Add(index, 1, evaluate=False) if adds else sympy.Mul(2, index, evaluate=False)
    exact_until = 40
    for position in range(low, high + 1):
        value = evaluate(body, lookup, {**here, index: position})
        if position - low > exact_until:
            total, value = real(total), real(value)
        total = _applied(operation, [total, value])
    return total
