"""A term as one formula: what its symbols stand for is put in, down to those of the setup.

A constant such as beta = L^2 alpha T/m and a bound in beta become one formula in L, alpha, T and m.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy

from stability.theorems.statements.closed_sums import resolve
from stability.theorems.statements.symbols import MEANINGS, latex, symbol
from stability.theorems.statements.term import Enclosure, Term


@dataclass(frozen=True, eq=False)
class Formula:
    """An expression and the numbers that its symbols stand for, by name; `m` is not among them.

    A symbol that stands for different numbers at different places of a path is there once with its
    own name, then with a prime for each further number.
    """

    expression: sympy.Expr
    values: Mapping[str, Fraction]

    @property
    def latex(self) -> str:
        """The expression in LaTeX, in the notation of the table of symbols."""
        primed = {n: _base(n) for n in map(str, self.expression.free_symbols) if n.endswith("'")}
        names = {
            n: sympy.Symbol(MEANINGS[b].latex + "'" * (len(n) - len(b)))
            for n, b in primed.items()
            if b in MEANINGS
        }
        shown = {s: names[s.name] for s in self.expression.free_symbols if s.name in names}
        return latex(self.expression.xreplace(shown))

    def enclosure(self, size: int) -> Enclosure:
        """Its value at a sample size, between two rationals."""
        return Term(self.expression, self.values).enclosure(size)


def composed(term: Term) -> Formula | None:
    """A term as one formula, None if it rests on a sequence of numbers, one for each step.

    >>> from stability.theorems.statements.symbols import symbols
    >>> m, beta, L, lam = symbols("m beta L lam")
    >>> constant = Term(L**2 / (lam * m), {"L": Fraction(2), "lam": Fraction(1, 2)})
    >>> found = composed(Term(2 * beta, {"beta": constant}))
    >>> found.expression, sorted(found.values), found.enclosure(8).upper
    (2*L**2/(lam*m), ['L', 'lam'], 2.0)
    """
    values: dict[str, Fraction] = {}
    try:
        return Formula(_put_in(term, symbol("m"), values), values)
    except _Sequence:
        return None


class _Sequence(Exception):
    """A symbol stands for many numbers."""


def _put_in(term: Term, size: sympy.Expr, values: dict[str, Fraction]) -> sympy.Expr:
    m = symbol("m")
    here = term.size.xreplace({m: size + term.shift})
    expression = resolve(term.expression, term.schedule)
    found: dict[sympy.Basic, Any] = {}
    for free in sorted(expression.free_symbols, key=str):
        name = str(free)
        value = term.bindings.get(name)
        if isinstance(value, tuple):
            raise _Sequence
        if isinstance(value, Term):
            found[free] = _put_in(value, here, values)
        elif value is not None:
            found[free] = _symbol_for(free, Fraction(value), values)
        elif free == m:
            found[free] = here
    return _with(expression, tuple(found.items()))


@lru_cache(maxsize=4096)  # the paths of a setup share their constants
def _with(expression: sympy.Expr, found: tuple[tuple[sympy.Basic, Any], ...]) -> sympy.Expr:
    return expression.xreplace(dict(found))  # type: ignore[return-value]


def _symbol_for(free: sympy.Basic, value: Fraction, values: dict[str, Fraction]) -> sympy.Basic:
    """The symbol, primed as often as it takes to stand for this number alone."""
    name = str(free)
    while values.setdefault(name, value) != value:
        name += "'"
    return free if name == str(free) else sympy.Symbol(name, **free.assumptions0)


def _base(name: str) -> str:
    return name.rstrip("'")
