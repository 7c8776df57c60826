"""Witnesses of conversions: weights on a line with linear losses, which attain most of them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from stability.conventions import Averaged
from stability_proofs.semantics.claims import Claim
from stability_proofs.witnesses.least import with_least_constants
from stability_proofs.witnesses.weights import Weights
from stability_proofs.witnesses.witness import Witness, scaled, with_functions
from stability_proofs.witnesses.worlds import Law, World

HALF = Fraction(1, 2)
SEEDS: Law = ((HALF, HALF), (3 * HALF, HALF))
ONE_SEED = 3 * HALF
"""The realisation for which a constant over nothing holds."""
POINTS: Law = ((Fraction(1), Fraction(1, 4)), (Fraction(-1), Fraction(1, 4)), (HALF, HALF))
"""Slopes of losses, and their law."""
LINES = Weights(POINTS, 2, -Fraction(1, 4), SEEDS)


def world(claim: Claim) -> World:
    """The loss is 1/2 + z w: at one seed for a constant over nothing, else the expected one."""
    one = claim.averaged_over is Averaged.NOTHING
    law = ((ONE_SEED, Fraction(1)),) if one else None
    values = {"M": Fraction(1), "r": (ONE_SEED,)}
    found = LINES.world(lambda w, z: HALF + z * w, lambda w, z: z, of_loss=law, values=values)
    found = with_functions(found, {"steepness": abs})
    return with_least_constants(found, claim.allowed)


TAKEN = ("beta", "epsilon", "beta_hyp", "beta_pt", "B", "U", "B1", "D", "distance")
WITNESS = Witness(
    "m = 2 slopes 1, -1, 1/2 with probabilities 1/4, 1/4, 1/2; weight -1/4 of their mean, times "
    "a drawn 1/2 or 3/2; loss 1/2 + z w",
    world,
    "the constants that are taken are said to be four times smaller",
    scaled(Fraction(1, 4), *TAKEN),
)

WITNESSES: Mapping[str, tuple[Witness, ...]] = MappingProxyType(
    dict.fromkeys(
        (
            "elastic-to-uniform",
            "elastic-to-hypothesis",
            "elastic-to-pointwise",
            "uniform-to-hypothesis",
            "deletion-to-replacement",
            "argument-to-loss",
            "sure-to-expected",
        ),
        (WITNESS,),
    )
)
