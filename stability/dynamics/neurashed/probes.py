"""Local elasticity in neurashed: how far an update at one instance moves the scores at another.

The impact of x on x' is |Z(x') after - Z(x') before|, of the whole score vector. Two probes: a
small growth of everything that fires at x, which is the model's tangent kernel, or one step as in
training. Neither changes the factors it is given.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from stability.dynamics.neurashed.firing import Firing, balanced, score_slopes, scores
from stability.dynamics.neurashed.graph import Floats
from stability.dynamics.neurashed.instances import Instances
from stability.dynamics.neurashed.outcomes import residuals
from stability.dynamics.neurashed.updates import LABEL, Updates
from stability.errors import DataError


def small_impacts(updated: Instances, observed: Instances, log_factors: ArrayLike) -> Floats:
    """Impacts (..., n, n') of multiplying what fires at x by 1 + epsilon, per epsilon -> 0.

    Exact: the norm of the derivatives of the scores at x' summed over what fires at x.
    """
    slopes = score_slopes(observed.graph, observed.firing, log_factors)  # (..., n', classes, F)
    fires = updated.firing.features.astype(np.float64)
    *lead, points, classes, features = slopes.shape
    flat = slopes.reshape(*lead, points * classes, features)
    moved = (fires @ np.swapaxes(flat, -1, -2)).reshape(
        *np.broadcast_shapes(tuple(lead), fires.shape[:-2]), -1, points, classes
    )
    return np.linalg.norm(moved, axis=-1)


def step_impacts(
    updated: Instances, observed: Instances, log_factors: ArrayLike, updates: Updates
) -> Floats:
    """Impacts (..., n, n') of one real step on each instance alone, decay and all."""
    graph, ln = observed.graph, np.asarray(log_factors, dtype=np.float64)
    exposure = 1.0 if updates.exposure is None else updates.exposure
    up: ArrayLike = exposure * updates.growth
    if updates.gated:
        up = up * residuals(updated, ln)[..., None]
    change = np.where(updated.firing.features, up, -exposure * updates.decay)
    if updates.scope == LABEL:
        change = change * graph.reach[updated.labels]
    before = scores(graph, observed.firing, ln)[..., None, :, :]
    shared = Firing(tuple(level[..., None, :, :] for level in observed.firing.levels))
    after = scores(graph, shared, ln[..., None, :] + change)
    return np.linalg.norm(after - before, axis=-1)


def relative_elasticity(impacts: ArrayLike) -> Floats:
    """Impacts (..., n, n) among points over that of each on itself: ones on the diagonal.

    Raises DataError for a point that does not move itself.

    >>> relative_elasticity([[2.0, 1.0], [0.0, 4.0]]).tolist()
    [[1.0, 0.5], [0.0, 1.0]]
    """
    table = np.asarray(impacts, dtype=np.float64)
    own = np.diagonal(table, axis1=-2, axis2=-1)
    if not (own > 0).all():
        raise DataError(
            where="impacts", found="an instance that does not move itself",
            allowed="instances at which some feature below a class fires",
        )  # fmt: skip
    return table / own[..., None]


def elasticity(instances: Instances, log_factors: ArrayLike) -> Floats:
    """Relative elasticity (..., n, n) among instances in the limit of small steps.

    Only ratios of factors within a level matter, so factors of any size can be given.

    >>> from stability.dynamics.neurashed.problems import shared_features
    >>> elasticity(shared_features(), np.zeros(4))[0].round(2).tolist()
    [1.0, 1.0, 0.45, 0.45, 0.32, 0.32, 0.0, 0.0]
    """
    even = balanced(instances.graph, log_factors)
    return relative_elasticity(small_impacts(instances, instances, even))


def grouped_elasticity(instances: Instances, log_factors: ArrayLike, groups: ArrayLike) -> Floats:
    """Relative elasticity (..., groups) by groups of pairs of classes: a ratio of means.

    `groups` (classes, classes): a number from 0 for the class of the updated instance (row) and of
    the observed one. The mean impact on other instances in a group, over the mean impact of
    instances on themselves; NaN for a group without pairs. Ratios of single instances, whose means
    `elasticity` gives, vary more. Raises DataError if no instance moves itself.

    >>> from stability.dynamics.neurashed.problems import shared_features
    >>> kinds = 1 - np.eye(2, dtype=int)
    >>> grouped_elasticity(shared_features(), np.zeros(4), kinds).round(3).tolist()
    [0.683, 0.278]
    """
    impacts = small_impacts(instances, instances, balanced(instances.graph, log_factors))
    own = np.diagonal(impacts, axis1=-2, axis2=-1).mean(axis=-1)
    if not (own > 0).all():
        raise DataError(
            where="impacts", found="instances none of which moves itself",
            allowed="instances at some of which a feature below a class fires",
            remedy="Let primitives fire more often.",
        )  # fmt: skip
    y, table = instances.labels, np.asarray(groups)
    kinds = table[y[..., :, None], y[..., None, :]]
    others = ~np.eye(len(instances), dtype=bool)
    masks = [(kinds == k) & others for k in range(int(table.max()) + 1)]
    sums = np.stack([(impacts * mask).sum(axis=(-2, -1)) for mask in masks], axis=-1)
    counts = np.stack([mask.sum(axis=(-2, -1)) for mask in masks], axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return sums / counts / own[..., None]


def firing_rates(instances: Instances) -> Floats:
    """How often (F,) a feature fires for instances of the classes that are made of it.

    Means over all instances (..., n); the p of `Updates.drift`.

    >>> from stability.dynamics.neurashed.problems import shared_features
    >>> firing_rates(shared_features()).tolist()
    [0.5, 1.0, 0.5, 1.0]
    """
    touched = instances.graph.reach[instances.labels]
    fires = instances.firing.features & touched
    axes = tuple(range(touched.ndim - 1))
    return fires.sum(axis=axes) / np.maximum(touched.sum(axis=axes), 1)
