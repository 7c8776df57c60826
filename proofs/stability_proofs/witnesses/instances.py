"""Witnesses of lower bounds: the orders and steps that instances are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np

from stability_proofs.kernel.terms import NATURAL, VECTOR
from stability_proofs.semantics.claims import Claim
from stability_proofs.witnesses.orders import with_replacement
from stability_proofs.witnesses.rules import NONE
from stability_proofs.witnesses.training import ELSEWHERE
from stability_proofs.witnesses.witness import Witness
from stability_proofs.witnesses.worlds import World

SIZE = 2
SIZES = (0.5, 0.25)


@cache
def two_signs() -> World:
    """Examples 1 and -1, two steps with one drawn example each."""
    visits = with_replacement(SIZE, len(SIZES))

    def refill(r: Any, k: int, t: int, i: int) -> Fraction:
        return Fraction(0) if i == k else visits.share(r, t, k)

    functions: dict[str, Callable[..., Any]] = {
        **{name: lambda *_: np.zeros(2) for name in ELSEWHERE},
        "sign": lambda z: z,
        "alpha": lambda t: SIZES[int(t - 1) % len(SIZES)],
        "visit": visits.share,
        "refill": refill,
    }
    laws = {
        "index": [(i, Fraction(1, SIZE)) for i in range(SIZE)],
        "example": [(1, Fraction(1, 2)), (-1, Fraction(1, 2))],
        "order": [(r, Fraction(1, len(visits.all))) for r in visits.all],
        "draw": NONE,
        "seed": NONE,
    }
    values = {
        "L": 0.9,
        "M": 5.0,
        "gamma": 4.0,
        "T": len(SIZES),
        "plus": 1,
        "minus": -1,
        "unit": np.array([0.6, 0.8]),
        "start": np.array([1.0, -1.0]),
    }
    tried = (np.array([0.0, 2.0]), np.array([-1.0, 0.5]))
    return World(laws, functions, values, {VECTOR: tried, NATURAL: range(len(SIZES) + 1)})


def one_order(world: World) -> World:
    """All steps see the first example."""
    order, _ = world.laws["order"][0]
    return replace(world, laws={**world.laws, "order": [(order, Fraction(1))]})


def world(claim: Claim) -> World:
    """One world for all claims."""
    return two_signs()


WITNESSES: Mapping[str, tuple[Witness, ...]] = MappingProxyType(
    {
        "zhang2022-convex-lower": (
            Witness(
                "linear losses of slopes 0.9 and -0.9 in the plane; 2 steps, 1 drawn with "
                "replacement in each, m = 2",
                world,
                "every step takes the first example",
                one_order,
            ),
        ),
    }
)
