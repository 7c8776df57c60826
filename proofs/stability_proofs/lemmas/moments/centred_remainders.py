"""The mean of g_i - E [g_i | z_i], for functions g_i that each have mean 0 over z_i.

If z_j moves g_i by at most sqrt K in root mean square, j not i, and E g_i^2 <= L, the second moment
of that mean is at most (1 - 1/m) K and the smaller of the same and L/m, and at most L.
"""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.families import family, picked
from stability_proofs.kernel.notation import E, average, every, indicator, total
from stability_proofs.kernel.terms import (
    Term,
    at,
    eq,
    implies,
    le,
    negation,
    num,
    put,
    replace,
    var,
)
from stability_proofs.lemmas.moments.centred_sums import own_mean
from stability_proofs.lemmas.moments.mean_squares import below_each, below_pairs
from stability_proofs.lemmas.moments.pairs import (
    over,
    product_below_spreads,
    redrawn,
    spread,
    spread_below,
    variance,
)
from stability_proofs.lemmas.probability.conditional_means import CENTRED, g
from stability_proofs.lemmas.probability.efron_stein import efron_stein
from stability_proofs.lemmas.probability.marginals import at_index
from stability_proofs.semantics.samples import S, i, j, m, z
from stability_proofs.tactics.elements import settled
from stability_proofs.tactics.mixed_families import unequal
from stability_proofs.tactics.vocabulary import (
    Square,
    at_same,
    averaged,
    by_cases,
    for_all,
    linear,
    mean,
    sample_size_positive,
    summed,
    use,
)

K, L = var("K"), var("L")
P = var("fixed", "example")
APART = negation(eq(i, j))
SPREADS = every(i, j, implies(APART, le(spread(g(i, S), j), K)))
"""Another example moves g_i little in root mean square."""
OWN = every(i, le(E(S, g(i, S) ** 2), L))


def own(index: Term) -> Term:
    """E [g_i | z_i]."""
    return own_mean(index, at(S, index))


def rest(index: Term) -> Term:
    """g_i - E [g_i | z_i]."""
    return g(index, S) - own(index)


def _fresh_own(index: Term, fresh: Term) -> Theorem:
    """E [g_i | z_i] with another example at i."""
    read = family("at-put", S, index, fresh)
    return at_same(read, lambda point: own_mean(index, point))


@cache
def _zero() -> Theorem:
    """over(g_i - E [g_i | z_i], i) = 0, for all S."""
    none = use(assume(CENTRED), S, i)
    read = averaged(z, equation=_fresh_own(i, z))
    order = checker.exchange(E(z, own_mean(i, z)))
    r = var("r", "sample")
    mean_of = averaged(r, equation=use(assume(CENTRED), r, i))
    return for_all(linear(eq(over(rest(i), i), 0), none, read, order, mean_of), S)


def _spread(index: Term, other: Term, apart: Theorem) -> Theorem:
    """spread(g_i - E [g_i | z_i], j) <= K."""
    kept_mean = over(g(index, S), other)
    other_mean = kept_mean - own(index)
    again = settled(replace(kept_mean, {S: put(S, other, z)}))
    read = family("at-put-other", S, other, z, index, apart)
    same = at_same(read, lambda point: own_mean(index, point))
    kept = for_all(
        linear(eq(replace(other_mean, {S: put(S, other, z)}), other_mean), again, same), S, z
    )
    near = spread_below(rest(index), other_mean, other, kept)
    known = use(assume(SPREADS), index, other, apart)
    return linear(le(spread(rest(index), other), K), near, variance(g(index, S), other), known)


def _pair(apart: Theorem) -> Theorem:
    """E of the product of two of them <= K."""
    back, zero = unequal(apart), _zero()
    product = product_below_spreads(rest(i), rest(j), zero, checker.substitute(zero, {i: j}), back)
    spreads = _spread(i, j, back), _spread(j, i, apart)
    return linear(le(E(S, rest(i) * rest(j)), K), product, *spreads)


@cache
def _below_own() -> Theorem:
    """E (g_i - E [g_i | z_i])^2 <= L: what is taken off is orthogonal to what is left."""
    mixed = g(i, S) * own(i)
    moved = redrawn(mixed, i)
    fresh = put(S, i, z)
    read = (g(i, fresh), _fresh_own(i, z))
    kept = averaged(
        S,
        z,
        equation=linear(
            eq(g(i, fresh) * own_mean(i, at(fresh, i)), g(i, fresh) * own_mean(i, z)), read
        ),
    )
    order = checker.exchange(E(S, E(z, g(i, fresh) * own_mean(i, z))))
    law = at_index(lambda point: own_mean(i, point) ** 2, i)
    cross = linear(eq(E(S, mixed), E(S, own(i) ** 2)), moved, kept, order, law)
    square = mean(S, linear(le(0, own(i) ** 2), Square(own(i))))
    goal = le(E(S, rest(i) ** 2), L)
    return linear(goal, use(assume(OWN), i), (num(2), cross), square)


@cache
def _below_others() -> Theorem:
    """E (g_i - E [g_i | z_i])^2 <= (m - 1) K, by Efron and Stein for each value of z_i."""
    body = g(i, put(S, i, P))
    moved = redrawn(rest(i) ** 2, i)
    at_fresh = replace(rest(i), {S: put(S, i, P)})
    value = body - own_mean(i, P)
    read = linear(eq(at_fresh**2, value**2), (-(at_fresh + value), _fresh_own(i, P)))
    kept = averaged(S, P, equation=read)
    order = checker.exchange(E(S, E(P, value**2)))
    variances = mean(P, efron_stein(body))
    turned_sum = checker.exchange(E(P, total(j, spread(body, j))))
    one = picked(j, num(1), i)

    def each(known: Theorem) -> Theorem:
        goal = le(E(P, spread(body, j)), (1 - indicator(eq(j, i))) * K)
        flag = (K, checker.indicator(known, eq(j, i)))
        if known.conclusion.head == "=":
            same = at_same(known, lambda index: E(P, spread(body, index)))
            again = settled(over(body, i))
            apart = body - over(body, i)
            none = averaged(P, S, equation=linear(eq(apart**2, 0), (-apart, again)))
            equal = averaged(P, equation=variance(body, i))
            return linear(goal, same, none, equal, flag)
        back = unequal(known)
        swapped = family("put-swap", S, j, z, i, P, known)
        whole = spread(g(i, S), j)
        inner = over(g(i, S) * g(i, S), j) - over(g(i, S), j) ** 2
        renewed = redrawn(inner, i)
        first = averaged(z, equation=at_same(swapped, lambda sample: g(i, sample)))
        second = averaged(z, equation=at_same(swapped, lambda sample: g(i, sample) ** 2))
        fresh = replace(inner, {S: put(S, i, P)})
        here = over(body * body, j) - over(body, j) ** 2
        both = over(body, j) + over(replace(g(i, S), {S: put(S, i, P)}), j)
        factor = -(E(z, g(i, put(put(S, j, z), i, P))) + E(z, g(i, put(put(S, i, P), j, z))))
        equal = averaged(P, S, equation=linear(eq(here, fresh), second, (factor, first)))
        change = checker.exchange(E(P, E(S, fresh)))
        del both
        return linear(
            goal,
            equal,
            change,
            renewed,
            use(assume(SPREADS), i, j, back),
            flag,
            checker.same(whole, whole),
        )

    sums = summed(j, by_cases(eq(j, i), each))
    goal = le(E(S, rest(i) ** 2), (m - 1) * K)
    return linear(goal, moved, kept, order, variances, turned_sum, sums, (K, one))


@cache
def remainders() -> tuple[Theorem, Theorem, Theorem, Theorem]:
    """Of the mean of the g_i - E [g_i | z_i]: its mean is 0; its second moment is at most 2 x, x +
    L/m and L, where x = (1 - 1/m) K."""
    size = sample_size_positive()
    body, x = average(i, rest(i)), (1 - 1 / m) * K
    centred = linear(
        eq(E(S, rest(i)), 0), redrawn(rest(i), i), averaged(S, equation=use(_zero(), S))
    )
    order = checker.exchange(E(S, total(i, rest(i))))
    sums = checker.congruence(total(i, num(0)), i, centred)
    none = linear(eq(E(S, body), 0), (1 / m, order), (1 / m, sums))
    by_others = below_pairs(rest(i), _below_others(), _pair)
    by_own = below_pairs(rest(i), _below_own(), _pair)
    square = E(S, body**2)
    return (
        none,
        linear(le(square, x + x), by_others, nonzero=[size]),
        linear(le(square, x + L / m), by_own),
        below_each(rest(i), _below_own()),
    )
