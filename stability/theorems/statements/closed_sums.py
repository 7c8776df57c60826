"""Statements with a sequence of step sizes, resolved for a schedule: sums in closed form."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sympy
from sympy.functions.elementary.piecewise import ExprCondPair

from stability.theorems.statements.symbols import F, alpha, symbol

CONSTANT, DECAY = "constant", "decay"
STEP = sympy.Symbol("alpha", positive=True)
"""The constant step size."""
LEVEL = sympy.Symbol("F", nonnegative=True)
"""A training risk that is the same before every step."""


@lru_cache(maxsize=4096)
def resolve(expression: sympy.Expr, schedule: str, level: bool = True) -> sympy.Expr:
    """The statement for constant steps `alpha` or for steps c/t, sums closed where possible.

    With `level`, training risks F(t) are one number F; else they stay a sequence.

    >>> from stability.theorems.statements.symbols import t
    >>> resolve(sympy.Sum(alpha(t), (t, 1, symbol("T"))), "constant")
    T*alpha
    """
    step = (lambda index: STEP) if schedule == CONSTANT else (lambda index: symbol("c") / index)
    with_steps = expression.replace(alpha, step)
    if level:
        with_steps = with_steps.replace(F, lambda index: LEVEL)
    return _close(with_steps)


_WITH_SUMS = (sympy.Expr, sympy.core.relational.Relational, ExprCondPair)


def _close(expression: sympy.Basic) -> Any:
    if not expression.has(sympy.Sum, sympy.Product):
        return expression
    if expression.args:
        expression = expression.func(
            *(_close(a) if isinstance(a, _WITH_SUMS) else a for a in expression.args)
        )
    if isinstance(expression, sympy.Product):
        body, (index, low, high) = expression.function, expression.limits[0]
        return expression if body.has(index) else body ** (high - low + 1)
    if isinstance(expression, sympy.Sum):
        return _close_sum(expression)
    return expression


def _close_sum(total: sympy.Sum) -> sympy.Expr:
    index, low, high = total.limits[0]
    body = total.function
    if not body.has(index):
        return body * (high - low + 1)
    factor, ratio = body.as_independent(index, as_Add=False)
    if ratio == 1 / index and low == 1:
        return factor * sympy.harmonic(high)
    if ratio == 1 / index**2 and low == 1:
        return factor * sympy.harmonic(high, 2)
    if ratio == 1 / index:
        return factor * (sympy.harmonic(high) - sympy.harmonic(low - 1))
    if ratio.is_Pow and low == 1 and sympy.expand(ratio.exp - (high - index)) == 0:
        # sum of y^(T - t) over t = 1..T
        y = ratio.base
        return factor * (1 - y**high) / sympy.expand(1 - y)
    return total
