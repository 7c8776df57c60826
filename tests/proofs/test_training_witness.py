"""A training run for which all that the derivations assume holds, and what they show holds too.

Two examples with quadratic losses, projected on a disc; every order of visiting that the library
names, with its law. Without such a witness hypotheses might contradict each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import permutations, product
from math import ceil
from typing import Any

import numpy as np
import pytest

from proofs.meaning.claims import Claim, claims
from proofs.terms import NATURAL, VECTOR, num
from proofs.theorems.catalogue import DERIVATIONS
from proofs.worlds import World
from stability.arithmetic.closed import CONSTANT, DECAY
from stability.conventions import Convention
from stability.hypotheses import decaying_steps, step_is_inverse_strong_convexity
from stability.theorems.catalogue import BY_ID

M, BATCH, STEPS = 3, 2, 3
RADIUS, MU, STEEP = 1.0, 0.25, (0.3, 0.9)
CENTRES, START = (np.array([2.6, 0.4]), np.array([-0.5, 1.9])), np.array([0.6, -0.2])
GAMMA = max(STEEP) + MU
Order = Any
Share = Callable[[Order, int, int], Any]


def with_replacement(batch: int) -> tuple[list[Order], Share]:
    """Every sequence of batches; steps before the first and after the last use them again."""
    places = list(product(range(M), repeat=batch))
    orders = list(product(places, repeat=STEPS))
    return orders, lambda r, t, i: Fraction(r[int(t - 1) % STEPS].count(i), batch)


def shuffled() -> tuple[list[Order], Share]:
    """Two passes, each in one of all orders, the last batch short."""
    length = ceil(M / BATCH)

    def share(r: Order, t: int, i: int) -> Fraction:
        batch = batch_of(r, t)
        return Fraction(int(i in batch), len(batch))

    def batch_of(r: Order, t: int) -> Sequence[int]:
        place = int(t - 1) % length
        return r[int(t - 1) // length % 2][BATCH * place : BATCH * (place + 1)]

    return list(product(permutations(range(M)), repeat=2)), share


def full() -> tuple[list[Order], Share]:
    """The whole sample in every step."""
    return [0], lambda r, t, i: Fraction(1, M)


Functions = dict[str, Callable[..., Any]]


def quadratic() -> Functions:
    """Quadratic losses with weight decay, projected on a disc that does not hold their centres."""
    reach = [a * (RADIUS + float(np.linalg.norm(c))) for a, c in zip(STEEP, CENTRES, strict=True)]

    def cost(w: Any, point: int) -> float:
        return STEEP[point] / 2 * float((w - CENTRES[point]) @ (w - CENTRES[point]))

    return {
        "cost": cost,
        "slope": lambda w, p: STEEP[p] * (w - CENTRES[p]),
        "measured": lambda w, p: min(cost(w, p), 1.0),
        "penalty": lambda w: MU / 2 * float(w @ w),
        "pull": lambda w: MU * w,
        "steepness": lambda p: reach[p],
        "projected": lambda w: w * min(1.0, RADIUS / max(float(np.linalg.norm(w)), 1e-300)),
        "inside": lambda w: float(w @ w) <= RADIUS**2 + 1e-9,
    }


def linear() -> Functions:
    """Losses -w and w of the first coordinate."""
    signs = (-1.0, 1.0)
    return {
        "cost": lambda w, p: signs[p] * w[0],
        "slope": lambda w, p: np.array([signs[p], 0.0]),
        "measured": lambda w, p: signs[p] * w[0],
        "penalty": lambda w: 0.0,
        "pull": lambda w: np.zeros(2),
        "steepness": lambda p: 1.0,
        "projected": lambda w: w,
        "inside": lambda w: True,
    }


def runs(share: Share, alpha: Callable[[int], float], losses: Functions) -> Functions:
    """The three runs, with shares and refills."""
    slope, pull, projected = (losses[name] for name in ("slope", "pull", "projected"))

    def refill(r: Order, k: int, t: int, i: int) -> Any:
        return 0 if i == k else share(r, t, k) / (M - 1)

    def run_with(portion: Callable[[Order, int, int], Any], s: Any, r: Order, t: int) -> Any:
        w = START
        for step in range(1, int(t) + 1):
            total = sum(float(portion(r, step, i)) * slope(w, s[i]) for i in range(M))
            w = projected(w - alpha(step) * (total + pull(w)))
        return w

    @cache
    def run(s: Any, r: Order, t: int) -> Any:
        return run_with(share, s, r, t)

    @cache
    def skipped(s: Any, r: Order, k: int, t: int) -> Any:
        return run_with(lambda o, n, i: (i != k) * share(o, n, i), s, r, t)

    @cache
    def retrained(s: Any, r: Order, k: int, t: int) -> Any:
        return run_with(lambda o, n, i: (i != k) * share(o, n, i) + refill(o, k, n, i), s, r, t)

    return {
        "visit": share,
        "refill": refill,
        "seen": lambda r, t, i: int(share(r, t, i) > 0),
        "run": run,
        "skipped": skipped,
        "retrained": retrained,
    }


def draws() -> dict[str, Callable[..., Any]]:
    """Batches as independent draws."""
    none = {name: lambda *_: 0 for name in ("loss", "without", "twice", "realised_twice")}

    def standing_in(batch: tuple[int, ...], k: int, t: int, i: int) -> Any:
        return 0 if i == k else Fraction(batch.count(k), len(batch) * (M - 1))

    return {
        **none,
        "order_of": lambda seeds: seeds,
        "draw_of": lambda t: int(t - 1) % STEPS,
        "chosen": lambda batch, t, i: Fraction(batch.count(i), len(batch)),
        "standing_in": standing_in,
    }


def world(
    orders: list[Order],
    share: Share,
    alpha: Callable[[int], float],
    make: Callable[[], Functions] = quadratic,
) -> World:
    """The witness; `forall` tries some orders, samples and weights, E takes all of them."""
    elsewhere = ("minimiser", "kept", "refitted", "weights", "weights_without")
    losses = make()
    functions = {
        **{name: lambda *_: np.zeros(2) for name in elsewhere},
        **runs(share, alpha, losses),
        **losses,
        "alpha": alpha,
        "curved": lambda w: True,
        **draws(),
    }
    reach = [losses["steepness"](p) for p in (0, 1)]
    laws = {
        "example": [(0, Fraction(1, 3)), (1, Fraction(2, 3))],
        "index": [(k, Fraction(1, M)) for k in range(M)],
        "order": [(r, Fraction(1, len(orders))) for r in orders],
        "draw": [(n, Fraction(1, STEPS)) for n in range(STEPS)],
        "seed": [(b, Fraction(1, M**BATCH)) for b in product(range(M), repeat=BATCH)],
    }
    mean = reach[0] / 3 + reach[1] * 2 / 3
    values = {
        "M": 1,
        "rho": 1,
        "L": max(reach),
        "L_mean": mean,
        "L_rms": float(np.sqrt(reach[0] ** 2 / 3 + reach[1] ** 2 * 2 / 3)),
        "gamma": GAMMA,
        "mu": MU,
        "radius": RADIUS,
        "T": STEPS,
        "c": 0.5,
        "t0": 1,
        "start": START,
        "centre": np.zeros(2),
        "room": 1.0,
    }
    some = np.random.default_rng(0).normal(size=(4, 2)) * 1.2
    trials = {
        VECTOR: list(some),
        NATURAL: range(STEPS + 1),
        "sample": [(0, 0, 1), (1, 0, 1), (1, 1, 1)],
        "order": orders[:: max(1, len(orders) // 5)],
        "real": [0.0, 0.25, 1.0],
        "seeds": [((0, 1), (2, 2), (1, 0)), ((0, 0), (1, 2), (0, 1))],
    }
    return World(laws, functions, values, trials)


def witness(claim: Claim) -> World:
    """The witness with the order and the steps of a claim."""
    text = " ".join(h.text for h in claim.theorem.hypotheses)
    batch = 1 if "1 per step" in text else BATCH
    orders, share = (
        full()
        if "full-batch" in text
        else shuffled()
        if "shuffled" in text
        else with_replacement(batch)
    )
    inverse = step_is_inverse_strong_convexity().text in text
    if claim.schedule == DECAY or inverse or decaying_steps().text in text:
        c = 1 / MU if inverse else 0.5
        found = world(orders, share, lambda t: c / t if t else 0)
        return replace(found, values={**found.values, "c": c, "batch": batch})
    size = 0.8
    if claim.schedule != CONSTANT and "constant" not in text + _own(claim):
        found = world(orders, share, lambda t: size / (1 + 0.2 * t))
    else:
        found = world(orders, share, lambda t: size)
    met = max(
        sum(found.functions["alpha"](t) * share(r, t, k) for t in range(1, STEPS + 1))
        for r in orders
        for k in range(M)
    )
    found = replace(found, values={**found.values, "batch": batch, "weight": met, "beta": 0})
    return with_losses(found, claim.deletion) if claim.deletion else found


def with_losses(found: World, deletion: Convention) -> World:
    """The losses of its runs, as functions of draws."""
    after = found.functions["skipped" if deletion is Convention.NULL_STEP else "retrained"]
    run, loss = found.functions["run"], found.functions["measured"]
    losses = {
        "realised": lambda s, r, p: loss(run(s, r, STEPS), p),
        "realised_without": lambda s, r, k, p: loss(after(s, r, k, STEPS), p),
    }
    return replace(found, functions={**found.functions, **losses})


def _own(claim: Claim) -> str:
    return " ".join(h.text for h in getattr(claim.statement, "hypotheses", ()))


MINE = (
    "elastic-gd",
    "elastic-sgd",
    "elastic-sgd-shuffled",
    "elastic-sgd-shuffled-strongly-convex",
    "elastic-sgd-nonconvex",
    "hardt2016-convex",
    "hardt2016-strongly-convex",
    "hardt2016-strongly-convex-decaying",
    "hardt2016-nonconvex",
    "sgd-coordinate-change",
)
CLAIMS = [claim for name in MINE for claim in claims(BY_ID[name])]


def name_of(claim: Claim) -> str:
    return f"{claim.theorem.id} {claim.statement.name} {claim.schedule or claim.deletion or ''}"


@pytest.mark.parametrize("claim", CLAIMS, ids=name_of)
def test_all_that_is_assumed_holds_at_once_and_so_does_what_is_shown(claim: Claim) -> None:
    here = witness(claim)
    assert [f for f in claim.allowed if not here.holds(f)] == []
    shown = claim.goals(DERIVATIONS[claim.theorem.id](claim).functions)
    assert [f for f in shown if not here.holds(f)] == []


def test_linear_losses_attain_the_constant_of_convex_sgd() -> None:
    """2 L^2/m sum alpha_t is right, and 1% less is false."""
    (claim,) = claims(BY_ID["hardt2016-convex"])
    here = world(*with_replacement(1), lambda t: 0.5, linear)
    assert [f for f in claim.allowed if not here.holds(f)] == []
    (stated,) = claim.goals({})
    smaller = replace(claim, values={"epsilon": claim.values["epsilon"] * num(Fraction(99, 100))})
    (less,) = smaller.goals({})
    assert here.holds(stated)
    assert not here.holds(less)


@pytest.mark.parametrize(
    ("function", "wrong"),
    [
        ("run", lambda s, r, t: np.zeros(2)),
        ("refill", lambda r, k, t, i: 0),
        ("projected", lambda w: w),
        ("alpha", lambda t: 9.0),
        ("steepness", lambda p: 0.1),
        ("visit", lambda r, t, i: Fraction(1, 2)),
    ],
)
def test_what_is_assumed_fails_for_another_run(function: str, wrong: Callable[..., Any]) -> None:
    """What hypotheses stand for is not true of every run: the witness could fail."""
    (claim,) = claims(BY_ID["elastic-sgd"])[2:3]
    here = witness(claim)
    broken = replace(here, functions={**here.functions, function: wrong})
    assert not all(map(broken.holds, claim.allowed))


def test_an_example_that_is_seen_twice_in_a_pass_is_no_shuffled_pass() -> None:
    claim = claims(BY_ID["elastic-sgd-shuffled"])[1]
    here = witness(claim)
    broken = replace(here, functions={**here.functions, "seen": lambda r, t, i: 1})
    assert not all(map(broken.holds, claim.allowed))
