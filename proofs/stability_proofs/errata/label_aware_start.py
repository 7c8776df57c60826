"""The linearised dynamics of the label-aware kernel paper, for a network that does not start at 0.

h' = -(1/n) H (h - y). Printed and corrected solutions are a + exp(-t H/n) b with vectors a and b;
such a function starts at a + b and misses the equation by (1/n) H (a - y), whatever t is.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from stability_proofs.errata.erratum import Erratum, Evidence, Method, Relation, exactly

Vector = tuple[Fraction, Fraction]
KERNEL = ((2, 1), (1, 2))
LABELS = (Fraction(1), Fraction(-1))


def missed(constant: Vector) -> Fraction:
    """The first entry of h' + (1/n) H (h - y) for h = a + exp(-t H/n) b."""
    off = [a - y for a, y in zip(constant, LABELS, strict=True)]
    return sum((k * x for k, x in zip(KERNEL[0], off, strict=True)), Fraction(0)) / len(LABELS)


def evidence(start: Vector) -> Evidence:
    """Both solutions start at h_0; the printed one has a = y + h_0, the corrected one a = y."""
    printed = (LABELS[0] + start[0], LABELS[1] + start[1])
    quantity = "h' + H (h - y)/n at the first example"
    return Evidence(
        *(exactly(quantity, 0, missed(a), Relation.EQUAL) for a in (printed, LABELS)),
    )


ERRATUM = Erratum(
    slug="chen2020-start",
    source="Chen, He and Su 2020, label-aware kernels, solution of the linearised dynamics",
    printed="h_t = (I - exp(-t H/n)) y + h_0 solves h' = -(1/n) H (h - y)",
    instance="n = 2, H = ((2, 1), (1, 2)), y = (1, -1), h_0 = (1/2, 1/4), every t",
    method=Method.EXACT,
    corrected="h_t = (I - exp(-t H/n)) y + exp(-t H/n) h_0",
    theorem=None,
    evidence=partial(evidence, (Fraction(1, 2), Fraction(1, 4))),
    spared="h_0 = 0",
    control=partial(evidence, (Fraction(0), Fraction(0))),
)
