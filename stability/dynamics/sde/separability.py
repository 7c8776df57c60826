"""Whether classes come apart: shares of pairs, distances over spreads, and what is predicted."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.dynamics.sde.model import LocallyElasticSDE
from stability.dynamics.sde.strengths import Floats, checked_times
from stability.errors import DataError


def separated_share(features: ArrayLike) -> Floats:
    """The share (...) of pairs of classes that the line through their means separates.

    `features` (..., K, n, p). A pair is separated if along the difference of the two class means
    every sample of one class is beyond every sample of the other.

    >>> apart = [[[0.0], [1.0]], [[2.0], [3.0]], [[2.5], [4.0]]]
    >>> round(float(separated_share(apart)), 2)  # the last two overlap
    0.67
    """
    pairs = []
    for one, other, gap in _pairs(checked_features(features)):
        low = np.sum(one * gap[..., None, :], axis=-1).max(axis=-1)
        high = np.sum(other * gap[..., None, :], axis=-1).min(axis=-1)
        pairs.append(low < high)
    return np.mean(pairs, axis=0)


def separation_ratio(features: ArrayLike) -> Floats:
    """Distance over spread, the mean (...) over pairs of classes of features (..., K, n, p).

    The distance is that of the two class means; the spread is the standard deviation (divisor n) of
    a class along their difference, the root mean square of both classes.

    >>> float(separation_ratio([[[0.0], [2.0]], [[10.0], [12.0]]]))
    10.0
    """
    pairs = []
    for one, other, gap in _pairs(checked_features(features)):
        distance = np.linalg.norm(gap, axis=-1)
        along = gap / distance[..., None]
        spreads = [np.sum(f * along[..., None, :], axis=-1).var(axis=-1) for f in (one, other)]
        pairs.append(distance / np.sqrt((spreads[0] + spreads[1]) / 2))
    return np.mean(pairs, axis=0)


def predicted_ratio(
    model: LocallyElasticSDE, gap: float, times: ArrayLike, classes: int, spread: float = 0.0
) -> Floats:
    """Distance over spread (T,) in the I-model: gap exp((A - B) / K) / sqrt(spread^2 + noise^2 t).

    `gap` is the distance of two class means at time 0, `spread` the standard deviation within
    classes then. With probability tending to 1 the classes separate if and only if it tends to
    infinity, that is if (A - B) / K - log(t) / 2 does.

    >>> from stability.dynamics.sde.strengths import fading_strengths
    >>> model = LocallyElasticSDE(fading_strengths(critical_scale(3), 1.0), noise=0.1)
    >>> predicted_ratio(model, np.sqrt(2), [100.0, 1000.0], 3).round(2).tolist()  # flat
    [14.21, 14.15]
    """
    when = checked_times(times)
    A, B = model.strengths.accumulated(when)
    return gap * np.exp((A - B) / classes) / np.sqrt(spread**2 + model.noise**2 * when)


def critical_scale(classes: int) -> float:
    """K/2: with alpha - beta = c/t classes separate for c above it, and do not below.

    >>> critical_scale(3)
    1.5
    """
    return classes / 2


def log_slope(times: ArrayLike, values: ArrayLike) -> float:
    """The slope of log(values) over log(times), by least squares; c/K - 1/2 for alpha = c/t.

    >>> round(log_slope([10.0, 100.0, 1000.0], [1.0, 10.0, 100.0]), 12)
    1.0
    """
    return float(np.polyfit(np.log(checked_times(times)), np.log(np.asarray(values)), 1)[0])


def argmax_accuracy(features: ArrayLike) -> Floats:
    """The share (...) of samples whose largest feature is that of their class, (..., K, n, K).

    >>> float(argmax_accuracy([[[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [0.0, 2.0]]]))
    0.75
    """
    given = checked_features(features)
    if given.shape[-3] != given.shape[-1]:
        raise DataError(
            where="features",
            found=f"{given.shape[-1]} features for {given.shape[-3]} classes",
            allowed="logits, one for each class",
        )
    right = given.argmax(axis=-1) == np.arange(given.shape[-3])[:, None]
    return right.mean(axis=(-2, -1))


def checked_features(features: ArrayLike) -> Floats:
    """Features (..., K, n, p) as an array. Raises DataError for less than two classes."""
    given = np.asarray(features, dtype=np.float64)
    if given.ndim < 3 or given.shape[-3] < 2 or 0 in given.shape:
        raise DataError(
            where="features",
            found=f"an array of shape {given.shape}",
            allowed="(..., classes, samples, features) with at least two classes",
        )
    return given


def _pairs(features: Floats) -> list[tuple[NDArray, NDArray, NDArray]]:
    """For each pair of classes their samples (..., n, p), and the difference of means (..., p)."""
    means = features.mean(axis=-2)
    return [
        (features[..., a, :, :], features[..., b, :, :], means[..., b, :] - means[..., a, :])
        for a, b in combinations(range(features.shape[-3]), 2)
    ]
