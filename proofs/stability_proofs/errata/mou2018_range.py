"""The expected gap of SGLD of Mou et al.: the term of the early steps needs the range of the loss.

One step from 0 on one of m examples z = -1 or 1, equally likely, with the loss C Phi(-z w), Phi the
normal distribution function: the weight is normal with mean alpha C z/sqrt(2 pi) and variance
2 alpha/(inverse temperature). Gradients at two examples differ by at most L = 2 C/sqrt(2 pi).
"""

from __future__ import annotations

from functools import partial
from math import exp, log, pi, sqrt

from scipy.integrate import quad
from scipy.special import ndtr

from stability.theorems.evaluate import evaluate
from stability_proofs.errata.erratum import Comparison, Erratum, Evidence, Method

SIZE, STEP, INVERSE_TEMPERATURE = 10, 10.0, 1.0
WIDE = 12.0
"""Standard deviations beyond which nothing is left of a normal integral."""


def expected_loss(largest: float, sign: int) -> tuple[float, float]:
    """E f(w; 1) after a step on the example 1 or -1, and the error of the integral."""
    mean = STEP * largest * sign / sqrt(2 * pi)
    deviation = sqrt(2 * STEP / INVERSE_TEMPERATURE)

    def integrand(x: float) -> float:
        return largest * float(ndtr(-(mean + deviation * x))) * exp(-x * x / 2) / sqrt(2 * pi)

    value, error = quad(integrand, -WIDE, WIDE, epsabs=1e-12, limit=200)
    return value, error


def evidence(largest: float) -> Evidence:
    """Losses in [0, C]. The drawn example has a smaller loss than a new one; it is 1/m of R_emp."""
    (here, wrong), (there, error) = expected_loss(largest, 1), expected_loss(largest, -1)
    gap, slack = (there - here) / 2 / SIZE, (wrong + error) / SIZE
    steep = 2 * largest / sqrt(2 * pi)
    early = int(log(2) / (INVERSE_TEMPERATURE * steep**2) < STEP)
    numbers = {"m": SIZE, "L": steep, "M": largest, "T": 1, "alpha": STEP}
    stated = evaluate("mou2018-sgld", {**numbers, "inverse_temperature": INVERSE_TEMPERATURE}).value
    printed = stated - 2 * (largest - 1) * early / SIZE
    quantity = "E(R - R_emp)"
    return Evidence(
        Comparison(quantity, printed, gap - slack, gap + slack),
        Comparison(quantity, stated, gap - slack, gap + slack),
    )


ERRATUM = Erratum(
    slug="mou2018-range",
    source="Mou, Wang, Zhai and Zheng 2018, expected gap of SGLD by stability",
    printed="E(R - R_emp) <= 2 k0/m + (2 L C/m) sqrt(beta sum of the steps after k0), losses in "
    "[0, C]",
    instance="one step of size 10 from 0, inverse temperature 1, m = 10 examples z = 1 or -1 with "
    "probability 1/2, losses C Phi(-z w); C = 10, k0 = 1",
    method=Method.QUADRATURE,
    corrected="2 C k0/m as first term",
    theorem="mou2018-sgld",
    evidence=partial(evidence, 10.0),
    spared="C = 1",
    control=partial(evidence, 1.0),
)
