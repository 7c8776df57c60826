"""Theorem 11 of Bousquet and Elisseeff: pointwise stability alone does not bound R - R_emp."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

import sympy

from stability.theorems import bousquet2002
from stability.theorems.statements.symbols import symbols
from stability_proofs.errata.erratum import Erratum, Evidence, Method
from stability_proofs.errata.stated import claim_of, compared, with_bound
from stability_proofs.witnesses.least import with_least_constants
from stability_proofs.witnesses.rules import Sample, world_of_rule

M, m, delta, beta_pt = symbols("M m delta beta_pt")
PRINTED = sympy.sqrt((M**2 + 12 * M * m * beta_pt) / (2 * m * delta))
SIZE = 2


def memorise_pairs(left: Sample, seed: Any, point: int) -> Fraction:
    """Loss 0 on an even number of examples and 1 elsewhere; from an odd number, loss 0."""
    return Fraction(len(left) % 2 == 0 and point not in left)


def evidence(points: int) -> Evidence:
    """Both forms, where two of so many equally likely points are memorised."""
    law = [(k, Fraction(1, points)) for k in range(points)]
    values = {"M": Fraction(1), "delta": Fraction(9, 20)}
    world = world_of_rule(memorise_pairs, law, SIZE, values=values)
    theorem = bousquet2002.theorem11_emp()
    stated = claim_of(theorem)
    world = with_least_constants(world, stated.allowed)
    printed = claim_of(with_bound(theorem, PRINTED))
    return Evidence(compared(printed, world), compared(stated, world))


ERRATUM = Erratum(
    slug="bousquet2002-thm11",
    source="Bousquet and Elisseeff 2002, Theorem 11, empirical half",
    printed="R <= R_emp + sqrt((M^2 + 12 M m beta_pt)/(2 m delta)) with probability 1 - delta, "
    "beta_pt of deletion",
    instance="m = 2 of 8 equally likely points; a rule that memorises an even number of examples "
    "(loss 0 on them, 1 elsewhere) and makes no losses from an odd number: beta_pt = 0; "
    "delta = 9/20",
    method=Method.EXACT,
    corrected="6 M m (beta_hyp + beta_pt) in place of 12 M m beta_pt",
    theorem="bousquet2002-thm11-emp",
    evidence=partial(evidence, 8),
    spared="the same with 2 points, of which the sample holds half or all",
    control=partial(evidence, 2),
)
