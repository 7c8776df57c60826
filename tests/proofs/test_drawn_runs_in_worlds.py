"""Runs that draw examples, enumerated: on-average stability of smooth losses, and rough losses.

Two examples in a sample, two steps; every sequence of draws is looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest

from stability.theorems.catalogue import BY_ID
from stability_proofs.kernel.terms import NATURAL, VECTOR
from stability_proofs.semantics.claims import Claim, claims
from stability_proofs.theorems.catalogue import DERIVATIONS
from stability_proofs.witnesses.worlds import World

M, STEPS, ALPHA, RADIUS, DECAY = 2, 2, 0.8, 1.0, 0.25
LAW = ((0, Fraction(1, 3)), (1, Fraction(2, 3)))
START = np.array([0.6, -0.2])
Functions = dict[str, Callable[..., Any]]
CENTRES, STEEP = (np.array([2.6, 0.4]), np.array([-0.5, 1.9])), (0.3, 0.9)
SLOPES = (np.array([1.0, 0.3]), np.array([-0.2, 0.9]))


def on_disc(w: Any) -> Any:
    """The nearest point of a disc."""
    return w * min(1.0, RADIUS / max(float(np.linalg.norm(w)), 1e-300))


def smooth() -> Functions:
    """Quadratic losses with weight decay, not projected."""
    return {
        "cost": lambda w, p: STEEP[p] / 2 * float((w - CENTRES[p]) @ (w - CENTRES[p])),
        "slope": lambda w, p: STEEP[p] * (w - CENTRES[p]),
        "penalty": lambda w: DECAY / 2 * float(w @ w),
        "pull": lambda w: DECAY * w,
        "projected": lambda w: w,
    }


def rough() -> Functions:
    """Absolute losses |<w, a> - 1/5|, projected on a disc, nothing beside them."""
    return {
        "cost": lambda w, p: abs(float(w @ SLOPES[p]) - 0.2),
        "slope": lambda w, p: (1.0 if float(w @ SLOPES[p]) >= 0.2 else -1.0) * SLOPES[p],
        "penalty": lambda w: 0.0,
        "pull": lambda w: np.zeros(2),
        "projected": on_disc,
    }


def world(losses: Functions, full: bool = False) -> World:
    """All that a run is."""

    def visit(order: tuple[int, ...], t: int, i: int) -> Any:
        return Fraction(1, M) if full else int(order[int(t - 1) % STEPS] == i)

    @cache
    def run(sample: tuple[int, ...], order: tuple[int, ...], t: int) -> Any:
        w = START
        for step in range(1, int(t) + 1):
            slopes = [
                float(visit(order, step, i)) * losses["slope"](w, sample[i]) for i in range(M)
            ]
            w = losses["projected"](w - ALPHA * (sum(slopes) + losses["pull"](w)))
        return w

    orders = list(product(range(M), repeat=STEPS))
    samples = list(product((0, 1), repeat=M))
    probability = {0: 1 / 3, 1: 2 / 3}

    @cache
    def risk(t: int) -> float:
        """The expected training risk before step t."""
        return sum(
            probability[s[0]]
            * probability[s[1]]
            / len(orders)
            / M
            * losses["cost"](run(s, o, t - 1), p)
            for s in samples
            for o in orders
            for p in s
        )

    norms = [float(np.linalg.norm(a)) for a in SLOPES]
    functions: Functions = {
        **losses,
        "measured": losses["cost"],
        "alpha": lambda t: ALPHA,
        "visit": visit,
        "refill": lambda r, k, t, i: 0 if i == k else visit(r, t, k),
        "run": run,
        "order_of_draws": lambda draws: draws,
        "F": lambda t: risk(int(t)),
        "steepness": lambda p: norms[p],
        "inside": lambda w: float(w @ w) <= RADIUS**2 + 1e-9,
        **still("skipped", "retrained", "minimiser", "kept", "refitted"),
        **still("weights", "weights_without"),
    }
    # deletions are not spoken of: their runs follow their own rules, with nothing left out
    functions |= deleted(losses, visit, functions["refill"])
    laws = {
        "example": LAW,
        "index": [(i, Fraction(1, M)) for i in range(M)],
        "order": [(o, Fraction(1, len(orders))) for o in orders],
        "draw": [(0, Fraction(1))],
        "seed": [(0, Fraction(1))],
    }
    values = {
        "length": STEPS,
        "T": STEPS,
        "L": max(norms),
        "L_mean": norms[0] / 3 + norms[1] * 2 / 3,
        "L_rms": max(norms),
        "L_4": max(norms),
        "gamma": max(STEEP) + DECAY,
        "mu": DECAY,
        "radius": RADIUS,
        "growth": 1.5,
        "start": START,
    }
    some = list(np.random.default_rng(1).normal(size=(5, 2)))
    return World(laws, functions, values, {VECTOR: some, NATURAL: range(STEPS)})


def still(*heads: str) -> Functions:
    return {head: lambda *_: np.zeros(2) for head in heads}


def deleted(losses: Functions, visit: Callable[..., Any], refill: Callable[..., Any]) -> Functions:
    """Runs after a deletion, by null steps and retrained."""

    def go(share: Callable[[int, int], Any], sample: tuple[int, ...], t: int) -> Any:
        w = START
        for step in range(1, int(t) + 1):
            slopes = [float(share(step, i)) * losses["slope"](w, sample[i]) for i in range(M)]
            w = losses["projected"](w - ALPHA * (sum(slopes) + losses["pull"](w)))
        return w

    def left(order: tuple[int, ...], k: int, t: int, i: int) -> Any:
        return 0 if i == k else visit(order, t, i)

    return {
        "skipped": lambda s, r, k, t: go(lambda n, i: left(r, k, n, i), s, t),
        "retrained": lambda s, r, k, t: go(
            lambda n, i: left(r, k, n, i) + refill(r, k, n, i), s, t
        ),
    }


WORLDS = {
    "lei2020-convex-l1": lambda: world(smooth()),
    "lei2020-convex-l2": lambda: world(smooth()),
    "bassily2020-sgd": lambda: world(rough()),
    "bassily2020-gd": lambda: world(rough(), full=True),
}
CLAIMS = [claim for name in WORLDS for claim in claims(BY_ID[name])]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: f"{c.theorem.id} {c.statement.name}")
def test_all_that_is_assumed_holds_at_once_and_so_does_what_is_shown(claim: Claim) -> None:
    here = WORLDS[claim.theorem.id]()
    assert [f for f in claim.allowed if not here.holds(f)] == []
    shown = claim.goals(DERIVATIONS[claim.theorem.id](claim).functions)
    assert [f for f in shown if not here.holds(f)] == []


@pytest.mark.parametrize(
    ("name", "head", "wrong"),
    [
        ("lei2020-convex-l1", "order_of_draws", lambda draws: draws[::-1]),
        ("lei2020-convex-l1", "F", lambda t: 0.1),
        ("lei2020-convex-l2", "penalty", lambda w: -float(w @ w)),
        ("bassily2020-gd", "pull", lambda w: w),
        ("bassily2020-sgd", "slope", lambda w, p: 2 * SLOPES[p]),
    ],
)
def test_what_is_assumed_fails_for_other_runs(
    name: str, head: str, wrong: Callable[..., Any]
) -> None:
    here = WORLDS[name]()
    broken = replace(here, functions={**here.functions, head: wrong})
    (claim, *_) = claims(BY_ID[name])
    assert not all(map(broken.holds, claim.allowed))
