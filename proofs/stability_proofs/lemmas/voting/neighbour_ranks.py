"""Ranks of examples by their distance from a point: a closer one has a lower rank."""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.families import picked
from stability_proofs.kernel.notation import indicator
from stability_proofs.kernel.terms import NATURAL, Term, at, eq, le, lt, num, var
from stability_proofs.lemmas.analysis.indicators import between
from stability_proofs.semantics import neighbours
from stability_proofs.semantics.neighbours import closer, far, rank
from stability_proofs.semantics.samples import INDEX, S, i, j, z
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import at_same, by_cases, linear, summed, use

RANKS, RANKS_LEFT = map(assume, neighbours.voting())
(NO_TIES,) = map(assume, neighbours.no_ties())
q = var("q", NATURAL)


@lemma(
    at=(i, j, lt(far(at(S, i), z), far(at(S, j), z))),
    given=(RANKS.conclusion,),
    shows=le(rank(S, i, z) + 1, rank(S, j, z)),
)
def passed(first: Term, second: Term, order: Theorem) -> Theorem:
    """rank(first) + 1 <= rank(second), from the first being closer: whoever is closer than the
    first is closer than the second, and so is the first."""
    here, one, two = (at(S, place) for place in (INDEX, first, second))
    same = indicator(eq(INDEX, first))
    goal = le(closer(here, one, z) + same, closer(here, two, z))
    low = between(lt(far(here, z), far(two, z)))[0]

    def split(known: Theorem) -> Theorem:
        event = lt(far(here, z), far(one, z))
        value = checker.indicator(known, event)
        if known.conclusion == event:
            nearer = linear(lt(far(here, z), far(two, z)), known, order)
            there = checker.indicator(nearer, nearer.conclusion)
            apart = by_cases(eq(INDEX, first), lambda k: _not_itself(k, known, first))
            return linear(goal, value, there, apart)

        def itself(known_place: Theorem) -> Theorem:
            mark = checker.indicator(known_place, eq(INDEX, first))
            if known_place.conclusion.head != "=":
                return linear(goal, value, mark, low)
            moved = at_same(known_place, lambda k: far(at(S, k), z))
            nearer = linear(lt(far(here, z), far(two, z)), moved, order)
            return linear(goal, value, mark, checker.indicator(nearer, nearer.conclusion))

        return by_cases(eq(INDEX, first), itself)

    counted = summed(INDEX, by_cases(lt(far(here, z), far(one, z)), split))
    ranks = (use(RANKS, S, place, z) for place in (first, second))
    goal = le(rank(S, first, z) + 1, rank(S, second, z))
    return linear(goal, counted, *ranks, picked(INDEX, num(1), first))


def _not_itself(known: Theorem, closer_than: Theorem, first: Term) -> Theorem:
    """1{place = first} <= 0, where the example at the place is closer than the first."""
    mark = checker.indicator(known, eq(INDEX, first))
    goal = le(indicator(eq(INDEX, first)), 0)
    if known.conclusion.head != "=":
        return linear(goal, mark)
    moved = at_same(known, lambda k: far(at(S, k), z))
    nearer, farther = closer_than.conclusion.args
    return checker.contradiction(closer_than, linear(le(farther, nearer), moved), goal)


@lemma(
    given=(RANKS.conclusion,),
    shows=le(
        indicator(eq(rank(S, i, z), q)) * indicator(eq(rank(S, j, z), q)),
        indicator(eq(far(at(S, i), z), far(at(S, j), z))),
    ),
)
def apart() -> Theorem:
    """1{rank_i = q} 1{rank_j = q} <= 1{z_i and z_j are a tie}."""
    first, second = (far(at(S, place), z) for place in (i, j))
    events = [eq(rank(S, place, z), q) for place in (i, j)]
    goal = le(indicator(events[0]) * indicator(events[1]), indicator(eq(first, second)))
    floor = between(eq(first, second))[0]

    def both(one: Theorem, two: Theorem) -> Theorem:
        def ordered(order: Theorem, low: Term, high: Term) -> Theorem:
            above = passed(low, high, order)
            ranks = {i: one, j: two}
            below = linear(le(rank(S, high, z), rank(S, low, z)), ranks[i], ranks[j])
            strict = linear(lt(rank(S, low, z), rank(S, high, z)), above)
            return checker.contradiction(strict, below, goal)

        def not_before(known: Theorem) -> Theorem:
            if known.conclusion.head == "<":
                return ordered(known, i, j)
            return by_cases(lt(second, first), lambda k: not_after(k, known))

        def not_after(known: Theorem, other: Theorem) -> Theorem:
            if known.conclusion.head == "<":
                return ordered(known, j, i)
            same = checker.antisymmetric(known, other)
            value = checker.indicator(same, eq(first, second))
            marks = [checker.indicator(k, e) for k, e in zip((one, two), events, strict=True)]
            return linear(goal, value, (indicator(events[1]), marks[0]), marks[1])

        return by_cases(lt(first, second), not_before)

    def split(one: Theorem) -> Theorem:
        if one.conclusion.head != "=":
            mark = checker.indicator(one, events[0])
            return linear(goal, floor, (indicator(events[1]), mark))
        return by_cases(events[1], lambda two: other(one, two))

    def other(one: Theorem, two: Theorem) -> Theorem:
        if two.conclusion.head == "=":
            return both(one, two)
        return linear(goal, floor, (indicator(events[0]), checker.indicator(two, events[1])))

    return by_cases(events[0], split)
