"""The inequality of Efron and Stein: a variance is at most the sum of those over each example.

P_A F is the mean of F over the examples in a set A, the others fixed. F - P_A F for a set that is
parted in two is F - P_A1 F and P_A1 (F - P_A2 F), which are orthogonal; P_A1 is a contraction. So
what holds of single examples holds of larger and larger sets, by halving.
"""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker, sets
from stability_proofs.kernel.checker import (
    Theorem,
    assume,
    interpret,
    substitute,
)
from stability_proofs.kernel.families import picked
from stability_proofs.kernel.notation import E, every, indicator, total
from stability_proofs.kernel.sets import count
from stability_proofs.kernel.terms import (
    NATURAL,
    Term,
    app,
    at,
    eq,
    implies,
    le,
    member,
    mix,
    negation,
    num,
    put,
    replace,
    var,
)
from stability_proofs.lemmas.analysis.indicators import between
from stability_proofs.lemmas.analysis.limits import floor
from stability_proofs.lemmas.analysis.powers_of_two import (
    LEVELS,
    enough_levels,
    k,
    levels_sign,
    next_power,
    no_power,
    power_of_two,
    power_sign,
    whole_power,
)
from stability_proofs.lemmas.moments.all_indices import ALL, is_counted
from stability_proofs.lemmas.moments.halves import REST, parts_of_half, two_of
from stability_proofs.lemmas.moments.halving import sizes_of_halves
from stability_proofs.lemmas.moments.pairs import over, spread, variance
from stability_proofs.lemmas.probability.marginals import at_index
from stability_proofs.semantics.samples import S, i, j, m
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.mixed_families import (
    FIRST,
    PARTED,
    SECOND,
    WHOLE,
    Prove,
    fails,
    holds,
    in_parts,
    in_whole,
    inside,
    same_families,
)
from stability_proofs.tactics.vocabulary import (
    Square,
    added,
    at_same,
    averaged,
    by_cases,
    cut,
    discharge,
    for_all,
    linear,
    mean,
    summed,
    use,
)

T, r = var("T", "sample"), var("fresh", "sample")
F, OF, ONTO = app("F", S), app("of", S), app("onto", S)
n = var("n", NATURAL)
POINT = var("point", "example")


def mean_over(body: Term, indices: Term) -> Term:
    """P_A body: the mean over the examples in a set."""
    return E(r, replace(body, {S: mix(r, S, indices)}))


def _costs(indices: Term) -> Term:
    """The sum over a set of the variances over one example."""
    return total(j, inside(j, indices) * spread(F, j))


def _stage(indices: Term) -> Term:
    """E (F - P_A F)^2 <= that sum."""
    return le(E(S, (F - mean_over(F, indices)) ** 2), _costs(indices))


@cache
def _projected() -> Theorem:
    """E f P_A g = E P_A f P_A g, for every set A."""
    mean_of = mean_over(ONTO, WHOLE)
    moved = sets.swap_set(S, T, WHOLE, OF * mean_of)
    again = same_families(mix(r, mix(T, S, WHOLE), WHOLE), mix(r, S, WHOLE), [], (), in_whole)
    kept = averaged(r, equation=at_same(again, lambda sample: replace(ONTO, {S: sample})))
    there = replace(OF, {S: mix(T, S, WHOLE)})
    inside_mean = replace(mean_of, {S: mix(T, S, WHOLE)})
    equal = linear(eq(there * inside_mean, there * mean_of), (there, kept))
    goal = eq(E(S, OF * mean_of), E(S, mean_over(OF, WHOLE) * mean_of))
    return linear(goal, moved, averaged(S, T, equation=equal))


def _orthogonal(first: Term, second: Term, indices: Term) -> Theorem:
    """E f P_A g = E P_A f P_A g."""
    found = substitute(_projected(), {WHOLE: indices})
    return interpret(interpret(found, "onto", (S,), second), "of", (S,), first)


@cache
def _tower() -> Theorem:
    """P_A F = P_A1 P_A2 F, if A is parted into the two."""
    inner = replace(F, {S: mix(T, mix(r, S, FIRST), SECOND)})
    moved = sets.swap_set(r, T, SECOND, inner)
    both = mix(mix(r, T, SECOND), mix(mix(T, r, SECOND), S, FIRST), SECOND)
    same = same_families(both, mix(r, S, WHOLE), [], (), in_parts)
    equal = averaged(r, T, equation=at_same(same, lambda sample: replace(F, {S: sample})))
    goal = eq(mean_over(F, WHOLE), mean_over(mean_over(F, SECOND), FIRST))
    return linear(goal, moved, equal)


def _both_halves(first: Theorem, second: Theorem) -> Theorem:
    """The stage of A, from those of its two parts."""
    one, other = mean_over(F, FIRST), mean_over(F, SECOND)
    rest = F - other
    moved = mean_over(rest, FIRST)
    split = linear(eq(F - mean_over(F, WHOLE), (F - one) + moved), _tower())
    whole = F - mean_over(F, WHOLE)
    value = (F - one) + moved
    squares = averaged(S, equation=linear(eq(whole**2, value**2), (whole + value, split)))
    cross = _orthogonal(F, rest, FIRST)
    own = _orthogonal(rest, rest, FIRST)
    least = mean(S, linear(le(0, (rest - moved) ** 2), Square(rest - moved)))
    shares = use(PARTED, j)
    parts = (inside(j, FIRST) + inside(j, SECOND)) * spread(F, j)
    each = linear(eq(inside(j, WHOLE) * spread(F, j), parts), (spread(F, j), shares))
    costs = linear(eq(_costs(FIRST) + _costs(SECOND), _costs(WHOLE)), added(j, each))
    known = squares, first, second, costs, least, (num(2), cross), (num(2), own)
    return linear(_stage(WHOLE), *known)


@cache
def _single() -> Theorem:
    """A set of at most one index: F - P_A F is F, less its mean over the example there, if any."""
    small = assume(le(count(WHOLE), 1))
    change = E(S, (F - mean_over(F, WHOLE)) ** 2)
    spread_sign = linear(
        le(0, spread(F, i)),
        variance(F, i),
        mean(S, linear(le(0, (F - over(F, i)) ** 2), Square(F - over(F, i)))),
    )
    low = between(member(i, WHOLE))[0]
    costs_sign = linear(
        le(0, _costs(WHOLE)),
        summed(i, linear(le(0, inside(i, WHOLE) * spread(F, i)), (low, spread_sign))),
    )
    least = linear(
        le(0, change),
        mean(S, linear(le(0, (F - mean_over(F, WHOLE)) ** 2), Square(F - mean_over(F, WHOLE)))),
    )

    def alone(known: Theorem) -> Theorem:
        """1{i in A} E (F - P_A F)^2 <= 1{i in A} spread(F, i)."""
        goal = le(inside(i, WHOLE) * change, inside(i, WHOLE) * spread(F, i))
        value = checker.indicator(known, member(i, WHOLE))
        if known.conclusion.head != "member":
            return linear(goal, (change, value), (spread(F, i), value))

        def outside(index: Term, prove: Prove) -> Theorem:
            return prove([fails(member(index, WHOLE), two_of(i, index), value, small)])

        same = same_families(mix(r, S, WHOLE), put(S, i, at(r, i)), [i], [known], outside)
        means = averaged(r, equation=at_same(same, lambda sample: replace(F, {S: sample})))
        law = _law(i)
        own = linear(eq(mean_over(F, WHOLE), over(F, i)), means, law)
        near = F - mean_over(F, WHOLE)
        other = F - over(F, i)
        squares = averaged(S, equation=linear(eq(near**2, other**2), (-(near + other), own)))
        equal = linear(eq(change, spread(F, i)), squares, variance(F, i))
        return linear(goal, (inside(i, WHOLE), equal))

    counted_change = summed(i, by_cases(member(i, WHOLE), alone))

    def size(known: Theorem) -> Theorem:
        goal = _stage(WHOLE)
        if known.conclusion == le(1, count(WHOLE)):
            return linear(goal, counted_change, (known, least))

        def outside(index: Term, prove: Prove) -> Theorem:
            return prove([_not_inside(index, known)])

        same = same_families(mix(r, S, WHOLE), S, [], (), outside)
        means = averaged(r, equation=at_same(same, lambda sample: replace(F, {S: sample})))
        near = F - mean_over(F, WHOLE)
        zero = averaged(S, equation=linear(eq(near**2, 0), (-near, means)))
        return linear(goal, zero, costs_sign)

    return by_cases(le(1, count(WHOLE)), size)


def _one_of(index: Term) -> Theorem:
    """1{i in A} <= the number of indices in A."""
    here = eq(j, index)
    low, high = between(member(j, WHOLE))[0], between(here)[1]
    each = linear(le(indicator(here) * inside(j, WHOLE), inside(j, WHOLE)), (high, low))
    found = picked(j, inside(j, WHOLE), index)
    return linear(le(inside(index, WHOLE), count(WHOLE)), summed(j, each), found)


def _not_inside(index: Term, few: Theorem) -> Theorem:
    """That an index is not in A, from a number of indices below 1."""
    formula = member(index, WHOLE)
    held = assume(formula)
    one = linear(le(1, count(WHOLE)), _one_of(index), checker.indicator(held, formula))
    absurd = checker.contradiction(one, few, negation(formula))
    return checker.cases(formula, absurd, assume(negation(formula)))


def _law(index: Term) -> Theorem:
    """E_r F(S with r_j at j) = E_z F(S with z at j)."""
    body = replace(F, {S: put(T, index, POINT)})
    found = at_index(lambda point: replace(body, {POINT: point}), index)
    return substitute(found, {T: S})


def _at_stage(size: Term) -> Term:
    """That all sets of at most so many indices are at the stage."""
    return every(WHOLE, implies(le(count(WHOLE), size), _stage(WHOLE)))


@cache
def _doubled() -> Theorem:
    """For all natural n: if it holds of sets of at most n indices, it does of those of 2n."""
    small, known = assume(le(count(WHOLE), 2 * n)), assume(_at_stage(n))
    first = use(known, FIRST, assume(le(count(FIRST), n)))
    fewer = assume(le(count(WHOLE) - count(FIRST), n))
    second = use(known, SECOND, linear(le(count(SECOND), n), sizes_of_halves()[0], fewer))
    both = cut(_both_halves(first, second), parts_of_half())
    halved = sets.halved(WHOLE, n, FIRST, small, sets.collected(i, REST, SECOND, both))
    larger = for_all(discharge(halved, small.conclusion), WHOLE)
    return for_all(discharge(larger, known.conclusion), n)


@cache
def _by_halving() -> Theorem:
    """For all k, it holds of sets of at most 2^k indices."""
    claim = _at_stage(power_of_two(k))
    few = assume(le(count(WHOLE), power_of_two(num(0))))
    one = linear(le(count(WHOLE), 1), few, no_power())
    start = for_all(discharge(cut(_single(), one), few.conclusion), WHOLE)
    whole = floor(power_of_two(k))
    fewer = assume(le(count(WHOLE), whole))
    reached = linear(le(count(WHOLE), power_of_two(k)), fewer, whole_power())
    smaller = discharge(use(assume(claim), WHOLE, reached), fewer.conclusion)
    doubled = checker.specialise(_doubled(), whole, power_sign())
    larger = use(doubled, for_all(smaller, WHOLE))
    more = assume(le(count(WHOLE), power_of_two(k + 1)))
    twice = linear(le(count(WHOLE), 2 * whole), more, next_power(), (num(2), whole_power()))
    step = for_all(discharge(use(larger, WHOLE, twice), more.conclusion), WHOLE)
    return checker.induction(k, claim, start, step)


@cache
def _of_all() -> Theorem:
    """E (F - E F)^2 <= the sum over all examples: all indices are a set of at most 2^k of them."""
    size = linear(eq(count(WHOLE), m), added(i, is_counted(i)))
    at_levels = checker.specialise(_by_halving(), LEVELS, levels_sign())
    few = linear(le(count(WHOLE), power_of_two(LEVELS)), size, enough_levels())
    found = use(at_levels, WHOLE, few)

    def within(index: Term, prove: Prove) -> Theorem:
        return prove([holds(member(index, WHOLE), is_counted(index))])

    same = same_families(mix(r, S, WHOLE), r, [], (), within)
    means = averaged(r, equation=at_same(same, lambda sample: replace(F, {S: sample})))
    near, apart = F - mean_over(F, WHOLE), F - E(S, F)
    squares = averaged(S, equation=linear(eq(near**2, apart**2), (-(near + apart), means)))
    each = linear(eq(inside(j, WHOLE) * spread(F, j), spread(F, j)), (spread(F, j), is_counted(j)))
    goal = le(E(S, (F - E(S, F)) ** 2), total(j, spread(F, j)))
    return sets.collected(i, ALL, WHOLE, linear(goal, found, squares, added(j, each)))


@lemma(
    at=(app("body", S),),
    shows=le(
        E(S, (app("body", S) - E(S, app("body", S))) ** 2), total(j, spread(app("body", S), j))
    ),
)
def efron_stein(body: Term) -> Theorem:
    """E (body - E body)^2 <= the sum over j of the variance over z_j, averaged over the others."""
    return interpret(_of_all(), "F", (S,), body)
