"""Feldman and Vondrak (2018): derivations of `stability.theorems.feldman2018`."""

from __future__ import annotations

from functools import cache

from stability.conventions import Name
from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, root_squared
from stability_proofs.kernel.families import family
from stability_proofs.kernel.notation import E, average, sqrt
from stability_proofs.kernel.terms import Term, at, le, lt, put, replace, var
from stability_proofs.lemmas.analysis.roots import root_positive
from stability_proofs.lemmas.gaps.centred_gaps import (
    centred,
    gap_is_sum,
    has_mean_zero,
    mean_square,
    remainder,
    with_other,
)
from stability_proofs.lemmas.moments.moments import markov
from stability_proofs.lemmas.moments.pairs import APART, product_below_spreads, spread
from stability_proofs.lemmas.probability.variances import variance_by_differences
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import (
    S,
    gap,
    i,
    j,
    loss,
    m,
    risk,
    standing,
    uniform_replacement,
    x,
    y,
    z,
)
from stability_proofs.tactics.vocabulary import (
    Square,
    at_same,
    for_all,
    linear,
    mean,
    one_over,
    sample_size_positive,
    sides,
    summed,
    use,
)

M, epsilon, delta = map(symbol_term, ("M", "epsilon", "delta"))
REPLACED = assume(uniform_replacement(epsilon))
PUBLISHED: Name = "as published"
POINT = var("tested", "example")
LOW, HIGH, *_ = map(assume, standing(M))


def _remainder_small() -> Theorem:
    """The square of the mean remainder is at most (2 epsilon)^2."""
    new, point, size = put(S, i, x), at(S, i), sample_size_positive()
    risk_up, risk_down = sides(use(REPLACED, S, i, x, z))
    own_up, own_down = sides(use(REPLACED, S, i, x, point))
    risks = linear(le(risk(S) - risk(new), epsilon), mean(z, risk_up))
    risks_down = linear(le(risk(new) - risk(S), epsilon), mean(z, risk_down))
    change = (risk(S) - risk(new)) - (loss(S, point) - loss(new, point))
    up = mean(x, linear(le(change, 2 * epsilon), risks, own_down))
    down = mean(x, linear(le(-change, 2 * epsilon), risks_down, own_up))
    share, rest = one_over(size), average(i, remainder(i))
    most = linear(le(rest, 2 * epsilon), (summed(i, up), share), nonzero=[size])
    least = linear(le(-rest, 2 * epsilon), (summed(i, down), share), nonzero=[size])
    return linear(le(rest * rest, 4 * epsilon**2), (most, least))


def _varies_little(index: Term, other: Term, apart: Theorem) -> Theorem:
    """spread(g_i, j) <= epsilon^2: over z_j, g_i has values in an interval of length 2 epsilon."""
    start, kept = put(S, index, x), at(S, index)
    old, new = put(start, other, y), put(start, other, z)
    again = family("put-put", start, other, y, z)

    def moved(point: Term, sign: int) -> Theorem:
        change = loss(old, point) - loss(new, point)
        bounds = sides(use(REPLACED, old, other, z, point))
        named = at_same(again, lambda sample: loss(sample, point))
        return linear(le(sign * change, epsilon), *bounds, named)

    at_y = replace(centred(index), {S: put(S, other, y)})
    value = with_other(index, other, apart)
    risks, tests = mean(POINT, moved(POINT, 1)), moved(kept, -1)
    change = risk(old) - loss(old, kept) - (risk(new) - loss(new, kept))
    differences = linear(
        le(at_y - replace(at_y, {y: z}), 2 * epsilon),
        mean(x, linear(le(change, 2 * epsilon), risks, tests)),
        value,
        checker.substitute(value, {y: z}),
    )
    highest = linear(
        le(risk(old) - loss(old, kept), M), mean(POINT, use(HIGH, old, POINT)), use(LOW, old, kept)
    )
    bounded = linear(le(at_y, M), value, mean(x, highest))
    variance = variance_by_differences(
        at_y, 2 * epsilon, M, for_all(differences, y, z), for_all(bounded, y)
    )
    return linear(le(spread(centred(index), other), epsilon**2), mean(S, variance))


def _pair() -> Theorem:
    """E g_i g_j <= epsilon^2."""
    apart = assume(APART)
    zero = has_mean_zero()
    other_zero = checker.substitute(zero, {i: j})
    product = product_below_spreads(centred(i), centred(j), zero, other_zero, apart)
    spreads = _varies_little(i, j, apart), _varies_little(j, i, apart)
    return linear(le(E(S, centred(i) * centred(j)), epsilon**2), product, *spreads)


@cache
def _mean_square() -> Theorem:
    """E (mean of g_i)^2 <= epsilon^2 + M^2/(4m)."""
    return mean_square(_pair(), linear(le(0, epsilon**2), Square(epsilon)))


def _second_moment(squares: Theorem) -> Theorem:
    """E G^2 <= 2 E (mean of g_i)^2 + 2 (2 epsilon)^2."""
    first, rest = average(i, centred(i)), average(i, remainder(i))
    pointwise = linear(
        le(gap(S) ** 2, 2 * first**2 + 8 * epsilon**2),
        Square(first - rest),
        _remainder_small(),
        (first + rest + gap(S), gap_is_sum()),
    )
    goal = le(E(S, gap(S) ** 2), 2 * squares.conclusion.args[1] + 8 * epsilon**2)
    return linear(goal, mean(S, pointwise), squares)


def second_moment(claim: Claim) -> Derived:
    """Published: E g_i g_j <= (2 epsilon)^2 and E g_i^2 <= M^2 are enough (an inequality here)."""
    squares = _mean_square()
    if claim.statement.name == PUBLISHED:
        cruder = le(squares.conclusion.args[0], 4 * epsilon**2 + M**2 / m)
        share = linear(le(0, M * M), Square(M)), one_over(sample_size_positive())
        squares = linear(cruder, squares, Square(epsilon), share)
    return Derived((_second_moment(squares),))


def chebyshev(claim: Claim) -> Derived:
    """Markov's inequality for G^2, from the sharper second moment."""
    moment = _second_moment(_mean_square())
    most = moment.conclusion.args[1]
    size, range_of = sample_size_positive(), assume(lt(0, M))
    square = (linear(lt(0, M * M), (range_of, range_of)), one_over(size))
    positive = linear(lt(0, most), square, Square(epsilon))
    root = root_squared(linear(le(0, most), positive))
    squared = linear(le(E(S, gap(S) * gap(S)), sqrt(most) * sqrt(most)), moment, root)
    return Derived((markov(squared, gap(S), root_positive(positive), assume(lt(0, delta))),))
