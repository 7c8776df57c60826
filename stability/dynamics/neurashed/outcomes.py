"""Predictions of a trained graph, its accuracy, and its losses."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.dynamics.neurashed.firing import balanced, scores
from stability.dynamics.neurashed.graph import Floats
from stability.dynamics.neurashed.instances import Instances

EQUAL = 1e-12
"""Scores that differ by less than this share are equal."""


def predictions(instances: Instances, log_factors: ArrayLike) -> NDArray[np.int64]:
    """The class (..., n) with the largest score, the first of equal ones."""
    return _scores(instances, log_factors).argmax(axis=-1)


def accuracy(instances: Instances, log_factors: ArrayLike) -> Floats:
    """The share (...) of instances whose class has the largest score; one of k equal counts 1/k.

    >>> from stability.dynamics.neurashed.problems import shared_features
    >>> float(accuracy(shared_features(), [0.0, 0.0, 0.0, -50.0]))
    0.75
    """
    Z = _scores(instances, log_factors)
    highest = Z.max(axis=-1, keepdims=True) * (1.0 - EQUAL) <= Z
    own = np.take_along_axis(highest, _column(instances.labels, Z), axis=-1)[..., 0]
    return (own / highest.sum(axis=-1)).mean(axis=-1)


def losses(instances: Instances, log_factors: ArrayLike) -> Floats:
    """The cross-entropy (..., n) of the softmax of the scores."""
    Z = scores(instances.graph, instances.firing, log_factors)
    return np.logaddexp.reduce(
        Z - np.take_along_axis(Z, _column(instances.labels, Z), axis=-1), axis=-1
    )


def residuals(instances: Instances, log_factors: ArrayLike) -> Floats:
    """1 - softmax of the label (..., n): the residual of the cross-entropy."""
    return -np.expm1(-losses(instances, log_factors))


def _scores(instances: Instances, log_factors: ArrayLike) -> Floats:
    """Scores up to one positive number, which factors of any size have."""
    graph = instances.graph
    return scores(graph, instances.firing, balanced(graph, log_factors))


def _column(labels: NDArray[np.int64], Z: Floats) -> NDArray[np.int64]:
    return np.broadcast_to(labels, Z.shape[:-1])[..., None]
