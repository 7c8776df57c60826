"""The tail of measured changes, fitted: what larger ones might look like. Never a bound."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.conventions import Kind
from stability.errors import DataError, SetupError

FEWEST = 30
"""Values above the threshold without which no tail is fitted."""


@dataclass(frozen=True)
class TailEstimate:
    """A generalised Pareto law fitted to the values above `threshold`. An estimate only.

    P(value - threshold > x | value > threshold) is taken to be (1 + shape x / scale)^(-1/shape),
    exp(-x/scale) for shape 0. `share` of all `values` lie above the threshold, `exceedances` of
    them; `seen` is the largest. It extrapolates one sample, one training and the pairs at hand
    under a law that is assumed; the supremum in a stability constant is over samples too. So it
    tells whether the largest value seen is likely to be near the end, and nothing more; `kind`
    is "estimate". Source: Pickands (Annals of Statistics 1975); Coles, An Introduction to
    Statistical Modeling of Extreme Values (2001), chapter 4.
    """

    threshold: float
    shape: float
    scale: float
    share: float
    exceedances: int
    values: int
    seen: float
    kind: Kind = Kind.ESTIMATE

    @property
    def endpoint(self) -> float:
        """Where the fitted law ends: an estimate of the supremum, infinite if shape >= 0."""
        if self.shape >= 0.0:
            return math.inf
        return self.threshold - self.scale / self.shape

    def level(self, count: float) -> float:
        """The value that one in `count` exceeds under the fitted law, for count > 1 / share.

        `level(number of all pairs)` estimates the supremum over a finite population.
        """
        from scipy.stats import genpareto

        if not count * self.share >= 1.0:
            raise SetupError(
                where="tail.level",
                found=count,
                allowed=f"at least {1.0 / self.share:.6g}: the fit begins at its threshold",
            )
        return self.threshold + float(
            genpareto.isf(1.0 / (count * self.share), self.shape, scale=self.scale)
        )

    def __str__(self) -> str:
        end = "no end" if math.isinf(self.endpoint) else f"an end at {self.endpoint:.4g}"
        return (
            f"estimate, not a bound: largest seen {self.seen:.4g}; fitted tail (shape "
            f"{self.shape:.3f}, {self.exceedances} values above {self.threshold:.4g}) has {end}"
        )


def fit_tail(values: ArrayLike, share: float = 0.05) -> TailEstimate:
    """Fit the largest `share` of non-negative values (any shape) by maximum likelihood.

    Values such as m |change of the loss| over pairs, or one maximum per deleted example (which
    are nearer to independent). Raises DataError for values that are negative or not finite or
    fewer than 30 above the threshold, SetupError for a share outside (0, 1).

    >>> values = np.random.default_rng(0).uniform(size=20000)
    >>> tail = fit_tail(values)
    >>> abs(tail.endpoint - 1.0) < 0.01, tail.kind.value
    (True, 'estimate')
    """
    from scipy.stats import genpareto

    if not 0.0 < share < 1.0:
        raise SetupError(
            where="tail.share", found=share, allowed="a number strictly between 0 and 1"
        )
    data = np.asarray(values, dtype=np.float64).ravel()
    if data.size == 0 or not np.isfinite(data).all() or data.min() < 0.0:
        raise DataError(
            where="tail.values", found="no values, negative or infinite ones",
            allowed="finite numbers of at least 0", remedy="Give absolute changes.",
        )  # fmt: skip
    threshold = float(np.quantile(data, 1.0 - share))
    above: NDArray[np.float64] = data[data > threshold] - threshold
    if len(above) < FEWEST:
        raise DataError(
            where="tail.values",
            found=f"{len(above)} values above {threshold:g}",
            allowed=f"at least {FEWEST}",
            remedy="Give more values or a larger share.",
        )
    unit = float(above.mean())
    shape, _, scale = genpareto.fit(above / unit, floc=0.0)
    return TailEstimate(
        threshold, float(shape), float(scale) * unit, len(above) / data.size, len(above),
        data.size, float(data.max()),
    )  # fmt: skip
