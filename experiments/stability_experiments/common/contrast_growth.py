"""How fast the contrast between classes grows: alpha - beta where it can be told from noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stability_experiments.common.strength_curves import Curves, jackknife_error

Floats = NDArray[np.float64]
FROM, TO = 0.02, 0.05
"""Contrasts, in logits, between which growth is measured: above the noise, below saturation."""
TOGETHER = 5
"""Averages of class means that are averaged again, so that noise does not cross a level."""


def growth_rate(curves: Curves) -> tuple[float, float] | None:
    """The mean of alpha - beta while the contrast grows from FROM to TO, and its standard error.

    In the L-model the contrast, the mean of <Xbar^k, d_k>/|d_k| over classes, grows like
    exp((A - B) / K), so that this is K log 3 over the time between both. A contrast that grows to
    the other side (labels that are mostly wrong) counts with its size. None if the contrast, or
    that without one of the trials, never gets so far.
    """
    sign = np.sign(curves.contrasts[0][-1])
    times, *contrasts = (_averaged(c) for c in (curves.times, *curves.contrasts))
    found = [_rate(times, sign * c, curves.means.shape[1]) for c in contrasts]
    rates = [rate for rate in found if rate is not None]
    if len(rates) < len(found):
        return None
    return rates[0], float(jackknife_error(rates[1:]))


def _averaged(values: Floats) -> Floats:
    """The moving average (T - TOGETHER + 1,)."""
    return np.convolve(values, np.full(TOGETHER, 1.0 / TOGETHER), "valid")


def _rate(times: Floats, contrast: Floats, classes: int) -> float | None:
    """K log(TO / FROM) over the time between the last moments below FROM and TO."""
    above = np.flatnonzero(contrast >= TO)
    if not len(above):
        return None
    stop = int(above[0])
    below = np.flatnonzero(contrast[:stop] < FROM)
    if not len(below) or stop == 0:
        return None
    ends = [
        float(np.interp(level, contrast[k : k + 2], times[k : k + 2]))
        for level, k in ((FROM, int(below[-1])), (TO, stop - 1))
    ]
    return float(classes * np.log(TO / FROM) / (ends[1] - ends[0])) if ends[1] > ends[0] else None
