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
[1] Inner(g, x) - Inner(g, y) - Inner(h, x) + Inner(h, y) >= ...
[2] alpha <= 2/gamma
>>> print(find_counterexample(closer, [cocoercive, alpha <= 3 / gamma]) is None)
False
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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
    eq,
    le,
    lt,
    plus,
    poly,
    times,
    var,
    variables,
)
from stability_proofs.tactics import stored
from stability_proofs.tactics.relations import (
    Inner,
    VectorSymbol,
    admits,
    described,
    formula,
    inner,
    number,
    relation_at,
    relations_of,
    signs,
    symbols_of,
    vectors,
)
from stability_proofs.tactics.search.certificates import Certificate, vector_degree
from stability_proofs.tactics.search.counterexamples import Problem as Hunt
from stability_proofs.tactics.search.counterexamples import search
from stability_proofs.tactics.search.linear import multipliers
from stability_proofs.tactics.vocabulary import clear, difference

__all__ = [
    "Derivation",
    "Inner",
    "NotDerivable",
    "VectorSymbol",
    "assert_derivable",
    "find_counterexample",
    "inner",
    "vectors",
]


@dataclass(frozen=True)
class Derivation:
    """A statement that was derived: the certificate, and the theorem that the checker made of it.

    `facts` are the hypotheses, numbered from 1, and the signs of the symbols, in words;
    `hypotheses` are the relations that the numbers stand for. Printed are the products that add up
    to the statement, and under them the hypotheses that they use.
    """

    facts: tuple[str, ...]
    hypotheses: tuple[str, ...]
    certificate: Certificate
    theorem: Theorem
    problem: stored.Problem

    def __str__(self) -> str:
        return _written(self.certificate, self.facts, self.hypotheses)

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

    From hypotheses that contradict each other anything follows. Raises SetupError where that is
    found, for what is no relation, and for symbols of one name that are not the same.

    >>> assert_derivable(a >= 5, [a <= 1, a >= 2])
    Traceback (most recent call last):
    ...
    stability.errors.SetupError: ...
    """
    stated = _problem(statement, hypotheses, squares, degree)
    problem = stated.problem
    _refuse_contradiction(stated, _no_number(problem))
    if certificate is not None:
        try:
            return stated.derived(stored.parse(Path(certificate).read_text()))
        except (ProofError, OSError) as error:
            raise NotDerivable(f"the stored certificate does not prove it: {error}") from error
    for look in (_linear, _by_forms):
        found = look(problem)
        if look is _by_forms:
            _refuse_contradiction(stated, _by_forms(replace(problem, goal=le(1, 0))))
        try:
            if found is not None:
                return stated.derived(found)
        except ProofError:
            continue
    raise NotDerivable(
        f"no combination of degree {degree} of {len(stated.facts)} facts gives {statement}. Try a "
        "higher degree, more squares, or find_counterexample."
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
    the statement, in exact rationals; None if none were found, which proves nothing. Symbols get
    numbers that are what the symbols were declared to be: whole ones for integers.

    Raises SetupError as `assert_derivable` does, and for symbols that no rational number can be.

    >>> x = sympy.Symbol("x", real=True)
    >>> find_counterexample(x**2 >= x, [x >= 0]) is not None
    True
    >>> n = sympy.Symbol("n", integer=True)
    >>> find_counterexample(n >= 1, [n > 0]) is None
    True
    """
    stated = _problem(statement, hypotheses, (), 1)
    for symbol in stated.symbols:
        if symbol.is_rational is False:
            raise SetupError(
                where=f"symbol {symbol.name}", found=described(symbol), allowed="rational numbers",
                remedy="Counterexamples are looked for in rational numbers: declare it real=True.",
            )  # fmt: skip
    named = {var(symbol.name): symbol for symbol in stated.symbols}
    hunt = Hunt(
        stated.problem.goal,
        tuple(fact.conclusion for fact in stated.problem.facts),
        whole=frozenset(x for x, symbol in named.items() if symbol.is_integer),
        admits=lambda x, value: x not in named or admits(named[x], value),
    )
    values = search(hunt, tries, seed, dimension)
    return None if values is None else {str(x.args[0]): value for x, value in values.items()}


@dataclass(frozen=True)
class _Stated:
    """A problem, its facts in words, the relations given as hypotheses, and the symbols."""

    problem: stored.Problem
    facts: tuple[str, ...]
    hypotheses: tuple[str, ...]
    symbols: tuple[sympy.Symbol, ...]

    def derived(self, certificate: Certificate) -> Derivation:
        theorem = self.problem.prove(certificate)
        return Derivation(self.facts, self.hypotheses, certificate, theorem, self.problem)


def _problem(
    statement: Relational,
    hypotheses: Iterable[Relational],
    squares: Iterable[sympy.Expr],
    degree: int,
) -> _Stated:
    wanted, given = relation_at("statement", statement), relations_of(hypotheses)
    terms = tuple(map(sympy.sympify, squares))
    symbols = symbols_of([wanted, *given, *terms])
    facts = [assume(formula(h)) for h in given]
    names = [str(n + 1) for n in range(len(given))]
    for n, relation in enumerate(given, 1):
        if isinstance(relation, sympy.Equality):  # it may be used both ways
            facts.append(assume(eq(*reversed(formula(relation).args))))
            names.append(f"{n}, turned")
    nonzero = []
    for sign, words in (known for symbol in symbols for known in signs(symbol)):
        facts.append(assume(sign))
        names.append(words)
        nonzero += [facts[-1]] if sign.head == "<" else []
    goal = formula(wanted)
    found = frozenset().union(variables(goal), *(variables(f.conclusion) for f in facts))
    basis = sorted((v for v in found if v.sort == VECTOR), key=lambda v: v.args[0])
    problem = stored.Problem(
        goal, tuple(facts), tuple(basis), tuple(map(number, terms)), tuple(nonzero), degree
    )
    return _Stated(problem, tuple(names), tuple(map(str, given)), symbols)


def _written(certificate: Certificate, facts: Sequence[str], hypotheses: Sequence[str]) -> str:
    """The products of a certificate, and the hypotheses that they use."""
    parts = [(str(c), factors) for factors, c in certificate.numbers]
    parts += [("a Gram form", factors) for factors, _ in certificate.forms]
    parts += [("a sum of squares", factors) for factors, _ in certificate.squares]
    products = (" * ".join([what, *(f"[{facts[k]}]" for k in factors)]) for what, factors in parts)
    used = {facts[k].partition(",")[0] for _, factors in parts for k in factors}
    beside = (f"[{n}] {h}" for n, h in enumerate(hypotheses, 1) if str(n) in used)
    return "\n".join(["; ".join(products) or "an identity", *beside])


def _refuse_contradiction(stated: _Stated, found: Certificate | None) -> None:
    """Raise SetupError if a certificate shows that no values satisfy all hypotheses."""
    goals = (("0 < 0", lt(0, 0)), ("1 <= 0", le(1, 0))) if found else ()
    for words, goal in goals:
        try:
            replace(stated.problem, goal=goal).prove(found)
        except ProofError:
            continue
        raise SetupError(
            where="hypotheses",
            found=f"a contradiction: {words} follows from\n"
            + _written(found, stated.facts, stated.hypotheses),
            allowed="hypotheses that some values satisfy",
            remedy="Anything follows from hypotheses that contradict each other: drop one.",
        )


def _no_number(problem: stored.Problem) -> Certificate | None:
    """Products of facts that add up to 0 although one of them is positive, by linear programming.

    A further monomial counts those that are positive, as 1 is: their multipliers add up to 1.
    """
    products, polys = _products(problem, _inner_products(problem))
    counted = frozenset({(var("how many are positive"), 1)})
    strict = [all(problem.facts[k].conclusion.head == "<" for k in p) for p in products]
    cleared = [
        plus(p, {counted: Fraction(1)}) if s else p
        for p, s in zip(clear(polys, problem.nonzero), strict, strict=True)
    ]
    found = multipliers({counted: Fraction(1)}, cleared, [True] * len(cleared))
    return None if found is None else _of_numbers(products, found)


def _linear(problem: stored.Problem) -> Certificate | None:
    """Products of facts with numbers alone, by linear programming."""
    wanted = poly(problem.goal.args[1] - problem.goal.args[0])
    products, polys = _products(problem, vector_degree(wanted))
    goal, *cleared = clear([wanted, *polys], problem.nonzero)
    found = multipliers(goal, cleared, [True] * len(cleared))
    return None if found is None else _of_numbers(products, found)


def _by_forms(problem: stored.Problem) -> Certificate | None:
    """Products of facts with Gram forms and sums of squares, by semidefinite programming."""
    return problem.search(_inner_products(problem))


def _inner_products(problem: stored.Problem) -> int:
    """How many inner products are multiplied in a fact, or in the goal."""
    relations = (problem.goal, *(fact.conclusion for fact in problem.facts))
    return max(vector_degree(poly(b - a)) for a, b in (r.args for r in relations))


def _products(
    problem: stored.Problem, vectors_at_most: int
) -> tuple[list[tuple[int, ...]], list[Poly]]:
    """The products of facts with no more inner products than is of use."""
    products: list[tuple[int, ...]] = []
    polys: list[Poly] = []
    for length in range(problem.degree + 1):
        for factors in combinations_with_replacement(range(len(problem.facts)), length):
            product = ONE
            for k in factors:
                product = times(product, difference(problem.facts[k]))
            if vector_degree(product) <= vectors_at_most:
                products.append(factors)
                polys.append(product)
    return products, polys


def _of_numbers(products: Sequence[tuple[int, ...]], found: Sequence[Fraction]) -> Certificate:
    return Certificate(tuple((f, x) for f, x in zip(products, found, strict=True) if x))
