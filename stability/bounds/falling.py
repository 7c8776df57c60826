"""Whether a bound is known to fall as the sample grows: then what holds at one size goes on.

Decided on the expression itself, with every number put in, by the rules of monotone functions:
sums, products and powers of what falls and is not negative fall. What these rules do not reach
counts as not known. Steps that follow the sample size come in rounds of ceil(m/batch): such a
bound falls along the multiples of the batch size, and not from one size to the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

import sympy

from stability.errors import EvaluationError
from stability.setup.setup import Setup
from stability.theorems.kinds.bound import Bound
from stability.theorems.kinds.choosers import Fixed
from stability.theorems.statements.closed_sums import resolve
from stability.theorems.statements.plain_extremes import plain_max, plain_min, with_plain_extremes
from stability.theorems.statements.symbols import symbol
from stability.theorems.statements.term import Term

N = sympy.Symbol("n", integer=True, positive=True)
SMALL = 8


class Reach(StrEnum):
    """At which sample sizes something is known to hold, beside the one it was found at."""

    EVERY = "every larger size"
    MULTIPLES = "multiples of the batch size"
    HERE = "this size"


def reach(bound: Bound) -> Reach:
    """Where a bound that meets a target at one size is known to meet it by the same path.

    Free symbols that are chosen by a search in floats are chosen anew at every size: nothing is
    known then. Otherwise it is known at every larger size if the bound falls, or at larger
    multiples of the batch size if it falls along these.
    """
    own = bound.stability.setup.stability
    if not _chosen_alike(bound) or (own is not None and own.scaling is None):
        return Reach.HERE
    size = bound.stability.setup.sample.size
    rounds = bound.stability.steps is not None and _in(bound.stability.steps, N).has(N)
    if not rounds and falls(_in(bound.term, N), size):
        return Reach.EVERY
    batch = batch_size(bound.stability.setup)
    if batch > 1 and size % batch == 0 and falls(_in(bound.term, batch * N), size // batch):
        return Reach.MULTIPLES
    return Reach.HERE


def rounded_up_whole(bound: Bound) -> Term | None:
    """Something that is never below a bound and falls from its size on, None if none is known.

    For sums of products, all at least 0, in which ceil(log m) stands: it is at most log m + 1.
    """
    if not _chosen_alike(bound) or bound.stability.steps is not None:
        return None
    size = bound.stability.setup.sample.size
    direction, names = _Direction(size), dict[sympy.Basic, sympy.Expr]()
    within = sympy.expand(_with_named_numbers(_in(bound.term, N), direction, names))
    for part in sympy.Add.make_args(within):
        factors = sympy.Mul.make_args(part)
        if not all(map(direction.nonnegative, factors)):
            return None
        if any(f.has(sympy.ceiling) and not isinstance(f, sympy.ceiling) for f in factors):
            return None
    above = sympy.expand(within.replace(sympy.ceiling, lambda inner: inner + 1)).xreplace(names)
    return Term(above.xreplace({N: symbol("m")}), {}) if falls(above, size) else None


def _with_named_numbers(
    e: sympy.Expr, direction: _Direction, names: dict[sympy.Basic, sympy.Expr]
) -> sympy.Expr:
    """The expression with symbols for factors of at least 0 without N, so that none is expanded."""
    if not e.has(N):
        if e.is_Rational or not direction.nonnegative(e):
            return e
        name = sympy.Dummy(nonnegative=True)
        names[name] = e
        return name
    parts = e.args
    if isinstance(e, sympy.Mul):
        number, rest = e.as_independent(N)
        parts = (number, *sympy.Mul.make_args(rest))
    return e.func(*(_with_named_numbers(part, direction, names) for part in parts)) if parts else e


def batch_size(setup: Setup) -> int:
    """The batch size of a setup whose steps follow the sample size, else 1."""
    follows = setup.value("algorithm.epochs") is not None
    return (setup.value("algorithm.batch_size") or 1) if follows else 1


def _chosen_alike(bound: Bound) -> bool:
    """Whether no step of the path searches for the value of a symbol at each size anew."""
    choices = (getattr(rule, "choose", None) for rule in bound.rules)
    return all(choice is None or isinstance(choice.search, Fixed) for choice in choices)


class _Unknown(Exception):
    """A value that no expression stands for."""


def _in(term: Term, size: sympy.Expr) -> sympy.Expr:
    """A term as an expression in the sample size, every number put in; NaN if there is none."""
    try:
        return _composed(term, size)
    except _Unknown:
        return sympy.nan


def _composed(term: Term, size: sympy.Expr) -> sympy.Expr:
    here = term.size.xreplace({symbol("m"): size + term.shift})
    expression = with_plain_extremes(resolve(term.expression, term.schedule))
    values: dict[sympy.Basic, Any] = {}
    for free in expression.free_symbols:
        value = here if free == symbol("m") else term.bindings.get(free.name)
        if isinstance(value, Term):
            value = _composed(value, here)
        if isinstance(value, (int, Fraction)):
            value = sympy.Rational(value)
        if not isinstance(value, sympy.Expr):
            raise _Unknown
        values[free] = value
    expression = expression.xreplace(_long_numbers(expression, term, values))
    composed: sympy.Expr = expression.xreplace(values)  # type: ignore[assignment]
    return composed


def _long_numbers(
    expression: sympy.Expr, term: Term, values: dict[sympy.Basic, Any]
) -> dict[sympy.Basic, sympy.Expr]:
    """Powers, sums and harmonic numbers of numbers alone, evaluated: as exact rationals they would
    have more digits than there are steps. _Unknown where 30 digits do not tell one from 0 or 1."""
    found: dict[sympy.Basic, sympy.Expr] = {}
    for part in expression.atoms(sympy.Pow, sympy.harmonic, sympy.Sum, sympy.Product):
        if _is_short(part, values) or not all(values[s].is_Rational for s in part.free_symbols):
            continue
        try:
            ends = Term(part, term.bindings, term.schedule).enclosure()
        except EvaluationError:
            raise _Unknown from None
        value = Fraction(ends.decimals()[1])
        if not ends.is_exact and (value == 1 or value <= 0):
            raise _Unknown
        found[part] = sympy.Rational(value)
    return found


def _is_short(part: sympy.Basic, values: dict[sympy.Basic, Any]) -> bool:
    """Whether a power or harmonic number has few digits when it is written out."""
    if not isinstance(part, (sympy.Pow, sympy.harmonic)):
        return False
    size = part.args[-1 if isinstance(part, sympy.Pow) else 0].xreplace(values)
    return bool(size.is_Integer and abs(size) <= SMALL)


def falls(expression: sympy.Expr, start: int) -> bool:
    """Whether an expression in `N` is known not to grow from N = start on, as it is or expanded.

    >>> falls(3 / N + sympy.sqrt(sympy.log(20) / (2 * N)), 1)
    True
    >>> falls(sympy.ceiling(N / 128) / N, 1), falls(sympy.log(N) / N, 1), falls(1 - 1 / N, 1)
    (False, False, False)
    """
    direction = _Direction(start)
    return direction.of(expression) in (0, -1) or direction.of(sympy.expand(expression)) in (0, -1)


@dataclass(frozen=True)
class _Direction:
    """From `start` on: 1 if an expression does not fall, -1 if it does not grow, 0 if neither."""

    start: int

    def of(self, e: sympy.Expr) -> int | None:
        """The direction, None if it is not known."""
        if e.has(sympy.nan, sympy.zoo, sympy.oo):
            return None
        if not e.has(N):
            return 0
        if e == N:
            return 1
        if isinstance(e, (sympy.Add, plain_max, plain_min)):
            return _common(self.of(part) for part in e.args)
        if isinstance(e, sympy.Mul):
            return self._product(e)
        if isinstance(e, sympy.Pow):
            return self._power(e.base, e.exp)
        if isinstance(e, sympy.exp):
            return self.of(e.args[0])
        if isinstance(e, (sympy.log, sympy.ceiling, sympy.floor)):
            return self.of(e.args[0])
        return None

    def _product(self, e: sympy.Mul) -> int | None:
        number, rest = e.as_coeff_Mul()
        factors = sympy.Mul.make_args(rest)
        power = rest.as_powers_dict()[N]
        if sympy.log(N) in factors and power < 0:
            # log(x)/x^p falls from x = e^(1/p) on
            enough = bool((sympy.log(self.start) + 1 / power).evalf(50) > 0)
            others = [f for f in factors if f != sympy.log(N) and f.as_base_exp()[0] != N]
            if enough and all(self.nonnegative(f) and self.of(f) in (0, -1) for f in others):
                return 1 if number < 0 else -1
            return None
        if not all(map(self.nonnegative, factors)):
            return None
        found = _common(self.of(factor) for factor in factors)
        return -found if found is not None and number < 0 else found

    def _power(self, base: sympy.Expr, exponent: sympy.Expr) -> int | None:
        if not self.nonnegative(base):
            return None
        if not exponent.has(N):
            found = self.of(base)
            return found if found is None or exponent.is_positive else -found
        if base.has(N) or not base.is_positive:
            return None
        found = self.of(exponent)
        grows = (base - 1).is_nonnegative
        return None if found is None or grows is None else (found if grows else -found)

    def nonnegative(self, e: sympy.Expr) -> bool:
        """Whether it is known to be at least 0 from the start on."""
        if (not e.has(N) or e == N) and e.is_nonnegative:
            return True
        if isinstance(e, (sympy.Add, sympy.Mul, plain_min)) and all(map(self.nonnegative, e.args)):
            return True
        if isinstance(e, sympy.Pow) and (e.exp.is_even or self.nonnegative(e.base)):
            return True
        if isinstance(e, plain_max) and any(map(self.nonnegative, e.args)):
            return True
        if isinstance(e, (sympy.ceiling, sympy.floor)) and self.nonnegative(e.args[0]):
            return True
        if self.of(e) not in (0, 1):
            return False
        try:
            return Term(e.xreplace({N: symbol("m")}), {}).enclosure(self.start).low >= 0
        except EvaluationError:
            return False


def _common(directions: Any) -> int | None:
    found = set(directions)
    if None in found or {1, -1} <= found:
        return None
    return next((d for d in found if d != 0), 0)
