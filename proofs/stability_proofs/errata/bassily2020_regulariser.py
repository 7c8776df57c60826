"""Gradient descent on rough losses: what a regulariser beside the loss does with long steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

from stability.theorems import bassily2020
from stability_proofs.errata.erratum import Erratum, Evidence, Method
from stability_proofs.errata.stated import claim_of, compared
from stability_proofs.witnesses.losses import Losses, linear
from stability_proofs.witnesses.orders import full
from stability_proofs.witnesses.training import trained
from stability_proofs.witnesses.worlds import Law, World

NAME = "replacement"
SIZE, STEPS, RADIUS = 2, 6, 64.0
SLOPES: Law = ((1.0, Fraction(1, 2)), (-1.0, Fraction(1, 2)))


def beside(curvature: float) -> Losses:
    """Losses z w with curvature/2 w^2 beside them."""
    return linear(SLOPES, mu=curvature, radius=RADIUS)


def within(curvature: float) -> Losses:
    """The same objectives as losses, which are steeper: L = 1 + 64 curvature on the interval."""
    apart = beside(curvature)
    functions: dict[str, Callable[..., Any]] = {
        **apart.functions,
        "cost": lambda w, z: z * w + curvature / 2 * w * w,
        "slope": lambda w, z: z + curvature * w,
        "penalty": lambda w: 0.0,
        "pull": lambda w: 0.0,
        "steepness": lambda z: abs(z) + curvature * RADIUS,
    }
    return replace(apart, functions=functions)


def world(losses: Losses) -> World:
    """Six steps of size 1 on two examples."""
    return trained(losses, full(SIZE, STEPS), lambda t: 1.0)


def evidence(curvature: float) -> Evidence:
    """The bound without the hypothesis, and with it where the regulariser is part of the loss."""
    stated = bassily2020.gradient_descent()
    others = tuple(h for h in stated.hypotheses if h != bassily2020.LOSS_ALONE)
    printed = replace(stated, hypotheses=others)
    return Evidence(
        compared(claim_of(printed, NAME), world(beside(curvature))),
        compared(claim_of(stated, NAME), world(within(curvature))),
    )


ERRATUM = Erratum(
    slug="bassily2020-regulariser",
    source="this project, constants after Bassily, Feldman, Guzman and Talwar 2020",
    printed="epsilon <= L (2 L sqrt(sum alpha_t^2) + (2 L/m) sum alpha_t), L the constant of the "
    "loss, whatever convex regulariser stands beside it",
    instance="gradient descent, 6 steps of size 1, m = 2 losses z w with z = 1 or -1 and 3/2 w^2 "
    "beside them: every step doubles distances",
    method=Method.EXACT,
    corrected="the regulariser is part of the loss, and L bounds the slopes of both",
    theorem="bassily2020-gd",
    evidence=partial(evidence, 3.0),
    spared="no regulariser",
    control=partial(evidence, 0.0),
)
