"""Confidence statements about a mean: one that is a theorem, one that is a rule of thumb."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.errors import DataError, SetupError

_SLACK = 1.0 + 2.0**-48  # the sums below are within 2^-49 of their values, all terms positive


def empirical_bernstein_upper(values: ArrayLike, upper: float, failure: float) -> float:
    """A number that the mean exceeds with probability at most `failure`.

    `values` (n,), n >= 2, must be independent draws from one distribution on [0, upper], with
    `upper` known beforehand (not the largest value seen). The result is
        mean + sqrt(2 V log(2 / failure) / n) + 7 upper log(2 / failure) / (3 (n - 1)),
    V the sample variance with divisor n - 1, or `upper` if that is smaller, and it is rounded
    up: never below the exact value of the formula. Certified with confidence 1 - failure.

    Raises DataError for too few values or values outside [0, upper], SetupError for `upper` or
    `failure` that are not allowed. Source: Maurer and Pontil (COLT 2009), Theorem 4, scaled
    from [0, 1] and reflected (x to upper - x leaves V alone).

    >>> round(empirical_bernstein_upper([0.0] * 101, upper=1.0, failure=0.05), 6)  # 7 log 40/300
    0.086074
    """
    _positive("upper", upper)
    _probability("failure", failure)
    data = _values(values, "empirical_bernstein_upper", minimum=2)
    if data.min() < 0.0 or data.max() > upper:
        raise DataError(
            where="empirical_bernstein_upper.values",
            found=f"values from {data.min():g} to {data.max():g}",
            allowed=f"values from 0 to upper = {upper:g}",
            remedy="Use an upper end that holds for every possible value.",
        )
    n = len(data)
    scaled = data / upper
    mean = math.fsum(scaled) / n
    # Deviations from any centre give at least the variance: rounding the mean is safe.
    variance = math.fsum((scaled - mean) ** 2) / (n - 1)
    weight = math.log(2.0 / failure)
    value = mean + math.sqrt(2.0 * variance * weight / n) + 7.0 * weight / (3.0 * (n - 1))
    return min(float(upper), math.nextafter(value * upper * _SLACK, math.inf))


def binomial_upper(errors: int, draws: int, failure: float) -> float:
    """A number that the error probability exceeds with probability at most `failure`.

    `errors` of `draws` independent draws were errors. It is the exact upper limit of Clopper and
    Pearson (Biometrika 1934), rounded up: at the number returned, so few errors have a probability
    of at most `failure`. For the training error of weights with noise draw the noise and an
    example anew each time, and charge `failure` to the total.

    Raises DataError for counts that do not fit, SetupError for `failure` outside (0, 1).

    >>> round(binomial_upper(0, 100, 0.05), 6)  # 1 - 0.05^(1/100)
    0.029513
    """
    from scipy.special import bdtr, betaincinv

    _probability("failure", failure)
    whole = float(errors).is_integer() and float(draws).is_integer()
    if not (whole and 0 <= errors <= draws and draws >= 1):
        raise DataError(
            where="binomial_upper",
            found=f"{errors} errors of {draws} draws",
            allowed="whole numbers, one draw at least and no more errors than draws",
        )
    if errors == draws:
        return 1.0
    found = min(1.0, float(betaincinv(errors + 1, draws - errors, 1.0 - failure)) * (1 + 1e-9))
    step = 1e-9
    while found < 1.0 and not bdtr(errors, draws, found) <= failure * (1.0 - 1e-10):
        found, step = min(1.0, found + step * (1.0 - found)), 2.0 * step
    return found


def bootstrap_mean_interval(
    values: ArrayLike, confidence: float = 0.95, resamples: int = 2000, seed: int = 0
) -> tuple[float, float]:
    """The percentile bootstrap interval (low, high) of a mean. A plug-in, not a guarantee.

    `values` (n,) independent draws; `resamples` draws of n values with replacement. The
    interval is approximate for large n and too narrow for small n or heavy tails.

    Raises DataError for no values or values not finite, SetupError for the other arguments.
    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), section 13.3.

    >>> bootstrap_mean_interval([2.0, 2.0, 2.0])
    (2.0, 2.0)
    """
    _probability("confidence", confidence)
    _positive("resamples", resamples)
    data = _values(values, "bootstrap_mean_interval", minimum=1)
    generator = np.random.default_rng(seed)
    means = np.empty(int(resamples))
    for k in range(len(means)):
        means[k] = data[generator.integers(len(data), size=len(data))].mean()
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(means, [tail, 1.0 - tail])
    return float(low), float(high)


def _values(values: ArrayLike, where: str, minimum: int) -> NDArray[np.float64]:
    data = np.asarray(values, dtype=np.float64)
    if data.ndim != 1 or len(data) < minimum or not np.isfinite(data).all():
        raise DataError(
            where=f"{where}.values",
            found=f"an array of shape {data.shape}, finite: {bool(np.isfinite(data).all())}",
            allowed=f"a list of at least {minimum} finite numbers",
            remedy="Remove missing values on purpose, never in silence.",
        )
    return data


def _probability(name: str, value: float) -> None:
    if not 0.0 < value < 1.0:
        raise SetupError(
            where=name, found=value, allowed="a number strictly between 0 and 1", remedy=""
        )


def _positive(name: str, value: float) -> None:
    if not (value > 0.0 and math.isfinite(value)):
        raise SetupError(where=name, found=value, allowed="a finite number above 0", remedy="")
