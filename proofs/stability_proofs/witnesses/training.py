"""Training runs, with and without an example, as worlds: losses, orders of visiting, step sizes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from math import sqrt
from typing import Any

from stability.conventions import Convention
from stability_proofs.kernel.terms import NATURAL, VECTOR
from stability_proofs.witnesses.losses import Losses
from stability_proofs.witnesses.orders import Orders, Share
from stability_proofs.witnesses.witness import Change, with_functions, with_values
from stability_proofs.witnesses.worlds import World

Functions = dict[str, Callable[..., Any]]
ELSEWHERE = ("minimiser", "kept", "refitted", "weights", "weights_without")
"""Weights of which hypotheses on losses speak, and no run has."""


def trained(losses: Losses, orders: Orders, alpha: Callable[[int], float], **values: Any) -> World:
    """The world of runs from the start of the losses, in all orders, with step sizes alpha(t)."""
    size, steps, of = orders.size, orders.steps, losses.functions
    laws = {
        "example": losses.law,
        "index": [(i, Fraction(1, size)) for i in range(size)],
        "order": [(r, Fraction(1, len(orders.all))) for r in orders.all],
        "draw": [(n, Fraction(1, steps)) for n in range(steps)],
        "seed": [(s, Fraction(1, len(orders.seeds))) for s in orders.seeds],
    }
    still = losses.start - losses.start
    functions: Functions = {
        **{name: lambda *_: still for name in ELSEWHERE},
        **of,
        "alpha": alpha,
        "curved": lambda w: True,
        "visit": orders.share,
        "refill": _refill(orders.share, size),
        "seen": lambda r, t, i: int(orders.share(r, t, i) > 0),
        "order_of_draws": lambda q: tuple((i,) for i in q),
    }
    reach = [(float(of["steepness"](z)), float(p)) for z, p in losses.law]
    weight = max(
        sum(alpha(t) * orders.share(r, t, i) for t in range(1, steps + 1))
        for r in orders.all
        for i in range(size)
    )
    numbers = {
        "M": losses.ceiling,
        "rho": losses.ceiling,
        "L": max(x for x, _ in reach),
        "L_mean": sum(p * x for x, p in reach),
        "L_rms": sqrt(sum(p * x * x for x, p in reach)),
        "L_4": sum(p * x**4 for x, p in reach) ** 0.25,
        "gamma": losses.gamma,
        "mu": losses.mu,
        "radius": losses.radius,
        "start": losses.start,
        "centre": still,
        "room": 1.0,
        "T": steps,
        "length": steps,
        "batch": orders.batch,
        "weight": weight,
        **values,
    }
    trials = {VECTOR: losses.tried, NATURAL: range(steps + 1), "real": (0.0, 0.25, 1.0)}
    return with_runs(World(laws, functions, numbers, trials), 1)


def _refill(share: Share, size: int) -> Callable[..., Fraction]:
    """Every other example takes an equal part of the share of the deleted one."""

    def refill(r: Any, k: int, t: int, i: int) -> Fraction:
        return Fraction(0) if i == k or size == 1 else share(r, t, k) / (size - 1)

    return refill


def with_runs(world: World, factor: float) -> World:
    """The world with runs that take steps of so many times the step sizes."""
    of = world.functions
    slope, pull, projected, alpha = (of[n] for n in ("slope", "pull", "projected", "alpha"))
    share, refill = of["visit"], of["refill"]

    def moved(w: Any, s: Any, t: int, portion: Callable[[int], Any]) -> Any:
        total = sum(float(portion(i)) * slope(w, z) for i, z in enumerate(s))
        return projected(w - factor * alpha(t) * (total + pull(w)))

    @cache
    def run(s: Any, r: Any, t: int) -> Any:
        if t == 0:
            return world.values["start"]
        return moved(run(s, r, t - 1), s, t, lambda i: share(r, t, i))

    @cache
    def skipped(s: Any, r: Any, k: int, t: int) -> Any:
        if t == 0:
            return world.values["start"]
        return moved(skipped(s, r, k, t - 1), s, t, lambda i: (i != k) * share(r, t, i))

    @cache
    def retrained(s: Any, r: Any, k: int, t: int) -> Any:
        if t == 0:
            return world.values["start"]
        portion = lambda i: (i != k) * share(r, t, i) + refill(r, k, t, i)  # noqa: E731
        return moved(retrained(s, r, k, t - 1), s, t, portion)

    return with_functions(world, {"run": run, "skipped": skipped, "retrained": retrained})


def rushing(factor: float) -> Change:
    """Makes runs take steps of so many times the step sizes that they are said to take."""

    def rush(world: World) -> World:
        rushed = with_runs(world, factor)
        convention = world.values.get("convention")
        return with_losses_of_draws(rushed, convention) if convention else rushed

    return rush


def with_losses_of_draws(world: World, convention: Convention) -> World:
    """The losses of the runs as functions of the batches drawn, and their expectations."""
    after = world.functions["skipped" if convention is Convention.NULL_STEP else "retrained"]
    run, loss, steps = world.functions["run"], world.functions["measured"], world.values["T"]
    size = len(world.laws["index"])
    drawn = world.law("seeds")

    @cache
    def realised(s: Any, r: Any, z: Any) -> Any:
        return loss(run(s, r, steps), z)

    @cache
    def realised_without(s: Any, r: Any, k: int, z: Any) -> Any:
        return loss(after(s, r, k, steps), z)

    def standing_in(batch: Any, k: int, t: int, i: int) -> Any:
        return 0 if i == k else Fraction(batch.count(k), len(batch) * (size - 1))

    functions: Functions = {
        "realised": realised,
        "realised_without": realised_without,
        "realised_twice": lambda *_: 0,
        "loss": cache(lambda s, z: sum(float(p) * realised(s, r, z) for r, p in drawn)),
        "without": cache(
            lambda s, k, z: sum(float(p) * realised_without(s, r, k, z) for r, p in drawn)
        ),
        "twice": lambda *_: 0,
        "order_of": lambda seeds: seeds,
        "draw_of": lambda t: int(t - 1) % steps,
        "chosen": lambda batch, t, i: Fraction(batch.count(i), len(batch)),
        "standing_in": standing_in,
    }
    return with_values(with_functions(world, functions), convention=convention)


def risks_before(world: World) -> Mapping[str, Callable[..., Any]]:
    """F(t), the expected training risk before step t, over samples and draws of one example."""
    run, cost = world.functions["run"], world.functions["cost"]
    order = world.functions["order_of_draws"]
    size = len(world.laws["index"])

    @cache
    def risk(t: int) -> float:
        return sum(
            float(p * c) * sum(cost(run(s, order(q), t - 1), z) for z in s) / size
            for s, p in world.law("sample")
            for q, c in world.law("draws")
        )

    return {"F": lambda t: risk(max(int(t), 1))}
