"""How far updates on a class move another: one definition, for networks and for graphs.

An update at x moves the scores at x' by a vector. Its impact is the length of that vector, or of
the change of the probabilities that it makes. The relative elasticity of two classes is the mean
impact of updates in one on examples of the other, over the mean impact of these updates on
themselves.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.elasticity.class_averages import class_means

Floats = NDArray[np.float64]
LOGITS, PREDICTIONS = "logits", "predictions"
SEEN = (LOGITS, PREDICTIONS)


def lengths(moved: Floats, outputs: Floats) -> Floats:
    """Lengths (2, ...) of changes of logits (..., K) and of the probabilities, to first order.

    `outputs` (..., K): the logits there, before the change.
    """
    from scipy.special import softmax

    p = softmax(outputs, axis=-1)
    probabilities = p * (moved - (p * moved).sum(axis=-1, keepdims=True))
    return np.stack([np.linalg.norm(part, axis=-1) for part in (moved, probabilities)])


def class_elasticity(
    impacts: ArrayLike, own: ArrayLike, updated: ArrayLike, observed: ArrayLike, classes: int
) -> Floats:
    """Relative elasticity (classes, classes), row: class of the updated example.

    `impacts` (n, n'), `own` (n,): that of each update at its own example; labels (n,) and (n',).

    >>> class_elasticity([[1.0, 0.5], [0.1, 0.4]], [2.0, 0.4], [0, 1], [0, 1], 2).tolist()
    [[0.5, 0.25], [0.25, 1.0]]
    """
    y = np.asarray(updated)
    itself = np.asarray(own, dtype=np.float64)
    means = np.array([itself[y == k].mean() for k in range(classes)])
    return class_means(impacts, y, observed, classes).values / means[:, None]


def same_class_share(elasticity: ArrayLike) -> Floats:
    """The part (...) of all impacts (..., K, K) that stays in the class: 1/K without structure.

    >>> float(same_class_share([[1.0, 0.0], [0.5, 0.5]]))
    0.75
    """
    S = np.asarray(elasticity, dtype=np.float64)
    return np.trace(S, axis1=-2, axis2=-1) / S.sum(axis=(-2, -1))
