"""From recorded logits to class means and strengths over time, with errors by the jackknife."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.dynamics import (
    StrengthEstimates,
    drawn_class_means,
    estimate_identity,
    estimate_logits,
    estimate_logits_published,
)
from stability.dynamics.sde.model import directions

Floats = NDArray[np.float64]
ESTIMATORS: dict[str, Callable[[ArrayLike], StrengthEstimates]] = {
    "I-model": estimate_identity,
    "L-model": estimate_logits,
    "L-model as published": estimate_logits_published,
}
LAST = 0.1
"""The share of the course, at its end, over which numbers at the end are averaged."""


@dataclass(frozen=True, eq=False)
class Curves:
    """Class means (T, K, K) at times (T,), of all trials and without each of them (trials, ...)."""

    times: Floats
    means: Floats
    without: Floats

    @classmethod
    def of(cls, logits: ArrayLike, labels: ArrayLike, block: int) -> Curves:
        """From logits (steps, trials, K) and labels (steps, trials), `block` steps together."""
        given, names = np.asarray(logits, dtype=np.float64), np.asarray(labels)
        classes, trials = given.shape[2], given.shape[1]
        others = [np.delete(np.arange(trials), k) for k in range(trials)]
        means = drawn_class_means(given, names, classes, block)
        return cls(
            block * (np.arange(len(means)) + 0.5) - 0.5,
            means,
            np.stack([drawn_class_means(given[:, o], names[:, o], classes, block) for o in others]),
        )

    def strengths(self, estimator: str) -> Strengths:
        """A and B over time by one of the `ESTIMATORS`."""
        estimate = ESTIMATORS[estimator]
        each = [estimate(means) for means in self.without]
        all_in = estimate(self.means)
        return Strengths(
            self.times,
            np.stack([all_in.intra, all_in.inter]),
            np.stack([[e.intra, e.inter] for e in each]),
        )

    @property
    def contrasts(self) -> Floats:
        """The mean of <Xbar^k, d_k>/|d_k| over classes (1 + trials, T): of all, without each."""
        q = directions(self.means.shape[-1])
        return (np.concatenate([self.means[None], self.without]) * q).sum(axis=-1).mean(axis=-1)

    def contrast_at_end(self) -> tuple[float, float]:
        """The mean contrast over the end of the course, and its standard error."""
        ends = self.contrasts[:, self.times >= (1.0 - LAST) * self.times[-1]].mean(axis=1)
        return float(ends[0]), float(jackknife_error(ends[1:]))

    def first_over_error(self) -> float:
        """How many standard errors the deviations of the first class means from their mean are.

        The root mean square over classes and features: about 1 if the start is nothing but chance.
        """
        first = np.concatenate([self.means[None], self.without])[:, 0]
        apart = first - first.mean(axis=1, keepdims=True)
        errors = jackknife_error(apart[1:])
        return float(np.sqrt(np.mean(np.square(apart[0] / errors))))


@dataclass(frozen=True, eq=False)
class Strengths:
    """A and B (2, T) at times (T,), and the same without each trial (trials, 2, T)."""

    times: Floats
    totals: Floats
    without: Floats

    @property
    def errors(self) -> Floats:
        """Standard errors (2, T)."""
        return jackknife_error(self.without)

    def at_end(self) -> tuple[Floats, Floats]:
        """A and B (2,), the mean over the end of the course, and standard errors (2,)."""
        last = self.times >= (1.0 - LAST) * self.times[-1]
        return self.totals[:, last].mean(axis=1), jackknife_error(
            self.without[:, :, last].mean(axis=2)
        )


def jackknife_error(without: ArrayLike) -> Floats:
    """The standard error (...) of a number from its values without each trial (trials, ...).

    >>> round(float(jackknife_error([2.0, 3.0, 4.0])), 4)  # of the mean of 1, 3, 5: 2 / sqrt(3)
    1.1547
    """
    values = np.asarray(without, dtype=np.float64)
    trials = len(values)
    spread = np.square(values - values.mean(axis=0)).sum(axis=0)
    return np.sqrt(spread * (trials - 1) / trials)
