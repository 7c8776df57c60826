"""Closed forms of the relative similarity: linear models and wide two-layer ReLU networks."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.elasticity.similarity import relative

Floats = NDArray[np.float64]


def leverage_similarity(updated: ArrayLike, observed: ArrayLike | None = None) -> Floats:
    """|x . x' + 1| / (x . x + 1) (n, n'): a linear model with a bias, however deep.

    It grows with the length of x' and knows no locality. He and Su (2020), section 2.

    >>> leverage_similarity([[1.0]], [[1.0], [10.0]]).tolist()
    [[1.0, 5.5]]
    """
    rows = _points(updated)
    columns = rows if observed is None else _points(observed)
    return relative(rows @ columns.T + 1.0, (rows**2).sum(axis=1) + 1.0)


def coactivation_kernel(
    weights: ArrayLike,
    biases: ArrayLike,
    updated: ArrayLike,
    observed: ArrayLike | None = None,
    *,
    output_weights: ArrayLike | None = None,
) -> Floats:
    """The tangent kernel (n, n') of the first layer of a two-layer ReLU network.

    (x . x' + 1) times the sum of a_r^2 over the neurons r that are active at both points. `weights`
    (neurons, d), `biases` (neurons,), `output_weights` a (neurons,), default +-1 for all. Only the
    first layer is trained: He and Su (2020), section 2, under the assumptions of Li and Liang
    (2018).
    """
    rows = _points(updated)
    columns = rows if observed is None else _points(observed)
    W, b = np.asarray(weights, dtype=np.float64), np.asarray(biases, dtype=np.float64)
    squares = np.ones(len(W)) if output_weights is None else np.square(output_weights)
    left, right = (rows @ W.T + b > 0) * squares, (columns @ W.T + b > 0)
    return (rows @ columns.T + 1.0) * (left @ right.T.astype(np.float64))


def coactivation_similarity(
    weights: ArrayLike,
    biases: ArrayLike,
    updated: ArrayLike,
    observed: ArrayLike | None = None,
    *,
    output_weights: ArrayLike | None = None,
) -> Floats:
    """The relative similarity (n, n') that belongs to `coactivation_kernel`.

    It is that of a linear model times the share of the neurons active at x that are active at x'.
    Raises DataError for points at which no neuron is active.
    """
    K = coactivation_kernel(weights, biases, updated, observed, output_weights=output_weights)
    own = np.array(
        [
            coactivation_kernel(weights, biases, [x], output_weights=output_weights)[0, 0]
            for x in _points(updated)
        ]
    )
    return relative(K, own)


def activation_cosines(weights: ArrayLike, biases: ArrayLike, points: ArrayLike) -> Floats:
    """Cosines (n, n) between the patterns (0 or 1) of the active neurons of points (n, d)."""
    active = _points(points) @ np.asarray(weights).T + np.asarray(biases) > 0
    common = active.astype(np.float64) @ active.T
    lengths = np.sqrt(np.diagonal(common))
    return common / np.maximum(np.outer(lengths, lengths), 1.0)


def _points(points: ArrayLike) -> Floats:
    values = np.asarray(points, dtype=np.float64)
    return values.reshape(len(values), -1)
