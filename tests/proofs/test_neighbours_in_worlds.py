"""Votes of nearest neighbours, enumerated: deleting one that is no neighbour changes nothing.

A finite law has ties, which the theorem excludes: what is tried here are the steps that allow them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

from stability_proofs.kernel.notation import E, total
from stability_proofs.kernel.terms import NATURAL, VECTOR, bind, opened, var
from stability_proofs.lemmas.voting import neighbour_chance, neighbours
from stability_proofs.lemmas.voting.neighbour_chance import ties
from stability_proofs.semantics.neighbours import COUNT, near, no_ties, rank, voting, zero_one
from stability_proofs.tactics.vocabulary import le
from stability_proofs.witnesses.neighbours import Example, one_neighbour
from stability_proofs.witnesses.neighbours import far as marked_far
from stability_proofs.witnesses.worlds import World

PLACES = (0.0, 1.0, 2.5)
LABELS = (0, 1, 1)
LAW = tuple((k, Fraction(1, 3)) for k in range(3))
M = 3
Sample = tuple[int, ...]


def far(one: int, other: int) -> float:
    return abs(PLACES[one] - PLACES[other])


def world(neighbours_: int, sample: Sample, place: int, point: int) -> World:
    """Three places on a line; the vote for a label, ties of votes for label 0."""

    def ranked(s: Sample, i: int, z: int, left: set[int]) -> int:
        return sum(far(s[j], z) < far(s[i], z) for j in left)

    def verdict(votes: Any, z: int) -> int:
        winner = int(votes[1] > votes[0])
        return int(winner != LABELS[z])

    functions: dict[str, Callable[..., Any]] = {
        "far": far,
        "rank": lambda s, i, z: ranked(s, i, z, set(range(M))),
        "rank_left": lambda s, k, i, z: ranked(s, i, z, set(range(M)) - {k}),
        "ballot": lambda z: np.eye(2)[LABELS[z]],
        "verdict": verdict,
    }
    laws = {"example": LAW, "index": [(i, Fraction(1, M)) for i in range(M)]}
    values = {"k": neighbours_, "S": sample, "i": place, "z": point}
    trials = {VECTOR: [np.array([a, b]) for a in (0, 1, 2) for b in (0, 1)], NATURAL: range(4)}
    return World(laws, functions, values, trials)


CASES = list(product((1, 2, 3), [(0, 1, 2), (0, 0, 1), (2, 1, 1)], range(M), range(3)))


def test_what_is_said_of_ranks_and_losses_holds() -> None:
    here = world(2, (0, 1, 2), 0, 0)
    ranks, left = voting()
    assert all(map(here.holds, (ranks, left, *zero_one())))
    assert not any(map(here.holds, no_ties()))
    wrong = replace(here, functions={**here.functions, "rank": lambda s, i, z: 0})
    assert not wrong.holds(ranks)


def test_ties_at_a_point_that_is_never_drawn_do_not_matter() -> None:
    """What is excluded are ties that have a probability, not ties at some point."""
    drawn, never = one_neighbour(), Example(mark=-1, label=0)
    far_ = lambda example, point: 0 if point == never else marked_far(example, point)  # noqa: E731
    here = replace(
        drawn,
        functions={**drawn.functions, "far": far_},
        trials={**drawn.trials, "example": (*drawn.trials["example"], never)},
    )
    premise, z = no_ties()[0], var("z", "example")
    at_all_points = bind("forall", z, le(opened(premise.args[0], z), 0))
    assert here.holds(premise)
    assert drawn.holds(at_all_points)
    assert not here.holds(at_all_points)


@pytest.mark.parametrize(("neighbours_", "sample", "place", "point"), CASES)
def test_the_loss_moves_only_with_a_neighbour(
    neighbours_: int, sample: Sample, place: int, point: int
) -> None:
    here = world(neighbours_, sample, place, point)
    theorem = neighbours.changed_loss()
    assert all(map(here.holds, theorem.hypotheses))
    assert here.holds(theorem.conclusion)


@pytest.mark.parametrize("neighbours_", [1, 2])
def test_ties_alone_make_neighbours_more_than_k(neighbours_: int) -> None:
    """The step before ties are excluded: on average at most k (1 + ties) neighbours."""
    here = world(neighbours_, (0, 1, 2), 0, 0)
    sample, point, j = var("S", "sample"), var("z", "example"), var("j", "index")
    many = E(sample, E(point, total(j, near(rank(sample, j, point)))))
    most = COUNT * (1 + E(sample, E(point, ties())))
    assert here.holds(le(many, most))
    assert not here.holds(le(many, COUNT))
    theorem = neighbour_chance.neighbour_with_chance()
    assert set(no_ties()) <= theorem.hypotheses
    assert not here.holds(theorem.conclusion)
