"""Closed forms of `shared_features`: mean factors in training, and the relative elasticity.

By symmetry there are two factors: A of the shared features, which fire for half of the instances of
each class, and B of the two that belong to one class and always fire for it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from stability.dynamics.neurashed.graph import Floats
from stability.dynamics.neurashed.updates import Updates


class Pair(NamedTuple):
    """The factor of the shared features and of those of one class."""

    shared: Floats
    own: Floats


class Similarity(NamedTuple):
    """Relative elasticity of instances that share no pattern of features.

    `same_class`: of one class, with another shared feature; `other_class`: of two classes, with the
    same shared feature. Those of one class and sub-type have 1, of two classes without any 0.
    """

    same_class: Floats
    other_class: Floats


def mean_factors(seen: ArrayLike, updates: Updates, start: float) -> Pair:
    """Both factors after so many instances, one per step, with growth at its mean rate.

    With the gate dB/dn = (1/2) ln(up) B/(1 + e^{2B}), whose solution is implicit:
    ln B + Ei(2B) grows by ln(up)/2 per instance. Without it B = start up^(n/2). A = B down^(n/2).

    >>> from stability.dynamics.neurashed.updates import ResidualRates
    >>> shared, own = mean_factors([0, 800], ResidualRates(), 0.2)
    >>> own.round(3).tolist(), shared.round(3).tolist()
    ([0.2, 1.911], [0.2, 0.575])
    """
    n = np.asarray(seen, dtype=np.float64)
    growth = 0.5 * updates.growth * n
    own = _gated(growth, start) if updates.gated else start * np.exp(growth)
    return Pair(own * np.exp(-0.5 * updates.decay * n), own)


def similarity(shared: ArrayLike, own: ArrayLike) -> Similarity:
    """The mean over instances x of the impact at x' over that at x, for factors A and B.

    >>> [round(float(value), 3) for value in similarity(1.0, 1.0)]
    [0.54, 0.605]
    """
    A, B = np.asarray(shared, dtype=np.float64), np.asarray(own, dtype=np.float64)
    first, second = np.hypot(2 * A + 2 * B, 2 * A), np.hypot(A + 2 * B, A)
    root = np.sqrt(2.0)
    return Similarity(
        same_class=(2 * B / first + 2 * B / second) / 2,
        other_class=(root * A / first + 2 * root * A / second) / 2,
    )


def _gated(growth: Floats, start: float) -> Floats:
    """B at which ln B + Ei(2B) is `growth` above its value at the start."""
    from scipy.optimize import brentq
    from scipy.special import expi

    def grown(value: float) -> float:
        return float(np.log(value) + expi(2 * value) - np.log(start) - expi(2 * start))

    # ln B + Ei(2B) has slope (1 + e^{2B})/B > 1/B, so that ln B grows by less than `growth`.
    tops = start * np.exp(np.minimum(growth, 5.0)) + 1.0
    while (low := np.array([grown(top) for top in tops.flat]).reshape(tops.shape) < growth).any():
        tops = np.where(low, 2 * tops, tops)
    flat = zip(growth.flat, tops.flat, strict=True)
    found = [brentq(lambda B, g=g: grown(B) - g, start, top) if g else start for g, top in flat]
    return np.array(found).reshape(growth.shape)
