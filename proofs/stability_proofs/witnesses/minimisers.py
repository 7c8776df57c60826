"""Witnesses of theorems about minimisers: linear costs on a line, which attain most constants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from math import sqrt
from types import MappingProxyType
from typing import Any

from stability_proofs.kernel.terms import NATURAL, VECTOR
from stability_proofs.semantics.claims import Claim
from stability_proofs.witnesses.losses import SLOPES
from stability_proofs.witnesses.rules import NONE
from stability_proofs.witnesses.witness import Witness, scaled
from stability_proofs.witnesses.worlds import World

SIZE, MU, LAM = 2, 0.5, 0.25
Sample = tuple[float, ...]
ELSEWHERE = ("run", "skipped", "retrained", "weights", "weights_without")
"""Weights of which hypotheses on losses speak, and no minimiser has."""


def minimisers(strength: float) -> dict[str, Callable[..., Any]]:
    """The least mean of z w plus strength/2 w^2, on a sample, and without one of its terms."""

    def others(s: Sample, k: int) -> float:
        return sum(z for i, z in enumerate(s) if i != k)

    return {
        "minimiser": lambda s: -sum(s) / (len(s) * strength),
        "kept": lambda s, k: -others(s, k) / (len(s) * strength),
        "refitted": lambda s, k: -others(s, k) / ((len(s) - 1) * strength),
    }


@cache
def lines() -> World:
    """Linear costs with weight decay mu; and with features z, cost p and 2 lambda for mu.

    As a kernel method: the prediction at z is z w, the cost is the prediction.
    """
    slopes = [(abs(z), float(p)) for z, p in SLOPES]
    mean = sum(p * x for x, p in slopes)
    functions: dict[str, Callable[..., Any]] = {
        **{name: lambda *_: 0.0 for name in ELSEWHERE},
        **minimisers(MU),
        "cost": lambda w, z: z * w,
        "slope": lambda w, z: z,
        "measured": lambda w, z: z * w,
        "penalty": lambda w: MU / 2 * w * w,
        "pull": lambda w: MU * w,
        "steepness": abs,
        "inside": lambda w: True,
        "feature": lambda z: z,
        "charge": lambda p, z: p,
        "fee": lambda p, z: p,
        "lean": lambda p, z: 1.0,
        "alpha": lambda t: 1.0,
    }
    laws = {
        "example": SLOPES,
        "index": [(i, Fraction(1, SIZE)) for i in range(SIZE)],
        **dict.fromkeys(("order", "draw", "seed"), NONE),
    }
    values = {
        "L": max(abs(z) for z, _ in SLOPES),
        "L_mean": mean,
        "L_rms": sqrt(sum(p * x * x for x, p in slopes)),
        "L_4": float(sum(p * x**4 for x, p in slopes)) ** 0.25,
        "mu": MU,
        "lam": LAM,
        "sigma": 1.0,
        "kappa": max(abs(z) for z, _ in SLOPES),
        "kappa_mean": mean,
        "gamma": 1.0,
    }
    best = minimisers(MU)
    tried = {best["minimiser"]((a, b)) for a, _ in SLOPES for b, _ in SLOPES} | {-2.5, 0.1, 3.0}
    trials = {VECTOR: sorted(tried), NATURAL: (0, 1), "real": (-1.5, 0.0, 0.4, 2.0)}
    return World(laws, functions, values, trials)


def world(claim: Claim) -> World:
    """One world for all claims."""
    return lines()


WORDS = "m = 2 examples z of 3/2, -3/2, 1/2 with probabilities 1/4, 1/4, 1/2; "
DECAY = Witness(
    WORDS + "costs z w, plus w^2/4",
    world,
    "the strong convexity is said to be three times as large",
    scaled(3, "mu"),
)
KERNEL = Witness(
    WORDS + "predictions z w, which are the cost, plus w^2/4",
    world,
    "the regularisation is said to be three times as large",
    scaled(3, "lam"),
)
WITNESSES: Mapping[str, tuple[Witness, ...]] = MappingProxyType(
    {
        "bousquet2002-thm22": (KERNEL,),
        "elastic-erm": (DECAY,),
        "elastic-argument-erm": (DECAY,),
        "elastic-kernel": (KERNEL,),
    }
)
