"""What Theorem 8 of Shalev-Shwartz et al. displays bounds E|R - R_emp|, not the excess risk.

The displayed rate, epsilon + 2 erm_error + 2 M/sqrt(m), is no misprint: it is true of E|R - R_emp|.
The excess risk is at most epsilon + erm_error, which the library prints. That is less, and it does
not bound E|R - R_emp|, which stays of the order 1/sqrt(m) for a rule that learns nothing.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from math import sqrt
from typing import Any

from stability.theorems import shalev2010
from stability_proofs.errata.erratum import Erratum, Evidence, Method, exactly
from stability_proofs.errata.stated import claim_of
from stability_proofs.kernel.notation import E, absolute
from stability_proofs.semantics.samples import S, gap
from stability_proofs.witnesses.least import with_least_constants
from stability_proofs.witnesses.rules import Sample, world_of_rule
from stability_proofs.witnesses.witness import with_functions
from stability_proofs.witnesses.worlds import World

SIZE, COIN = 2, ((0, Fraction(1, 2)), (1, Fraction(1, 2)))


def one_model(height: Fraction) -> World:
    """The only model loses height times what a coin shows; the rule returns it."""

    def losses(left: Sample, seed: Any, shown: int) -> Fraction:
        return height * shown

    def least(sample: Sample) -> Fraction:
        return height * sum(sample) / SIZE

    world = world_of_rule(losses, COIN, SIZE, values={"M": Fraction(1), "delta": Fraction(1, 2)})
    world = with_functions(world, {"rival": lambda model, z: height * z, "least": least})
    world = World({**world.laws, "model": [(0, Fraction(1))]}, world.functions, world.values)
    return with_least_constants(world, claim_of(shalev2010.theorem8()).allowed)


def evidence(height: Fraction) -> Evidence:
    """E|R - R_emp| beside the bound on the excess risk, and beside the displayed rate."""
    world = one_model(height)
    found = world.value(E(S, absolute(gap(S))))
    epsilon, error, largest = (world.values[n] for n in ("epsilon", "erm_error", "M"))
    quantity = "E|R - R_emp|"
    displayed = epsilon + 2 * error + 2 * largest / sqrt(SIZE)
    return Evidence(exactly(quantity, epsilon + error, found), exactly(quantity, displayed, found))


ERRATUM = Erratum(
    slug="shalev2010-rate",
    source="Shalev-Shwartz, Shamir, Srebro and Sridharan 2010, Theorem 8, misread: its display "
    "is right",
    printed="one rate serves both: epsilon + erm_error, which bounds the excess risk, bounds "
    "E|R - R_emp| too",
    instance="m = 2 coins, one model that loses what a coin shows: epsilon = erm_error = 0",
    method=Method.EXACT,
    corrected="E|R - R_emp| <= epsilon + 2 erm_error + 2 M/sqrt(m), as displayed; the excess risk "
    "is at most epsilon + erm_error (shalev2010-thm8)",
    theorem=None,
    evidence=partial(evidence, Fraction(1)),
    spared="a model without losses",
    control=partial(evidence, Fraction(0)),
)
