"""The locally elastic SDE for logits: without elasticity classes may separate, with wrong logits.

dX = drift dt + sigma dW for n examples of each of K classes, where the drift of class k is
(1/K) sum_l E_kl H_l (mean of class l), E_kl = alpha for l = k and beta else, H_l the projection on
d_l = e_l - 1/K for the L-model and the identity for the I-model. Deviations from class means have
no drift and are drawn at the end; the means take Euler steps. In the L-model differences of means
have a mode that grows like exp((alpha + beta/(K - 1)) t/K), against noise that grows like sqrt(t).
"""

from __future__ import annotations

from functools import partial
from math import sqrt

import numpy as np
from scipy.optimize import linprog
from scipy.stats import binomtest

from stability_proofs.errata.erratum import Comparison, Erratum, Evidence, Method

CLASSES, EXAMPLES, TRIALS = 3, 30, 60
TIME, STEP, NOISE, SEED = 1500.0, 0.25, 0.1, 7
CONFIDENCE = 0.999
PAIRS = ((0, 1), (0, 2), (1, 2))
DIRECTIONS = np.eye(CLASSES) - 1 / CLASSES
HALF = 0.5
"""What a probability that tends to 0 is below from some time on."""


def drift(alpha: float, beta: float, logits: bool) -> np.ndarray:
    """The matrix that moves the class means, all coordinates of class 1 first."""
    strengths = np.full((CLASSES, CLASSES), beta) + (alpha - beta) * np.eye(CLASSES)
    steers = [np.outer(d, d) / (d @ d) if logits else np.eye(CLASSES) for d in DIRECTIONS]
    rows = [[strengths[k, o] / CLASSES * steers[o] for o in range(CLASSES)] for k in range(CLASSES)]
    return np.block(rows)


def features(alpha: float, beta: float, logits: bool) -> np.ndarray:
    """Features at the end, (trials, classes, examples, coordinates)."""
    generator = np.random.default_rng(SEED)
    moves = STEP * drift(alpha, beta, logits).T
    means = np.tile(DIRECTIONS.ravel(), (TRIALS, 1))
    for _ in range(round(TIME / STEP)):
        shaken = generator.normal(size=means.shape) * sqrt(STEP / EXAMPLES)
        means = means + means @ moves + NOISE * shaken
    own = generator.normal(size=(TRIALS, CLASSES, EXAMPLES, CLASSES)) * sqrt(TIME)
    own = NOISE * (own - own.mean(axis=2, keepdims=True))
    return means.reshape(TRIALS, CLASSES, 1, CLASSES) + own


def separable(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether a hyperplane has one class on each side, by linear programming."""
    centre = (first.mean(axis=0) + second.mean(axis=0)) / 2
    points = np.vstack([first - centre, centre - second])
    sides = np.c_[points, np.repeat([1.0, -1.0], [len(first), len(second)])]
    ones = np.ones(len(sides))
    return linprog(np.zeros(sides.shape[1]), -sides, -ones, bounds=(None, None)).status == 0


def share(quantity: str, events: list[bool]) -> Comparison:
    """How often something happened that should become rare, with its confidence interval."""
    interval = binomtest(sum(events), len(events)).proportion_ci(CONFIDENCE, "exact")
    return Comparison(quantity, HALF, float(interval.low), float(interval.high))


def evidence(alpha: float, beta: float, logits: bool) -> Evidence:
    """How often all pairs of classes are separable, and how often the logits are right."""
    trials = features(alpha, beta, logits)
    apart = [all(separable(x[a], x[b]) for a, b in PAIRS) for x in trials]
    truth = np.arange(CLASSES)[:, None]
    right = [bool((x.argmax(axis=2) == truth).all()) for x in trials]
    return Evidence(
        share(f"probability that classes are separable at t = {TIME:g}", apart),
        share(f"probability that the logits classify all examples at t = {TIME:g}", right),
    )


ERRATUM = Erratum(
    slug="zhang2021-logits",
    source="Zhang, Wang and Su 2021, locally elastic SDE, separability theorem read for the "
    "L-model (as remembered)",
    printed="without local elasticity, alpha <= beta, the classes are not separable, with "
    "probability tending to 1",
    instance="L-model, K = 3 classes of n = 30, alpha = 0.01, beta = 0.02, noise 0.1, class means "
    "starting at d_k; 60 trials",
    method=Method.SIMULATION,
    corrected="they are not correctly classified by the logits, with probability tending to 1",
    theorem=None,
    evidence=partial(evidence, 0.01, 0.02, True),
    spared="the same for the I-model",
    control=partial(evidence, 0.01, 0.02, False),
)
