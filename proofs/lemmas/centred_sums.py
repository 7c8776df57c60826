"""Moments of the sum of all g_i: each has mean 0 over z_i and moves little with other examples.

||sum of g_i||_p <= 6 sqrt 2 p W ceil(log2 m) sqrt(m s) + 2 sqrt p sqrt m V, where s is the sum of
c_j^2, W the norm of the weight w(z_i), and V the range of E [g_i | z_i].
"""

from __future__ import annotations

from functools import cache

from proofs import checker, sets
from proofs.axioms import DIFFERENCES_MOMENTS
from proofs.checker import Theorem, assume, elementary, exp_log, family
from proofs.lemmas.conditional_means import CENTRED, cost, g, r, redrawn
from proofs.lemmas.cross_moments import ORDER, rate, weighted_root
from proofs.lemmas.exponential import exp_increasing, exp_zero
from proofs.lemmas.halving import bound, by_halving, centred_sum, power_of_two, rate_sign
from proofs.lemmas.limits import floor
from proofs.lemmas.marginals import at_index, averaged
from proofs.lemmas.mixed_families import WHOLE, inside, same_families
from proofs.lemmas.moment_norms import Norm
from proofs.lemmas.positive_powers import P, p
from proofs.lemmas.powers import log_of_less, x, y
from proofs.meaning.samples import S, i, j, m, z
from proofs.sets import count
from proofs.steps import (
    E,
    absolute,
    at_same,
    by_cases,
    cut,
    every,
    for_all,
    indicator,
    linear,
    log,
    one_over,
    sample_size_positive,
    sqrt,
    summed,
    total,
    use,
)
from proofs.terms import Term, at, eq, le, lt, member, num, put, var

LEVELS = -floor(-(log(m) / log(num(2))))
"""ceil(log2 m): so often the indices can be halved."""
ALL = le(num(0), num(0))
"""What holds for every index."""
V = var("V")
a_point = var("y", "example")


def own_mean(index: Term, point: Term) -> Term:
    """E [g_i | z_i] at a point."""
    return E(r, g(index, put(r, index, point)))


OWN_RANGE = every(i, a_point, z, le(own_mean(i, a_point) - own_mean(i, z), V))


def _log_order() -> tuple[Theorem, Theorem]:
    """0 < log 2 and 0 <= log m."""
    one = elementary("log-exp", num(0))
    same = at_same(exp_zero(), log)
    zero = linear(eq(log(num(1)), 0), one, same)
    first = linear(lt(0, num(1)))
    two = cut(
        checker.substitute(log_of_less(), {x: num(1), y: num(2)}), first, linear(lt(0, num(2)))
    )
    size = sample_size_positive()
    more = cut(checker.substitute(log_of_less(), {x: num(1), y: m}), first, size)
    least = (linear(le(0, m - 1), checker.at_least_one("index")), one_over(size))
    return (
        linear(lt(0, log(num(2))), two, zero),
        linear(le(0, log(m)), more, zero, least),
    )


@cache
def levels_sign() -> Theorem:
    """0 <= ceil(log2 m)."""
    of_two, of_size = _log_order()
    ratio = linear(le(0, log(m) / log(num(2))), (of_size, one_over(of_two)))
    return linear(le(0, LEVELS), ratio, elementary("floor-below", -(log(m) / log(num(2)))))


@cache
def enough_levels() -> Theorem:
    """m <= 2^ceil(log2 m)."""
    of_two, _ = _log_order()
    below = elementary("floor-below", -(log(m) / log(num(2))))
    above = linear(le(log(m), LEVELS * log(num(2))), (below, of_two), nonzero=[of_two])
    return linear(
        le(m, power_of_two(LEVELS)), exp_increasing(above), exp_log(sample_size_positive())
    )


def costs() -> Term:
    """The sum of c_j^2."""
    return total(j, cost(j) ** 2)


@cache
def _without_means() -> Norm:
    """The sum of g_i - E [g_i | z_i]."""
    definition = assume(every(i, eq(inside(i, WHOLE), indicator(ALL))))
    value = checker.indicator(linear(ALL), ALL)
    one = linear(eq(inside(i, WHOLE), 1), use(definition, i), value)
    counted = linear(eq(count(WHOLE), m), checker.congruence(total(i, num(0)), i, one))
    other = checker.substitute(one, {i: j})
    squared = checker.congruence(
        total(j, num(0)),
        j,
        linear(eq(inside(j, WHOLE) * cost(j) ** 2, cost(j) ** 2), (cost(j) ** 2, other)),
    )
    at_levels = checker.specialise(by_halving(), LEVELS, levels_sign())
    few = linear(le(count(WHOLE), power_of_two(LEVELS)), counted, enough_levels())
    found = use(at_levels, WHOLE, few)

    def is_in(index: Term, prove):
        from proofs.lemmas.mixed_families import holds

        here = linear(eq(inside(index, WHOLE), 1), use(definition, index), value)
        return prove([holds(member(index, WHOLE), here)])

    same = same_families(redrawn(WHOLE, S, i), put(r, i, at(S, i)), [i], (), is_in)
    means = averaged(r, equation=at_same(same, lambda s: g(i, s)))
    rest = g(i, S) - own_mean(i, at(S, i))
    given = g(i, S) - E(r, g(i, redrawn(WHOLE, S, i)))
    each = linear(eq(inside(i, WHOLE) * given, rest), (given, one), means)
    sums = checker.congruence(total(i, num(0)), i, each)
    body = total(i, rest)
    whole = averaged(
        S, equation=at_same(linear(eq(centred_sum(WHOLE), body), sums), lambda b: P(absolute(b)))
    )
    product = linear(
        eq(count(WHOLE) * squares_of(WHOLE), m * costs()),
        (squares_of(WHOLE), counted),
        (m, squared),
    )
    top = rate() * LEVELS * sqrt(m * costs())
    level = at_same(
        linear(eq(bound(WHOLE, LEVELS), top), (rate() * LEVELS, at_same(product, sqrt))), P
    )
    moment = linear(le(E(S, P(absolute(body))), P(top)), found, whole, level)
    least = linear(le(0, top), (rate_sign(), levels_sign(), elementary("sqrt", m * costs())))
    return Norm(S, body, sets.collected(i, ALL, WHOLE, moment), least)


def squares_of(indices: Term) -> Term:
    """The sum of c_j^2 over a set."""
    from proofs.lemmas.cross_moments import squares

    return squares(indices)


@cache
def _means() -> Norm:
    """The sum of the independent E [g_i | z_i], of which each has a range of length V."""
    body = total(i, own_mean(i, at(S, i)))
    range_of = assume(OWN_RANGE)
    low = linear(le(0, V), use(range_of, i, z, z))
    new = put(S, j, z)

    def at_place(known: Theorem) -> Theorem:
        goal = le(own_mean(i, at(S, i)) - own_mean(i, at(new, i)), indicator(eq(i, j)) * V)
        value = checker.indicator(known, eq(i, j))
        if known.conclusion.head == "=":
            return linear(goal, use(range_of, i, at(S, i), at(new, i)), (V, value))
        kept = at_same(family("at-put-other", S, j, z, i, known), lambda point: own_mean(i, point))
        return linear(goal, kept, (V, value))

    places = summed(i, by_cases(eq(i, j), at_place))
    moved = linear(
        le(body - checker.replace(body, {S: new}), V), places, (V, checker.picked(i, num(1), j))
    )
    axiom = checker.interpret(DIFFERENCES_MOMENTS.theorem(), "F", (S,), body)
    axiom = checker.interpret(axiom, "b", (j,), V)
    found = use(axiom, for_all(moved, S, j, z), ORDER)
    law = at_index(lambda point: own_mean(i, point), i)
    order = checker.exchange(E(z, own_mean(i, z)))
    none = averaged(r, equation=use(assume(CENTRED), r, i))
    zero = linear(eq(E(S, own_mean(i, at(S, i))), 0), law, order, none)
    apart = checker.exchange(E(S, body))
    mean_of = linear(eq(E(S, body), 0), apart, checker.congruence(total(i, num(0)), i, zero))
    centred = averaged(
        S,
        equation=at_same(
            linear(eq(body - E(S, body), body), (num(-1), mean_of)), lambda b: P(absolute(b))
        ),
    )
    size = linear(le(0, m), sample_size_positive())
    root = cut(weighted_root(V, m), low, size)
    inner = at_same(checker.same(total(j, V**2), V * V * m), sqrt)
    top = 2 * sqrt(p) * (V * sqrt(m))
    level = at_same(
        linear(
            eq(2 * sqrt(p) * sqrt(total(j, V**2)), top), (2 * sqrt(p), inner), (2 * sqrt(p), root)
        ),
        P,
    )
    moment = linear(le(E(S, P(absolute(body))), P(top)), found, centred, level)
    least = linear(le(0, top), (low, elementary("sqrt", p), elementary("sqrt", m)))
    return Norm(S, body, moment, least)


@cache
def sum_of_centred() -> Norm:
    """The sum of the g_i."""
    whole = _without_means() + _means()
    return whole.of(linear(eq(whole.body, total(i, g(i, S)))))
