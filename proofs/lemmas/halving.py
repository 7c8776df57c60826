"""Sums of functions that each have mean 0 over an example of their own, by halving.

After Bousquet, Klochkov and Zhivotovskiy (2020), Theorem 4. A set of at most 2^k indices has two
halves; what the sum over it differs from its conditional means is the same for both halves, and
what one half adds to the other. No set is padded to 2^k indices, which saves a factor 2.
"""

from __future__ import annotations

from functools import cache

from proofs import checker, sets
from proofs.checker import (
    Theorem,
    assume,
    contradiction,
    elementary,
    exp_log,
    root_squared,
    substitute,
)
from proofs.lemmas.conditional_means import g, mean_given, redrawn
from proofs.lemmas.cross_moments import (
    ORDER,
    WEIGHT,
    count_sign,
    cross_moment,
    rate,
    squares,
    squares_sign,
)
from proofs.lemmas.exponential import exp_zero
from proofs.lemmas.limits import floor, floor_nonnegative
from proofs.lemmas.marginals import averaged
from proofs.lemmas.mixed_families import (
    FIRST,
    SECOND,
    WHOLE,
    fails,
    inside,
    parted,
    same_families,
)
from proofs.lemmas.moment_norms import Norm
from proofs.lemmas.positive_powers import P, of_none
from proofs.lemmas.roots import at_most_by_squares
from proofs.meaning.samples import S, i, j
from proofs.sets import count
from proofs.steps import (
    E,
    Square,
    absolute,
    at_same,
    by_cases,
    cut,
    discharge,
    every,
    exp,
    for_all,
    indicator,
    linear,
    log,
    sqrt,
    summed,
    total,
    use,
)
from proofs.terms import NATURAL, Term, eq, implies, le, lt, member, negation, num, replace, var

k, n = var("k", NATURAL), var("n", NATURAL)
n1, n2, s1, s2 = (var(name) for name in ("n1", "n2", "s1", "s2"))


def centred_sum(indices: Term) -> Term:
    """The sum over A of g_i less its mean given z_i and what is outside A."""
    return total(i, inside(i, indices) * (g(i, S) - mean_given(indices, i, S)))


def bound(indices: Term, levels: Term) -> Term:
    """6 sqrt 2 p W k sqrt(n s): n the number of indices, s the sum of c_j^2."""
    return rate() * levels * sqrt(count(indices) * squares(indices))


def stage(indices: Term, levels: Term) -> Term:
    """That the L_p norm of the sum over A is at most that."""
    return le(E(S, P(absolute(centred_sum(indices)))), P(bound(indices, levels)))


def rate_sign() -> Theorem:
    """0 <= 6 sqrt 2 p W."""
    root, order = elementary("sqrt", num(2)), linear(le(0, ORDER.conclusion.args[1]), ORDER)
    return linear(le(0, rate()), (root, order, WEIGHT[1]))


@cache
def _roots_of_products() -> Theorem:
    """sqrt(n1 s1) + sqrt(n2 s2) <= sqrt((n1 + n2)(s1 + s2)), by Cauchy and Schwarz."""
    signs = [assume(le(0, x)) for x in (n1, n2, s1, s2)]
    of_n1, of_n2, of_s1, of_s2 = signs
    first, second = linear(le(0, n1 * s1), (of_n1, of_s1)), linear(le(0, n2 * s2), (of_n2, of_s2))
    cross = linear(le(0, (n1 * s2 + n2 * s1) / 2), (of_n1, of_s2), (of_n2, of_s1))
    whole = linear(le(0, (n1 + n2) * (s1 + s2)), first, second, cross)
    a, b, c = sqrt(n1 * s1), sqrt(n2 * s2), sqrt((n1 + n2) * (s1 + s2))
    squared = [root_squared(known) for known in (first, second, whole)]
    half = (n1 * s2 + n2 * s1) / 2
    less = linear(
        le(a * b * (a * b), half * half),
        Square((n1 * s2 - n2 * s1) / 2),
        (b**2, squared[0]),
        (n1 * s1, squared[1]),
    )
    mixed = at_most_by_squares(a * b, half, less, cross)
    sums = linear(le((a + b) * (a + b), c * c), mixed, *squared)
    return at_most_by_squares(a + b, c, sums, elementary("sqrt", (n1 + n2) * (s1 + s2)))


def _both_halves(known: Theorem, other: Theorem) -> Theorem:
    """stage(A, k + 1), from stage(A1, k) and stage(A2, k)."""
    low = rate_sign()
    sizes = {n1: count(FIRST), n2: count(SECOND), s1: squares(FIRST), s2: squares(SECOND)}
    signs = [count_sign(FIRST), count_sign(SECOND), squares_sign(FIRST), squares_sign(SECOND)]
    turned = {FIRST: SECOND, SECOND: FIRST}
    norms = []
    for part, of_part, swap in ((FIRST, known, {}), (SECOND, other, turned)):
        a, b = (replace(x, swap) for x in (FIRST, SECOND))
        root = elementary("sqrt", count(a) * squares(a))
        least = linear(le(0, bound(a, k)), (low, checker.natural(k), root))
        norms.append(Norm(S, centred_sum(part), of_part, least))
        mixed = elementary("sqrt", count(a) * squares(b))
        body = total(i, inside(i, a) * (mean_given(a, i, S) - mean_given(WHOLE, i, S)))
        top = linear(le(0, rate() * sqrt(count(a) * squares(b))), (low, mixed))
        norms.append(Norm(S, body, substitute(cross_moment(), swap), top))
    first, second, third, fourth = norms
    whole = first + second + third + fourth
    share = use(assume(parted()), i)
    weighted = g(i, S) - mean_given(WHOLE, i, S)
    places = checker.congruence(
        total(i, num(0)),
        i,
        linear(
            eq((inside(i, FIRST) + inside(i, SECOND)) * weighted, inside(i, WHOLE) * weighted),
            (-weighted, share),
        ),
    )
    whole = whole.of(linear(eq(whole.body, centred_sum(WHOLE)), places))
    counted = checker.congruence(total(i, num(0)), i, share)
    costs = replace(share.conclusion, {i: j})
    del costs
    each = checker.substitute(share, {i: j})
    from proofs.lemmas.conditional_means import cost

    squared = checker.congruence(
        total(j, num(0)),
        j,
        linear(
            eq(
                inside(j, WHOLE) * cost(j) ** 2,
                (inside(j, FIRST) + inside(j, SECOND)) * cost(j) ** 2,
            ),
            (cost(j) ** 2, each),
        ),
    )
    n_of = linear(eq(count(FIRST) + count(SECOND), count(WHOLE)), counted)
    s_of = linear(eq(squares(FIRST) + squares(SECOND), squares(WHOLE)), squared)
    product = linear(
        eq(
            (count(FIRST) + count(SECOND)) * (squares(FIRST) + squares(SECOND)),
            count(WHOLE) * squares(WHOLE),
        ),
        (squares(FIRST) + squares(SECOND), n_of),
        (count(WHOLE), s_of),
    )
    lemma = _roots_of_products()
    straight = cut(substitute(lemma, sizes), *signs)
    crossed = cut(substitute(lemma, {**sizes, s1: squares(SECOND), s2: squares(FIRST)}), *signs)
    root = at_same(product, sqrt)
    larger = linear(
        le(whole.bound, bound(WHOLE, k + 1)),
        (straight, low, checker.natural(k)),
        (crossed, low),
        (rate() * (k + 1), root),
    )
    return whole.below(larger).moment


def _parts_of_half() -> Theorem:
    """A is parted into a half of it and the rest."""
    first, second, whole = (member(i, x) for x in (FIRST, SECOND, WHOLE))
    rest = lt(inside(i, FIRST), inside(i, WHOLE))
    definition = use(assume(every(i, eq(inside(i, SECOND), indicator(rest)))), i)
    goal = eq(inside(i, WHOLE), inside(i, FIRST) + inside(i, SECOND))
    contains = use(assume(every(i, implies(first, whole))), i)

    def value(formula: Term, a: Theorem, b: Theorem) -> Theorem:
        relation = rest if formula == rest else negation(rest)
        return checker.indicator(linear(relation, a, b), rest)

    def at_first(known: Theorem) -> Theorem:
        own = checker.indicator(known, first)
        if known.conclusion == first:
            within = checker.indicator(checker.apply(contains, known), whole)
            return linear(goal, own, within, definition, value(whole, own, within))
        return by_cases(whole, lambda there: at_whole(own, there))

    def at_whole(own: Theorem, known: Theorem) -> Theorem:
        within = checker.indicator(known, whole)
        formula = rest if known.conclusion == whole else whole
        return linear(goal, own, within, definition, value(formula, own, within))

    return for_all(by_cases(first, at_first), i)


def _step(smaller: Term) -> Theorem:
    """For a natural n: if sets of at most n indices are at stage k, those of 2n are at k + 1."""
    small = assume(le(count(WHOLE), 2 * n))
    known = assume(every(WHOLE, implies(le(count(WHOLE), n), smaller)))
    parts = _parts_of_half()
    counted = checker.congruence(total(i, num(0)), i, use(assume(parted()), i))
    first = use(known, FIRST, assume(le(count(FIRST), n)))
    fewer = assume(le(count(WHOLE) - count(FIRST), n))
    second = use(known, SECOND, linear(le(count(SECOND), n), counted, fewer))
    both = cut(_both_halves(first, second), parts)
    rest = lt(inside(i, FIRST), inside(i, WHOLE))
    chosen = sets.collected(i, rest, SECOND, both)
    halved = sets.halved(WHOLE, n, FIRST, small, chosen)
    return for_all(discharge(halved, small.conclusion), WHOLE)


def power_of_two(levels: Term) -> Term:
    """2^k."""
    return exp(levels * log(num(2)))


def _twice() -> Theorem:
    """2^(k + 1) = 2 2^k."""
    split = elementary("exp-sum", k * log(num(2)), log(num(2)))
    whole = at_same(checker.same(k * log(num(2)) + log(num(2)), (k + 1) * log(num(2))), exp)
    two = exp_log(linear(lt(0, num(2))))
    return linear(
        eq(power_of_two(k + 1), 2 * power_of_two(k)), split, whole, (power_of_two(k), two)
    )


@cache
def whole_power() -> Theorem:
    """2^k is a whole number: 2^k = floor 2^k, for all k."""
    claim = eq(power_of_two(k), floor(power_of_two(k)))
    one = exp_zero()
    below, above = elementary("floor-below", exp(num(0))), elementary("floor-above", exp(num(0)))
    least = checker.next_integer(linear(lt(0, floor(exp(num(0))) + 1), one, above))
    more = checker.next_integer(linear(lt(1, floor(exp(num(0))) + 1), one, above))
    del least
    at_zero = checker.antisymmetric(
        linear(le(floor(exp(num(0))), exp(num(0))), below),
        linear(le(exp(num(0)), floor(exp(num(0)))), more, one),
    )
    start = linear(replace(claim, {k: num(0)}), at_zero)
    known, twice = assume(claim), _twice()
    top = power_of_two(k + 1)
    low, high = elementary("floor-below", top), elementary("floor-above", top)
    exact = linear(eq(top, 2 * floor(power_of_two(k))), twice, (num(2), known))
    reached = checker.next_integer(
        linear(lt(2 * floor(power_of_two(k)), floor(top) + 1), exact, high)
    )
    goal = checker.antisymmetric(linear(le(top, floor(top)), reached, exact), low)
    return checker.induction(k, claim, start, goal)


def _two_of(first: Term, second: Term) -> Theorem:
    """1{i in A} + 1{j in A} <= the number of indices in A, for two indices."""
    differ = assume(negation(eq(first, second)))
    here, there = indicator(eq(j, first)), indicator(eq(j, second))
    goal = le(here + there, 1)

    def at_first(known: Theorem) -> Theorem:
        own = checker.indicator(known, eq(j, first))
        if known.conclusion.head != "=":
            from proofs.lemmas.indicators import between

            return linear(goal, own, between(eq(j, second))[1])
        return by_cases(eq(j, second), lambda other: at_second(known, own, other))

    def at_second(known: Theorem, own: Theorem, other: Theorem) -> Theorem:
        if other.conclusion.head != "=":
            return linear(goal, own, checker.indicator(other, eq(j, second)))
        hole = var("hole", "index")
        both = checker.rewrite(known, hole, eq(hole, second), other)
        return contradiction(both, differ, goal)

    from proofs.lemmas.indicators import between

    sign = between(member(j, WHOLE))[0]
    each = by_cases(eq(j, first), at_first)
    counted = summed(
        j, linear(le((here + there) * inside(j, WHOLE), inside(j, WHOLE)), (each, sign))
    )
    found = [checker.picked(j, inside(j, WHOLE), x) for x in (first, second)]
    goal_sum = le(inside(first, WHOLE) + inside(second, WHOLE), count(WHOLE))
    return linear(goal_sum, counted, *found)


@cache
def single() -> Theorem:
    """A set of at most one index is at stage 0: the mean given the rest is g_i itself."""
    small = assume(le(count(WHOLE), 1))

    def nothing(known: Theorem) -> Theorem:
        there = inside(i, WHOLE)
        goal = eq(there * (g(i, S) - mean_given(WHOLE, i, S)), 0)
        value = checker.indicator(known, member(i, WHOLE))
        if known.conclusion.head != "member":
            return linear(goal, (g(i, S) - mean_given(WHOLE, i, S), value))

        def split(index: Term, prove):
            out = fails(member(index, WHOLE), _two_of(i, index), value, small)
            return prove([out])

        same = same_families(redrawn(WHOLE, S, i), S, [i], [known], split)
        own = averaged(var("fresh", "sample"), equation=at_same(same, lambda s: g(i, s)))
        return linear(goal, (-there, own))

    none = checker.congruence(total(i, num(0)), i, by_cases(member(i, WHOLE), nothing))
    zero = linear(eq(centred_sum(WHOLE), 0), none)
    same = averaged(S, equation=at_same(zero, lambda x: P(absolute(x))))
    size = checker.max_is_least(absolute(num(0)), [linear(le(num(0), 0)), linear(le(-num(0), 0))])
    empty = of_none(size)
    top = at_same(checker.same(bound(WHOLE, num(0)), num(0)), P)
    return linear(stage(WHOLE, num(0)), same, empty, top, of_none(linear(le(num(0), 0))))


@cache
def by_halving() -> Theorem:
    """For all k, a set of at most 2^k indices is at stage k."""
    claim = every(WHOLE, implies(le(count(WHOLE), power_of_two(k)), stage(WHOLE, k)))
    few = assume(le(count(WHOLE), power_of_two(num(0))))
    one = at_same(checker.same(num(0) * log(num(2)), num(0)), exp)
    at_most_one = linear(le(count(WHOLE), 1), few, one, exp_zero())
    start = for_all(discharge(cut(single(), at_most_one), few.conclusion), WHOLE)
    smaller = every(WHOLE, implies(le(count(WHOLE), n), stage(WHOLE, k)))
    lemma = for_all(discharge(_step(stage(WHOLE, k)), smaller), n)
    power = power_of_two(k)
    integer = use(whole_power(), k)
    from proofs.lemmas.exponential import exp_positive

    low = floor_nonnegative(linear(le(0, power), exp_positive(k * log(num(2)))))
    at_floor = checker.specialise(lemma, floor(power), low)
    known = assume(claim)
    inner = use(
        known,
        WHOLE,
        linear(le(count(WHOLE), power), assume(le(count(WHOLE), floor(power))), integer),
    )
    small = for_all(discharge(inner, le(count(WHOLE), floor(power))), WHOLE)
    found = use(at_floor, small)
    few = assume(le(count(WHOLE), power_of_two(k + 1)))
    twice = linear(le(count(WHOLE), 2 * floor(power)), few, _twice(), (num(2), integer))
    step = for_all(discharge(use(found, WHOLE, twice), few.conclusion), WHOLE)
    return checker.induction(k, claim, start, step)
