"""Coordinates in which the label-aware kernel paper integrates: a missing term, two wrong factors.

A rotation Q turns x_a, x_b, x_c, x_xi into vectors with 1, 2, 3 and 4 leading coordinates, the rows
of a Cholesky factor of their inner products. A delta function of the first of two (three) normal
coordinates leaves a density in the others: that is what T2 and Sigma_xi come from. The displays of
T2 and Sigma_xi themselves are not known here, only what is wrong in them.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from math import exp, pi, sqrt

from scipy.integrate import quad

from stability_proofs.errata.erratum import Comparison, Erratum, Evidence, Method, Relation, exactly

SOURCE = "Chen, He and Su 2020, label-aware kernels, expected K4 of the two-layer ReLU network, "
UNSEEN = (
    "the display: which integral it stands for, and which coordinates its v are. Here they are "
    "those that remain when a delta function is integrated out, and what is refuted is that step"
)
FOURTH = (Fraction(1, 2),) * 4
"""Q x_xi."""


def third_coordinate(third: tuple[Fraction, ...]) -> Evidence:
    """(Q x_xi)_3 from the inner product with x_c, whose coordinates are `third`."""
    inner = sum((c * x for c, x in zip(third, FOURTH, strict=False)), Fraction(0))
    second = (inner - third[1] * FOURTH[1]) / third[2]
    quantity = "third coordinate of Q x_xi"
    return Evidence(
        exactly(quantity, second, FOURTH[2], Relation.EQUAL),
        exactly(quantity, second - third[0] * FOURTH[0] / third[2], FOURTH[2], Relation.EQUAL),
    )


def precision(v2: int, v3: int, v4: int) -> Evidence:
    """The off-diagonal precision of two normal coordinates where v2 w2 + v3 w3 + v4 w4 = 0."""
    length = v2**2 + v3**2 + v4**2
    variances = [1 - Fraction(v**2, length) for v in (v3, v4)]
    together = Fraction(-v3 * v4, length)
    found = -together / (variances[0] * variances[1] - together**2)
    quantity = "off-diagonal entry of the precision"
    return Evidence(
        exactly(quantity, Fraction(v3 * v4, v2), found, Relation.EQUAL),
        exactly(quantity, Fraction(v3 * v4, v2**2), found, Relation.EQUAL),
    )


def mass(v2: int, v3: int) -> Evidence:
    """The expectation of a delta function of v2 w2 + v3 w3, both coordinates normal."""

    def integrand(x: float) -> float:
        return exp(-(x**2 + (v2 * x / v3) ** 2) / 2) / (2 * pi * v3)

    value, error = quad(integrand, -40, 40, epsabs=1e-13, limit=200)
    without = 1 / (sqrt(2 * pi) * v3)
    ends = (value - error, value + error)
    quantity = "E delta(v2 w2 + v3 w3)"
    return Evidence(
        Comparison(quantity, without, *ends, Relation.EQUAL),
        Comparison(quantity, without / sqrt(1 + (v2 / v3) ** 2), *ends, Relation.EQUAL),
    )


COORDINATE = Erratum(
    slug="chen2020-coordinate",
    source=SOURCE + "third coordinate of Q x_xi",
    printed="(Q x_xi)_3 = (x_c . x_xi - v_c2 v_xi2)/v_c3",
    instance="Q x_c = (2/3, 1/3, 2/3), Q x_xi = (1/2, 1/2, 1/2, 1/2)",
    method=Method.EXACT,
    corrected="(x_c . x_xi - v_c1 v_xi1 - v_c2 v_xi2)/v_c3, an entry of the Cholesky factor",
    theorem=None,
    evidence=partial(third_coordinate, (Fraction(2, 3), Fraction(1, 3), Fraction(2, 3))),
    spared="Q x_c = (0, 3/5, 4/5)",
    control=partial(third_coordinate, (Fraction(0), Fraction(3, 5), Fraction(4, 5))),
)
PRECISION = Erratum(
    slug="chen2020-sigma",
    source=SOURCE + "Sigma_xi",
    printed="the inverse of Sigma_xi has the off-diagonal entry v3 v4/v2",
    instance="normal (w2, w3, w4) orthogonal to (2, 3, 1)",
    method=Method.EXACT,
    corrected="v3 v4/v2^2",
    theorem=None,
    evidence=partial(precision, 2, 3, 1),
    spared="v2 = 1",
    control=partial(precision, 1, 3, 1),
    missing=UNSEEN,
)
MASS = Erratum(
    slug="chen2020-t2",
    source=SOURCE + "T2",
    printed="T2 without the factor (1 + v_c2^2/v_c3^2)^(-1/2)",
    instance="a delta function of 3 w2 + 4 w3, both normal, integrated over w3",
    method=Method.QUADRATURE,
    corrected="T2 with the factor",
    theorem=None,
    evidence=partial(mass, 3, 4),
    spared="v_c2 = 0",
    control=partial(mass, 0, 4),
    missing=UNSEEN,
)
