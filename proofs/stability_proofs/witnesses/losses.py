"""Losses as functions of the weights, with all that hypotheses say of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from stability_proofs.witnesses.worlds import Law

ROUNDING = 1e-9
"""How far outside a set a point may be, by rounding."""
THIRD, HALF, QUARTER = Fraction(1, 3), Fraction(1, 2), Fraction(1, 4)
SLOPES: Law = ((1.5, QUARTER), (-1.5, QUARTER), (0.5, HALF))
"""Slopes of linear losses: whatever is deleted, there may be one that pulls the other way."""


@dataclass(frozen=True, eq=False)
class Losses:
    """Examples with their law, and the functions of weights and examples.

    `gamma` is the smoothness of loss plus regulariser, `mu` their strong convexity (1 where there
    is none and no one asks), `radius` that of a ball about 0 that holds all iterates, `ceiling` the
    largest evaluated loss on it; `tried` are some weights.
    """

    words: str
    law: Law
    functions: Mapping[str, Callable[..., Any]]
    gamma: float
    mu: float
    radius: float
    ceiling: float
    start: Any
    tried: tuple[Any, ...]


@cache
def linear(law: Law = SLOPES, *, mu: float = 0.0, radius: float = 2.0) -> Losses:
    """Losses z w on a line, projected on an interval about 0; with weight decay if mu > 0."""
    steepest = max(abs(z) for z, _ in law)
    functions: dict[str, Callable[..., Any]] = {
        "cost": lambda w, z: z * w,
        "slope": lambda w, z: z,
        "measured": lambda w, z: z * w + radius * steepest,
        "penalty": lambda w: mu / 2 * w * w,
        "pull": lambda w: mu * w,
        "steepness": abs,
        **_interval(radius),
    }
    slopes = ", ".join(f"{z:g}" for z, _ in law)
    decay = f", weight decay {mu:g}" if mu else ""
    return Losses(
        words=f"linear losses of slopes {slopes} on a line{decay}",
        law=law,
        functions=functions,
        gamma=mu or 1.0,
        mu=mu or 1.0,
        radius=radius,
        ceiling=2 * radius * steepest,
        start=0.0,
        tried=(-1.5, -0.3, 0.0, 0.8),
    )


@cache
def concave(law: Law = SLOPES, *, curvature: float = 0.5, radius: float = 1.25) -> Losses:
    """Losses z w less curvature/2 w^2 on a line."""
    steepest = max(abs(z) for z, _ in law)
    top = steepest * radius + curvature / 2 * radius**2
    functions: dict[str, Callable[..., Any]] = {
        "cost": lambda w, z: z * w - curvature / 2 * w * w,
        "slope": lambda w, z: z - curvature * w,
        "measured": lambda w, z: z * w - curvature / 2 * w * w + top,
        "penalty": lambda w: 0.0,
        "pull": lambda w: 0.0 * w,
        "steepness": lambda z: abs(z) + curvature * radius,
        **_interval(radius),
    }
    return Losses(
        words=f"losses z w - {curvature / 2:g} w^2 on a line",
        law=law,
        functions=functions,
        gamma=curvature,
        mu=1.0,
        radius=radius,
        ceiling=2 * steepest * radius + top,
        start=0.0,
        tried=(-1.2, -0.3, 0.0, 0.8),
    )


@cache
def kinked(radius: float = 2.0) -> Losses:
    """Losses w, -w and |w| on a line, projected on an interval about 0."""
    law: Law = ((1, QUARTER), (-1, QUARTER), (0, HALF))

    def slope(w: float, z: int) -> float:
        return float(z) if z else (1.0 if w >= 0 else -1.0)

    def cost(w: float, z: int) -> float:
        return z * w if z else abs(w)

    functions: dict[str, Callable[..., Any]] = {
        "cost": cost,
        "slope": slope,
        "measured": cost,
        "penalty": lambda w: 0.0,
        "pull": lambda w: 0.0 * w,
        "steepness": lambda z: 1.0,
        **_interval(radius),
    }
    return Losses(
        words=f"losses w, -w and |w|, projected on |w| <= {radius:g}",
        law=law,
        functions=functions,
        gamma=1.0,
        mu=1.0,
        radius=radius,
        ceiling=radius,
        start=0.0,
        tried=(-1.5, -0.3, 0.0, 0.8),
    )


@cache
def parabolas() -> Losses:
    """Losses (w - z)^2/2 for examples -1 and 1."""
    law: Law = ((-1.0, HALF), (1.0, HALF))
    functions: dict[str, Callable[..., Any]] = {
        "cost": lambda w, z: (w - z) ** 2 / 2,
        "slope": lambda w, z: w - z,
        "measured": lambda w, z: (w - z) ** 2 / 2,
        "penalty": lambda w: 0.0,
        "pull": lambda w: 0.0 * w,
        "steepness": lambda z: 2.0,
        **_interval(1.0),
    }
    return Losses(
        words="losses (w - z)^2/2 of z = -1 and 1 on a line",
        law=law,
        functions=functions,
        gamma=1.0,
        mu=1.0,
        radius=1.0,
        ceiling=2.0,
        start=0.0,
        tried=(-0.9, -0.3, 0.0, 0.8),
    )


@cache
def bowls(mu: float = 0.25) -> Losses:
    """Quadratic losses with weight decay in the plane, projected on a disc without their centres.

    What is evaluated is the loss, cut at 1.
    """
    radius, steep = 1.0, (0.3, 0.9)
    centres = (np.array([2.6, 0.4]), np.array([-0.5, 1.9]))
    reach = [a * (radius + float(np.linalg.norm(c))) for a, c in zip(steep, centres, strict=True)]

    def cost(w: Any, z: int) -> float:
        return steep[z] / 2 * float((w - centres[z]) @ (w - centres[z]))

    functions: dict[str, Callable[..., Any]] = {
        "cost": cost,
        "slope": lambda w, z: steep[z] * (w - centres[z]),
        "measured": lambda w, z: min(cost(w, z), 1.0),
        "penalty": lambda w: mu / 2 * float(w @ w),
        "pull": lambda w: mu * w,
        "steepness": lambda z: reach[z],
        "projected": lambda w: w * min(1.0, radius / max(float(np.linalg.norm(w)), ROUNDING)),
        "inside": lambda w: float(w @ w) <= radius**2 + ROUNDING,
    }
    return Losses(
        words="quadratic losses with weight decay, projected on a disc",
        law=((0, THIRD), (1, 2 * THIRD)),
        functions=functions,
        gamma=max(steep) + mu,
        mu=mu,
        radius=radius,
        ceiling=1.0,
        start=np.array([0.6, -0.2]),
        tried=tuple(np.random.default_rng(0).normal(size=(3, 2)) * 1.2),
    )


def _interval(radius: float) -> dict[str, Callable[..., Any]]:
    return {
        "projected": lambda w: min(max(w, -radius), radius),
        "inside": lambda w: abs(w) <= radius + ROUNDING,
    }
