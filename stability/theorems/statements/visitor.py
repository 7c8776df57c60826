"""One walk over a sympy expression, for any arithmetic. A node it does not know is an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Protocol

import sympy
from sympy.core.function import AppliedUndef

from stability.errors import EvaluationError
from stability.theorems.statements.chains import functions as chains
from stability.theorems.statements.plain_extremes import plain_max, plain_min

LARGEST_SUM = 50_000
"""Sums and products with more terms than this are refused rather than run for minutes."""


class Arithmetic(Protocol):
    """What the walk asks of an arithmetic."""

    def number(self, value: sympy.Expr) -> Any: ...  # noqa: D102
    def add(self, a: Any, b: Any) -> Any: ...  # noqa: D102
    def multiply(self, a: Any, b: Any) -> Any: ...  # noqa: D102
    def power(self, base: Any, exponent: Any) -> Any: ...  # noqa: D102
    def integer_power(self, base: Any, exponent: int) -> Any: ...  # noqa: D102
    def function(self, name: str, arguments: list[Any]) -> Any: ...  # noqa: D102
    def choose(  # noqa: D102
        self, relation: str, a: Any, b: Any, yes: Callable[[], Any], no: Callable[[], Any]
    ) -> Any: ...
    def whole(self, value: Any) -> int: ...  # noqa: D102


FUNCTIONS: Mapping[type, str] = {
    sympy.log: "log",
    sympy.exp: "exp",
    sympy.floor: "floor",
    sympy.ceiling: "ceiling",
    sympy.Min: "minimum",
    sympy.Max: "maximum",
    plain_min: "minimum",
    plain_max: "maximum",
    sympy.harmonic: "harmonic",
    sympy.Abs: "absolute",
    sympy.erf: "erf",
    **chains.TYPES,
}


class Walk:
    """Evaluates expressions in one arithmetic.

    `lookup(name)` gives the value of a free symbol; `sequence(name, index)` that of an indexed
    quantity such as F(t).
    """

    def __init__(
        self,
        arithmetic: Arithmetic,
        lookup: Callable[[str], Any],
        sequence: Callable[[str, int], Any] | None = None,
    ) -> None:
        self.arithmetic, self.lookup, self.sequence = arithmetic, lookup, sequence
        self._indices: dict[sympy.Symbol, int] = {}
        self._products: dict[tuple[sympy.Expr, int], tuple[int, Any]] = {}
        self._seen: dict[sympy.Expr, Any] = {}

    def __call__(self, expression: sympy.Expr) -> Any:
        """The value of an expression."""
        if self._indices:
            return self._value(expression)
        if expression not in self._seen:
            self._seen[expression] = self._value(expression)
        return self._seen[expression]

    def _value(self, expression: sympy.Expr) -> Any:
        a = self.arithmetic
        if isinstance(expression, sympy.Symbol):
            if expression in self._indices:
                return a.number(sympy.Integer(self._indices[expression]))
            return self.lookup(expression.name)
        if expression.is_number and expression.is_Atom:
            return a.number(expression)
        if isinstance(expression, (sympy.Add, sympy.Mul)):
            combine = a.add if isinstance(expression, sympy.Add) else a.multiply
            total = self(expression.args[0])
            for argument in expression.args[1:]:
                total = combine(total, self(argument))
            return total
        if isinstance(expression, sympy.Pow):
            return self._power(expression)
        if isinstance(expression, (sympy.floor, sympy.ceiling)):
            exponent = self._exact_logarithm(expression.args[0])
            if exponent is not None:
                return a.number(sympy.Integer(exponent))
        if type(expression) in FUNCTIONS:
            return a.function(FUNCTIONS[type(expression)], [self(x) for x in expression.args])
        if isinstance(expression, sympy.Piecewise):
            return self._piecewise(list(expression.args))
        if isinstance(expression, (sympy.Sum, sympy.Product)):
            return self._repeat(expression)
        if isinstance(expression, AppliedUndef) and self.sequence is not None:
            return self.sequence(expression.func.__name__, a.whole(self(expression.args[0])))
        raise EvaluationError(f"{type(expression).__name__} in a statement cannot be evaluated")

    def _exact_logarithm(self, ratio: sympy.Expr) -> int | None:
        """log(x)/log(n) where x is a whole power of n: no ball could ever decide its rounding."""
        above, below = ratio.as_numer_denom()
        if not (isinstance(above, sympy.log) and isinstance(below, sympy.log)):
            return None
        x, base = self(above.args[0]), below.args[0]
        if not (base.is_Integer and isinstance(x, Fraction) and x.denominator == 1):
            return None
        exponent, exact = sympy.integer_log(int(x), int(base))
        return int(exponent) if exact else None

    def _power(self, expression: sympy.Pow) -> Any:
        a = self.arithmetic
        if expression.exp.is_Integer:
            return a.integer_power(self(expression.base), int(expression.exp))
        if expression.base is sympy.E:
            return a.function("exp", [self(expression.exp)])
        return a.power(self(expression.base), self(expression.exp))

    def _piecewise(self, branches: list[Any]) -> Any:
        if not branches:
            raise EvaluationError("no branch of a piecewise statement applies")
        value, condition = branches[0].args
        if condition == sympy.true:
            return self(value)
        if not isinstance(condition, sympy.core.relational.Relational):
            raise EvaluationError(f"the condition {condition} in a statement is not a comparison")
        return self.arithmetic.choose(
            condition.rel_op,
            self(condition.lhs),
            self(condition.rhs),
            lambda: self(value),
            lambda: self._piecewise(branches[1:]),
        )

    def _repeat(self, expression: sympy.Sum | sympy.Product) -> Any:
        a = self.arithmetic
        product = isinstance(expression, sympy.Product)
        index, low_expression, high_expression = expression.limits[0]
        low, high = a.whole(self(low_expression)), a.whole(self(high_expression))
        if high - low + 1 > LARGEST_SUM:
            raise EvaluationError(
                f"a sum of {high - low + 1} terms has no closed form here; "
                f"at most {LARGEST_SUM} terms are added one by one"
            )
        body = expression.function
        known, total = high + 1, a.number(sympy.Integer(1 if product else 0))
        if product and (body, high) in self._products and self._products[body, high][0] >= low:
            known, total = self._products[body, high]
        outer = self._indices.get(index)
        for position in range(known - 1, low - 1, -1):
            self._indices[index] = position
            term = self._value(body)
            total = a.multiply(total, term) if product else a.add(total, term)
        if outer is None:
            self._indices.pop(index, None)
        else:
            self._indices[index] = outer
        if product:
            # A sum that runs downwards extends this product by one factor at a time.
            self._products[body, high] = (low, total)
        return total
