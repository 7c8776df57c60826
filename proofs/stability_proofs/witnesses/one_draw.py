"""Witnesses of bounds on one draw: pairs of points that a law hardly prefers, or memorises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import combinations
from math import exp
from types import MappingProxyType
from typing import Any

from stability_proofs.semantics.claims import Claim
from stability_proofs.witnesses import gibbs
from stability_proofs.witnesses.witness import Witness, scaled, with_functions
from stability_proofs.witnesses.worlds import World

POINTS, SIZE = 6, 2
PAIRS = tuple(combinations(range(POINTS), 2))
"""The hypotheses: a pair has loss 0 at its two points, 1 elsewhere."""
MILD, SHARP = 0.005, 50.0
"""What the exponent gives for every example that a pair holds."""
SHARES = {"gibbs-one-draw": 0.5, "pure-dp-one-draw": 0.5}
OTHER_SHARE = 0.25
"""Failure probabilities; that of means is smaller: they never fail here."""


def _laws(strength: float) -> Mapping[str, Callable[..., Any]]:
    def exponent(sample: tuple[int, ...], pair: tuple[int, ...]) -> float:
        return strength * sum(point in pair for point in sample)

    def law(sample: tuple[int, ...], pair: tuple[int, ...]) -> float:
        weights = [exp(exponent(sample, other)) for other in PAIRS]
        return len(PAIRS) * exp(exponent(sample, pair)) / sum(weights)

    return {"exponent": exponent, "law": law}


def pairs(claim: Claim) -> World:
    """Six points, two examples, and a law that prefers pairs with an example by a trace."""
    functions = {**_laws(MILD), "base": lambda pair, point: int(point not in pair)}
    laws = {
        "example": [(point, Fraction(1, POINTS)) for point in range(POINTS)],
        "hypothesis": [(pair, Fraction(1, len(PAIRS))) for pair in PAIRS],
        "index": [(place, Fraction(1, SIZE)) for place in range(SIZE)],
    }
    share = SHARES.get(claim.theorem.id, OTHER_SHARE)
    values = {"M": 1, "delta": share, "exponent": MILD, "dp_epsilon": 2 * MILD}
    return World(laws, functions, values)


def memorised(world: World) -> World:
    """The law gives the pairs that hold every example nearly all weight."""
    return with_functions(world, _laws(SHARP))


def _averaged(claim: Claim) -> World:
    del claim
    return with_functions(gibbs.two_hypotheses(), {"values": lambda h: Fraction(1, 3) + h * HALF})


HALF = Fraction(1, 2)
PREFERRED = Witness(
    "m = 2 of six points; hypotheses are pairs of points, drawn with weights e^(.005 n) for the "
    "number n of examples that they hold",
    pairs,
    "a law that gives all weight to pairs that hold every example is said to depend as little",
    memorised,
)
WITNESSES: Mapping[str, tuple[Witness, ...]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("gibbs-one-draw", "gibbs-mean-draw", "pure-dp-one-draw", "pure-dp-mean-draw"),
            (PREFERRED,),
        ),
        "gibbs-exponent": (
            Witness(
                "m = 2 points 0 or 1 with probability 1/2; hypotheses 0 and 1, wrong at the other "
                "point; lambda = 1",
                _averaged,
                "lambda is said to be eight times as large",
                scaled(8, "lam"),
            ),
        ),
    }
)
