"""Norms of beta for moments of order 2: E X^2 <= U E X for 0 <= X <= U.

X is the diagonal beta(z, z), the column mean E beta(y, z), or the supremum over y of beta(y, z).
"""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, elementary, exp_log
from stability_proofs.kernel.notation import E, exp, log, sqrt
from stability_proofs.kernel.terms import Term, bind, eq, le, lt, num, var
from stability_proofs.lemmas.analysis.positive_powers import P, of_none, of_positive, p
from stability_proofs.lemmas.elastic.elastic_squares import root_sign
from stability_proofs.lemmas.elastic.elastic_walks import B1, DIAGONAL, LEAST, MEAN, MOST, B, D, U
from stability_proofs.semantics import samples
from stability_proofs.semantics.samples import ROW, beta, y, z
from stability_proofs.semantics.slack import profile
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import at_same, by_cases, linear, mean, use

x = var("x")
SECOND = assume(eq(p, num(2)))
COVERED, _, PROFILE_MEAN = map(assume, samples.dominated_by(beta(y, z), profile(z), B, U))


@lemma(at=(le(0, x),), given=(SECOND.conclusion,), shows=eq(P(x), x * x))
def square(sign: Theorem) -> Theorem:
    """P(x) = x x for 0 <= x and the order 2."""
    base = sign.conclusion.args[1]

    def of_case(case: Theorem) -> Theorem:
        if case.conclusion != lt(0, base):
            none = linear(le(base, 0), case)
            zero = checker.antisymmetric(none, sign)
            return linear(eq(P(base), base * base), of_none(none), (base, zero))
        twice = at_same(SECOND, lambda q: exp(q * log(base)))
        split, root = elementary("exp-sum", log(base), log(base)), exp_log(case)
        parts = (twice, split, (exp(log(base)), root), (base, root))
        return linear(eq(P(base), base * base), of_positive(case), *parts)

    return by_cases(lt(0, base), of_case)


def _norm(body: Term, least: Theorem, most: Theorem, mean_at_most: Theorem, bound: Term) -> Theorem:
    """E P(X) <= P(sqrt U sqrt b), from 0 <= X <= U and E X <= b."""
    pointwise = linear(le(P(body), U * body), square(least), (least, most))
    top = sqrt(U) * sqrt(bound)
    roots = [checker.root_squared(assume(le(0, number))) for number in (U, bound)]
    value = linear(eq(top * top, U * bound), (sqrt(bound) ** 2, roots[0]), (U, roots[1]))
    raised = square(root_sign(U, bound))
    goal = le(E(z, P(body)), P(top))
    return linear(goal, mean(z, pointwise), (assume(le(0, U)), mean_at_most), raised, value)


RANGE = (LEAST.conclusion, MOST.conclusion, SECOND.conclusion, le(0, U))
TOP = bind("sup", ROW, beta(ROW, z))


@lemma(
    given=(*RANGE, DIAGONAL.conclusion, le(0, D)),
    shows=le(E(z, P(beta(z, z))), P(sqrt(U) * sqrt(D))),
)
def diagonal() -> Theorem:
    """E P(beta(z, z)) <= P(sqrt U sqrt D)."""
    return _norm(beta(z, z), use(LEAST, z, z), use(MOST, z, z), DIAGONAL, D)


@lemma(
    given=(*RANGE, MEAN.conclusion, le(0, B1)),
    shows=le(E(z, P(E(y, beta(y, z)))), P(sqrt(U) * sqrt(B1))),
)
def column() -> Theorem:
    """E P(E beta(y, z)) <= P(sqrt U sqrt B1)."""
    body = E(y, beta(y, z))
    least, most = mean(y, use(LEAST, y, z)), mean(y, use(MOST, y, z))
    order = checker.exchange(E(z, body))
    return _norm(body, least, most, linear(le(E(z, body), B1), order, MEAN), B1)


def _supremum_sign() -> Theorem:
    above = checker.sup_is_above(y, use(MOST, y, z), y)
    return linear(le(0, TOP), above, use(LEAST, y, z))


@lemma(given=RANGE, shows=le(E(z, P(TOP)), P(U)))
def supremum() -> Theorem:
    """E P(sup beta(y, z)) <= P(U)."""
    least, sign = _supremum_sign(), assume(le(0, U))
    most = checker.sup_is_least(y, use(MOST, y, z))
    pointwise = linear(le(P(TOP), U * U), square(least), (least, most), (sign, most))
    return linear(le(E(z, P(TOP)), P(U)), mean(z, pointwise), square(sign))


@lemma(
    given=(*RANGE, COVERED.conclusion, PROFILE_MEAN.conclusion, le(0, B)),
    shows=le(E(z, P(TOP)), P(sqrt(U) * sqrt(B))),
)
def supremum_of_product() -> Theorem:
    """E P(sup beta(y, z)) <= P(sqrt U sqrt B), as one profile is above every row."""
    most = checker.sup_is_least(y, use(MOST, y, z))
    below = checker.sup_is_least(y, use(COVERED, y, z))
    average = linear(le(E(z, TOP), B), mean(z, below), PROFILE_MEAN)
    return _norm(TOP, _supremum_sign(), most, average, B)
