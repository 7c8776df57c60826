"""Derivations in a test of your own: does this step follow from those hypotheses?

Statements are relations of sympy expressions in symbols and in inner products of vectors; symbols
declared positive or non-negative are that. A derivation is a combination of the hypotheses with
multipliers that are not negative, and of sums of squares. It is searched for in floats, rounded,
and accepted by the exact checker only. A counterexample is exact, too.

>>> alpha, gamma = sympy.symbols("alpha gamma", positive=True)
>>> x, y, g, h = vectors("x y g h")
>>> cocoercive = inner(g - h, x - y) >= inner(g - h, g - h) / gamma
>>> moved = x - y - alpha * (g - h)
>>> closer = inner(moved, moved) <= inner(x - y, x - y)
>>> print(assert_derivable(closer, [cocoercive, alpha <= 2 / gamma]))
2 * [1] * [alpha > 0]; a Gram form * [2] * [alpha > 0]
>>> print(find_counterexample(closer, [cocoercive, alpha <= 3 / gamma]) is None)
False
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement
from pathlib import Path

import sympy
from sympy.core.relational import Relational

from stability.errors import SetupError
from stability.files import write_text
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.terms import (
    ONE,
    VECTOR,
    Poly,
    ProofError,
    Term,
    app,
    eq,
    le,
    lt,
    num,
    poly,
    times,
    var,
    variables,
)
from stability_proofs.tactics import stored
from stability_proofs.tactics.search.certificates import Certificate, vector_degree
from stability_proofs.tactics.search.counterexamples import Problem as Hunt
from stability_proofs.tactics.search.counterexamples import search
from stability_proofs.tactics.search.linear import multipliers
from stability_proofs.tactics.vocabulary import clear, difference


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


@dataclass(frozen=True)
class Derivation:
    """A statement that was derived: the certificate, and the theorem that the checker made of it.

    `facts` are the hypotheses, numbered from 1, and the signs of the symbols, in words.
    """

    facts: tuple[str, ...]
    certificate: Certificate
    theorem: Theorem
    problem: stored.Problem

    def __str__(self) -> str:
        parts = [
            " * ".join([str(c), *self._named(factors)]) for factors, c in self.certificate.numbers
        ]
        for kind, what in (("forms", "a Gram form"), ("squares", "a sum of squares")):
            parts += [
                " * ".join([what, *self._named(factors)])
                for factors, _ in getattr(self.certificate, kind)
            ]
        return "; ".join(parts) or "an identity"

    def _named(self, factors: Sequence[int]) -> list[str]:
        return [f"[{self.facts[k]}]" for k in factors]

    def save(self, path: Path | str) -> None:
        """Write the certificate as JSON, for `assert_derivable(..., certificate=path)`."""
        write_text(Path(path), stored.record(self.problem, self.certificate))


class NotDerivable(AssertionError):
    """No derivation was found (or the stored certificate is none)."""


def assert_derivable(
    statement: Relational,
    hypotheses: Iterable[Relational] = (),
    *,
    degree: int = 2,
    squares: Iterable[sympy.Expr] = (),
    certificate: Path | str | None = None,
) -> Derivation:
    """Derive a relation of numbers from hypotheses, or raise NotDerivable (an AssertionError).

    `degree`: how many hypotheses may be multiplied with each other. `squares`: expressions whose
    sums of squares may be used (Gram forms of the vectors always may). `certificate`: a file
    written by `Derivation.save`; then nothing is searched for. A search that linear programming
    does not end needs the extra `testing` (cvxpy).

    That nothing is found does not say that the statement is false: try a higher degree, more
    squares, or `find_counterexample`.

    >>> a, b = sympy.symbols("a b", real=True)
    >>> print(assert_derivable(2 * a * b <= a**2 + b**2, squares=[a, b]))
    a sum of squares
    """
    problem, facts = _problem(statement, hypotheses, squares, degree)
    if certificate is not None:
        try:
            found = stored.parse(Path(certificate).read_text())
            return Derivation(facts, found, problem.prove(found), problem)
        except (ProofError, OSError) as error:
            raise NotDerivable(f"the stored certificate does not prove it: {error}") from error
    for candidate in (_linear(problem), None):
        found = candidate or problem.search()
        if found is None:
            continue
        try:
            return Derivation(facts, found, problem.prove(found), problem)
        except ProofError:
            continue
    raise NotDerivable(
        f"no combination of degree {degree} of {len(facts)} facts gives {statement}. Try a higher "
        "degree, more squares, or find_counterexample."
    )


def find_counterexample(
    statement: Relational,
    hypotheses: Iterable[Relational] = (),
    *,
    tries: int = 20000,
    seed: int = 0,
    dimension: int = 2,
) -> dict[str, Fraction | tuple[Fraction, ...]] | None:
    """Values (vectors as tuples of at most `dimension` numbers) that satisfy the hypotheses and not
    the statement, in exact rationals; None if none were found, which proves nothing.

    >>> x = sympy.Symbol("x", real=True)
    >>> find_counterexample(x**2 >= x, [x >= 0]) is not None
    True
    """
    problem, _ = _problem(statement, hypotheses, (), 1)
    hunt = Hunt(problem.goal, tuple(fact.conclusion for fact in problem.facts))
    values = search(hunt, tries, seed, dimension)
    return None if values is None else {str(x.args[0]): value for x, value in values.items()}


def _problem(
    statement: Relational,
    hypotheses: Iterable[Relational],
    squares: Iterable[sympy.Expr],
    degree: int,
) -> tuple[stored.Problem, tuple[str, ...]]:
    given = list(hypotheses)
    facts = [assume(_relation(h)) for h in given]
    names = [str(n + 1) for n in range(len(given))]
    for relation in given:
        if isinstance(relation, sympy.Equality):  # it may be used both ways
            facts.append(assume(_relation(relation.func(relation.rhs, relation.lhs))))
            names.append(f"{given.index(relation) + 1}, turned")
    nonzero = []
    used = sorted(_symbols([statement, *given]), key=lambda symbol: symbol.name)
    for symbol in used:
        if symbol.is_positive or symbol.is_nonnegative:
            strict = bool(symbol.is_positive)
            sign = assume((lt if strict else le)(0, var(symbol.name)))
            facts.append(sign)
            names.append(f"{symbol.name} {'>' if strict else '>='} 0")
            nonzero += [sign] if strict else []
    goal = _relation(statement)
    found = frozenset().union(variables(goal), *(variables(f.conclusion) for f in facts))
    basis = sorted((v for v in found if v.sort == VECTOR), key=lambda v: v.args[0])
    terms = tuple(_term(sympy.sympify(s)) for s in squares)
    problem = stored.Problem(goal, tuple(facts), tuple(basis), terms, tuple(nonzero), degree)
    return problem, tuple(names)


def _symbols(relations: Iterable[sympy.Basic]) -> set[sympy.Symbol]:
    free = {s for r in relations for s in r.free_symbols if isinstance(s, sympy.Symbol)}
    return {s for s in free if not isinstance(s, VectorSymbol)}


def _relation(relation: Relational) -> Term:
    makers = {
        sympy.LessThan: le,
        sympy.StrictLessThan: lt,
        sympy.GreaterThan: lambda a, b: le(b, a),
        sympy.StrictGreaterThan: lambda a, b: lt(b, a),
        sympy.Equality: eq,
    }
    for kind, make in makers.items():
        if isinstance(relation, kind):
            return make(_term(relation.lhs), _term(relation.rhs))
    raise SetupError(
        where="statement", found=str(relation), allowed="<=, <, >=, > or Eq of numbers",
        remedy="What sympy can decide at once it turns into True or False: nothing to derive.",
    )  # fmt: skip


def _term(x: sympy.Expr) -> Term:
    if isinstance(x, sympy.Rational):
        return num(Fraction(int(x.p), int(x.q)))
    if isinstance(x, Inner):
        return app("dot", *(var(v.name, VECTOR) for v in x.args))
    if isinstance(x, sympy.Symbol) and not isinstance(x, VectorSymbol):
        return var(x.name)
    if isinstance(x, (sympy.Add, sympy.Mul)):
        return Term("+" if isinstance(x, sympy.Add) else "*", tuple(map(_term, x.args)))
    if isinstance(x, sympy.Pow) and isinstance(x.exp, sympy.Integer):
        power = _term(x.base) ** abs(int(x.exp))
        return power if x.exp > 0 else 1 / power
    raise SetupError(
        where="statement", found=str(x),
        allowed="symbols, rational numbers, inner products, +, *, / and whole powers",
        remedy="Give a root or an exponential a symbol, and what is known of it as a hypothesis.",
    )  # fmt: skip


def _linear(problem: stored.Problem) -> Certificate | None:
    """Products of facts with numbers alone, and single squared vectors, by linear programming."""
    wanted = poly(problem.goal.args[1] - problem.goal.args[0])
    products: list[tuple[int, ...]] = []
    polys: list[Poly] = []
    for length in range(problem.degree + 1):
        for factors in combinations_with_replacement(range(len(problem.facts)), length):
            product = ONE
            for k in factors:
                product = times(product, difference(problem.facts[k]))
            if vector_degree(product) <= vector_degree(wanted):
                products.append(factors)
                polys.append(product)
    goal, *cleared = clear([wanted, *polys], problem.nonzero)
    found = multipliers(goal, cleared, [True] * len(cleared))
    if found is None:
        return None
    return Certificate(tuple((f, x) for f, x in zip(products, found, strict=True) if x))
