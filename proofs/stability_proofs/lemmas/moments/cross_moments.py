"""What the examples in one part of a set add to the moments of a sum over the other part.

The set A is parted into A1 and A2. The differences of the two conditional means of g_i, i in A1,
have mean 0 over z_i and do not depend on the other examples in A1; each is a function of the
examples in A2 with small differences, less its mean. Both are martingales (Rio).
"""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker, sets
from stability_proofs.kernel.checker import (
    Theorem,
    assume,
    elementary,
    root_squared,
    substitute,
)
from stability_proofs.kernel.notation import E, absolute, every, sqrt, total
from stability_proofs.kernel.sets import count
from stability_proofs.kernel.terms import Term, at, eq, implies, le, member, mix, negation, put, var
from stability_proofs.lemmas.analysis.indicators import between, idempotent
from stability_proofs.lemmas.analysis.positive_powers import P, p, product, sign
from stability_proofs.lemmas.analysis.root_products import factor_out
from stability_proofs.lemmas.moments.martingales import (
    BASE,
    CENTRED_PARTS,
    FREE_PARTS,
    NORMS_SIGN,
    SMALL_PARTS,
    sum_of_parts,
)
from stability_proofs.lemmas.moments.moment_norms import ORDER, power_of_equal
from stability_proofs.lemmas.moments.rio import MOVES, of_differences
from stability_proofs.lemmas.probability.conditional_means import (
    CENTRED,
    DIFFERENCES,
    T,
    centred,
    cost,
    difference,
    g,
    mean_given,
    of_second,
    r,
    read_second,
    redrawn,
    second_moves,
    tower,
    weight,
    whole_unmoved,
)
from stability_proofs.lemmas.probability.marginals import at_index
from stability_proofs.semantics.samples import S, i, j, z
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.mixed_families import (
    FIRST,
    PARTED,
    SECOND,
    WHOLE,
    in_parts,
    inside,
    members_of_first,
    same_families,
)
from stability_proofs.tactics.vocabulary import (
    Square,
    added,
    at_same,
    averaged,
    chain,
    discharge,
    for_all,
    linear,
    mean,
    put_equal,
    summed,
    use,
)

W = var("W")
"""A bound on the L_p norm of the weight."""
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


def rate() -> Term:
    """(p - 1) W."""
    return (p - 1) * W


@lemma(given=(ORDER.conclusion,), shows=le(0, p - 1))
def order_above_one() -> Theorem:
    """0 <= p - 1, from 2 <= p."""
    return linear(le(0, p - 1), ORDER)


def _spread() -> Term:
    """sqrt((p - 1) sum of c_j^2 over A2)."""
    return sqrt((p - 1) * squares(SECOND))


def _spread_square() -> Theorem:
    """0 <= the square of that."""
    return linear(le(0, (p - 1) * squares(SECOND)), (order_above_one(), squares_sign(SECOND)))


def _spread_sign() -> Theorem:
    return elementary("sqrt", (p - 1) * squares(SECOND))


def _root_of_moves() -> Theorem:
    """sqrt((p - 1) sum of squared differences) is w(z_i) times the spread."""
    moves, w = inside(j, SECOND) * cost(j) * weight(at(S, i)), weight(at(S, i))
    once = (cost(j) ** 2 * w**2, idempotent(member(j, SECOND)))
    each = added(j, linear(eq(moves**2, inside(j, SECOND) * cost(j) ** 2 * w**2), once))
    whole = (p - 1) * total(j, moves**2)
    inner = linear(eq(whole, w * w * ((p - 1) * squares(SECOND))), (p - 1, each))
    root = chain(at_same(inner, sqrt), factor_out(use(WEIGHT[0], at(S, i)), _spread_square()))
    return linear(eq(sqrt(whole), _spread() * w), root)


@cache
def _one_moment() -> Theorem:
    """For i in A1: E |difference of the conditional means|^p <= (spread W)^p."""
    moves, w = inside(j, SECOND) * cost(j) * weight(at(S, i)), weight(at(S, i))
    about = checker.interpret(discharge(of_differences(), MOVES), "F", (T,), of_second(T))
    about = checker.interpret(about, "norm_of", (j,), moves)
    found = put_equal(tower(), use(about, second_moves()))
    level, split = at_same(_root_of_moves(), P), product(_spread_sign(), w)
    mixed = difference(i, mix(T, S, SECOND))
    fixed = eq(mixed, of_second(T) - mean_given(WHOLE, i, S))
    same = averaged(T, equation=power_of_equal(linear(fixed, read_second(), whole_unmoved())))
    one = le(E(T, P(absolute(mixed))), P(_spread()) * P(w))
    most = mean(S, linear(one, same, found, level, split))
    swapped = sets.swap_set(S, T, SECOND, P(absolute(difference(i, S))))
    law = (P(_spread()), at_index(lambda point: P(weight(point)), i))
    goal = le(E(S, P(absolute(difference(i, S)))), P(_spread() * W))
    own = product(_spread_sign(), W)
    return linear(goal, swapped, most, law, (WEIGHT[2], sign(_spread())), own)


def _unmoved(indices: Term) -> Theorem:
    """For i and j in A1: the mean given what is outside of A1, or of A, does not depend on z_j."""
    known = [assume(negation(eq(i, j))), *members_of_first(i), *members_of_first(j)]
    left, right = (redrawn(indices, s, i) for s in (put(S, j, z), S))
    same = same_families(left, right, [i, j], known, in_parts)
    return averaged(r, equation=at_same(same, lambda sample: g(i, sample)))


@lemma(
    given=(PARTED.conclusion,),
    shows=every(
        i,
        j,
        S,
        z,
        implies(
            member(i, FIRST),
            member(j, FIRST),
            negation(eq(i, j)),
            eq(difference(i, put(S, j, z)), difference(i, S)),
        ),
    ),
)
def free() -> Theorem:
    """For i and j in A1, the difference of the means of i does not depend on z_j."""
    apart, here, there = negation(eq(i, j)), member(i, FIRST), member(j, FIRST)
    moved = difference(i, put(S, j, z))
    same = linear(eq(moved, difference(i, S)), _unmoved(FIRST), _unmoved(WHOLE))
    return for_all(discharge(same, here, there, apart), i, j, S, z)


@lemma(
    given=(
        ORDER.conclusion,
        CENTRED,
        PARTED.conclusion,
        DIFFERENCES,
        le(0, W),
        every(z, le(0, weight(z))),
        le(E(z, P(weight(z))), P(W)),
    ),
    shows=le(
        E(S, P(absolute(total(i, inside(i, FIRST) * difference(i, S))))),
        P(rate() * sqrt(total(i, inside(i, FIRST)) * squares(SECOND))),
    ),
)
def cross_moment() -> Theorem:
    """E |sum over A1 of the differences of the means|^p <= ((p - 1) W sqrt(n1 s2))^p.

    n1 is the number of indices in A1, s2 the sum of c_j^2 over A2.
    """
    here, n1, top = member(i, FIRST), count(FIRST), _spread() * W
    found = discharge(sum_of_parts(), CENTRED_PARTS, FREE_PARTS, SMALL_PARTS, NORMS_SIGN)
    found = checker.interpret(found, "part", (i, S), difference(i, S))
    found = checker.interpret(found, "norm_of", (i,), top)
    found = substitute(found, {BASE: FIRST})
    none = linear(eq(E(z, difference(i, put(S, i, z))), 0), centred(FIRST), centred(WHOLE))
    means = for_all(discharge(none, here), i, S)
    small = for_all(discharge(_one_moment(), here), i)
    least = for_all(linear(le(0, top), (_spread_sign(), WEIGHT[1])), i)
    subset = for_all(discharge(assume(here), here), i)
    norm = use(use(found, means, free(), small, least), FIRST, subset)
    inner = (p - 1) * total(i, inside(i, FIRST) * top**2)
    factor = linear(le(0, rate()), (order_above_one(), WEIGHT[1]))
    both = linear(le(0, n1 * squares(SECOND)), (count_sign(FIRST), squares_sign(SECOND)))
    squared = root_squared(_spread_square())
    same = linear(
        eq(inner, rate() * rate() * (n1 * squares(SECOND))), ((p - 1) * n1 * W**2, squared)
    )
    level = at_same(chain(at_same(same, sqrt), factor_out(factor, both)), P)
    whole = P(absolute(total(i, inside(i, FIRST) * difference(i, S))))
    return linear(le(E(S, whole), P(rate() * sqrt(n1 * squares(SECOND)))), norm, level)
