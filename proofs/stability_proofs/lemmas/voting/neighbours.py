"""Deleting an example that is none of the nearest neighbours does not change their vote."""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.families import picked
from stability_proofs.kernel.notation import absolute, indicator, total
from stability_proofs.kernel.terms import Term, at, eq, le, lt, num
from stability_proofs.lemmas.voting.neighbour_ranks import RANKS, RANKS_LEFT, passed
from stability_proofs.semantics import neighbours
from stability_proofs.semantics.neighbours import COUNT, ballot, closer, far, near, rank, rank_left
from stability_proofs.semantics.samples import INDEX, S, i, j, z
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    absolute_below,
    at_same,
    by_cases,
    linear,
    restated,
    use,
)


def _left_rank(place: Term) -> Theorem:
    """rank without z_i = rank - 1{z_i is closer}."""
    here = closer(at(S, INDEX), at(S, place), z)
    goal = eq(rank_left(S, i, place, z), rank(S, place, z) - closer(at(S, i), at(S, place), z))
    return linear(
        goal, use(RANKS, S, place, z), use(RANKS_LEFT, S, i, place, z), picked(INDEX, here, i)
    )


def _stays(no_neighbour: Theorem) -> Theorem:
    """Without z_i the others are neighbours if and only if they are with it, from k <= rank_i."""
    old, new = near(rank(S, j, z)), near(rank_left(S, i, j, z))
    here = indicator(eq(j, i))
    goal = eq(old, (1 - here) * new)
    left = _left_rank(j)

    def split(known: Theorem) -> Theorem:
        mark = checker.indicator(known, eq(j, i))
        if known.conclusion.head == "=":
            own = checker.indicator(no_neighbour, lt(rank(S, i, z), COUNT))
            moved = at_same(known, lambda place: near(rank(S, place, z)))
            return linear(goal, moved, own, (new, mark))
        order = lt(far(at(S, i), z), far(at(S, j), z))
        return by_cases(order, lambda k: other(k, mark, order))

    def other(known: Theorem, mark: Theorem, order: Term) -> Theorem:
        value = checker.indicator(known, order)
        if known.conclusion != order:
            same = linear(eq(rank_left(S, i, j, z), rank(S, j, z)), left, value)
            return linear(goal, at_same(same, near), (new, mark))
        above = passed(i, j, known)
        after = linear(le(COUNT, rank_left(S, i, j, z)), no_neighbour, above, left, value)
        before = linear(le(COUNT, rank(S, j, z)), no_neighbour, above)
        gone = (checker.indicator(t, lt(t.conclusion.args[1], COUNT)) for t in (after, before))
        return linear(goal, *gone, (new, mark))

    return by_cases(eq(j, i), split)


@lemma(
    given=(
        neighbours.zero_one()[0],
        neighbours.zero_one()[1],
        RANKS.conclusion,
        RANKS_LEFT.conclusion,
    ),
    shows=le(
        absolute(
            neighbours.verdict(neighbours.votes(S, z), z)
            - neighbours.verdict(neighbours.votes_left(S, i, z), z)
        ),
        near(rank(S, i, z)),
    ),
)
def changed_loss() -> Theorem:
    """|loss - loss without z_i| <= 1{z_i is a neighbour of z}, for losses in [0, 1]."""
    before, after = neighbours.votes(S, z), neighbours.votes_left(S, i, z)
    low, high = (assume(formula) for formula in neighbours.zero_one())
    loss, left = (neighbours.verdict(votes, z) for votes in (before, after))
    goal = le(absolute(loss - left), near(rank(S, i, z)))

    def split(known: Theorem) -> Theorem:
        mark = checker.indicator(known, lt(rank(S, i, z), COUNT))
        up, down = le(loss - left, near(rank(S, i, z))), le(left - loss, near(rank(S, i, z)))
        if known.conclusion.head == "<":
            ends = [use(end, votes, z) for votes in (before, after) for end in (low, high)]
            return absolute_below(linear(up, mark, *ends), linear(down, mark, *ends))
        own = _stays(known)
        vote = ballot(at(S, j))
        terms = at_same(own, lambda share: share * vote)
        sums = checker.congruence(total(j, num(0)), j, terms)
        same = at_same(
            restated(sums, eq(before, after)), lambda votes: neighbours.verdict(votes, z)
        )
        return absolute_below(linear(up, mark, same), linear(down, mark, same))

    return restated(by_cases(lt(rank(S, i, z), COUNT), split), goal)
