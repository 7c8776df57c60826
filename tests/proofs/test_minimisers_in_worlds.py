"""Minimisers in closed form: all that is assumed of them holds at once, and so does what is shown.

Quadratic costs with weight decay, kernel methods with linear costs, and averaging over three base
hypotheses by relative entropy; two examples, samples of three.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from stability.theorems.catalogue import BY_ID
from stability_proofs.kernel.terms import NATURAL, VECTOR
from stability_proofs.semantics.claims import Claim, claims
from stability_proofs.theorems.catalogue import DERIVATIONS
from stability_proofs.witnesses.worlds import World

M, MU, LAM = 3, 0.5, 0.4
POINTS = ((0, Fraction(1, 3)), (1, Fraction(2, 3)))
SHARES = (1 / 3, 2 / 3)
Sample = tuple[int, ...]
Functions = dict[str, Callable[..., Any]]


def deletions(solve: Callable[[Sample, Sequence[float]], Any]) -> Functions:
    """What `solve`, from a sample and weights of its examples, makes of it and of deletions."""

    def others(k: int, share: float) -> list[float]:
        return [0.0 if i == k else share for i in range(M)]

    return {
        "whole": lambda s: solve(s, [1 / M] * M),
        "kept": lambda s, k: solve(s, others(k, 1 / M)),
        "refitted": lambda s, k: solve(s, others(k, 1 / (M - 1))),
    }


def world(functions: Functions, **values: Any) -> World:
    """The examples, with these functions and values."""
    unused: Functions = {name: lambda *_: np.zeros(2) for name in ("run", "skipped", "retrained")}
    unused |= {"weights": lambda *_: np.zeros(2), "weights_without": lambda *_: np.zeros(2)}
    laws = {
        "example": POINTS,
        "index": [(k, Fraction(1, M)) for k in range(M)],
        "draw": [(0, Fraction(1))],
        "seed": [(0, Fraction(1))],
        "order": [(0, Fraction(1))],
    }
    some = np.random.default_rng(3).normal(size=(6, 2))
    trials = {VECTOR: list(some), NATURAL: [0, 1, 2], "real": [-1.5, 0.0, 0.4, 2.0]}
    return World(laws, {"alpha": lambda t: 0.1, **unused, **functions}, values, trials)


STEEP, CENTRES, RADIUS = (0.5, 1.5), (np.array([1.0, 0.2]), np.array([-0.4, 0.8])), 1.1


def quadratic() -> World:
    """Costs a/2 |w - c|^2 with mu/2 |w|^2, inside a disc that holds all minimisers."""

    def cost(w: Any, p: int) -> float:
        return STEEP[p] / 2 * float((w - CENTRES[p]) @ (w - CENTRES[p]))

    def solve(s: Sample, shares: Sequence[float]) -> Any:
        pulls = [share * STEEP[p] for share, p in zip(shares, s, strict=True)]
        return sum(x * CENTRES[p] for x, p in zip(pulls, s, strict=True)) / (sum(pulls) + MU)

    reach = [a * (RADIUS + float(np.linalg.norm(c))) for a, c in zip(STEEP, CENTRES, strict=True)]
    found = deletions(solve)
    functions: Functions = {
        "minimiser": found["whole"],
        "kept": found["kept"],
        "refitted": found["refitted"],
        "cost": cost,
        "slope": lambda w, p: STEEP[p] * (w - CENTRES[p]),
        "measured": lambda w, p: min(cost(w, p), 1.0),
        "penalty": lambda w: MU / 2 * float(w @ w),
        "pull": lambda w: MU * w,
        "steepness": lambda p: reach[p],
        "inside": lambda w: float(w @ w) <= RADIUS**2 + 1e-9,
    }
    means = {
        f"L_{n}": (np.array(reach) ** k @ SHARES) ** (1 / k)
        for n, k in (("mean", 1), ("rms", 2), ("4", 4))
    }
    return world(functions, L=max(reach), mu=MU, gamma=1.0, **means)


FEATURES, LABELS = (np.array([0.8, 0.1]), np.array([-0.3, 1.2])), (1.0, -1.0)


def kernel() -> World:
    """Linear costs -y p, of which a cut one is evaluated."""

    def solve(s: Sample, shares: Sequence[float]) -> Any:
        pairs = zip(shares, s, strict=True)
        return sum(x * LABELS[p] * FEATURES[p] for x, p in pairs) / (2 * LAM)

    def charge(prediction: float, p: int) -> float:
        return -LABELS[p] * prediction

    found = deletions(solve)
    functions: Functions = {
        "minimiser": found["whole"],
        "kept": found["kept"],
        "refitted": found["refitted"],
        "charge": charge,
        "lean": lambda prediction, p: -LABELS[p],
        "fee": lambda prediction, p: min(1.0, max(0.0, 0.5 + charge(prediction, p))),
        "cost": lambda w, p: charge(float(w @ FEATURES[p]), p),
        "penalty": lambda w: LAM * float(w @ w),
        "feature": lambda p: FEATURES[p],
    }
    sizes = [float(np.linalg.norm(f)) for f in FEATURES]
    mean = float(np.dot(sizes, SHARES))
    return world(functions, lam=LAM, sigma=1.0, kappa=max(sizes), kappa_mean=mean, gamma=1.0)


PRIOR, BASE, WEIGHT = (0.2, 0.5, 0.3), ((0.9, 0.1), (0.3, 0.6), (0.0, 1.0)), 0.7


def gibbs() -> World:
    """Densities in proportion to exp(-cost/lambda), among other densities."""

    def solve(s: Sample, shares: Sequence[float]) -> tuple[float, ...]:
        costs = [sum(x * row[p] for x, p in zip(shares, s, strict=True)) for row in BASE]
        weights = [math.exp(-c / WEIGHT) for c in costs]
        normaliser = sum(w * p for w, p in zip(weights, PRIOR, strict=True))
        return tuple(w / normaliser for w in weights)

    def other(seed: int) -> tuple[float, ...]:
        weights = np.random.default_rng(seed).random(3)
        return tuple(weights / (weights @ PRIOR))

    found = deletions(solve)
    functions: Functions = {
        "base": lambda h, p: BASE[h][p],
        "density": lambda g, h: g[h],
        "loss_of_distribution": lambda g, p: sum(
            x * d * row[p] for x, d, row in zip(PRIOR, g, BASE, strict=True)
        ),
    }
    for head, name in (
        ("chosen", "whole"),
        ("chosen_kept", "kept"),
        ("chosen_refitted", "refitted"),
    ):
        functions |= {head: found[name], f"tilted_{head}": found[name]}
    functions |= {"measured": lambda w, p: 0.0}
    here = world(functions, lam=WEIGHT, M=1.0, gamma=1.0)
    hypotheses = [(h, p) for h, p in enumerate(PRIOR)]
    trials = {**here.trials, "distribution": [other(k) for k in range(4)]}
    return replace(here, laws={**here.laws, "hypothesis": hypotheses}, trials=trials)


WORLDS = {
    "elastic-erm": quadratic,
    "elastic-argument-erm": quadratic,
    "elastic-kernel": kernel,
    "bousquet2002-thm22": kernel,
    "bousquet2002-thm24": gibbs,
}
CLAIMS = [claim for name in WORLDS for claim in claims(BY_ID[name])]


def with_values(here: World) -> World:
    """With the values that ranges ask for and nothing else uses."""
    unused = {
        "L": 1.0,
        "L_mean": 1.0,
        "L_rms": 1.0,
        "L_4": 1.0,
        "mu": 1.0,
        "T": 1,
        "r": 0,
        "start": np.zeros(2),
    }
    return replace(here, values={**unused, **here.values})


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: f"{c.theorem.id} {c.statement.name}")
def test_all_that_is_assumed_holds_at_once_and_so_does_what_is_shown(claim: Claim) -> None:
    here = with_values(WORLDS[claim.theorem.id]())
    assert [f for f in claim.allowed if not here.holds(f)] == []
    shown = claim.goals(DERIVATIONS[claim.theorem.id](claim).functions)
    assert [f for f in shown if not here.holds(f)] == []


@pytest.mark.parametrize(
    ("name", "head", "wrong"),
    [
        ("elastic-erm", "minimiser", lambda s: np.array([-0.9, -0.5])),
        ("elastic-erm", "steepness", lambda p: 0.3),
        ("elastic-kernel", "refitted", lambda s, k: np.zeros(2)),
        ("elastic-kernel", "fee", lambda prediction, p: 2 * prediction),
        ("bousquet2002-thm24", "chosen", lambda s: (1.0, 1.0, 1.0)),
        ("bousquet2002-thm24", "base", lambda h, p: 1.5 * BASE[h][p]),
    ],
)
def test_what_is_assumed_fails_for_other_minimisers(
    name: str, head: str, wrong: Callable[..., Any]
) -> None:
    here = with_values(WORLDS[name]())
    broken = replace(here, functions={**here.functions, head: wrong})
    (claim, *_) = claims(BY_ID[name])
    assert not all(map(broken.holds, claim.allowed))
