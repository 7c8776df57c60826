"""Smallest and largest values that stay as they are written.

Whenever `sympy.Min` and `sympy.Max` are built they compare their arguments, and for that may factor
numbers of hundreds of digits. These do not: they are for expressions into which long numbers are
put.
"""

from __future__ import annotations

from typing import Any

import sympy


class plain_min(sympy.Function):
    """The smallest of its arguments, which are real."""

    is_extended_real = True


class plain_max(sympy.Function):
    """The largest of its arguments, which are real."""

    is_extended_real = True


def with_plain_extremes(expression: sympy.Expr) -> sympy.Expr:
    """The expression, with these for `sympy.Min` and `sympy.Max`.

    >>> with_plain_extremes(1 + sympy.Min(2, sympy.Symbol("x")))
    plain_min(2, x) + 1
    """
    if not expression.has(sympy.Min, sympy.Max):
        return expression
    plain: Any = expression.replace(sympy.Min, plain_min).replace(sympy.Max, plain_max)
    return plain
