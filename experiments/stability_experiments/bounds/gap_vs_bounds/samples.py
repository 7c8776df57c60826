"""Samples from a population that is known: the gap of logistic regression, exactly, many times.

The population is the uniform distribution on a finite pool of images. Samples are drawn from it
with replacement, so the risk of what was learnt is a mean over the pool: no estimate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stability.datasets import load_digits
from stability.datasets.dataset import Dataset
from stability.estimate.exact.logistic import LogisticModel, fit_logistic
from stability.estimate.exact.softmax_constants import lipschitz_constants

Floats = NDArray[np.float64]
CLASSES = 10
CONSTANT = 0.5
"""The constant feature, beside principal components of norm at most 1."""
TOLERANCE = 1e-11
"""Norm of the gradient at which a fit ends."""


@dataclass(frozen=True, eq=False)
class Population:
    """Examples of which each is as likely as any other: features (n, p) and labels (n,).

    `fingerprint` is that of the images that the features are made of.
    """

    features: Floats
    labels: NDArray[np.int64]
    name: str
    fingerprint: str

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def lipschitz(self) -> Floats:
        """L(z) (n,) of the cross-entropy, rounded up."""
        return lipschitz_constants(self.features)

    @property
    def lipschitz_supremum(self) -> float:
        """The largest L(z): a maximum over the whole population, not over a sample."""
        return float(self.lipschitz.max())

    @property
    def lipschitz_mean(self) -> float:
        """E L(z), rounded up."""
        return _up(math.fsum(self.lipschitz) / len(self))

    @property
    def lipschitz_rms(self) -> float:
        """sqrt(E L(z)^2), rounded up."""
        return _up(math.sqrt(_up(math.fsum(self.lipschitz**2 * (1.0 + 2.0**-52)) / len(self))))

    @property
    def lipschitz_fourth_moment(self) -> float:
        """E L(z)^4, rounded up, and at least the fourth power of `lipschitz_rms`."""
        fourth = _up(math.fsum(self.lipschitz**4 * (1.0 + 2.0**-50)) / len(self))
        return max(fourth, _up(self.lipschitz_rms**4 * (1.0 + 2.0**-50)))


def _up(value: float) -> float:
    return math.nextafter(math.nextafter(value, math.inf), math.inf)


def load_population(data: Path | None, part: str, components: int) -> Population:
    """MNIST ("all": 70,000 images, "test": 10,000) or the 1,797 embedded digits, as features."""
    if data is None:
        images = load_digits()
    else:
        from stability.datasets.sources.mnist import load_mnist

        images = load_mnist(data, part, dtype="float32")
    features = principal_features(images, components)
    return Population(features, images.labels, images.name, images.fingerprint)


def principal_features(images: Dataset, components: int) -> Floats:
    """Scores of the leading principal components and a constant (n, components + 1).

    Scaled so that the largest norm is 1. They depend on the population alone, on no sample.
    """
    from sklearn.decomposition import PCA

    scores = PCA(components, svd_solver="covariance_eigh").fit_transform(images.inputs)
    scores = np.asarray(scores, dtype=np.float64)
    scores /= np.linalg.norm(scores, axis=1).max()
    features = np.hstack([scores, np.full((len(scores), 1), CONSTANT)])
    return features / np.linalg.norm(features, axis=1).max()


@dataclass(frozen=True, eq=False)
class Draws:
    """What was seen on K independent samples of one size m.

    `gaps` (K,): R - R_emp of the minimiser. `noise` (K,): the same for the minimiser on the whole
    population, which no sample influences: its mean is exactly 0, so gaps - noise has the mean of
    the gaps and hardly varies. `changes` (K,): E_z |change of the loss at z| when the first example
    of the sample is deleted (keep-1/m), `diagonal` (K,): the change at that example; both allow
    for the distance of the fits to their minimisers, upwards.
    """

    size: int
    gaps: Floats
    noise: Floats
    changes: Floats
    diagonal: Floats

    def __len__(self) -> int:
        return len(self.gaps)

    def part(self, start: int, stop: int) -> Draws:
        """Some of the samples."""
        cut = slice(start, stop)
        return Draws(
            self.size, self.gaps[cut], self.noise[cut], self.changes[cut], self.diagonal[cut]
        )

    @property
    def mean_gap(self) -> float:
        """The mean gap, without bias and with the small variance of gaps - noise."""
        return float((self.gaps - self.noise).mean())

    @property
    def mean_gap_error(self) -> float:
        """Its standard error."""
        return float((self.gaps - self.noise).std(ddof=1) / math.sqrt(len(self)))


def whole_minimiser(population: Population, decay: float) -> LogisticModel:
    """The minimiser of the risk itself, plus decay/2 |w|^2."""
    return fit_logistic(population.features, population.labels, CLASSES, decay, tolerance=TOLERANCE)


SEEN = ("gap", "noise", "change", "diagonal")
"""What is seen of one sample, in the order of the fields of `Draws`."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """Learning from independent samples of `size` examples each, losses cut to the range.

    Sample k of a size and seed is the same whatever else is drawn. `whole` is the minimiser on the
    population.
    """

    population: Population
    whole: LogisticModel
    size: int
    loss_range: float
    seed: int

    @cached_property
    def _fixed(self) -> Floats:
        return self._losses(self.whole)

    def _losses(self, model: LogisticModel) -> Floats:
        return model.losses(self.population.features, self.population.labels, self.loss_range)

    def __call__(self, samples: Sequence[int]) -> list[dict[str, float]]:
        """What is seen of some samples, by the names in SEEN."""
        return [self._seen(k) for k in samples]

    def _seen(self, k: int) -> dict[str, float]:
        population, decay = self.population, self.whole.regularization
        generator = np.random.default_rng([self.seed, self.size, k])
        drawn = generator.integers(len(population), size=self.size)
        x, y = population.features[drawn], population.labels[drawn]
        model = fit_logistic(x, y, CLASSES, decay, start=self.whole.weights, tolerance=TOLERANCE)
        without = fit_logistic(
            x, y, CLASSES, decay, deleted=0, start=model.weights, tolerance=TOLERANCE
        )
        at_all = self._losses(model)
        moved = np.abs(self._losses(without) - at_all)
        slack = (model.gradient_norm + without.gradient_norm) / decay
        slack *= population.lipschitz_supremum
        return {
            "gap": at_all.mean() - at_all[drawn].mean(),
            "noise": self._fixed.mean() - self._fixed[drawn].mean(),
            "change": min(float(moved.mean() + slack), self.loss_range),
            "diagonal": min(float(moved[drawn[0]] + slack), self.loss_range),
        }
