"""Witnesses of bounds on the expected gap and the expected excess risk."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from stability_proofs.semantics.claims import Claim
from stability_proofs.witnesses.least import with_least_constants
from stability_proofs.witnesses.rules import Sample, additive, world_of_rule
from stability_proofs.witnesses.weights import Weights
from stability_proofs.witnesses.witness import Witness, scaled, with_functions
from stability_proofs.witnesses.worlds import World

ONE, HALF = Fraction(1), Fraction(1, 2)
SIGNS = Weights(((-ONE, HALF), (ONE, HALF)), 3, ONE)
POINTS = tuple((k, Fraction(1, 8)) for k in range(8))
SMALLER = "the constant is said to be four times smaller", scaled(Fraction(1, 4), "epsilon")
MODELS = (("zero", HALF), ("one", HALF))


def memory(claim: Claim) -> World:
    """Loss 1 less 1/2 for every time that the point is in the sample of two."""
    rule = additive(lambda z: ONE, lambda y, z: -Fraction(y == z), 2)
    return with_least_constants(
        world_of_rule(rule, POINTS, 2, values={"M": ONE, "delta": HALF}), claim.allowed
    )


def nearly_best(claim: Claim) -> World:
    """Coins with probability 1/2 of either side; model k loses 1/4 + k/4 at 0, 1/2 + k/4 at 1.

    The rule loses what model 0 does, 1/8 more, and at the points of the sample less.
    """
    size = 3
    rule = additive(
        lambda z: Fraction(3, 8) + Fraction(z, 4), lambda y, z: -Fraction(y == z, 8), size
    )

    def rival(model: str, point: int) -> Fraction:
        return Fraction(1 + (model == "one") + point, 4)

    def least(sample: Sample) -> Fraction:
        return min(sum((rival(h, z) for z in sample), Fraction(0)) / size for h, _ in MODELS)

    law = [(0, HALF), (1, HALF)]
    found = world_of_rule(rule, law, size, values={"M": ONE, "delta": HALF})
    found = with_functions(found, {"rival": rival, "least": least})
    found = World({**found.laws, "model": MODELS}, found.functions, found.values)
    return with_least_constants(found, claim.allowed)


def linear(claim: Claim) -> World:
    """The loss 2 - z w at weights w that are the mean of the sample."""
    found = SIGNS.world(
        lambda w, z: 2 - z * w, lambda w, z: -z, values={"M": Fraction(3), "delta": HALF}
    )
    return with_least_constants(with_functions(found, {"steepness": abs}), claim.allowed)


def quadratic(claim: Claim) -> World:
    """The loss (w - z)^2/2 at weights w that are the mean of the sample."""
    values = {"M": Fraction(2), "gamma": ONE, "balance": Fraction(7, 4), "delta": HALF}
    found = SIGNS.world(lambda w, z: (w - z) ** 2 / 2, lambda w, z: w - z, values=values)
    return with_least_constants(found, claim.allowed)


MEAN = "m = 3 examples -1 or 1 with probability 1/2; weight w their mean; loss {}"

WITNESSES: Mapping[str, tuple[Witness, ...]] = MappingProxyType(
    {
        "hardt2016-expectation": (
            Witness(
                "m = 2 of 8 points with equal probabilities; loss 1 less 1/2 for every time that "
                "the point is in the sample",
                memory,
                *SMALLER,
            ),
        ),
        "lei2020-thm2a": (Witness(MEAN.format("2 - z w"), linear, *SMALLER),),
        "lei2020-thm2b": (Witness(MEAN.format("(w - z)^2/2"), quadratic, *SMALLER),),
        **dict.fromkeys(
            ("shalev2010-lemma11", "shalev2010-thm8"),
            (
                Witness(
                    "m = 3 coins with probability 1/2 of 0 and 1; two models lose 1/4 + z/4 and "
                    "1/2 + z/4 at z; the rule loses 1/8 more than the first, less "
                    "1/24 for every time that z is in the sample",
                    nearly_best,
                    *SMALLER,
                ),
            ),
        ),
    }
)
