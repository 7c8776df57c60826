"""Numbers of the paper, read off its figures, by share of wrong labels; and the law."""

from __future__ import annotations

from math import log, sqrt

SOURCE = "read off figure {}, arXiv:2110.05960v2"
ACCURACY = {0.0: 1.0, 0.3: 0.95, 0.5: 0.57, 2 / 3: 0.335, 0.8: 0.22}
LOSS = {0.0: 0.0, 0.3: 0.48, 0.5: 1.02, 2 / 3: 1.10, 0.8: 1.135}
"""On clean validation images after 10,000 iterations."""
LEVEL_INTRA = {0.0: 0.675, 0.3: 0.735, 0.5: 0.835, 2 / 3: 1.01, 0.8: 1.015}
LEVEL_INTER = {0.0: 1.13, 0.3: 0.935, 0.5: 1.09, 2 / 3: 1.065, 0.8: 1.02}
"""Published as tail indices of alpha and beta."""
TOTALS = {"I-model": (19.3, 0.0), "L-model as published": (18.3, -1.2)}
"""A and B at the end, without wrong labels."""
NEAR = {"accuracy": 0.05, "loss": 0.08, "level": 0.1, "total": 4.0}
"""Tolerances: what the reading of figures and few trainings leave open."""


def law(share: float) -> float:
    """1 - p K/(K - 1) for K = 3: what wrong labels leave of the drift towards the right class.

    A sample of class k has label l with probability (1 - p if l = k, else p/2), and
    sum_l P(l) d_l = (1 - 3p/2) d_k.

    >>> round(law(2 / 3), 12)
    0.0
    """
    return 1.0 - 1.5 * share


def posterior_contrast(share: float) -> float:
    """<x, d_k>/|d_k| of logits x that give class k its true probability, 1 - p against p/2 each.

    >>> round(posterior_contrast(0.3), 3), posterior_contrast(2 / 3)
    (1.258, 0.0)
    """
    return round(sqrt(2 / 3) * log(2 * (1 - share) / share), 12) + 0.0
