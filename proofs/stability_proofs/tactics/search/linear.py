"""The multipliers of a linear certificate: the combination of facts that gives the goal.

Exact linear algebra over the rationals; where several combinations exist, linear programming in
floats proposes which facts to use and the multipliers are then solved for exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from stability_proofs.kernel.terms import Poly

Row = dict[int, Fraction]


def multipliers(goal: Poly, facts: Sequence[Poly], signed: Sequence[bool]) -> list[Fraction] | None:
    """Rationals x with sum x_k facts[k] = goal, x_k >= 0 where `signed[k]`; None if none is found.

    >>> x = frozenset({("x", 1)})
    >>> multipliers({x: Fraction(3)}, [{x: Fraction(2)}], [True])
    [Fraction(3, 2)]
    """
    monomials = sorted({m for p in (goal, *facts) for m in p}, key=str)
    found = _solve(goal, facts, monomials, range(len(facts)))
    if found is None or _good(found, signed):
        return found
    support = _propose(goal, facts, signed, monomials)
    if support is None:
        return None
    found = _solve(goal, facts, monomials, support)
    return found if found is not None and _good(found, signed) else None


def _good(found: Sequence[Fraction], signed: Sequence[bool]) -> bool:
    return all(x >= 0 or not s for x, s in zip(found, signed, strict=True))


def _solve(
    goal: Poly, facts: Sequence[Poly], monomials: Sequence[frozenset], support: Sequence[int]
) -> list[Fraction] | None:
    """One exact solution that uses these facts only (free multipliers are 0)."""
    last = len(facts)
    rows = []
    for m in monomials:
        row = {k: facts[k][m] for k in support if m in facts[k]}
        if m in goal:
            row[last] = goal[m]
        rows.append(row)
    pivots = reduced(rows, last)
    if pivots is None:
        return None
    found = [Fraction(0)] * last
    for column, pivot in pivots:
        found[column] = pivot.get(last, Fraction(0))
    return found


def reduced(rows: Sequence[Row], last: int) -> list[tuple[int, Row]] | None:
    """Gauss-Jordan: (column, row with 1 there and 0 in other pivot columns); None if unsolvable.

    The column `last` holds the right side. The leftmost columns become pivots.
    """
    pivots: list[tuple[int, Row]] = []
    for row in rows:
        for column, pivot in pivots:
            _reduce(row, column, pivot)
        columns = [k for k in row if k != last]
        if not columns:
            if row:
                return None
            continue
        column = min(columns)
        scale = row[column]
        pivot = {k: v / scale for k, v in row.items()}
        for _, other in pivots:
            _reduce(other, column, pivot)
        pivots.append((column, pivot))
    return pivots


def _reduce(row: Row, column: int, pivot: Row) -> None:
    factor = row.get(column)
    if factor:
        for k, v in pivot.items():
            row[k] = row.get(k, Fraction(0)) - factor * v
            if not row[k]:
                del row[k]


def _propose(
    goal: Poly, facts: Sequence[Poly], signed: Sequence[bool], monomials: Sequence[frozenset]
) -> list[int] | None:
    """Facts of a vertex of the feasible multipliers, found in floats."""
    import numpy as np
    from scipy.optimize import linprog

    table = np.array([[float(p.get(m, 0)) for p in facts] for m in monomials])
    wanted = np.array([float(goal.get(m, 0)) for m in monomials])
    bounds = [(0.0, None) if s else (None, None) for s in signed]
    answer = linprog(np.ones(len(facts)), A_eq=table, b_eq=wanted, bounds=bounds, method="highs")
    if answer.status == 3:  # unbounded: free multipliers with a cost; any point will do
        answer = linprog(np.zeros(len(facts)), A_eq=table, b_eq=wanted, bounds=bounds)
    if answer.x is None:
        return None
    return [k for k, x in enumerate(answer.x) if abs(x) > 1e-9]
