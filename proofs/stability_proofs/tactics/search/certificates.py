"""Finding multipliers and sums of squares by semidefinite programming, rounded to rationals.

The goal b - a is sought as a sum of products of facts, each times a number, times a Gram form of
the given vectors, or times a sum of squares of the given terms. cvxpy and Clarabel propose floats;
the rationals near them are made to satisfy the linear identity exactly, and the forms are positive
semidefinite by exact LDL^T, or nothing is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations_with_replacement
from typing import Any

import numpy as np

from stability.errors import SetupError, install_command
from stability_proofs.kernel.terms import ONE, Poly, Term, app, plus, poly, times
from stability_proofs.tactics.search.linear import Row, reduced

DENOMINATORS = (1, 2, 4, 12, 60, 840, 10**4, 10**6)
"""How finely the floats are rounded, in turn."""
SMALL = 1e-6
"""Multipliers and forms below it are left out."""


Matrix = tuple[tuple[Fraction, ...], ...]
"""Symmetric, by rows."""


@dataclass(frozen=True)
class Certificate:
    """Products of facts (by position) times a number, or times a form in vectors or terms.

    `numbers`: (factors, coefficient); `forms`: (factors, matrix over the vectors);
    `squares`: (factors, matrix over the terms).
    """

    numbers: tuple[tuple[tuple[int, ...], Fraction], ...]
    forms: tuple[tuple[tuple[int, ...], Matrix], ...] = ()
    squares: tuple[tuple[tuple[int, ...], Matrix], ...] = ()


def find(
    goal: Poly,
    facts: Sequence[Poly],
    vectors: Sequence[Term] = (),
    terms: Sequence[Term] = (),
    degree: int = 2,
    clear: Callable[[Sequence[Poly]], Sequence[Poly]] = tuple,
    inner_products: int = 0,
) -> Certificate | None:
    """A certificate of 0 <= goal from facts 0 <= p, or None. Needs the extra `testing`.

    `degree`: how many facts a product may have. `clear` multiplies polynomials by the same powers
    of what is divided by. `inner_products`: how many may be multiplied with each other,
    if the goal has fewer.
    """
    most = max(vector_degree(goal), inner_products)
    raw = [
        b for b in _blocks(facts, vectors, terms, degree)
        if all(vector_degree(p) <= most for *_, p in b.entries)
    ]  # fmt: skip
    goal, *cleared = clear([goal, *(p for block in raw for *_, p in block.entries)])
    left = iter(cleared)
    blocks = [
        replace(b, entries=tuple((row, column, next(left)) for row, column, _ in b.entries))
        for b in raw
    ]
    found = _propose(goal, blocks)
    if found is None:
        return None
    for denominator in DENOMINATORS:
        exact = _rounded(goal, blocks, found, denominator)
        if exact is not None:
            return _certificate(blocks, exact)
    return None


def vector_degree(p: Poly) -> int:
    """The largest number of inner products in a product: more than the goal has is of no use."""
    return max((sum(k for a, k in m if a.head == "dot") for m in p), default=0)


@dataclass(frozen=True)
class _Block:
    """Unknowns that belong together: a number (size 1), or a symmetric matrix."""

    factors: tuple[int, ...]
    kind: str
    entries: tuple[tuple[int, int, Poly], ...]
    size: int


def _blocks(
    facts: Sequence[Poly], vectors: Sequence[Term], terms: Sequence[Term], degree: int
) -> Iterator[_Block]:
    for length in range(degree + 1):
        for factors in combinations_with_replacement(range(len(facts)), length):
            product = ONE
            for k in factors:
                product = times(product, facts[k])
            yield _Block(factors, "number", ((0, 0, product),), 1)
            for kind, basis in (("form", vectors), ("square", terms)):
                if basis:
                    yield _matrix(factors, kind, basis, product)


def _matrix(factors: tuple[int, ...], kind: str, basis: Sequence[Term], product: Poly) -> _Block:
    entries = []
    for row, u in enumerate(basis):
        for column in range(row, len(basis)):
            v = basis[column]
            pair = poly(app("dot", u, v) if kind == "form" else u * v)
            double = pair if row == column else plus(pair, pair)
            entries.append((row, column, times(product, double)))
    return _Block(factors, kind, tuple(entries), len(basis))


def _propose(goal: Poly, blocks: Sequence[_Block]) -> list[np.ndarray] | None:
    """Matrices in floats that satisfy the identity, of small trace. SetupError without cvxpy."""
    try:
        import cvxpy
    except ImportError:
        raise SetupError(
            where="the search for a derivation",
            found="no cvxpy",
            allowed="an installation with the extra `testing`",
            remedy=f"Run: {install_command('testing')}.",
        ) from None

    unknowns = [cvxpy.Variable((b.size, b.size), PSD=True) for b in blocks]
    sums: dict[Any, Any] = {}
    for block, unknown in zip(blocks, unknowns, strict=True):
        for row, column, p in block.entries:
            for monomial, c in p.items():
                sums[monomial] = sums.get(monomial, 0) + float(c) * unknown[row, column]
    constraints = [sums.get(m, 0) == float(goal.get(m, 0)) for m in {*sums, *goal} if m in sums]
    if any(m not in sums for m in goal):
        return None
    problem = cvxpy.Problem(cvxpy.Minimize(sum(cvxpy.trace(u) for u in unknowns)), constraints)
    try:
        problem.solve(solver=cvxpy.CLARABEL)
    except cvxpy.SolverError:
        return None
    if problem.status not in ("optimal", "optimal_inaccurate"):
        return None
    return [np.asarray(u.value, dtype=float) for u in unknowns]


def _rounded(
    goal: Poly, blocks: Sequence[_Block], found: Sequence[np.ndarray], denominator: int
) -> list[list[list[Fraction]]] | None:
    """Rationals near the floats: most are rounded, the others solve the identity exactly."""
    places = []
    for k, (block, matrix) in enumerate(zip(blocks, found, strict=True)):
        if np.trace(matrix) > SMALL:
            places += [(k, row, column, p) for row, column, p in block.entries]
    # Large entries first: they are solved for, small ones are rounded.
    places.sort(key=lambda place: -abs(found[place[0]][place[1], place[2]]))
    last = len(places)
    monomials = sorted({m for *_, p in places for m in p} | set(goal), key=str)
    rows: list[Row] = []
    for m in monomials:
        row = {n: p[m] for n, (*_, p) in enumerate(places) if m in p}
        if m in goal:
            row[last] = goal[m]
        rows.append(row)
    pivots = reduced(rows, last)
    if pivots is None:
        return None
    solved = {column for column, _ in pivots}
    values = [Fraction(0)] * last
    for n, (k, row, column, _) in enumerate(places):
        if n not in solved:
            values[n] = Fraction(float(found[k][row, column])).limit_denominator(denominator)
    for column, pivot in pivots:
        rest = sum(v * values[n] for n, v in pivot.items() if n not in (column, last))
        values[column] = pivot.get(last, Fraction(0)) - rest
    exact = [[[Fraction(0)] * b.size for _ in range(b.size)] for b in blocks]
    for value, (k, row, column, _) in zip(values, places, strict=True):
        exact[k][row][column] = exact[k][column][row] = value
    return exact if all(map(semidefinite, exact)) else None


def semidefinite(matrix: Sequence[Sequence[Fraction]]) -> bool:
    """Whether a symmetric rational matrix is positive semidefinite, by LDL^T.

    >>> semidefinite([[Fraction(1), Fraction(2)], [Fraction(2), Fraction(4)]])
    True
    """
    rest = [list(row) for row in matrix]
    for k in range(len(rest)):
        pivot = rest[k][k]
        if pivot < 0 or (pivot == 0 and any(rest[k][k:])):
            return False
        for i in range(k + 1, len(rest)):
            factor = rest[i][k] / pivot if pivot else Fraction(0)
            for j in range(k, len(rest)):
                rest[i][j] -= factor * rest[k][j]
    return True


def _certificate(blocks: Sequence[_Block], exact: list[list[list[Fraction]]]) -> Certificate:
    numbers, forms, squares = [], [], []
    for block, matrix in zip(blocks, exact, strict=True):
        if not any(any(row) for row in matrix):
            continue
        if block.kind == "number":
            numbers.append((block.factors, matrix[0][0]))
        else:
            rows = tuple(map(tuple, matrix))
            (forms if block.kind == "form" else squares).append((block.factors, rows))
    return Certificate(tuple(numbers), tuple(forms), tuple(squares))
