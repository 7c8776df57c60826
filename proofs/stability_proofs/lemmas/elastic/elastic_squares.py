"""Second moments of what beta contributes: rows, columns, the diagonal, and two examples.

With b(y) = E beta(y, z), c(z) = E beta(y, z) and d(z) = beta(z, z), the functions of beta that the
centred gaps and their remainders are compared with, at examples of the sample.
"""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, elementary, root_squared
from stability_proofs.kernel.notation import E, sqrt
from stability_proofs.kernel.terms import Term, at, eq, le, negation, var
from stability_proofs.lemmas.elastic.elastic_walks import (
    B1,
    DIAGONAL,
    LEAST,
    MEAN,
    MOST,
    ROW_MEAN,
    B,
    D,
    U,
)
from stability_proofs.lemmas.probability.marginals import at_index, at_two
from stability_proofs.semantics.samples import S, beta, y, z
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import linear, mean, use

i, j = var("i", "index"), var("j", "index")

POINT = var("tested", "example")
ROOT_BB, ROOT_UB, ROOT_UD = sqrt(B) * sqrt(B1), sqrt(U) * sqrt(B1), sqrt(U) * sqrt(D)


def row(point: Term) -> Term:
    """b: the mean of beta over the tested point."""
    return E(POINT, beta(point, POINT))


def column(point: Term) -> Term:
    """c: the mean of beta over the deleted point."""
    return E(POINT, beta(POINT, point))


def _root_squared(first: Term, second: Term) -> Theorem:
    """(sqrt a sqrt b)^2 = a b, for symbols that are not negative."""
    one, other = (root_squared(assume(le(0, x))) for x in (first, second))
    root = sqrt(first) * sqrt(second)
    return linear(eq(root * root, first * second), (sqrt(second) ** 2, one), (first, other))


@lemma(at=(B, B1), shows=le(0, ROOT_BB))
def root_sign(first: Term, second: Term) -> Theorem:
    """0 <= sqrt a sqrt b."""
    roots = elementary("sqrt", first), elementary("sqrt", second)
    return linear(le(0, sqrt(first) * sqrt(second)), roots)


@lemma(
    at=(j,),
    given=(MEAN.conclusion, ROW_MEAN.conclusion, LEAST.conclusion, le(0, B1), le(0, B)),
    shows=le(E(S, row(at(S, j)) * row(at(S, j))), ROOT_BB * ROOT_BB),
)
def row_moment(index: Term) -> Theorem:
    """E b(z_i)^2 <= B B1, as b <= B."""
    least, most = mean(POINT, use(LEAST, y, POINT)), use(ROW_MEAN, y)
    square = mean(y, linear(le(row(y) * row(y), B * row(y)), (least, most)))
    law = at_index(lambda point: row(point) * row(point), index)
    goal = le(E(S, row(at(S, index)) * row(at(S, index))), ROOT_BB * ROOT_BB)
    return linear(goal, law, square, (MEAN, assume(le(0, B))), _root_squared(B, B1))


@lemma(
    at=(i,),
    given=(MEAN.conclusion, MOST.conclusion, LEAST.conclusion, le(0, B1), le(0, U)),
    shows=le(E(S, column(at(S, i)) * column(at(S, i))), ROOT_UB * ROOT_UB),
)
def column_moment(index: Term) -> Theorem:
    """E c(z_i)^2 <= U B1, as c <= U."""
    least, most = mean(POINT, use(LEAST, POINT, y)), mean(POINT, use(MOST, POINT, y))
    square = mean(y, linear(le(column(y) * column(y), U * column(y)), (least, most)))
    law = at_index(lambda point: column(point) * column(point), index)
    order = checker.exchange(E(y, column(y)))
    goal = le(E(S, column(at(S, index)) * column(at(S, index))), ROOT_UB * ROOT_UB)
    known = (MEAN, assume(le(0, U)))
    return linear(goal, law, square, (U, order), known, _root_squared(U, B1))


@lemma(
    at=(i,),
    given=(DIAGONAL.conclusion, MOST.conclusion, LEAST.conclusion, le(0, U), le(0, D)),
    shows=le(E(S, beta(at(S, i), at(S, i)) * beta(at(S, i), at(S, i))), ROOT_UD * ROOT_UD),
)
def diagonal_moment(index: Term) -> Theorem:
    """E beta(z_i, z_i)^2 <= U D."""
    least, most = use(LEAST, y, y), use(MOST, y, y)
    own = beta(y, y)
    square = mean(y, linear(le(own * own, U * own), (least, most)))
    law = at_index(lambda point: beta(point, point) * beta(point, point), index)
    here = beta(at(S, index), at(S, index))
    goal = le(E(S, here * here), ROOT_UD * ROOT_UD)
    return linear(goal, law, square, (DIAGONAL, assume(le(0, U))), _root_squared(U, D))


@lemma(
    at=(j, i, negation(eq(i, j))),
    given=(MEAN.conclusion, MOST.conclusion, LEAST.conclusion, le(0, B1), le(0, U)),
    shows=le(E(S, beta(at(S, j), at(S, i)) * beta(at(S, j), at(S, i))), ROOT_UB * ROOT_UB),
)
def entry_moment(deleted: Term, tested: Term, apart: Theorem) -> Theorem:
    """E beta(z_j, z_i)^2 <= U B1, for two examples."""
    entry = beta(y, z)
    square = mean(
        y, mean(z, linear(le(entry * entry, U * entry), (use(LEAST, y, z), use(MOST, y, z))))
    )
    law = at_two(lambda a, b: beta(a, b) * beta(a, b), deleted, tested, apart)
    here = beta(at(S, deleted), at(S, tested))
    goal = le(E(S, here * here), ROOT_UB * ROOT_UB)
    return linear(goal, law, square, (MEAN, assume(le(0, U))), _root_squared(U, B1))
