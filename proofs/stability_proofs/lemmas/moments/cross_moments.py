"""What the examples in one part of a set add to the moments of a sum over the other part.

The set A is parted into A1 and A2. Given the examples outside A1, the differences of the two
conditional means of g_i, i in A1, are independent and centred (Marcinkiewicz and Zygmund); each is
a function of the examples in A2 with small differences, less its mean.
"""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker, sets
from stability_proofs.kernel.axioms import DIFFERENCES_MOMENTS, MARCINKIEWICZ_ZYGMUND
from stability_proofs.kernel.checker import Theorem, assume, elementary, substitute
from stability_proofs.kernel.families import swap
from stability_proofs.kernel.notation import E, absolute, every, sqrt, total
from stability_proofs.kernel.sets import count
from stability_proofs.kernel.terms import Term, at, eq, le, lt, member, mix, num, put, var
from stability_proofs.lemmas.analysis.indicators import between, idempotent
from stability_proofs.lemmas.analysis.positive_powers import P, p, product, sign
from stability_proofs.lemmas.analysis.root_products import factor_out, three_roots
from stability_proofs.lemmas.moments.moment_norms import ORDER, order_sign, power_of_equal
from stability_proofs.lemmas.probability.conditional_means import (
    CENTRED,
    DIFFERENCES,
    T,
    centred,
    cost,
    difference,
    mean_given,
    of_second,
    only_own,
    read_second,
    second_moves,
    tower,
    weight,
    whole_unmoved,
)
from stability_proofs.lemmas.probability.marginals import at_index
from stability_proofs.semantics.samples import S, i, j, z
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.mixed_families import FIRST, PARTED, SECOND, WHOLE, inside
from stability_proofs.tactics.vocabulary import (
    Square,
    added,
    at_same,
    averaged,
    by_cases,
    chain,
    cut,
    for_all,
    linear,
    mean,
    one_over,
    put_equal,
    summed,
    use,
)

W = var("W")
"""A bound on the L_p norm of the weight."""
n, q, v = var("n"), var("q"), var("v")
WEIGHT = (
    assume(every(z, le(0, weight(z)))),
    assume(le(0, W)),
    assume(le(E(z, P(weight(z))), P(W))),
)


def squares(indices: Term) -> Term:
    """The sum of c_j^2 over a set."""
    return total(j, inside(j, indices) * cost(j) ** 2)


@lemma(at=(SECOND,), shows=le(0, squares(SECOND)))
def squares_sign(indices: Term) -> Theorem:
    """0 <= the sum of c_j^2 over a set."""
    low = between(member(j, indices))[0]
    square = linear(le(0, cost(j) ** 2), Square(cost(j)))
    each = linear(le(0, inside(j, indices) * cost(j) ** 2), (low, square))
    return linear(le(0, squares(indices)), summed(j, each))


@lemma(at=(FIRST,), shows=le(0, total(i, inside(i, FIRST))))
def count_sign(indices: Term) -> Theorem:
    """0 <= the number of indices in a set."""
    return linear(le(0, count(indices)), summed(i, between(member(i, indices))[0]))


@cache
def _share() -> Theorem:
    """q/n <= v, from 0 <= q, q <= n v, 0 <= n: for n = 0 the sum q is 0."""
    low, high, least, positive = map(assume, (le(0, q), le(q, n * v), le(0, n), le(0, v)))
    goal = le(q / n, v)

    def at_sign(known: Theorem) -> Theorem:
        if known.conclusion == lt(0, n):
            return linear(goal, (high, one_over(known)), nonzero=[known])
        zero = checker.antisymmetric(known, least)
        none = checker.antisymmetric(linear(le(q, 0), high, (v, zero)), low)
        return linear(goal, (1 / n, none), positive)

    return by_cases(lt(0, n), at_sign)


def rate() -> Term:
    """6 sqrt 2 p W."""
    return 6 * sqrt(num(2)) * p * W


def _spread() -> Term:
    """2 sqrt p sqrt(sum of c_j^2 over A2)."""
    return 2 * sqrt(p) * sqrt(squares(SECOND))


def _spread_sign() -> Theorem:
    roots = elementary("sqrt", p), elementary("sqrt", squares(SECOND))
    return linear(le(0, _spread()), roots)


def _root_of_moves() -> Theorem:
    """2 sqrt p sqrt(sum of squared differences) is w(z_i) times the spread."""
    moves, w = inside(j, SECOND) * cost(j) * weight(at(S, i)), weight(at(S, i))
    once = (cost(j) ** 2 * w**2, idempotent(member(j, SECOND)))
    each = added(j, linear(eq(moves**2, inside(j, SECOND) * cost(j) ** 2 * w**2), once))
    inner = linear(eq(total(j, moves**2), w * w * squares(SECOND)), each)
    root = chain(at_same(inner, sqrt), factor_out(use(WEIGHT[0], at(S, i)), squares_sign(SECOND)))
    goal = eq(2 * sqrt(p) * sqrt(total(j, moves**2)), _spread() * w)
    return linear(goal, (2 * sqrt(p), root))


@cache
def _one_moment() -> Theorem:
    """For i in A1: E |difference of the conditional means|^p <= (spread W)^p."""
    moves, w = inside(j, SECOND) * cost(j) * weight(at(S, i)), weight(at(S, i))
    axiom = checker.interpret(DIFFERENCES_MOMENTS.theorem(), "F", (T,), of_second(T))
    axiom = checker.interpret(axiom, "b", (j,), moves)
    found = put_equal(tower(), use(axiom, second_moves(), ORDER))
    level, split = at_same(_root_of_moves(), P), product(_spread_sign(), w)
    mixed = difference(i, mix(T, S, SECOND))
    fixed = eq(mixed, of_second(T) - mean_given(WHOLE, i, S))
    same = averaged(T, equation=power_of_equal(linear(fixed, read_second(), whole_unmoved())))
    one = le(E(T, P(absolute(mixed))), P(_spread()) * P(w))
    most = mean(S, linear(one, same, found, level, split))
    swapped = sets.swap_set(S, T, SECOND, P(absolute(difference(i, S))))
    law = (P(_spread()), at_index(lambda point: P(weight(point)), i))
    goal = le(E(S, P(absolute(difference(i, S)))), P(_spread()) * P(W))
    return linear(goal, swapped, most, law, (WEIGHT[2], sign(_spread())))


def _depend_on_own() -> Theorem:
    """Given the examples outside A1, each difference depends on its own example alone."""
    here = inside(i, FIRST)
    mixed, alone = difference(i, mix(T, S, FIRST)), difference(i, put(S, i, at(T, i)))

    def each(known: Theorem) -> Theorem:
        goal = eq(here * mixed, here * alone)
        if known.conclusion.head != "member":
            return linear(goal, (mixed - alone, checker.indicator(known, member(i, FIRST))))
        equal = linear(eq(mixed, alone), only_own(FIRST), only_own(WHOLE))
        return linear(goal, (here, equal))

    return added(i, by_cases(member(i, FIRST), each))


def _sum_of_moments() -> Theorem:
    """The mean over A1 of the expected |difference|^p is at most (spread W)^p."""
    here, n1, top = inside(i, FIRST), count(FIRST), P(_spread()) * P(W)
    fresh, now = (P(absolute(difference(i, s))) for s in (put(S, i, z), S))
    parts, event = total(i, here * E(z, fresh)), member(i, FIRST)

    def moment(known: Theorem) -> Theorem:
        goal, value = le(here * E(S, now), here * top), checker.indicator(known, event)
        if known.conclusion != event:
            return linear(goal, (E(S, now) - top, value))
        return linear(goal, (_one_moment(), linear(le(0, here), value)))

    turned = checker.exchange(E(S, parts))
    redrawn = (here, swap(S, i, z, now))
    drawn = added(i, linear(eq(here * E(S, E(z, now)), here * E(S, E(z, fresh))), redrawn))
    counted = summed(i, by_cases(event, moment))
    most = linear(le(E(S, parts), n1 * top), turned, drawn, counted)
    signs = between(event)[0], mean(z, sign(absolute(difference(i, put(S, i, z)))))
    low = mean(S, summed(i, linear(le(0, here * E(z, fresh)), signs)))
    least = linear(le(0, E(S, parts)), low)
    top_sign = linear(le(0, top), (sign(_spread()), sign(W)))
    values = {q: E(S, parts), n: n1, v: top}
    return cut(substitute(_share(), values), least, most, count_sign(FIRST), top_sign)


@lemma(
    given=(
        ORDER.conclusion,
        CENTRED,
        PARTED.conclusion,
        DIFFERENCES,
        every(z, le(0, weight(z))),
        le(E(z, P(weight(z))), P(W)),
    ),
    shows=le(
        E(S, P(absolute(total(i, inside(i, FIRST) * difference(i, S))))),
        P(rate() * sqrt(total(i, inside(i, FIRST)) * squares(SECOND))),
    ),
)
def cross_moment() -> Theorem:
    """E |sum over A1 of the differences of the means|^p <= (6 sqrt 2 p W sqrt(n1 s2))^p.

    n1 is the number of indices in A1, s2 the sum of c_j^2 over A2.
    """
    here, n1, one = inside(i, FIRST), count(FIRST), difference(i, put(S, i, z))
    axiom = substitute(MARCINKIEWICZ_ZYGMUND.theorem(), {WHOLE: FIRST})
    axiom = checker.interpret(axiom, "f", (i, z), one)
    none = linear(eq(E(z, one), 0), centred(FIRST), centred(WHOLE))
    found = use(axiom, for_all(none, i), ORDER)
    whole = P(absolute(total(i, here * difference(i, S))))
    mixed = P(absolute(total(i, here * difference(i, mix(T, S, FIRST)))))
    same = averaged(T, equation=power_of_equal(_depend_on_own()))
    factor = 3 * sqrt(2 * n1 * p)
    parts = total(i, here * E(z, P(absolute(one))))
    given = mean(S, linear(le(E(T, mixed), P(factor) * parts / n1), same, found))
    swapped = sets.swap_set(S, T, FIRST, whole)
    top = P(factor) * (P(_spread()) * P(W))
    bound = linear(le(E(S, whole), top), swapped, given, (_sum_of_moments(), sign(factor)))
    factor_sign = linear(le(0, factor), elementary("sqrt", 2 * n1 * p))
    outer, inner = product(factor_sign, _spread() * W), product(_spread_sign(), W)
    roots = three_roots(count_sign(FIRST), order_sign(), squares_sign(SECOND))
    level = rate() * sqrt(n1 * squares(SECOND))
    same_level = at_same(linear(eq(factor * (_spread() * W), level), (6 * W, roots)), P)
    return linear(le(E(S, whole), P(level)), bound, outer, (P(factor), inner), same_level)
