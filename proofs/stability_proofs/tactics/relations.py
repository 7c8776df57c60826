"""Relations of sympy expressions, as a test of one's own states them, read as formulas.

Vectors are symbols of their own kind, of which only inner products are numbers. What has no formula
is refused with what was found: two symbols of one name, symbols that are no real numbers, and what
is no relation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import sympy
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanAtom

from stability.errors import SetupError
from stability_proofs.kernel.terms import VECTOR, Term, app, eq, le, lt, num, var

TELLING = (
    ("prime", "even", "odd", "integer", "rational", "irrational", "real", "imaginary", "complex"),
    ("zero", "positive", "negative", "nonnegative", "nonpositive", "nonzero"),
)
"""Assumptions of symbols that are named to people, the most telling first."""


class VectorSymbol(sympy.Symbol):
    """A vector of a Hilbert space of any dimension; combine it with `+`, `-` and numbers."""


class Inner(sympy.Function):
    """The inner product of two vector symbols, a real number."""

    is_real = True
    is_commutative = True


def vectors(names: str) -> tuple[VectorSymbol, ...]:
    """Several vectors, names separated by blanks.

    >>> vectors("x y")
    (x, y)
    """
    return tuple(VectorSymbol(name) for name in names.split())


def inner(u: sympy.Expr, v: sympy.Expr) -> sympy.Expr:
    """The inner product of two combinations of vectors, multiplied out.

    Raises SetupError for what is no combination of vectors.

    >>> x, y = vectors("x y")
    >>> inner(x - y, x - y)
    Inner(x, x) - 2*Inner(x, y) + Inner(y, y)
    """
    total = sympy.Integer(0)
    for a, p in _coordinates(u).items():
        for b, q in _coordinates(v).items():
            first, second = sorted((a, b), key=lambda symbol: symbol.name)
            total += p * q * Inner(first, second)
    return sympy.expand(total)


def _coordinates(v: sympy.Expr) -> Mapping[VectorSymbol, sympy.Expr]:
    expanded = sympy.expand(v)
    found: dict[VectorSymbol, sympy.Expr] = {}
    for part in sympy.Add.make_args(expanded):
        symbols = [f for f in sympy.Mul.make_args(part) if isinstance(f, VectorSymbol)]
        if len(symbols) != 1 and part != 0:
            raise SetupError(
                where="inner", found=str(v), allowed="sums of numbers times vectors",
                remedy="Make vectors with vectors('x y').",
            )  # fmt: skip
        if symbols:
            found[symbols[0]] = found.get(symbols[0], sympy.Integer(0)) + part / symbols[0]
    return found


def relation_at(where: str, found: Any) -> Relational:
    """What was given as a relation, if it is one. Raises SetupError for lists, bools and texts."""
    if isinstance(found, (sympy.Le, sympy.Lt, sympy.Ge, sympy.Gt, sympy.Equality)):
        return found
    decided = isinstance(found, (bool, BooleanAtom))
    raise SetupError(
        where=where,
        found=str(found) if isinstance(found, sympy.Basic) else repr(found),
        allowed="one relation of numbers: a <= b, a < b, a >= b, a > b or sympy.Eq(a, b)",
        remedy="Python or sympy decided the relation before it came here: leave it out, or look at "
        "what was compared."
        if decided
        else "Write a relation of sympy expressions in symbols and inner products.",
    )


def relations_of(hypotheses: Any) -> tuple[Relational, ...]:
    """The hypotheses, each a relation. Raises SetupError."""
    if isinstance(hypotheses, (str, sympy.Basic)) or not isinstance(hypotheses, Iterable):
        raise SetupError(
            where="hypotheses", found=repr(hypotheses), allowed="a list of relations",
            remedy="Put a single hypothesis into a list: [a <= b].",
        )  # fmt: skip
    return tuple(relation_at(f"hypothesis {n}", h) for n, h in enumerate(hypotheses, 1))


def symbols_of(expressions: Iterable[sympy.Basic]) -> tuple[sympy.Symbol, ...]:
    """The symbols for numbers in expressions, by name.

    Raises SetupError for two symbols of one name, and for a symbol that may be no real number.
    """
    named: dict[str, sympy.Symbol] = {}
    atoms = {s for e in expressions for s in e.free_symbols if isinstance(s, sympy.Symbol)}
    for symbol in sorted(atoms, key=lambda s: (s.name, described(s))):
        other = named.setdefault(symbol.name, symbol)
        if other != symbol:
            raise SetupError(
                where=f"symbol {symbol.name}",
                found=f"two symbols of this name: {described(other)}, and {described(symbol)}",
                allowed="one symbol for each name",
                remedy="Make the symbol once and use it everywhere, or give one another name.",
            )
    numbers = tuple(s for s in named.values() if not isinstance(s, VectorSymbol))
    for symbol in numbers:
        if not symbol.is_real and symbol.assumptions0 != {"commutative": True}:
            raise SetupError(
                where=f"symbol {symbol.name}", found=described(symbol),
                allowed="real numbers, and symbols without assumptions, which are taken as real",
                remedy="Declare it real=True, or write its real and imaginary part as two symbols.",
            )  # fmt: skip
    return numbers


def described(symbol: sympy.Symbol) -> str:
    """What a symbol was declared to be, in words.

    >>> described(sympy.Symbol("n", integer=True, positive=True))
    'integer and positive'
    """
    if isinstance(symbol, VectorSymbol):
        return "a vector"
    declared = symbol.assumptions0
    if declared == {"commutative": True}:
        return "without assumptions"
    found = [next((name for name in names if declared.get(name)), None) for names in TELLING]
    return " and ".join(filter(None, found)) or str(declared)


def signs(symbol: sympy.Symbol) -> Iterator[tuple[Term, str]]:
    """What the assumptions of a symbol say of its sign, as a formula and in words."""
    x = var(symbol.name)
    if symbol.is_positive or symbol.is_nonnegative:
        strict = bool(symbol.is_positive)
        yield (lt if strict else le)(0, x), f"{symbol.name} {'>' if strict else '>='} 0"
    if symbol.is_negative or symbol.is_nonpositive:
        strict = bool(symbol.is_negative)
        yield (lt if strict else le)(x, 0), f"{symbol.name} {'<' if strict else '<='} 0"


def admits(symbol: sympy.Symbol, value: Fraction) -> bool:
    """Whether a number is all that the assumptions of a symbol say.

    >>> admits(sympy.Symbol("n", integer=True), Fraction(1, 4))
    False
    """
    number = sympy.Rational(value.numerator, value.denominator)
    return all(getattr(number, f"is_{a}") == wanted for a, wanted in symbol.assumptions0.items())


def formula(relation: Relational) -> Term:
    """A relation in the language of the checker. Raises SetupError."""
    a, b = number(relation.lhs), number(relation.rhs)
    if isinstance(relation, sympy.Equality):
        return eq(a, b)
    low, high = (b, a) if isinstance(relation, (sympy.Ge, sympy.Gt)) else (a, b)
    return (lt if isinstance(relation, (sympy.Lt, sympy.Gt)) else le)(low, high)


def number(x: sympy.Expr) -> Term:
    """An expression in the language of the checker. Raises SetupError."""
    if isinstance(x, sympy.Rational):
        return num(Fraction(int(x.p), int(x.q)))
    if isinstance(x, Inner):
        return app("dot", *(var(v.name, VECTOR) for v in x.args))
    if isinstance(x, sympy.Symbol) and not isinstance(x, VectorSymbol):
        return var(x.name)
    if isinstance(x, (sympy.Add, sympy.Mul)):
        return Term("+" if isinstance(x, sympy.Add) else "*", tuple(map(number, x.args)))
    if isinstance(x, sympy.Pow) and isinstance(x.exp, sympy.Integer):
        power = number(x.base) ** abs(int(x.exp))
        return power if x.exp > 0 else 1 / power
    raise SetupError(
        where="statement", found=str(x),
        allowed="symbols, rational numbers, inner products, +, *, / and whole powers",
        remedy="Give a root or an exponential a symbol, and what is known of it as a hypothesis.",
    )  # fmt: skip
