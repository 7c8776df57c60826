"""Second moments of what beta contributes: rows, columns, the diagonal, and two examples.

With b(y) = E beta(y, z), c(z) = E beta(y, z) and d(z) = beta(z, z), the functions of beta that the
centred gaps and their remainders are compared with, at examples of the sample: from the root mean
squares of beta, and these from the four numbers.
"""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, elementary, root_squared
from stability_proofs.kernel.notation import E, every, sqrt
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
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, beta, elastic_further, y, z
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import for_all, linear, mean, use

i, j = var("i", "index"), var("j", "index")

POINT = var("tested", "example")
NAMES = ("b_rms", "c_rms", "d_rms", "beta_rms")
b_rms, c_rms, d_rms, beta_rms = map(symbol_term, NAMES)
ROWS, COLUMNS, OWN, PAIRS = map(
    assume, elastic_further(beta(y, z), {name: symbol_term(name) for name in NAMES})
)
"""What the root mean squares bound."""
ROOT_BB, ROOT_UB, ROOT_UD = sqrt(B) * sqrt(B1), sqrt(U) * sqrt(B1), sqrt(U) * sqrt(D)


def row(point: Term) -> Term:
    """b: the mean of beta over the tested point."""
    return E(POINT, beta(point, POINT))


def column(point: Term) -> Term:
    """c: the mean of beta over the deleted point."""
    return E(POINT, beta(POINT, point))


@lemma(at=(j,), given=(ROWS.conclusion,), shows=le(E(S, row(at(S, j)) ** 2), b_rms * b_rms))
def row_moment(index: Term) -> Theorem:
    """E b(z_i)^2 <= |b|_2^2."""
    law = at_index(lambda point: row(point) ** 2, index)
    return linear(le(E(S, row(at(S, index)) ** 2), b_rms * b_rms), law, ROWS)


@lemma(at=(j,), given=(COLUMNS.conclusion,), shows=le(E(S, column(at(S, j)) ** 2), c_rms * c_rms))
def column_moment(index: Term) -> Theorem:
    """E c(z_i)^2 <= |c|_2^2."""
    law = at_index(lambda point: column(point) ** 2, index)
    return linear(le(E(S, column(at(S, index)) ** 2), c_rms * c_rms), law, COLUMNS)


@lemma(
    at=(j,),
    given=(OWN.conclusion,),
    shows=le(E(S, beta(at(S, j), at(S, j)) ** 2), d_rms * d_rms),
)
def diagonal_moment(index: Term) -> Theorem:
    """E beta(z_i, z_i)^2 <= |d|_2^2."""
    law = at_index(lambda point: beta(point, point) ** 2, index)
    own = beta(at(S, index), at(S, index))
    return linear(le(E(S, own**2), d_rms * d_rms), law, OWN)


@lemma(
    at=(j, i, negation(eq(i, j))),
    given=(PAIRS.conclusion,),
    shows=le(E(S, beta(at(S, j), at(S, i)) ** 2), beta_rms * beta_rms),
)
def entry_moment(deleted: Term, tested: Term, apart: Theorem) -> Theorem:
    """E beta(z_j, z_i)^2 <= |beta|_2^2, for two examples."""
    law = at_two(lambda a, b: beta(a, b) ** 2, deleted, tested, apart)
    entry = beta(at(S, deleted), at(S, tested))
    return linear(le(E(S, entry**2), beta_rms * beta_rms), law, PAIRS)


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
    given=(MEAN.conclusion, ROW_MEAN.conclusion, LEAST.conclusion, le(0, B1), le(0, B)),
    shows=le(E(y, row(y) ** 2), ROOT_BB**2),
)
def rows() -> Theorem:
    """E b^2 <= B B1, as b <= B."""
    least, most = mean(POINT, use(LEAST, y, POINT)), use(ROW_MEAN, y)
    square = mean(y, linear(le(row(y) ** 2, B * row(y)), (least, most)))
    goal = le(E(y, row(y) ** 2), ROOT_BB**2)
    return linear(goal, square, (MEAN, assume(le(0, B))), _root_squared(B, B1))


@lemma(
    given=(MEAN.conclusion, MOST.conclusion, LEAST.conclusion, le(0, B1), le(0, U)),
    shows=le(E(z, column(z) ** 2), ROOT_UB**2),
)
def columns() -> Theorem:
    """E c^2 <= U B1, as c <= U."""
    least, most = mean(POINT, use(LEAST, POINT, z)), mean(POINT, use(MOST, POINT, z))
    square = mean(z, linear(le(column(z) ** 2, U * column(z)), (least, most)))
    order = checker.exchange(E(z, column(z)))
    goal = le(E(z, column(z) ** 2), ROOT_UB**2)
    known = (MEAN, assume(le(0, U)))
    return linear(goal, square, (U, order), known, _root_squared(U, B1))


@lemma(
    given=(DIAGONAL.conclusion, MOST.conclusion, LEAST.conclusion, le(0, U), le(0, D)),
    shows=le(E(z, beta(z, z) ** 2), ROOT_UD**2),
)
def diagonal() -> Theorem:
    """E beta(z, z)^2 <= U D."""
    own = beta(z, z)
    square = mean(z, linear(le(own**2, U * own), (use(LEAST, z, z), use(MOST, z, z))))
    goal = le(E(z, own**2), ROOT_UD**2)
    return linear(goal, square, (DIAGONAL, assume(le(0, U))), _root_squared(U, D))


@lemma(
    given=(MEAN.conclusion, MOST.conclusion, LEAST.conclusion, le(0, B1), le(0, U)),
    shows=le(E(y, E(z, beta(y, z) ** 2)), ROOT_UB**2),
)
def pairs() -> Theorem:
    """E beta(y, z)^2 <= U B1."""
    entry = beta(y, z)
    inside = linear(le(entry**2, U * entry), (use(LEAST, y, z), use(MOST, y, z)))
    goal = le(E(y, E(z, entry**2)), ROOT_UB**2)
    known = (MEAN, assume(le(0, U)))
    return linear(goal, mean(y, mean(z, inside)), known, _root_squared(U, B1))


@lemma(given=(MOST.conclusion,), shows=every(z, le(E(y, beta(y, z)), U)))
def largest_column() -> Theorem:
    """No mean of a column is above U."""
    return for_all(linear(le(E(y, beta(y, z)), U), mean(y, use(MOST, y, z))), z)
