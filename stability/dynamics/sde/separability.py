"""Whether classes come apart: shares of pairs, distances over spreads, and what is predicted."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.dynamics.sde.inputs import Floats, array_of, count_of, number_of
from stability.dynamics.sde.model import IDENTITY, LocallyElasticSDE
from stability.dynamics.sde.strengths import checked_times
from stability.errors import DataError, SetupError


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
    a class along their difference, the root mean square of both classes. It is infinite without
    any spread, as at a start where the samples of a class are one point, and 0 for equal means.
    Raises DataError for classes of one sample, which have no spread.

    >>> float(separation_ratio([[[0.0], [2.0]], [[10.0], [12.0]]]))
    10.0
    """
    pairs = []
    for one, other, gap in _pairs(checked_features(features, least=2)):
        squared = np.square(gap).sum(axis=-1)
        # Projections on the difference itself, not on its unit vector, so that it may be 0.
        spreads = [np.sum(f * gap[..., None, :], axis=-1).var(axis=-1) for f in (one, other)]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = squared / np.sqrt((spreads[0] + spreads[1]) / 2)
        pairs.append(np.where(squared == 0.0, 0.0, ratio))
    return np.mean(pairs, axis=0)


def predicted_ratio(
    model: LocallyElasticSDE, gap: float, times: ArrayLike, classes: int, spread: float = 0.0
) -> Floats:
    """Distance over spread (T,) in the I-model: gap exp((A - B) / K) / sqrt(spread^2 + noise^2 t).

    `gap` is the distance of two class means at time 0, `spread` the standard deviation within
    classes then. With probability tending to 1 the classes separate if and only if it tends to
    infinity, that is if (A - B) / K - log(t) / 2 does. It is infinite at time 0 without a spread.

    Raises SetupError for the L-model, whose classes have no such law, and for a gap or a spread
    that is negative.

    >>> from stability.dynamics.sde.strengths import fading_strengths
    >>> model = LocallyElasticSDE(fading_strengths(critical_scale(3), 1.0), noise=0.1)
    >>> predicted_ratio(model, np.sqrt(2), [100.0, 1000.0], 3).round(2).tolist()  # flat
    [14.21, 14.15]
    """
    when = checked_times(times)
    classes = count_of(classes, "predicted_ratio.classes", 2)
    for name, size in (("gap", gap), ("spread", spread)):
        number_of(size, f"predicted_ratio.{name}", "a finite number of at least 0", least=0.0)
    if model.kind != IDENTITY:
        raise SetupError(
            where="predicted_ratio",
            found=model.kind,
            allowed=IDENTITY,
            remedy="In the L-model differences of classes grow with the larger of two modes.",
        )
    A, B = model.totals(when, classes)
    with np.errstate(divide="ignore", invalid="ignore"):
        return gap * np.exp((A - B) / classes) / np.sqrt(spread**2 + model.noise**2 * when)


def critical_scale(classes: int) -> float:
    """K/2: with alpha - beta = c/t classes separate for c above it, and do not below.

    >>> critical_scale(3)
    1.5
    """
    return count_of(classes, "critical_scale.classes", 2) / 2


def log_slope(times: ArrayLike, values: ArrayLike) -> float:
    """The slope of log(values) over log(times), by least squares; c/K - 1/2 for alpha = c/t.

    Raises DataError unless there are two times at least, and times and values are above 0.

    >>> round(log_slope([10.0, 100.0, 1000.0], [1.0, 10.0, 100.0]), 12)
    1.0
    """
    allowed = "as many times as values (T,), all finite and above 0, with two different times"
    when, found = (array_of(given, "log_slope", allowed) for given in (times, values))
    fits = when.ndim == 1 and when.shape == found.shape and len(np.unique(when)) > 1
    if not fits or not all(np.isfinite(v).all() and (v > 0.0).all() for v in (when, found)):
        raise DataError(
            where="log_slope",
            found=f"times {when.shape} and values {found.shape}, or numbers that have no logarithm",
            allowed=allowed,
        )
    return float(np.polyfit(np.log(when), np.log(found), 1)[0])


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


def checked_features(features: ArrayLike, least: int = 1) -> Floats:
    """Features (..., K, n, p) as an array, of `least` samples in each class at least.

    Raises DataError for other shapes, less than two classes and numbers that are not finite.
    """
    allowed = "finite numbers (..., classes, samples, features) with at least two classes"
    if least > 1:
        allowed += f" and {least} samples of each"
    given = array_of(features, "features", allowed)
    fits = given.ndim >= 3 and given.shape[-3] >= 2 and 0 not in given.shape
    if not fits or given.shape[-2] < least or not np.isfinite(given).all():
        raise DataError(
            where="features",
            found=f"an array of shape {given.shape}, or numbers that are not finite",
            allowed=allowed,
        )
    return given


def _pairs(features: Floats) -> list[tuple[NDArray, NDArray, NDArray]]:
    """For each pair of classes their samples (..., n, p), and the difference of means (..., p)."""
    means = features.mean(axis=-2)
    return [
        (features[..., a, :, :], features[..., b, :, :], means[..., b, :] - means[..., a, :])
        for a, b in combinations(range(features.shape[-3]), 2)
    ]
