"""Sums of functions that each have mean 0 over an example of their own, by halving.

After Bousquet, Klochkov and Zhivotovskiy (2020), Theorem 4. A set of at most 2^k indices has two
halves; what the sum over it differs from its conditional means is the same for both halves, and
what one half adds to the other. No set is padded to 2^k indices, which saves a factor 2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stability_proofs.kernel import checker, families, sets
from stability_proofs.kernel.checker import Theorem, assume, contradiction, elementary, substitute
from stability_proofs.kernel.notation import E, absolute, every, indicator, sqrt, total
from stability_proofs.kernel.sets import count
from stability_proofs.kernel.terms import (
    NATURAL,
    Term,
    eq,
    implies,
    le,
    lt,
    member,
    negation,
    num,
    var,
)
from stability_proofs.lemmas.analysis.indicators import between
from stability_proofs.lemmas.analysis.limits import floor
from stability_proofs.lemmas.analysis.positive_powers import P, of_none
from stability_proofs.lemmas.analysis.powers_of_two import (
    k,
    next_power,
    no_power,
    power_of_two,
    power_sign,
    whole_power,
)
from stability_proofs.lemmas.analysis.root_products import roots_added
from stability_proofs.lemmas.moments.cross_moments import (
    WEIGHT,
    count_sign,
    cross_moment,
    order_above_one,
    rate,
    squares,
    squares_sign,
)
from stability_proofs.lemmas.moments.moment_norms import Norm, power_of_equal
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
from stability_proofs.semantics.samples import S, i, j
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.mixed_families import (
    FIRST,
    PARTED,
    SECOND,
    WHOLE,
    Prove,
    fails,
    inside,
    same_families,
)
from stability_proofs.tactics.vocabulary import (
    absolute_below,
    added,
    at_same,
    averaged,
    by_cases,
    cut,
    discharge,
    for_all,
    linear,
    summed,
    use,
)

W, order = var("W"), var("order")
z = var("z", "example")

n, other = var("n", NATURAL), var("other", "index")
REST = lt(inside(i, FIRST), inside(i, WHOLE))
"""That an index of A is in the other half."""


def centred_sum(indices: Term) -> Term:
    """The sum over A of g_i less its mean given z_i and what is outside A."""
    return total(i, inside(i, indices) * (g(i, S) - mean_given(indices, i, S)))


def bound(indices: Term, levels: Term) -> Term:
    """(p - 1) W k sqrt(n s): n the number of indices, s the sum of c_j^2."""
    return rate() * levels * sqrt(count(indices) * squares(indices))


def stage(indices: Term, levels: Term) -> Term:
    """That the L_p norm of the sum over A is at most that."""
    return le(E(S, P(absolute(centred_sum(indices)))), P(bound(indices, levels)))


@lemma(given=(le(2, order), le(0, W)), shows=le(0, rate()))
def rate_sign() -> Theorem:
    """0 <= (p - 1) W."""
    return linear(le(0, rate()), (order_above_one(), WEIGHT[1]))


def _half(part: Term, other: Term, known: Theorem, cross: Theorem) -> Norm:
    """What one half contributes: its own sum, and what the other half adds to it."""
    roots = [elementary("sqrt", count(part) * squares(of)) for of in (part, other)]
    own = linear(le(0, bound(part, k)), (rate_sign(), checker.natural(k), roots[0]))
    mixed = linear(le(0, rate() * sqrt(count(part) * squares(other))), (rate_sign(), roots[1]))
    added_means = mean_given(part, i, S) - mean_given(WHOLE, i, S)
    first = Norm(S, centred_sum(part), known, own)
    return first + Norm(S, total(i, inside(i, part) * added_means), cross, mixed)


@lemma(
    given=(PARTED.conclusion,),
    shows=(
        eq(count(FIRST) + count(SECOND), count(WHOLE)),
        eq(squares(FIRST) + squares(SECOND), squares(WHOLE)),
    ),
)
def sizes_of_halves() -> tuple[Theorem, Theorem]:
    """count(A) and the squares of A are those of both parts."""
    share = use(PARTED, i)
    counted = linear(eq(count(FIRST) + count(SECOND), count(WHOLE)), added(i, share))
    square = cost(j) ** 2
    parts = (inside(j, FIRST) + inside(j, SECOND)) * square
    each = linear(eq(inside(j, WHOLE) * square, parts), (square, substitute(share, {i: j})))
    return counted, linear(eq(squares(FIRST) + squares(SECOND), squares(WHOLE)), added(j, each))


def _larger(norm: Norm) -> Theorem:
    """What both halves contribute is at most the bound of the next stage, by Cauchy and Schwarz."""
    counted, squared = sizes_of_halves()
    squares_of_parts = squares(FIRST) + squares(SECOND)
    product = linear(
        eq((count(FIRST) + count(SECOND)) * squares_of_parts, count(WHOLE) * squares(WHOLE)),
        (squares_of_parts, counted),
        (count(WHOLE), squared),
    )
    first, second = (
        (count_sign(FIRST), squares_sign(FIRST)),
        (count_sign(SECOND), squares_sign(SECOND)),
    )
    straight = roots_added(first, second)
    crossed = roots_added((first[0], second[1]), (second[0], first[1]))
    return linear(
        le(norm.bound, bound(WHOLE, k + 1)),
        (straight, rate_sign(), checker.natural(k)),
        (crossed, rate_sign()),
        (rate() * (k + 1), at_same(product, sqrt)),
    )


def _both_halves(known: Theorem, other: Theorem) -> Theorem:
    """stage(A, k + 1), from stage(A1, k) and stage(A2, k)."""
    cross = cross_moment()
    turned = substitute(cross, {FIRST: SECOND, SECOND: FIRST})
    whole = _half(FIRST, SECOND, known, cross) + _half(SECOND, FIRST, other, turned)
    rest = g(i, S) - mean_given(WHOLE, i, S)
    parts = (inside(i, FIRST) + inside(i, SECOND)) * rest
    places = added(i, linear(eq(parts, inside(i, WHOLE) * rest), (-rest, use(PARTED, i))))
    norm = whole.of(linear(eq(whole.body, centred_sum(WHOLE)), places))
    return norm.below(_larger(norm)).moment


@lemma(
    given=(
        every(i, eq(inside(i, SECOND), indicator(REST))),
        every(i, implies(member(i, FIRST), member(i, WHOLE))),
    ),
    shows=PARTED.conclusion,
)
def parts_of_half() -> Theorem:
    """A is parted into a half of it and the rest."""
    first, whole = member(i, FIRST), member(i, WHOLE)
    definition = use(assume(every(i, eq(inside(i, SECOND), indicator(REST)))), i)
    contains = use(assume(every(i, implies(first, whole))), i)
    goal = eq(inside(i, WHOLE), inside(i, FIRST) + inside(i, SECOND))

    def by_values(own: Theorem, within: Theorem, rest: Term) -> Theorem:
        value = checker.indicator(linear(rest, own, within), REST)
        return linear(goal, own, within, definition, value)

    def at_first(known: Theorem) -> Theorem:
        own = checker.indicator(known, first)
        if known.conclusion == first:
            within = checker.indicator(checker.apply(contains, known), whole)
            return by_values(own, within, negation(REST))
        return by_cases(whole, lambda there: at_whole(own, there))

    def at_whole(own: Theorem, known: Theorem) -> Theorem:
        rest = REST if known.conclusion == whole else negation(REST)
        return by_values(own, checker.indicator(known, whole), rest)

    return for_all(by_cases(first, at_first), i)


@lemma(
    at=(i, other),
    given=(negation(eq(i, other)),),
    shows=le(inside(i, WHOLE) + inside(other, WHOLE), count(WHOLE)),
)
def two_of(first: Term, second: Term) -> Theorem:
    """1{i in A} + 1{j in A} <= the number of indices in A, for two indices."""
    differ = assume(negation(eq(first, second)))
    here, there = eq(j, first), eq(j, second)
    goal = le(indicator(here) + indicator(there), 1)

    def at_first(known: Theorem) -> Theorem:
        own = checker.indicator(known, here)
        if known.conclusion != here:
            return linear(goal, own, between(there)[1])
        hole = var("hole", "index")
        both = checker.rewrite(known, hole, eq(hole, second), assume(there))
        out = checker.indicator(assume(negation(there)), there)
        return checker.cases(there, contradiction(both, differ, goal), linear(goal, own, out))

    weights = indicator(here) + indicator(there)
    sign = between(member(j, WHOLE))[0]
    each = linear(
        le(weights * inside(j, WHOLE), inside(j, WHOLE)), (by_cases(here, at_first), sign)
    )
    found = [families.picked(j, inside(j, WHOLE), index) for index in (first, second)]
    whole = le(inside(first, WHOLE) + inside(second, WHOLE), count(WHOLE))
    return linear(whole, summed(j, each), *found)


@lemma(given=(le(total(i, inside(i, WHOLE)), 1),), shows=eq(centred_sum(WHOLE), 0))
def none_of_one() -> Theorem:
    """Of a set of at most one index: the mean given the rest is g_i itself."""
    small, rest = assume(le(count(WHOLE), 1)), g(i, S) - mean_given(WHOLE, i, S)

    def nothing(known: Theorem) -> Theorem:
        goal = eq(inside(i, WHOLE) * rest, 0)
        value = checker.indicator(known, member(i, WHOLE))
        if known.conclusion.head != "member":
            return linear(goal, (rest, value))

        def outside(index: Term, prove: Prove) -> Theorem:
            return prove([fails(member(index, WHOLE), two_of(i, index), value, small)])

        same = same_families(redrawn(WHOLE, S, i), S, [i], [known], outside)
        own = averaged(r, equation=at_same(same, lambda sample: g(i, sample)))
        return linear(goal, (-inside(i, WHOLE), own))

    return linear(eq(centred_sum(WHOLE), 0), added(i, by_cases(member(i, WHOLE), nothing)))


@dataclass(frozen=True)
class Halving:
    """A claim about sets of at most 2^k indices, and how it goes from halves to the whole.

    `stage(A, k)` is a formula; `single` proves stage(A, 0) for a set of at most one index; `both`
    gives stage(A, k + 1) from stage(A1, k) and stage(A2, k), for the parts of A.
    """

    stage: Callable[[Term, Term], Term]
    single: Theorem
    both: Callable[[Theorem, Theorem], Theorem]

    def _at(self, size: Term, levels: Term) -> Term:
        """That all sets of at most so many indices are at a stage."""
        return every(WHOLE, implies(le(count(WHOLE), size), self.stage(WHOLE, levels)))

    def _doubled(self) -> Theorem:
        """For all natural n: if sets of at most n indices are at stage k, those of 2n are at
        k + 1."""
        small, known = assume(le(count(WHOLE), 2 * n)), assume(self._at(n, k))
        first = use(known, FIRST, assume(le(count(FIRST), n)))
        fewer = assume(le(count(WHOLE) - count(FIRST), n))
        second = use(known, SECOND, linear(le(count(SECOND), n), sizes_of_halves()[0], fewer))
        both = cut(self.both(first, second), parts_of_half())
        halved = sets.halved(WHOLE, n, FIRST, small, sets.collected(i, REST, SECOND, both))
        larger = for_all(discharge(halved, small.conclusion), WHOLE)
        return for_all(discharge(larger, known.conclusion), n)

    def theorem(self) -> Theorem:
        """For all k, a set of at most 2^k indices is at stage k."""
        claim = self._at(power_of_two(k), k)
        few = assume(le(count(WHOLE), power_of_two(num(0))))
        one = linear(le(count(WHOLE), 1), few, no_power())
        start = for_all(discharge(cut(self.single, one), few.conclusion), WHOLE)
        whole = floor(power_of_two(k))
        fewer = assume(le(count(WHOLE), whole))
        reached = linear(le(count(WHOLE), power_of_two(k)), fewer, whole_power())
        smaller = discharge(use(assume(claim), WHOLE, reached), fewer.conclusion)
        doubled = checker.specialise(self._doubled(), whole, power_sign())
        larger = use(doubled, for_all(smaller, WHOLE))
        more = assume(le(count(WHOLE), power_of_two(k + 1)))
        twice = linear(le(count(WHOLE), 2 * whole), more, next_power(), (num(2), whole_power()))
        step = for_all(discharge(use(larger, WHOLE, twice), more.conclusion), WHOLE)
        return checker.induction(k, claim, start, step)


def _single() -> Theorem:
    """A set of at most one index is at stage 0."""
    same = averaged(S, equation=power_of_equal(none_of_one()))
    none = linear(le(num(0), 0))
    empty, least = of_none(absolute_below(none, linear(le(-num(0), 0)))), of_none(none)
    top = at_same(checker.same(bound(WHOLE, num(0)), num(0)), P)
    return linear(stage(WHOLE, num(0)), same, empty, top, least)


@lemma(
    given=(
        CENTRED,
        DIFFERENCES,
        le(0, W),
        le(2, order),
        every(z, le(0, weight(z))),
        le(E(z, P(weight(z))), P(W)),
    ),
    shows=every(
        k, FIRST, implies(le(total(i, inside(i, FIRST)), power_of_two(k)), stage(FIRST, k))
    ),
)
def by_halving() -> Theorem:
    """For all k, a set of at most 2^k indices is at stage k."""
    return Halving(stage, _single(), _both_halves).theorem()
