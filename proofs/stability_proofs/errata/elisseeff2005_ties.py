"""Nearest neighbours with ties: an example that always wins them matters more than k/m.

Equal inputs, labels 0 and 1 with probability 1/2, one neighbour. Where the first example wins ties,
its deletion changes the vote whenever the first two labels differ.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from stability.conventions import Neighbour, Notion
from stability.theorems import elisseeff2005
from stability_proofs.errata.erratum import Erratum, Evidence, Method, exactly
from stability_proofs.errata.stated import claim_of, compared
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import premise
from stability_proofs.witnesses.least import with_least_constants
from stability_proofs.witnesses.neighbours import one_neighbour
from stability_proofs.witnesses.rules import Sample, world_of_rule

LABELS = ((0, Fraction(1, 2)), (1, Fraction(1, 2)))


def first_wins(left: Sample, seed: Any, label: int) -> Fraction:
    """The 0-1 loss of the label of the first example that is left."""
    return Fraction(left[0] != label)


def evidence(size: int) -> Evidence:
    """The least hypothesis constant, beside k/m; and with marks that break ties, for m = 3."""
    constants = {"beta_hyp": symbol_term("beta_hyp")}
    stable = premise(Notion.HYPOTHESIS, Neighbour.DELETION, constants)
    world = world_of_rule(first_wins, LABELS, size, values={"M": Fraction(1)})
    found = with_least_constants(world, stable).values["beta_hyp"]
    claim = claim_of(elisseeff2005.nearest_neighbours(), "retrain")
    return Evidence(
        exactly("hypothesis stability", Fraction(1, size), found), compared(claim, one_neighbour())
    )


ERRATUM = Erratum(
    slug="elisseeff2005-ties",
    source="Elisseeff, Evgeniou and Pontil 2005, Section 3, after Devroye and Wagner; ties are "
    "not spoken of",
    printed="k nearest neighbours have hypothesis stability k/m for the 0-1 loss",
    instance="m = 3 examples with equal inputs and labels 0 or 1 at random; k = 1, the first of "
    "the nearest examples votes",
    method=Method.EXACT,
    corrected="ties have probability 0: here random marks break them",
    theorem="elisseeff2005-knn",
    evidence=partial(evidence, 3),
    spared="m = 2, where k/m is 1/2",
    control=partial(evidence, 2),
)
