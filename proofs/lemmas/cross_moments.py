"""What the examples in one part of a set add to the moments of a sum over the other part.

The set A is parted into A1 and A2. Given the examples outside A1, the differences of the two
conditional means of g_i, i in A1, are independent and centred (Marcinkiewicz and Zygmund); each is
a function of the examples in A2 with small differences, less its mean.
"""

from __future__ import annotations

from functools import cache

from proofs import checker, sets
from proofs.axioms import DIFFERENCES_MOMENTS, MARCINKIEWICZ_ZYGMUND
from proofs.checker import Theorem, assume, elementary, root_squared, substitute, swap
from proofs.lemmas.conditional_means import (
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
from proofs.lemmas.indicators import between
from proofs.lemmas.marginals import at_index, averaged
from proofs.lemmas.mixed_families import FIRST, SECOND, WHOLE, inside
from proofs.lemmas.positive_powers import P, p, product, sign
from proofs.lemmas.roots import equal_by_squares
from proofs.meaning.samples import S, i, j, z
from proofs.sets import count
from proofs.steps import (
    E,
    Square,
    absolute,
    at_same,
    by_cases,
    chain,
    cut,
    every,
    for_all,
    linear,
    mean,
    one_over,
    put_equal,
    sqrt,
    summed,
    total,
    use,
)
from proofs.terms import Term, at, eq, le, lt, member, mix, num, put, var

W = var("W")
"""A bound on the L_p norm of the weight."""
n, s, q, v, h = (var(name) for name in ("n", "s", "q", "v", "h"))
ORDER = assume(le(2, p))
WEIGHT = (
    assume(every(z, le(0, weight(z)))),
    assume(le(0, W)),
    assume(le(E(z, P(weight(z))), P(W))),
)


def squares(indices: Term) -> Term:
    """The sum of c_j^2 over a set."""
    return total(j, inside(j, indices) * cost(j) ** 2)


def squares_sign(indices: Term) -> Theorem:
    """0 <= the sum of c_j^2 over a set."""
    low = between(member(j, indices))[0]
    square = linear(le(0, cost(j) ** 2), Square(cost(j)))
    return linear(
        le(0, squares(indices)),
        summed(j, linear(le(0, inside(j, indices) * cost(j) ** 2), (low, square))),
    )


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


@cache
def _level() -> Theorem:
    """sqrt(2 n p) sqrt p sqrt s = sqrt 2 p sqrt(n s), for n, s and p that are not negative."""
    of_n, of_s, of_p = (assume(le(0, x)) for x in (n, s, p))
    two = linear(le(0, num(2)))
    both, three = linear(le(0, n * s), (of_n, of_s)), linear(le(0, 2 * n * p), (of_n, of_p))
    a, b = sqrt(2 * n * p) * sqrt(p) * sqrt(s), sqrt(num(2)) * p * sqrt(n * s)
    whole = linear(
        eq(a * a, b * b),
        (sqrt(p) ** 2 * sqrt(s) ** 2, root_squared(three)),
        (2 * n * p * sqrt(s) ** 2, root_squared(of_p)),
        (2 * n * p * p, root_squared(of_s)),
        (-(p**2) * sqrt(n * s) ** 2, root_squared(two)),
        (-2 * p**2, root_squared(both)),
    )
    roots = {x: elementary("sqrt", x) for x in (2 * n * p, p, s, num(2), n * s)}
    low = linear(le(0, a), (roots[2 * n * p], roots[p], roots[s]))
    high = linear(le(0, b), (roots[num(2)], of_p, roots[n * s]))
    return equal_by_squares(a, b, whole, low, high)


def rate() -> Term:
    """6 sqrt 2 p W."""
    return 6 * sqrt(num(2)) * p * W


@cache
def _weighted_root() -> Theorem:
    """sqrt(v^2 s) = v sqrt s, for v and s that are not negative."""
    of_v, of_s = assume(le(0, v)), assume(le(0, s))
    inner = linear(le(0, v * v * s), (of_v, of_v, of_s))
    whole = linear(
        eq(sqrt(v * v * s) * sqrt(v * v * s), v * sqrt(s) * (v * sqrt(s))),
        root_squared(inner),
        (-v * v, root_squared(of_s)),
    )
    return equal_by_squares(
        sqrt(v * v * s),
        v * sqrt(s),
        whole,
        elementary("sqrt", v * v * s),
        linear(le(0, v * sqrt(s)), (of_v, elementary("sqrt", s))),
    )


def weighted_root(factor: Term, inner: Term) -> Theorem:
    """sqrt(v^2 s) = v sqrt s, for v and s that are not negative."""
    return substitute(_weighted_root(), {v: factor, s: inner})


def _spread() -> Term:
    """2 sqrt p sqrt(sum of c_j^2 over A2)."""
    return 2 * sqrt(p) * sqrt(squares(SECOND))


def _spread_sign() -> Theorem:
    roots = elementary("sqrt", p), elementary("sqrt", squares(SECOND))
    return linear(le(0, _spread()), roots)


@cache
def _one_moment() -> Theorem:
    """For i in A1: E |difference of the conditional means|^p <= (2 sqrt p sqrt(..) W)^p."""
    moved, w = inside(j, SECOND) * cost(j) * weight(at(S, i)), weight(at(S, i))
    axiom = checker.interpret(DIFFERENCES_MOMENTS.theorem(), "F", (T,), of_second(T))
    axiom = checker.interpret(axiom, "b", (j,), moved)
    found = put_equal(tower(), use(axiom, second_moves(), ORDER))
    # the sum of the squared differences
    once = linear(eq(inside(j, SECOND) ** 2, inside(j, SECOND)), _idempotent(member(j, SECOND)))
    each = checker.congruence(
        total(j, num(0)),
        j,
        linear(eq(moved**2, inside(j, SECOND) * cost(j) ** 2 * w**2), (cost(j) ** 2 * w**2, once)),
    )
    inner = linear(eq(total(j, moved**2), w * w * squares(SECOND)), each)
    w_sign = use(WEIGHT[0], at(S, i))
    root = cut(weighted_root(w, squares(SECOND)), w_sign, squares_sign(SECOND))
    both = chain(at_same(inner, sqrt), root)
    level = at_same(
        linear(eq(2 * sqrt(p) * sqrt(total(j, moved**2)), _spread() * w), (2 * sqrt(p), both)), P
    )
    split = product(_spread_sign(), w)
    mixed = mix(T, S, SECOND)
    value = linear(
        eq(difference(i, mixed), of_second(T) - mean_given(WHOLE, i, S)),
        read_second(),
        whole_unmoved(),
    )
    same = averaged(T, equation=at_same(value, lambda x: P(absolute(x))))
    fixed = linear(
        le(E(T, P(absolute(difference(i, mixed)))), P(_spread()) * P(w)), same, found, level, split
    )
    swapped = sets.swap_set(S, T, SECOND, P(absolute(difference(i, S))))
    law = at_index(lambda point: P(weight(point)), i)
    goal = le(E(S, P(absolute(difference(i, S)))), P(_spread()) * P(W))
    return linear(goal, swapped, mean(S, fixed), (P(_spread()), law), (WEIGHT[2], sign(_spread())))


def _idempotent(event: Term) -> Theorem:
    """1{event}^2 = 1{event}."""
    from proofs.steps import indicator

    value = indicator(event)

    def either(known: Theorem) -> Theorem:
        found = checker.indicator(known, event)
        return linear(eq(value**2, value), (value, found), (found.conclusion.args[1] - 1, found))

    return by_cases(event, either)


@cache
def cross_moment() -> Theorem:
    """E |sum over A1 of the differences of the means|^p <= (6 sqrt 2 p W sqrt(n1 s2))^p.

    n1 is the number of indices in A1, s2 the sum of c_j^2 over A2.
    """
    here, n1 = inside(i, FIRST), count(FIRST)
    one = difference(i, put(S, i, z))
    axiom = substitute(MARCINKIEWICZ_ZYGMUND.theorem(), {WHOLE: FIRST})
    axiom = checker.interpret(axiom, "f", (i, z), one)
    none = linear(eq(E(z, one), 0), centred(FIRST), centred(WHOLE))
    found = use(axiom, for_all(none, i), ORDER)

    def own(known: Theorem) -> Theorem:
        """Of the examples in A1 each difference depends on its own alone."""
        mixed, alone = difference(i, mix(T, S, FIRST)), difference(i, put(S, i, at(T, i)))
        goal = eq(here * mixed, here * alone)
        if known.conclusion.head != "member":
            return linear(goal, (mixed - alone, checker.indicator(known, member(i, FIRST))))
        equal = linear(eq(mixed, alone), only_own(FIRST), only_own(WHOLE))
        return linear(goal, (here, equal))

    places = checker.congruence(total(i, num(0)), i, by_cases(member(i, FIRST), own))
    same = averaged(T, equation=at_same(places, lambda x: P(absolute(x))))
    whole = P(absolute(total(i, here * difference(i, S))))
    swapped = sets.swap_set(S, T, FIRST, whole)

    def moment(known: Theorem) -> Theorem:
        top = P(_spread()) * P(W)
        one_moment = E(S, P(absolute(difference(i, S))))
        goal = le(here * one_moment, here * top)
        value = checker.indicator(known, member(i, FIRST))
        if known.conclusion.head != "member":
            return linear(goal, (one_moment - top, value))
        return linear(goal, (_one_moment(), linear(le(0, here), value)))

    parts = total(i, here * E(z, P(absolute(one))))
    turned = checker.exchange(E(S, parts))
    redrawn = swap(S, i, z, P(absolute(difference(i, S))))
    fresh = checker.congruence(
        total(i, num(0)),
        i,
        linear(
            eq(
                here * E(S, E(z, P(absolute(difference(i, S))))),
                here * E(S, E(z, P(absolute(one)))),
            ),
            (here, redrawn),
        ),
    )
    top = P(_spread()) * P(W)
    counted = summed(i, by_cases(member(i, FIRST), moment))
    most = linear(le(E(S, parts), n1 * top), turned, fresh, counted)
    low = mean(
        S,
        summed(
            i,
            linear(
                le(0, here * E(z, P(absolute(one)))),
                (between(member(i, FIRST))[0], mean(z, sign(absolute(one)))),
            ),
        ),
    )
    least = linear(le(0, E(S, parts)), low)
    top_sign = linear(le(0, top), (sign(_spread()), sign(W)))
    values = {q: E(S, parts), n: n1, v: top}
    share = cut(substitute(_share(), values), least, most, count_sign(FIRST), top_sign)
    factor = 3 * sqrt(2 * n1 * p)
    factor_sign = linear(le(0, factor), elementary("sqrt", 2 * n1 * p))
    bound = linear(
        le(E(S, whole), P(factor) * top),
        swapped,
        mean(
            S,
            linear(
                le(
                    E(T, P(absolute(total(i, here * difference(i, mix(T, S, FIRST)))))),
                    P(factor) * parts / n1,
                ),
                same,
                found,
            ),
        ),
        (share, sign(factor)),
    )
    joined = product(factor_sign, _spread() * W), product(_spread_sign(), W)
    order_sign = linear(le(0, p), ORDER)
    level = cut(
        substitute(_level(), {n: n1, s: squares(SECOND)}),
        count_sign(FIRST),
        squares_sign(SECOND),
        order_sign,
    )
    level = linear(
        eq(factor * (_spread() * W), rate() * sqrt(n1 * squares(SECOND))), (6 * W, level)
    )
    goal = le(E(S, whole), P(rate() * sqrt(n1 * squares(SECOND))))
    return linear(goal, bound, joined[0], (P(factor), joined[1]), at_same(level, P))
