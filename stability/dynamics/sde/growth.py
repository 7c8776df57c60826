"""What accumulated strengths say about strengths over time: rates, and two kinds of index."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from stability.dynamics.sde.inputs import Floats, array_of, count_of
from stability.dynamics.sde.separability import log_slope
from stability.errors import DataError, SetupError

LAST = 1000
"""How many of the last looks the published index takes."""


def strength_rates(total: ArrayLike, window: int, spacing: float = 1.0) -> Floats:
    """The strength (T,) from its integral A or B (T,), at looks that are `spacing` apart.

    By a Savitzky-Golay filter: the slope of a parabola fitted to `window` looks around each.
    Published: windows of 151 iterations for GeoMNIST, 551 for CIFAR-10.

    Raises SetupError for a window that is even, below 3, or longer than the record, and for a
    spacing that is not above 0.

    >>> strength_rates([0.0, 1.0, 4.0, 9.0, 16.0], 3).round(12).tolist()  # of t^2
    [0.0, 2.0, 4.0, 6.0, 8.0]
    """
    values = array_of(total, "strength_rates", "the integral (T,) of a strength")
    window = count_of(window, "strength_rates.window")
    if not (np.isfinite(spacing) and spacing > 0.0):
        raise SetupError(
            where="strength_rates.spacing", found=spacing, allowed="a finite number above 0"
        )
    if window < 3 or window % 2 == 0 or values.ndim != 1 or window > len(values):
        raise SetupError(
            where="strength_rates.window",
            found=f"a window of {window} for values {values.shape}",
            allowed="an odd number from 3 to the number of looks",
        )
    from scipy.signal import savgol_filter

    return np.asarray(savgol_filter(values, window, 2, deriv=1, delta=spacing))


def level_index(times: ArrayLike, total: ArrayLike, last: int = LAST) -> float:
    """1 - mean of log|A| / log t over the `last` looks: published as the tail index.

    It tells the level that A has reached at the end, not how alpha fades: it is below 1 if and only
    if A is above 1, and doubling A lowers it by log 2 / log t. For the tail see `tail_exponent`.
    Published for values that are mostly negative with their sign turned: here their size counts.

    Raises DataError for values that do not fit, are 0, or belong to times of at most 1.

    >>> round(level_index([1e4], [19.3]), 3)
    0.679
    """
    when, values = _checked(times, total, last)
    if when.min() <= 1.0:
        raise DataError(where="level_index.times", found=when.min(), allowed="times above 1")
    return float(1.0 - np.mean(np.log(np.abs(values)) / np.log(when)))


def tail_exponent(times: ArrayLike, total: ArrayLike, last: int = LAST) -> float:
    """r of alpha ~ t^(-r), from the growth of A ~ t^(1-r) over the `last` looks.

    1 less the slope of log|A| over log t. Where A has stopped growing r is 1 or more, and which of
    the two the growth does not tell. Raises DataError as `level_index`.

    >>> t = np.array([100.0, 1000.0, 10000.0])
    >>> round(tail_exponent(t, 5 * t**0.5), 12), round(tail_exponent(t, 7 + 0 * t), 12)
    (0.5, 1.0)
    """
    when, values = _checked(times, total, last)
    return 1.0 - log_slope(when, np.abs(values))


def _checked(times: ArrayLike, total: ArrayLike, last: int) -> tuple[Floats, Floats]:
    allowed = "as many finite values (T,) other than 0 as times (T,)"
    when, values = (array_of(v, "accumulated strength", allowed) for v in (times, total))
    if when.shape != values.shape or when.ndim != 1 or not np.isfinite([when, values]).all():
        raise DataError(
            where="accumulated strength",
            found=f"times {when.shape} and values {values.shape}, or numbers that are not finite",
            allowed=allowed,
        )
    last = count_of(last, "the number of last looks")
    when, values = when[-last:], values[-last:]
    if not len(when) or (values == 0.0).any():
        raise DataError(
            where="accumulated strength",
            found="nothing" if not len(when) else "a value of 0",
            allowed=allowed,
        )
    return when, values
