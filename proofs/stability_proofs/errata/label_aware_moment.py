"""A factor of the two-layer kernels of the label-aware kernel paper: E a^2 is 1, not 3.

Terms of K4 for f = a . sigma(W x)/sqrt(m), sigma the ReLU, are sums over neurons of a^p times
derivatives of sigma. With one second derivative p is 2, with two it is 4; a second derivative of
sigma is a delta function: in the simulation the argument is drawn near 0, from -WIDTH to WIDTH.
"""

from __future__ import annotations

from functools import partial
from math import pi

import numpy as np
from scipy.stats import norm

from stability_proofs.errata.erratum import Comparison, Erratum, Evidence, Method, Relation

DRAWS, WIDTH, SEED = 400_000, 1e-3, 20
CONFIDENCE = 0.999
ROUNDED = WIDTH
"""More than the part by which such a bump and a delta function differ in the two terms."""


def one_delta(a: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """a^2 delta(w . x_a) relu(w . x_b) [w . x_c >= 0] [w . x_e >= 0] per neuron.

    x_a = (1, 0), x_b = (0, 1), x_c = (1, 1), x_e = (-1, 1).
    """
    u = generator.uniform(-WIDTH, WIDTH, DRAWS)
    v = generator.normal(size=DRAWS)
    return a**2 * norm.pdf(u) * np.maximum(v, 0) * (u + v >= 0) * (v - u >= 0)


def two_deltas(a: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """a^4 delta(w . x_a) delta(w . x_b) [w . x_c >= 0] [w . x_e >= 0] per neuron.

    x_a and x_b are the first two unit vectors, x_c = (1, 0, 1), x_e = (0, -1, 1).
    """
    u, v = generator.uniform(-WIDTH, WIDTH, (2, DRAWS))
    w = generator.normal(size=DRAWS)
    return a**4 * norm.pdf(u) * norm.pdf(v) * (u + w >= 0) * (w - v >= 0)


def simulated(two: bool) -> tuple[float, float]:
    """The ends of a confidence interval for the expectation per neuron."""
    generator = np.random.default_rng(SEED)
    a = generator.normal(size=DRAWS)
    values = (two_deltas if two else one_delta)(a, generator)
    mean, error = values.mean(), values.std(ddof=1) / np.sqrt(DRAWS)
    wide = norm.ppf((1 + CONFIDENCE) / 2) * error + ROUNDED * mean
    return float(mean - wide), float(mean + wide)


def evidence(two: bool) -> Evidence:
    """The factor 3 and E a^p, for terms with one delta function (p = 2) or two (p = 4)."""
    rest = 1 / (4 * pi) if two else 1 / (2 * pi)
    low, high = simulated(two)
    quantity = "expectation per neuron"
    return Evidence(
        Comparison(quantity, 3 * rest, low, high, Relation.EQUAL),
        Comparison(quantity, (3 if two else 1) * rest, low, high, Relation.EQUAL),
    )


ERRATUM = Erratum(
    slug="chen2020-moment",
    source="Chen, He and Su 2020, label-aware kernels, expected K4 of the two-layer ReLU network",
    printed="terms a^2 sigma'' sigma sigma' sigma' carry a factor 3 m",
    instance="x_a = (1, 0), x_b = (0, 1), x_c = (1, 1), x_e = (-1, 1): the rest is 1/(2 pi)",
    method=Method.SIMULATION,
    corrected="a factor m, as E a^2 = 1",
    theorem=None,
    evidence=partial(evidence, False),
    spared="terms a^4 sigma'' sigma'' sigma' sigma', where E a^4 = 3; orthogonal x_a and x_b",
    control=partial(evidence, True),
)
