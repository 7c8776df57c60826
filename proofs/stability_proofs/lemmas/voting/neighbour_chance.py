"""On average over the sample every example is a neighbour with the same probability, k/m."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, next_integer
from stability_proofs.kernel.families import family, picked
from stability_proofs.kernel.notation import E, indicator, total
from stability_proofs.kernel.terms import Term, at, eq, le, lt, negation, num, put, replace, var
from stability_proofs.lemmas.analysis.indicators import between
from stability_proofs.lemmas.probability.marginals import at_two
from stability_proofs.lemmas.probability.renaming import both_redrawn, renamed
from stability_proofs.lemmas.probability.replaced_sums import sum_with_another
from stability_proofs.lemmas.voting.neighbour_ranks import NO_TIES, RANKS, apart, q
from stability_proofs.semantics.neighbours import COUNT, closer, near, rank, tie
from stability_proofs.semantics.samples import S, i, j, m, z
from stability_proofs.tactics.elements import settled
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    Square,
    at_same,
    averaged,
    by_cases,
    chain,
    discharge,
    linear,
    mean,
    one_over,
    put_equal,
    sample_size_positive,
    summed,
    use,
)

A, B = var("a", "example"), var("b", "example")


def ties() -> Term:
    """How many ordered pairs of examples are a tie at z."""
    pair = (1 - indicator(eq(i, j))) * tie(at(S, i), at(S, j), z)
    return total(i, total(j, pair))


@cache
def _of_one_rank() -> Theorem:
    """At most 1 + ties examples have the rank q: the square of their number X is X + ties."""
    has = [indicator(eq(rank(S, place, z), q)) for place in (i, j)]
    pair = tie(at(S, i), at(S, j), z)
    low, high = between(eq(rank(S, i, z), q))

    def product(known: Theorem) -> Theorem:
        same = indicator(eq(i, j))
        goal = le(has[0] * has[1], same * has[0] + (1 - same) * pair)
        mark = checker.indicator(known, eq(i, j))
        if known.conclusion.head == "=":
            alike = at_same(known, lambda place: indicator(eq(rank(S, place, z), q)))
            square = (linear(le(0, has[0]), low), linear(le(0, 1 - has[0]), high))
            return linear(goal, square, (has[0], alike), (has[0] - pair, mark))
        return linear(goal, apart(), (has[0] - pair, mark))

    number = total(j, has[1])
    row = summed(j, by_cases(eq(i, j), product))
    tied = total(j, (1 - indicator(eq(i, j))) * pair)
    one = linear(le(has[0] * number, has[0] + tied), row, (has[0], picked(j, num(1), i)))
    squares = summed(i, one)
    return linear(le(number, 1 + ties()), squares, Square(number - 1))


@cache
def _of_low_ranks() -> Theorem:
    """At most q (1 + ties) examples have a rank below q, for every q."""
    below = lambda top: indicator(lt(rank(S, j, z), top))  # noqa: E731
    claim = le(total(j, below(q)), q * (1 + ties()))

    def none(known: Theorem) -> Theorem:
        event, goal = lt(rank(S, j, z), num(0)), le(below(num(0)), 0)
        if known.conclusion == event:
            return checker.contradiction(known, checker.natural(rank(S, j, z)), goal)
        return linear(goal, checker.indicator(known, event))

    start = summed(j, by_cases(lt(rank(S, j, z), num(0)), none))

    def one_more(known: Theorem) -> Theorem:
        """1{rank < q + 1} <= 1{rank < q} + 1{rank = q}."""
        goal = le(below(q + 1), below(q) + indicator(eq(rank(S, j, z), q)))
        floors = between(lt(rank(S, j, z), q))[0], between(eq(rank(S, j, z), q))[0]
        mark = checker.indicator(known, lt(rank(S, j, z), q + 1))
        if known.conclusion.head == "<=":
            return linear(goal, mark, *floors)

        def at_top(low: Theorem) -> Theorem:
            if low.conclusion.head == "<":
                return linear(goal, mark, checker.indicator(low, low.conclusion), floors[1])
            high = linear(le(rank(S, j, z), q), next_integer(known))
            same = checker.antisymmetric(high, low)
            return linear(goal, mark, checker.indicator(same, eq(rank(S, j, z), q)), floors[0])

        return by_cases(lt(rank(S, j, z), q), at_top)

    step = summed(j, by_cases(lt(rank(S, j, z), q + 1), one_more))
    following = linear(replace(claim, {q: q + 1}), assume(claim), step, _of_one_rank())
    return checker.induction(q, claim, linear(replace(claim, {q: num(0)}), start), following)


def _sum_outside(index: Term, body: Term) -> Theorem:
    """E over S and z of a sum is the sum of the expectations."""
    inner = averaged(S, equation=checker.exchange(E(z, total(index, body))))
    return chain(inner, checker.exchange(E(S, total(index, E(z, body)))))


@cache
def _no_ties() -> Theorem:
    """E ties <= 0."""
    same, pair = indicator(eq(i, j)), tie(at(S, i), at(S, j), z)

    def at_pair(known: Theorem) -> Theorem:
        goal, chance = le(E(S, E(z, (1 - same) * pair)), 0), E(S, E(z, pair))
        mark = checker.indicator(known, eq(i, j))
        if known.conclusion.head == "=":
            return linear(goal, (chance, mark))
        drawn = at_two(lambda first, second: tie(first, second, z), i, j, known)
        order = checker.exchange(chance)
        return linear(goal, (chance, mark), order, averaged(z, equation=drawn), NO_TIES)

    pairs = summed(i, summed(j, by_cases(eq(i, j), at_pair)))
    outer = _sum_outside(i, total(j, (1 - same) * pair))
    row = checker.congruence(total(i, num(0)), i, _sum_outside(j, (1 - same) * pair))
    return linear(le(E(S, E(z, ties())), 0), outer, row, pairs)


def chance(place: Term) -> Term:
    """The probability that the example at a place is a neighbour of a fresh one."""
    return E(S, E(z, near(rank(S, place, z))))


@cache
def _same_chance() -> Theorem:
    """It is the same for i and j: draw both anew and exchange their names."""
    differ = assume(negation(eq(i, j)))
    first, second = (
        both_redrawn(E(z, near(rank(S, place, z))), (i, A), (j, B), differ) for place in (i, j)
    )
    pair, swapped = put(put(S, i, A), j, B), put(put(S, i, B), j, A)
    exchanged = renamed((A, B), {A: B, B: A}, E(z, near(rank(pair, j, z))))
    ranks: list[Theorem] = []
    f = lambda example: closer(example, A, z)  # noqa: E731
    for sample, place in ((pair, i), (swapped, j)):
        counted = put_equal(settled(at(sample, place), differ), use(RANKS, sample, place, z))
        inner, last, new = sample.args
        below, _, old = inner.args
        kept = at_same(family("at-put-other", below, i, old, j, differ), f)
        ranks += [counted, kept]
        ranks += [sum_with_another(f, inner, last, new), sum_with_another(f, below, i, old)]
    same = linear(eq(rank(pair, i, z), rank(swapped, j, z)), *ranks)
    inside = averaged(S, A, B, z, equation=at_same(same, near))
    outer = averaged(S, equation=exchanged)
    equal = linear(eq(chance(i), chance(j)), first, second, outer, inside)
    return discharge(equal, differ.conclusion)


@lemma(given=(NO_TIES.conclusion, RANKS.conclusion), shows=le(chance(i), COUNT / m))
def neighbour_with_chance() -> Theorem:
    """The example at i is a neighbour of a fresh one with probability at most k/m."""

    def one(known: Theorem) -> Theorem:
        goal = le(chance(i), chance(j))
        if known.conclusion.head == "=":
            return linear(goal, at_same(known, chance))
        return linear(goal, checker.apply(_same_chance(), known))

    size = sample_size_positive()
    every_one = summed(j, by_cases(eq(i, j), one))
    outside = _sum_outside(j, near(rank(S, j, z)))
    few = mean(S, mean(z, use(_of_low_ranks(), COUNT)))
    total_chance = linear(
        le(m * chance(i), COUNT), every_one, outside, few, (checker.natural(COUNT), _no_ties())
    )
    return linear(le(chance(i), COUNT / m), (total_chance, one_over(size)), nonzero=[size])
