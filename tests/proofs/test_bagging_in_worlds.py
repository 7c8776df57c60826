"""Bagging enumerated: all that is assumed of bags holds at once, and so do beta and rho.

Three examples, two in a bag, two bags; with and without replacement, kept and fresh.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import permutations, product
from typing import Any

import pytest

from stability.theorems.catalogue import BY_ID
from stability_proofs.kernel.terms import NATURAL, VECTOR
from stability_proofs.semantics.claims import Claim, claims
from stability_proofs.theorems.catalogue import DERIVATIONS
from stability_proofs.witnesses.worlds import World

M, SUBSAMPLE, DRAWS = 3, 2, 2
POINTS = ((0, Fraction(1, 3)), (1, Fraction(2, 3)))
Bag = tuple[int, ...]
BAGS = {
    "elisseeff2005-bagging": tuple(product(range(M), repeat=SUBSAMPLE)),
    "elisseeff2005-subbagging": tuple(permutations(range(M), SUBSAMPLE)),
}
BASE = Fraction(1, 2)


def predict(sample: tuple[int, ...], inside: set[int], point: int) -> Fraction:
    """Half the mean over the distinct examples of whether they are the point."""
    hits = [Fraction(int(sample[i] == point)) for i in sorted(inside)]
    return sum(hits, Fraction(0)) / (2 * max(len(hits), 1))


def world(bags: tuple[Bag, ...]) -> World:
    """A loss |p - 1/4| that is cut nowhere, and bags of that law."""

    def stand_in(bag: Bag, place: int) -> int:
        return next(p for p in range(M) if p not in bag)

    def swapped(bag: Bag, place: int) -> Bag:
        return tuple(stand_in(bag, p) if p == place else p for p in bag)

    functions: dict[str, Callable[..., Any]] = {
        "in_bag": lambda bag, place: place in bag,
        "distinct": lambda bag: len(set(bag)),
        "predicted": lambda s, bag, z: predict(s, set(bag), z),
        "dropped": lambda s, bag, i, z: predict(s, set(bag) - {i}, z),
        "swapped": swapped,
        "stand_in": stand_in,
        "fee": lambda p, z: abs(p - Fraction(1, 4)),
        "alpha": lambda t: Fraction(1),
    }
    laws = {
        "example": POINTS,
        "index": [(k, Fraction(1, M)) for k in range(M)],
        "draw": [(k, Fraction(1, DRAWS)) for k in range(DRAWS)],
        "seed": [(bag, Fraction(1, len(bags))) for bag in bags],
    }
    values = {
        "subsample": Fraction(SUBSAMPLE),
        "base": BASE,
        "prediction_range": Fraction(1, 2),
        "length": SUBSAMPLE,
        **dict.fromkeys(("L", "L_mean", "L_rms", "L_4", "mu", "gamma"), Fraction(1)),
    }
    some = [(bags[0], bags[-1]), (bags[1], bags[1])]
    trials = {
        NATURAL: [0, 1, 2, 3],
        VECTOR: [],
        "real": [Fraction(0), Fraction(1, 3), Fraction(1)],
        "seeds": some,
        "sample": [(0, 0, 1), (1, 0, 1)],
    }
    return World(laws, functions, values, trials)


CLAIMS = [claim for name in BAGS for claim in claims(BY_ID[name])]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: f"{c.theorem.id} {c.statement.name}")
def test_all_that_is_assumed_holds_at_once_and_so_does_what_is_shown(claim: Claim) -> None:
    here = world(BAGS[claim.theorem.id])
    assert [f for f in claim.allowed if not here.holds(f)] == []
    shown = claim.goals(DERIVATIONS[claim.theorem.id](claim).functions)
    assert [f for f in shown if not here.holds(f)] == []


def test_a_base_rule_that_moves_more_is_refused() -> None:
    claim = CLAIMS[0]
    here = world(BAGS[claim.theorem.id])
    less = replace(here, values={**here.values, "base": BASE / 4})
    assert not all(map(less.holds, claim.allowed))


def test_uneven_bags_are_refused() -> None:
    claim = CLAIMS[-1]
    uneven = (*BAGS[claim.theorem.id], (0, 1))
    assert not all(map(world(uneven).holds, claim.allowed))
