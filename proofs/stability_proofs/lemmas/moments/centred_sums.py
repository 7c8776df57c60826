"""Moments of the sum of all g_i: each has mean 0 over z_i and moves little with other examples.

||sum of g_i||_p <= (p - 1) W ceil(log2 m) sqrt(m s) + sqrt(p - 1) sqrt m V, where s is the sum of
c_j^2, W the norm of the weight w(z_i), and V the range of E [g_i | z_i].
"""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker, families, sets
from stability_proofs.kernel.checker import Theorem, assume, elementary
from stability_proofs.kernel.families import family
from stability_proofs.kernel.notation import E, absolute, every, indicator, sqrt, total
from stability_proofs.kernel.sets import count
from stability_proofs.kernel.terms import Term, at, eq, le, member, num, put, replace, var
from stability_proofs.lemmas.analysis.positive_powers import P, p
from stability_proofs.lemmas.analysis.powers_of_two import (
    LEVELS,
    enough_levels,
    levels_sign,
    power_of_two,
)
from stability_proofs.lemmas.analysis.root_products import factor_out, taken_apart
from stability_proofs.lemmas.moments.all_indices import ALL, EVERY, is_counted
from stability_proofs.lemmas.moments.cross_moments import order_above_one, rate, squares
from stability_proofs.lemmas.moments.halving import bound, by_halving, centred_sum, rate_sign
from stability_proofs.lemmas.moments.moment_norms import ORDER, Norm
from stability_proofs.lemmas.moments.rio import MOVES, of_differences
from stability_proofs.lemmas.probability.conditional_means import (
    CENTRED,
    DIFFERENCES,
    cost,
    g,
    mean_given,
    r,
    redrawn,
    weight,
)
from stability_proofs.lemmas.probability.marginals import at_index
from stability_proofs.semantics.samples import S, i, j, m, y, z
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.mixed_families import (
    WHOLE,
    Prove,
    holds,
    inside,
    same_families,
)
from stability_proofs.tactics.vocabulary import (
    added,
    at_same,
    averaged,
    by_cases,
    chain,
    discharge,
    for_all,
    linear,
    sample_size_positive,
    summed,
    use,
)

W = var("W")

V = var("V")
"""The length of the range of E [g_i | z_i]."""


def own_mean(index: Term, point: Term) -> Term:
    """E [g_i | z_i] at a point."""
    return E(r, g(index, put(r, index, point)))


RANGE = assume(every(i, y, z, le(own_mean(i, y) - own_mean(i, z), V)))


@lemma(
    given=(EVERY.conclusion,),
    shows=eq(centred_sum(WHOLE), total(i, g(i, S) - own_mean(i, at(S, i)))),
)
def rest_of_all() -> Theorem:
    """The sum over all indices of g_i less its conditional mean is that of g_i - E [g_i | z_i]."""

    def within(index: Term, prove: Prove) -> Theorem:
        return prove([holds(member(index, WHOLE), is_counted(index))])

    same = same_families(redrawn(WHOLE, S, i), put(r, i, at(S, i)), [i], (), within)
    means = averaged(r, equation=at_same(same, lambda sample: g(i, sample)))
    rest, given = g(i, S) - own_mean(i, at(S, i)), g(i, S) - mean_given(WHOLE, i, S)
    each = linear(eq(inside(i, WHOLE) * given, rest), (given, is_counted(i)), means)
    return linear(eq(centred_sum(WHOLE), total(i, rest)), added(i, each))


@cache
def _without_means() -> Norm:
    """The sum of g_i - E [g_i | z_i]: all indices are a set of at most 2^ceil(log2 m)."""
    counted = linear(eq(count(WHOLE), m), added(i, is_counted(i)))
    at_levels = checker.specialise(by_halving(), LEVELS, levels_sign())
    few = linear(le(count(WHOLE), power_of_two(LEVELS)), counted, enough_levels())
    least = (rate_sign(), levels_sign(), elementary("sqrt", count(WHOLE) * squares(WHOLE)))
    own = linear(le(0, bound(WHOLE, LEVELS)), least)
    norm = Norm(S, centred_sum(WHOLE), use(at_levels, WHOLE, few), own).of(rest_of_all())
    square, costs = cost(j) ** 2, total(j, cost(j) ** 2)
    squared = added(j, linear(eq(inside(j, WHOLE) * square, square), (square, is_counted(j))))
    product = linear(
        eq(count(WHOLE) * squares(WHOLE), m * costs), (squares(WHOLE), counted), (m, squared)
    )
    top = rate() * LEVELS * sqrt(m * costs)
    root = (rate() * LEVELS, at_same(product, sqrt))
    moment = norm.below(linear(le(norm.bound, top), root)).moment
    positive = rate_sign(), levels_sign(), elementary("sqrt", m * costs)
    return Norm(S, norm.body, sets.collected(i, ALL, WHOLE, moment), linear(le(0, top), positive))


def _mean_zero(body: Term) -> Theorem:
    """The sum of the E [g_i | z_i] has mean 0."""
    law = at_index(lambda point: own_mean(i, point), i)
    order = checker.exchange(E(z, own_mean(i, z)))
    none = averaged(r, equation=use(assume(CENTRED), r, i))
    zero = linear(eq(E(S, own_mean(i, at(S, i))), 0), law, order, none)
    return linear(eq(E(S, body), 0), checker.exchange(E(S, body)), added(i, zero))


def _moved(body: Term) -> Theorem:
    """Another example moves the sum of the E [g_i | z_i] by at most V."""
    new, here = put(S, j, z), eq(i, j)

    def at_place(known: Theorem) -> Theorem:
        goal = le(own_mean(i, at(S, i)) - own_mean(i, at(new, i)), indicator(here) * V)
        value = (V, checker.indicator(known, here))
        if known.conclusion == here:
            return linear(goal, use(RANGE, i, at(S, i), at(new, i)), value)
        kept = family("at-put-other", S, j, z, i, known)
        return linear(goal, at_same(kept, lambda point: own_mean(i, point)), value)

    places = summed(i, by_cases(here, at_place))
    one = (V, families.picked(i, num(1), j))
    return for_all(linear(le(body - replace(body, {S: new}), V), places, one), S, j, z)


@cache
def _means() -> Norm:
    """The sum of the independent E [g_i | z_i], of which each has a range of length V."""
    body = total(i, own_mean(i, at(S, i)))
    about = checker.interpret(discharge(of_differences(), MOVES), "F", (S,), body)
    found = use(checker.interpret(about, "norm_of", (i,), V), _moved(body))
    zero = linear(eq(body - E(S, body), body), (num(-1), _mean_zero(body)))
    low = linear(le(0, V), use(RANGE, i, z, z))
    size, order = linear(le(0, m), sample_size_positive()), order_above_one()
    raw, top = sqrt((p - 1) * total(i, V**2)), sqrt(p - 1) * (V * sqrt(m))
    inner = at_same(checker.same((p - 1) * total(i, V**2), V * V * ((p - 1) * m)), sqrt)
    root = chain(inner, factor_out(low, linear(le(0, (p - 1) * m), (order, size))))
    equal = linear(eq(raw, top), root, (V, taken_apart(order, size)))
    sign = elementary("sqrt", (p - 1) * total(i, V**2))
    norm = Norm(S, body - E(S, body), found, sign).of(zero)
    return norm.below(linear(le(raw, top), equal))


@lemma(
    given=(
        ORDER.conclusion,
        CENTRED,
        RANGE.conclusion,
        DIFFERENCES,
        le(0, W),
        every(z, le(0, weight(z))),
        le(E(z, P(weight(z))), P(W)),
    ),
    shows=(
        le(
            E(S, P(absolute(total(i, g(i, S))))),
            P(rate() * LEVELS * sqrt(m * total(i, cost(i) ** 2)) + sqrt(p - 1) * (V * sqrt(m))),
        ),
        le(0, rate() * LEVELS * sqrt(m * total(i, cost(i) ** 2)) + sqrt(p - 1) * (V * sqrt(m))),
    ),
)
def sum_of_centred() -> Norm:
    """The sum of the g_i."""
    whole = _without_means() + _means()
    return whole.of(linear(eq(whole.body, total(i, g(i, S)))))
