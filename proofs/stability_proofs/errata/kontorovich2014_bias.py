"""The bias term of Kontorovich's Theorem 2 does not scale with the loss.

m = 1, examples 0 and 1 with probability 1/2, loss beta |z_1 - z|: beta-Lipschitz in both. A sign
times the distance of two examples is 0, 1 or -1 with probabilities 1/2, 1/4, 1/4, so that
E exp(t sign distance) = cosh(t/2)^2 <= exp(t^2/4), and D_SG^2 = 1/2.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from math import exp

from stability_proofs.errata.erratum import Comparison, Erratum, Evidence, Method, exactly

EXAMPLES, CHANCE = (0, 1), Fraction(1, 2)
SPREAD = Fraction(1, 2)
"""D_SG^2."""
EXCESS = Fraction(18, 100)


def evidence(beta: Fraction) -> Evidence:
    """The chance of a gap above the bias by more than 0.18, for both bias terms."""
    gaps = [_gap(beta, seen) for seen in EXAMPLES]
    mean_distance = CHANCE**2 * sum(abs(x - z) for x in EXAMPLES for z in EXAMPLES)
    allowed = exp(-(EXCESS**2) / (18 * beta**2 * SPREAD))
    return Evidence(
        _tail(gaps, beta**2 * SPREAD / 2 + EXCESS, allowed),
        _tail(gaps, beta * mean_distance + EXCESS, allowed),
    )


def _gap(beta: Fraction, seen: int) -> Fraction:
    """R - R_emp; the training loss at the one example is 0."""
    return beta * CHANCE * sum(abs(seen - z) for z in EXAMPLES)


def _tail(gaps: list[Fraction], level: Fraction, allowed: float) -> Comparison:
    found = CHANCE * sum(gap > level for gap in gaps)
    return exactly(f"probability that gap > {float(level):.4g}", allowed, found)


ERRATUM = Erratum(
    slug="kontorovich2014-bias",
    source="Kontorovich 2014, Theorem 2, as written down from the full text; not compared with "
    "its display again",
    printed="P(R - R_emp > beta^2 D_SG^2/2 + e) <= exp(-e^2/(18 beta^2 D_SG^2 m))",
    instance="m = 1, examples 0 and 1 with probability 1/2, loss |z_1 - z|/2: beta = 1/2, "
    "D_SG^2 = 1/2; e = 0.18",
    method=Method.EXACT,
    corrected="beta E rho(Z, Z') in place of beta^2 D_SG^2/2",
    theorem="kontorovich2014-thm2",
    evidence=partial(evidence, Fraction(1, 2)),
    spared="beta = 2, for which both bias terms are 1",
    control=partial(evidence, Fraction(2)),
)
