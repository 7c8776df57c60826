"""Predictions of a trained graph, its accuracy, and its losses.

Scores are compared by the features in which two classes differ: what they share, which may be
larger than all else by many powers of ten, cancels exactly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.dynamics.neurashed.firing import balanced, finite, signals
from stability.dynamics.neurashed.graph import Floats
from stability.dynamics.neurashed.instances import Instances

EQUAL = 1e-12
"""Scores that differ by less than this share of what they do not share are equal."""


def score_gaps(instances: Instances, labels: ArrayLike, log_factors: ArrayLike) -> Floats:
    """Scores minus that of a label (..., n): gaps (..., n, classes).

    Raises DataError for factors so large that they are no finite numbers.

    >>> from stability.dynamics.neurashed.problems import shared_features
    >>> given = shared_features()
    >>> score_gaps(given, given.labels, [700.0, 0.0, 0.0, 0.0])[0].tolist()
    [0.0, -2.0]
    """
    tops = instances.graph.class_dependencies
    differences = tops - tops[:, None]  # [label, class]
    return _products(instances, differences[np.asarray(labels)], log_factors)


def predictions(instances: Instances, log_factors: ArrayLike) -> NDArray[np.int64]:
    """The class (..., n) with the largest score, the first of equal ones."""
    even = balanced(instances.graph, log_factors)
    count = len(instances.graph.classes)
    shape = np.broadcast_shapes(instances.labels.shape, (*even.shape[:-1], len(instances)))
    best = np.zeros(shape, dtype=np.int64)
    for number in range(1, count):
        gaps, sizes = _gaps_and_sizes(instances, best, even)
        best = np.where(gaps[..., number] > EQUAL * sizes[..., number], number, best)
    return best


def accuracy(instances: Instances, log_factors: ArrayLike) -> Floats:
    """The share (...) of instances whose class has the largest score; one of k equal counts 1/k.

    >>> from stability.dynamics.neurashed.problems import shared_features
    >>> float(accuracy(shared_features(), [0.0, 0.0, 0.0, -800.0]))
    0.75
    """
    even = balanced(instances.graph, log_factors)
    gaps, sizes = _gaps_and_sizes(instances, instances.labels, even)
    beaten = (gaps > EQUAL * sizes).any(axis=-1)
    equal = (np.abs(gaps) <= EQUAL * sizes).sum(axis=-1)  # the class itself is one of them
    return (~beaten / equal).mean(axis=-1)


def losses(instances: Instances, log_factors: ArrayLike) -> Floats:
    """The cross-entropy (..., n) of the softmax of the scores."""
    return np.logaddexp.reduce(score_gaps(instances, instances.labels, log_factors), axis=-1)


def residuals(instances: Instances, log_factors: ArrayLike) -> Floats:
    """1 - softmax of the label (..., n): the residual of the cross-entropy."""
    return -np.expm1(-losses(instances, log_factors))


def _gaps_and_sizes(
    instances: Instances, labels: NDArray[np.int64], log_factors: ArrayLike
) -> tuple[Floats, Floats]:
    """Gaps to a label, and the sums of the sizes of what they are made of (..., n, classes)."""
    tops = instances.graph.class_dependencies
    chosen = (tops - tops[:, None])[labels]
    return (
        _products(instances, chosen, log_factors),
        _products(instances, np.abs(chosen), log_factors),
    )


def _products(instances: Instances, weights: Floats, log_factors: ArrayLike) -> Floats:
    """Sums of the signals of the last hidden level, by weights (..., n, classes, features)."""
    with np.errstate(over="ignore", invalid="ignore"):
        top = signals(instances.graph, instances.firing, log_factors)[-1]
        found = (weights @ top[..., None])[..., 0]
    return finite(found, log_factors)
