"""Products of two functions of the sample, each of which has mean 0 over an example of its own.

`over(g, i)` is the mean of g over the example at i, the others fixed. If over(g, i) = 0 and
over(h, j) = 0, then E g h = E (g - over(g, j))(h - over(h, i)): what does not depend on both
examples drops out.
"""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, interpret, substitute
from stability_proofs.kernel.families import family, picked, swap
from stability_proofs.kernel.notation import E, average, every, indicator, total
from stability_proofs.kernel.terms import Term, app, eq, le, negation, num, put, replace, var
from stability_proofs.semantics.samples import S, i, j, m, y, z
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    Square,
    at_same,
    averaged,
    discharge,
    linear,
    mean,
    one_over,
    sample_size_positive,
    summed,
    use,
)

a, b = var("a"), var("b")

g, h, k = app("g", S), app("h", S), app("k", S)
K, L = var("K"), var("L")
FRESH = var("fresh", "example")
"""Bound in means over one example; no function uses this name."""
APART = negation(eq(i, j))


def at(body: Term, sample: Term) -> Term:
    """A function of S at another sample."""
    return replace(body, {S: sample})


def over(body: Term, index: Term) -> Term:
    """The mean over the example at an index, the others fixed."""
    return E(FRESH, at(body, put(S, index, FRESH)))


def spread(body: Term, index: Term) -> Term:
    """The variance over the example at an index, averaged over the others."""
    return E(S, over(body * body, index) - over(body, index) ** 2)


@lemma(
    at=(app("body", S), j),
    shows=eq(E(S, E(z, app("body", S))), E(S, E(z, app("body", put(S, j, z))))),
)
def redrawn(body: Term, index: Term) -> Theorem:
    """E body = E over(body, index)."""
    return swap(S, index, FRESH, body)


def _settled(body: Term, index: Term) -> Theorem:
    """over(body, index) is the same with a fresh example at the index already."""
    again = at_same(family("put-put", S, index, FRESH, y), lambda sample: at(body, sample))
    return averaged(y, equation=again)


def _with_mean(other: Term, body: Term, index: Term) -> Theorem:
    """E other over(body, index) = E over(other, index) over(body, index)."""
    mean_of, changed = over(body, index), at(other, put(S, index, FRESH))
    moved = at(mean_of, put(S, index, FRESH))
    kept = linear(eq(changed * moved, changed * mean_of), (changed, _settled(body, index)))
    goal = eq(E(S, other * mean_of), E(S, over(other, index) * mean_of))
    return linear(goal, redrawn(other * mean_of, index), averaged(S, FRESH, equation=kept))


def _none(factor: Term, zero: Theorem) -> Theorem:
    """E factor over(...) = 0, from over(...) = 0."""
    value = zero.conclusion.args[0]
    return averaged(S, equation=linear(eq(factor * value, 0), (factor, zero)))


@lemma(
    at=(app("body", S), j),
    shows=eq(
        E(S, (app("body", S) - E(z, app("body", put(S, j, z)))) ** 2),
        E(S, E(z, app("body", put(S, j, z)) ** 2) - E(z, app("body", put(S, j, z))) ** 2),
    ),
)
def variance(body: Term, index: Term) -> Theorem:
    """E (body - over(body, index))^2 is the spread."""
    mean_of = over(body, index)
    goal = eq(E(S, (body - mean_of) ** 2), spread(body, index))
    return linear(goal, redrawn(body * body, index), _with_mean(body, body, index))


@cache
def _product_below_spreads() -> Theorem:
    """2 E g h <= spread(g, j) + spread(h, i), if over(g, i) = 0 = over(h, j) and i is not j."""
    premises = every(S, eq(over(g, i), 0)), every(S, eq(over(h, j), 0)), APART
    g_zero, h_zero, apart = map(assume, premises)
    g_mean, h_mean = over(g, j), over(h, i)
    with_h = linear(eq(E(S, h * g_mean), 0), _with_mean(h, g, j), _none(g_mean, use(h_zero, S)))
    with_g = linear(eq(E(S, g * h_mean), 0), _with_mean(g, h, i), _none(h_mean, use(g_zero, S)))
    # the mean of h over both examples, in either order
    exchanged = at_same(family("put-swap", S, j, FRESH, i, y, apart), lambda sample: at(h, sample))
    both = averaged(FRESH, y, equation=exchanged)
    order = checker.exchange(E(FRESH, E(y, at(h, put(put(S, i, y), j, FRESH)))))
    nothing = averaged(y, equation=use(h_zero, put(S, i, y)))
    zero = linear(eq(over(h_mean, j), 0), both, order, nothing)
    with_both = linear(eq(E(S, h_mean * g_mean), 0), _with_mean(h_mean, g, j), _none(g_mean, zero))
    difference = (g - g_mean) - (h - h_mean)
    square = mean(S, linear(le(0, difference**2), Square(difference)))
    goal = le(2 * E(S, g * h), spread(g, j) + spread(h, i))
    parts = variance(g, j), variance(h, i)
    whole = linear(goal, square, *parts, (num(2), with_h), (num(2), with_g), (num(2), with_both))
    return discharge(whole, *premises)


@lemma(
    at=(g, h, every(S, eq(over(g, i), 0)), every(S, eq(over(h, j), 0)), APART),
    shows=le(2 * E(S, g * h), spread(g, j) + spread(h, i)),
)
def product_below_spreads(first: Term, second: Term, *premises: Theorem) -> Theorem:
    """2 E g h <= spread(g, j) + spread(h, i); premises: over(g, i) = 0, over(h, j) = 0, i not j."""
    lemma = interpret(_product_below_spreads(), "g", (S,), first)
    return use(interpret(lemma, "h", (S,), second), *premises)


@cache
def _spread_below() -> Theorem:
    """spread(g, j) <= E (g - k)^2, for a k that does not depend on the example at j."""
    premise = every(S, z, eq(at(k, put(S, j, z)), k))
    kept = use(assume(premise), S, FRESH)
    new = put(S, j, FRESH)
    same = linear(
        eq((at(g, new) - at(k, new)) ** 2, (at(g, new) - k) ** 2),
        (2 * at(g, new) - at(k, new) - k, kept),
    )
    moved = redrawn((g - k) ** 2, j)
    mean_of = over(g, j)
    nearest = linear(
        le(over(g * g, j) - mean_of**2, E(FRESH, (at(g, new) - k) ** 2)), Square(mean_of - k)
    )
    goal = le(spread(g, j), E(S, (g - k) ** 2))
    whole = linear(goal, mean(S, nearest), moved, averaged(S, FRESH, equation=same))
    return discharge(whole, premise)


@lemma(
    at=(g, k, j, every(S, z, eq(at(k, put(S, j, z)), k))),
    shows=le(spread(g, j), E(S, (g - k) ** 2)),
)
def spread_below(body: Term, other: Term, index: Term, kept: Theorem) -> Theorem:
    """spread(body, index) <= E (body - other)^2.

    `kept`: for all S and z, other(S with z at the index) = other(S).
    """
    lemma = interpret(substitute(_spread_below(), {j: index}), "g", (S,), body)
    return use(interpret(lemma, "k", (S,), other), kept)


@cache
def _squared_mean() -> Theorem:
    """E (mean of t_i)^2 <= K + L/m, if E t_i t_j <= K + 1{i = j} L for all i and j."""
    first, second = app("t", S, i), app("t", S, j)
    premise = every(i, j, le(E(S, first * second), K + indicator(eq(j, i)) * L))
    pair, size, one = use(assume(premise), i, j), sample_size_positive(), picked(j, num(1), i)
    row = linear(le(total(j, E(S, first * second)), m * K + L), summed(j, pair), (L, one))
    rows = checker.exchange(E(S, total(i, total(j, first * second))))
    inside = checker.exchange(E(S, total(j, first * second)))
    each = checker.congruence(total(i, num(0)), i, inside)
    share = one_over(size)
    goal = le(E(S, average(i, first) ** 2), K + L / m)
    whole = linear(
        goal,
        (summed(i, row), share, share),
        (1 / m / m, rows),
        (1 / m / m, each),
        nonzero=[size],
    )
    return discharge(whole, premise)


@lemma(
    at=(
        app("body", S, i),
        every(j, i, le(E(S, app("body", S, j) * app("body", S, i)), b + indicator(eq(i, j)) * a)),
    ),
    shows=le(E(S, average(j, app("body", S, j)) ** 2), b + a / m),
)
def squared_mean(body: Term, products: Theorem) -> Theorem:
    """E (mean over i of body)^2 <= K + L/m, `products`: E body_i body_j <= K + 1{i = j} L."""
    level = use(products, i, j).conclusion.args[1]
    constant, weighted = level.args
    values = {K: constant, L: weighted.args[1]}
    lemma = interpret(substitute(_squared_mean(), values), "t", (S, i), body)
    return use(lemma, products)
