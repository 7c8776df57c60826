"""What hypotheses on training stand for is not true of every run: the witnesses could fail."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from stability.theorems.catalogue import BY_ID
from stability_proofs.semantics.claims import Claim, claims
from stability_proofs.witnesses.orders import shuffled, with_replacement
from stability_proofs.witnesses.runs import discs
from stability_proofs.witnesses.witness import with_functions
from stability_proofs.witnesses.worlds import World

PAIRS, SHUFFLED = discs(with_replacement(2, 2, 2)), discs(shuffled(3, 3, 2))


def claim_of(name: str, position: int) -> Claim:
    return claims(BY_ID[name])[position]


def holds(world: World, claim: Claim) -> bool:
    return all(map(world.holds, claim.allowed))


@pytest.mark.parametrize(
    ("function", "wrong"),
    [
        ("run", lambda s, r, t: np.zeros(2)),
        ("refill", lambda r, k, t, i: 0),
        ("projected", lambda w: w),
        ("alpha", lambda t: 9.0),
        ("steepness", lambda p: 0.1),
        ("visit", lambda r, t, i: Fraction(1, 2)),
        ("cost", lambda w, p: -float(w @ w)),
        ("pull", lambda w: -w),
    ],
)
def test_what_is_assumed_fails_for_another_run(function: str, wrong: Callable[..., Any]) -> None:
    claim = claim_of("elastic-sgd", 2)
    world = PAIRS.world(claim)
    assert world is not None
    assert holds(world, claim)
    assert not holds(with_functions(world, {function: wrong}), claim)


def test_an_example_that_is_seen_twice_in_a_pass_is_no_shuffled_pass() -> None:
    claim = claim_of("elastic-sgd-shuffled", 1)
    world = SHUFFLED.world(claim)
    assert world is not None
    assert holds(world, claim)
    assert not holds(with_functions(world, {"seen": lambda r, t, i: 1}), claim)


@pytest.mark.parametrize("other", [shuffled(3, 3, 1), shuffled(2, 2, 1)])
def test_independent_draws_are_no_shuffled_passes(other: Any) -> None:
    """They see some examples twice in a pass, and others not at all."""
    claim = claim_of("elastic-sgd-shuffled", 1)
    world = discs(with_replacement(other.size, other.steps, other.batch)).world(claim)
    assert world is not None
    assert not holds(world, claim)
