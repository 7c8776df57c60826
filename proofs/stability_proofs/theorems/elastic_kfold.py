"""The second moment of a cross-validation error: derivation of `elastic-second-moment-kfold`.

h_i is the gap at z_i of what is fitted without the fold of i. Its mean over z_i is 0, so that E h_i
h_j is 0 in one fold, where h_i does not depend on z_j, and at most |beta|_2^2/(n_i n_j) across, n_i
examples being outside the fold of i.
"""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, elementary
from stability_proofs.kernel.families import family, picked
from stability_proofs.kernel.notation import E, average, indicator, total
from stability_proofs.kernel.terms import (
    Term,
    app,
    at,
    eq,
    le,
    lt,
    negation,
    num,
    put,
    replace,
)
from stability_proofs.lemmas.elastic.contractions import Change
from stability_proofs.lemmas.elastic.elastic_squares import POINT, beta_rms
from stability_proofs.lemmas.elastic.elastic_walks import M
from stability_proofs.lemmas.moments.pairs import (
    over,
    product_below_spreads,
    redrawn,
    spread,
    spread_below,
)
from stability_proofs.lemmas.probability.variances import popoviciu
from stability_proofs.semantics import folds
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.folds import held, held_without, kfold_gap, outside, together
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, i, j, m, y, z
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
    one_over,
    sample_size_positive,
    sides,
    summed,
    turned,
    use,
)
from stability_proofs.theorems.elastic_second_moment import FORMS

FOLDS = symbol_term("folds")
LOW, HIGH, KEPT, KEPT_TESTED, KEPT_DELETED, EQUAL = map(assume, folds.standing(M, FOLDS))
DELETION = assume(folds.elastic_deletion())
LEFT = m + app("floor", -(m / FOLDS))
"""The least number of examples outside a fold."""
ONE_FOLD = together(i, j)


def body(index: Term) -> Term:
    """h_i: the gap at z_i of what is fitted without its fold."""
    return E(POINT, held(S, index, POINT)) - held(S, index, at(S, index))


def untouched(sample: Term, index: Term, new: Term, point: Term) -> Theorem:
    """What is fitted without the fold of z_i does not depend on z_i."""
    own = checker.same(folds.fold(index), folds.fold(index))
    return use(KEPT, sample, index, index, new, point, own)


@cache
def left_positive() -> Theorem:
    """0 < m - m/K, rounded down, from 2 <= m and 2 <= K."""
    many, parts = assume(le(2, m)), assume(le(2, FOLDS))
    positive = linear(lt(0, FOLDS), parts)
    share = one_over(positive)
    half = linear(le(1 / FOLDS, num(1) / 2), (parts, share), nonzero=[positive])
    above = elementary("floor-above", -(m / FOLDS))
    return linear(lt(0, LEFT), above, many, (half, sample_size_positive()))


def outside_positive(index: Term) -> Theorem:
    """0 < n_i."""
    return linear(lt(0, outside(index)), use(EQUAL, index), left_positive())


@cache
def zero() -> Theorem:
    """over(h_i, i) = 0."""
    plain = settled(over(body(i), i))
    risks = averaged(POINT, equation=untouched(S, i, POINT, POINT))
    inner = averaged(y, POINT, equation=untouched(S, i, y, POINT))
    return linear(eq(over(body(i), i), 0), plain, inner, risks)


@cache
def own() -> Theorem:
    """E h_i^2 <= M^2/4: over z_i it has mean 0 and values in an interval of length M."""
    at_y, top = replace(body(i), {S: put(S, i, y)}), E(POINT, held(S, i, POINT))
    inner = averaged(POINT, equation=untouched(S, i, y, POINT))
    value = linear(eq(at_y, top - held(S, i, y)), settled(at_y), inner, untouched(S, i, y, y))
    below = for_all(linear(le(top - M, at_y), value, use(HIGH, S, i, y)), y)
    above = for_all(linear(le(at_y, top - M + M), value, use(LOW, S, i, y)), y)
    variance = popoviciu(at_y, top - M, M, below, above)
    square = le(over(body(i) ** 2, i), M**2 / 4)
    small = mean(S, linear(square, variance, (over(body(i), i), zero())))
    return linear(le(E(S, body(i) ** 2), M**2 / 4), redrawn(body(i) ** 2, i), small)


def other_fold(index: Term, other: Term, far: Theorem, apart: Theorem) -> Change:
    """What deleting z_j does to h_i, j outside the fold of i."""
    changed, point, new = put(S, other, z), at(S, index), put(S, index, POINT)

    def removed(sample: Term, tested: Term) -> Term:
        return held_without(sample, index, other, tested)

    deleted = E(POINT, removed(S, POINT)) - removed(S, point)
    read = family("at-put-other", S, other, z, index, apart)
    at_changed = use(KEPT_DELETED, S, index, other, z, at(changed, index))
    there = at_same(read, lambda tested: removed(S, tested))
    risks = averaged(POINT, equation=use(KEPT_DELETED, S, index, other, z, POINT))
    before = E(POINT, removed(changed, POINT)) - removed(changed, at(changed, index))
    kept = linear(eq(before, deleted), risks, at_changed, there)
    moved = held(S, index, point) - removed(S, point)
    at_new = eq(
        held(new, index, POINT) - removed(new, POINT), held(S, index, POINT) - removed(S, POINT)
    )
    free = untouched(S, index, POINT, POINT), use(KEPT_TESTED, S, index, other, POINT, POINT)
    gone = averaged(POINT, equation=linear(at_new, *free))
    same = eq(body(index) - deleted, over(moved, index) - moved)
    up, down = sides(use(DELETION, S, index, other, point, far))
    return Change(
        index, other, body(index), deleted, for_all(kept, S, z), moved,
        linear(same, settled(over(moved, index)), gone), (up, down),
        one_over(outside_positive(index)),
    )  # fmt: skip


def nothing_in_fold(index: Term, other: Term, one: Theorem, apart: Theorem) -> Theorem:
    """spread(h_i, j) <= 0, j another example in the fold of i."""
    changed = put(S, other, z)
    read = family("at-put-other", S, other, z, index, apart)
    at_changed = use(KEPT, S, index, other, z, at(changed, index), one)
    there = at_same(read, lambda tested: held(S, index, tested))
    risks = averaged(POINT, equation=use(KEPT, S, index, other, z, POINT, one))
    equal = eq(replace(body(index), {S: changed}), body(index))
    kept = for_all(linear(equal, risks, at_changed, there), S, z)
    near = spread_below(body(index), body(index), other, kept)
    return linear(le(spread(body(index), other), 0), near)


def products(first: Term, second: Term, apart: Theorem) -> Theorem:
    """2 c d E h_i h_j <= c^2 spread(h_i, j) + d^2 spread(h_j, i), for c = n_i and d = n_j."""
    c, d = outside(i), outside(j)
    none = zero(), checker.substitute(zero(), {i: j})
    zeros = (
        for_all(linear(eq(over(x * value, at_), 0), (x, fact)), S)
        for x, value, at_, fact in ((c, first, i, none[0]), (d, second, j, none[1]))
    )
    return product_below_spreads(c * first, d * second, *zeros, apart)


def far_pair(far: Theorem, apart: Theorem) -> Theorem:
    """E h_i h_j <= |beta|_2^2/(n_i n), for two folds, n examples being outside the largest."""
    first, second, back = body(i), body(j), unequal(apart)
    c, d = outside(i), outside(j)
    c_sign, d_sign, n_sign = outside_positive(i), outside_positive(j), left_positive()
    turned_far = _turned(far)
    one = other_fold(i, j, far, apart).spread(back)
    two = other_fold(j, i, turned_far, back).spread(apart)
    scaled = linear(
        le(c * c * spread(first, j), beta_rms**2), (one, c_sign, c_sign), nonzero=[c_sign]
    )
    other = linear(
        le(d * d * spread(second, i), beta_rms**2), (two, d_sign, d_sign), nonzero=[d_sign]
    )
    whole = linear(
        le(c * d * E(S, first * second), beta_rms**2), products(first, second, apart), scaled, other
    )
    c_share, d_share, n_share = map(one_over, (c_sign, d_sign, n_sign))
    fewer = linear(le(1 / d, 1 / LEFT), (use(EQUAL, j), d_share, n_share), nonzero=[d_sign, n_sign])
    square = linear(le(0, beta_rms**2), Square(beta_rms))
    each = linear(
        le(E(S, first * second), beta_rms**2 / c / d), (whole, c_share, d_share),
        nonzero=[c_sign, d_sign],
    )  # fmt: skip
    return linear(le(E(S, first * second), beta_rms**2 / c / LEFT), each, (fewer, c_share, square))


def _turned(far: Theorem) -> Theorem:
    """That j is not in the fold of i, from the reverse."""
    other = eq(folds.fold(j), folds.fold(i))
    same = checker.contradiction(turned(assume(other)), far, negation(other))
    return checker.cases(other, same, assume(negation(other)))


def pair() -> Theorem:
    """E h_i h_j <= (1 - 1{one fold}) |beta|_2^2/(n_i n) + 1{j = i} M^2/4."""
    value = beta_rms**2 / outside(i) / LEFT
    here = eq(j, i)
    product = E(S, body(i) * body(j))
    goal = le(product, (1 - indicator(ONE_FOLD)) * value + indicator(here) * (M**2 / 4))

    def at_once(one: Theorem) -> Theorem:
        def found(known: Theorem) -> Theorem:
            together_now = value, checker.indicator(one, ONE_FOLD)
            is_here = M**2 / 4, checker.indicator(known, here)
            if known.conclusion.head == "=":
                same = at_same(known, lambda index: E(S, body(i) * body(index)))
                return linear(goal, own(), same, together_now, is_here)
            apart, back = unequal(known), known
            small = product_below_spreads(
                body(i), body(j), for_all(zero(), S),
                for_all(checker.substitute(zero(), {i: j}), S), apart,
            )  # fmt: skip
            none = nothing_in_fold(i, j, one, apart)
            other = nothing_in_fold(j, i, turned(one), back)
            return linear(goal, small, none, other, together_now, is_here)

        return by_cases(here, found)

    def across(far: Theorem) -> Theorem:
        def found(known: Theorem) -> Theorem:
            apart_now = value, checker.indicator(far, ONE_FOLD)
            is_here = M**2 / 4, checker.indicator(known, here)
            if known.conclusion.head == "=":
                together_now = turned(at_same(known, folds.fold))
                return checker.contradiction(together_now, far, goal)
            return linear(goal, far_pair(far, unequal(known)), apart_now, is_here)

        return by_cases(here, found)

    return by_cases(
        ONE_FOLD, lambda known: (at_once if known.conclusion.head == "=" else across)(known)
    )


@cache
def derived() -> Theorem:
    """E (R_K - R_cv)^2 <= M^2/(4m) + |beta|_2^2/(m n)."""
    size, n_sign, square = sample_size_positive(), left_positive(), M**2 / 4
    c_sign, share = outside_positive(i), one_over(sample_size_positive())
    both = E(S, body(i) * body(j))
    one = picked(j, num(1), i)
    level = beta_rms**2 / LEFT
    row = linear(
        le(total(j, both), level + square), summed(j, pair()), (square, one),
        nonzero=[c_sign, n_sign],
    )  # fmt: skip
    rows = checker.exchange(E(S, total(i, total(j, body(i) * body(j)))))
    inside = checker.exchange(E(S, total(j, body(i) * body(j))))
    each = checker.congruence(total(i, num(0)), i, inside)
    goal = le(E(S, average(i, body(i)) ** 2), M**2 / (4 * m) + beta_rms**2 / (m * LEFT))
    whole = linear(
        goal,
        (summed(i, row), share, share),
        (1 / m / m, rows),
        (1 / m / m, each),
        nonzero=[size, n_sign],
    )
    gap = kfold_gap(S)
    same = linear(eq(gap, average(i, body(i))), nonzero=[size])
    squares = averaged(
        S, equation=linear(eq(gap**2, average(i, body(i)) ** 2), (gap + average(i, body(i)), same))
    )
    return linear(le(E(S, gap**2), goal.args[1]), squares, whole)


def second_moment(claim: Claim) -> Derived:
    """Products of the gaps of two examples, in one fold and across."""
    if claim.said:
        return Derived((FORMS[claim.statement.name](),))
    return Derived((derived(),))
