"""A witness of averaging by relative entropy: two hypotheses, each wrong at one of two points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from math import exp
from types import MappingProxyType
from typing import Any

from stability_proofs.kernel.terms import NATURAL, VECTOR
from stability_proofs.semantics.claims import Claim
from stability_proofs.witnesses.witness import Witness, scaled
from stability_proofs.witnesses.worlds import World

SIZE, LAM = 2, 1.0
HALF = Fraction(1, 2)
Density = tuple[float, float]
"""With respect to the uniform prior."""


def density(costs: tuple[float, float]) -> Density:
    """In proportion to exp(-cost/lambda)."""
    weights = [exp(-cost / LAM) for cost in costs]
    return 2 * weights[0] / sum(weights), 2 * weights[1] / sum(weights)


def chosen(sample: tuple[int, ...], divisor: int, deleted: int | None = None) -> Density:
    """The minimiser: hypothesis h costs 1 at every point that is not h."""
    left = [z for i, z in enumerate(sample) if i != deleted]
    return density((sum(z != 0 for z in left) / divisor, sum(z != 1 for z in left) / divisor))


@cache
def two_hypotheses() -> World:
    """The points 0 and 1, the hypotheses 0 and 1, densities in steps of 1/10."""
    best: dict[str, Callable[..., Any]] = {
        "chosen": lambda s: chosen(s, SIZE),
        "chosen_kept": lambda s, k: chosen(s, SIZE, k),
        "chosen_refitted": lambda s, k: chosen(s, SIZE - 1, k),
    }
    functions: dict[str, Callable[..., Any]] = {
        **best,
        **{f"tilted_{name}": function for name, function in best.items()},
        "base": lambda h, z: int(h != z),
        "density": lambda g, h: g[h],
        "loss_of_distribution": lambda g, z: g[1 - z] / 2,
        **{name: lambda *_: 0.0 for name in ("run", "skipped", "retrained", "measured")},
        "alpha": lambda t: 1.0,
    }
    laws = {
        "example": [(0, HALF), (1, HALF)],
        "hypothesis": [(0, HALF), (1, HALF)],
        "index": [(i, Fraction(1, SIZE)) for i in range(SIZE)],
        "order": [(0, Fraction(1))],
    }
    values = {
        **dict.fromkeys(("L", "L_mean", "L_rms", "L_4", "mu", "gamma"), 1.0),
        "M": 1,
        "lam": LAM,
        "T": 1,
    }
    tried = [(x / 10, 2 - x / 10) for x in range(21)]
    return World(laws, functions, values, {"distribution": tried, NATURAL: (0, 1), VECTOR: ()})


def world(claim: Claim) -> World:
    """One world for all claims."""
    return two_hypotheses()


WITNESSES: Mapping[str, tuple[Witness, ...]] = MappingProxyType(
    {
        "bousquet2002-thm24": (
            Witness(
                "m = 2 points 0 or 1 with probability 1/2; hypotheses 0 and 1, wrong at the other "
                "point; lambda = 1",
                world,
                "lambda is said to be eight times as large",
                scaled(8, "lam"),
            ),
        ),
    }
)
