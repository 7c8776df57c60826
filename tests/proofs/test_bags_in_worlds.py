"""Bags of three examples, two in a bag, drawn with and without replacement: all is enumerated."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from itertools import permutations, product
from typing import Any

import pytest

from stability.theorems.catalogue import BY_ID
from stability_proofs.kernel.terms import NATURAL, VECTOR
from stability_proofs.semantics.claims import Claim, claims
from stability_proofs.witnesses.worlds import World

POINTS = ((0, Fraction(1, 3)), (1, Fraction(2, 3)))
INDICES, SUBSAMPLE = (0, 1, 2), 2
Bag = tuple[int, ...]
BAGS = {
    "bagging": tuple(product(INDICES, repeat=SUBSAMPLE)),
    "subbagging": tuple(permutations(INDICES, SUBSAMPLE)),
}


def world(bags: tuple[Bag, ...], seed: int, eps: Fraction) -> World:
    """Random base predictions in [0, 1] (seed 0: whether the first example is in the bag)."""
    generator = random.Random(seed)

    @cache
    def table(*inputs: Any) -> Fraction:
        return Fraction(generator.randint(0, 1)) if seed else Fraction(0 in inputs[1])

    def predicted(sample: Bag, bag: Bag, point: int) -> Fraction:
        return table(sample, bag, point)

    def left_average(sample: Bag, place: int, point: int) -> Fraction:
        others = [b for b in bags if place not in b]
        return sum((predicted(sample, b, point) for b in others), Fraction(0)) / len(others)

    def swapped(bag: Bag, place: int) -> Bag:
        return tuple(stand_in(bag, p) if p == place else p for p in bag)

    def stand_in(bag: Bag, place: int) -> int:
        return next(p for p in INDICES if p not in bag)

    functions: dict[str, Callable[..., Any]] = {
        "in_bag": lambda bag, place: place in bag,
        "distinct": lambda bag: len(set(bag)),
        "predicted": predicted,
        "dropped": lambda s, bag, i, z: table(s, tuple(p for p in bag if p != i), z),
        "left_average": left_average,
        "swapped": swapped,
        "stand_in": stand_in,
        "alpha": lambda t: Fraction(1),
    }
    laws = {
        "example": POINTS,
        "index": [(k, Fraction(1, len(INDICES))) for k in INDICES],
        "seed": [(bag, Fraction(1, len(bags))) for bag in bags],
    }
    unused = dict.fromkeys(("L", "L_mean", "L_rms", "L_4", "mu", "gamma"), Fraction(1))
    values = {"subsample": Fraction(SUBSAMPLE), "length": SUBSAMPLE, "eps": eps, **unused}
    return World(laws, functions, values, {NATURAL: [0, 1, 2, 3], VECTOR: []})


CLAIMS = claims(BY_ID["soloff2024-bagging"])


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.statement.name)
@pytest.mark.parametrize("eps", [Fraction(1, 20), Fraction(2, 5)])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_what_is_assumed_of_bags_holds_and_few_examples_move_the_average(
    claim: Claim, eps: Fraction, seed: int
) -> None:
    here = world(BAGS[claim.statement.name], seed, eps)
    assert [f for f in claim.allowed if not here.holds(f)] == []
    assert all(map(here.holds, claim.goals({})))


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.statement.name)
def test_the_laws_of_bags_are_told_apart(claim: Claim) -> None:
    """With the bags of the other kind something that is assumed fails."""
    [other] = set(BAGS) - {claim.statement.name}
    here = world(BAGS[other], 1, Fraction(1, 20))
    assert not all(map(here.holds, claim.allowed))


def test_the_bound_on_the_share_can_fail_for_a_changed_law() -> None:
    """If the first example is in all bags but one, its deletion can move the average."""
    claim = next(c for c in CLAIMS if c.statement.name == "subbagging")
    uneven = ((0, 1), (0, 2), (1, 2)) + 3 * ((0, 1), (0, 2))
    here = world(uneven, 0, Fraction(99, 100) * Fraction(8, 9))
    assert not all(map(here.holds, claim.allowed))
    assert not all(map(here.holds, claim.goals({})))
