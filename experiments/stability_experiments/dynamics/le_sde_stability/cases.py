"""The models of `le-sde-stability`, samples for them, and every deletion, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import log, sqrt
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from stability.conventions import Convention, Name
from stability.dynamics import (
    LocallyElasticSDE,
    all_deletion_shifts,
    constant_strengths,
    mean_features,
)
from stability.estimate.statistics.plug_in import plug_in_analysis
from stability.estimate.statistics.summary import DeletionBlock, ElasticSummary, summarise
from stability.report.compared import compared_bounds
from stability.setup.algorithm import Algorithm
from stability_experiments.common.elastic_paths import simplex_start

Floats = NDArray[np.float64]

DELTA = "0.05"
TIME = 150.0
RADIUS = 1.0
"""Features at the start lie in a ball of this radius."""
SPREAD = 0.3
LIPSCHITZ = sqrt(2.0)
"""Of cross-entropy in the logits: its gradient is a probability vector less a unit vector."""


@dataclass(frozen=True)
class FeatureFlow(Algorithm):
    """The locally elastic ODE: no theorem of the library says how stable that is."""

    kind: ClassVar[Name] = "locally-elastic-ode"
    title: ClassVar[str] = "flow of features under the locally elastic ODE"


@dataclass(frozen=True)
class Case:
    """K classes of the I-model; beta is a share of alpha, and exp(alpha t/K) the same for every K.

    Features are read as logits: the loss is cross-entropy, cut to [0, log K].
    """

    classes: int
    share: float

    def __str__(self) -> str:
        return f"K = {self.classes}, beta = {self.share:g} alpha"

    @property
    def key(self) -> str:
        """For the name of a folder."""
        return f"{self.classes}_{self.share:g}"

    @property
    def limit(self) -> float:
        """The range of the loss."""
        return log(self.classes)

    @property
    def model(self) -> LocallyElasticSDE:
        """Without noise."""
        alpha = 0.02 * self.classes / 3
        return LocallyElasticSDE(constant_strengths(alpha, self.share * alpha))

    def drawn(self, samples: int, seed: int) -> Floats:
        """Features (K, n, K) at the start: e_k - 1/K and Gaussian numbers, drawn into the ball."""
        noise = np.random.default_rng(seed).normal(size=(self.classes, samples, self.classes))
        found = simplex_start(self.classes, samples) + SPREAD * noise
        return found / np.maximum(np.linalg.norm(found, axis=-1, keepdims=True) / RADIUS, 1.0)

    def losses(self, features: Floats) -> Floats:
        """Of features (..., K, n, K) at the end."""
        own = np.diagonal(features, axis1=-3, axis2=-1).swapaxes(-1, -2)
        return np.minimum(logsumexp(features, axis=-1) - own, self.limit)


CUT_TEST = 1_000_000
"""Added to seeds: test features are drawn apart."""


def deleted(case: Case, samples: int, tested: int, seed: int) -> dict[str, Floats]:
    """Every deletion of one sample (K, n): shifts (K, n, K) of each class, changes of the loss.

    Changes are *loss without minus loss with*, at `tested` fresh features of each class (m, K
    tested), and as `DeletionBlock` has them.
    """
    train, test = case.drawn(samples, seed), case.drawn(tested, CUT_TEST + seed)
    start = train.mean(axis=1)
    move = (mean_features(case.model, start, [TIME])[0] - start)[:, None]
    shifts = all_deletion_shifts(case.model, train, [TIME])[0]
    flat = shifts.reshape(-1, case.classes, 1, case.classes)
    on_test, on_train = case.losses(test + move), case.losses(train + move)
    changes = case.losses(test + move + flat) - on_test
    at_train = (case.losses(train + move + flat) - on_train).reshape(len(flat), -1)
    return {
        "shifts": np.linalg.norm(shifts, axis=-1),
        "changes": changes.reshape(len(flat), -1),
        "diagonal": np.diagonal(at_train).copy(),
        "training_maximum": np.abs(at_train).max(axis=1),
        "gap": np.array(on_test.mean() - on_train.mean()),
    }


@dataclass(frozen=True, eq=False)
class Seen:
    """The deletions of one sample, from the stored arrays."""

    case: Case
    arrays: Mapping[str, Floats]

    @property
    def size(self) -> int:
        """m, the number of samples in all classes."""
        return len(self.arrays["diagonal"])

    @cached_property
    def summary(self) -> ElasticSummary:
        """The constants read off the changes: plug-ins."""
        fields = ("changes", "diagonal", "training_maximum")
        block = DeletionBlock(np.arange(self.size), *(self.arrays[name] for name in fields))
        return summarise([block], self.size)

    @cached_property
    def bounds(self) -> dict[str, float]:
        """The bounds that follow if what was seen is taken for the constants: plug-ins."""
        analysis = plug_in_analysis(
            self.summary, FeatureFlow(), Convention.NULL_STEP,
            loss_range=self.case.limit, delta=DELTA,
        )  # fmt: skip
        return {name: bound.value for name, bound in compared_bounds(analysis)}

    @property
    def own(self) -> Floats:
        """The shifts (m,) of the class of the deleted sample."""
        return self._of_class(np.eye(self.case.classes, dtype=bool))

    @property
    def other(self) -> Floats:
        """The shifts (m (K - 1),) of the other classes."""
        return self._of_class(~np.eye(self.case.classes, dtype=bool))

    @property
    def map(self) -> Floats:
        """m times the mean |change of the loss| (K, K), by deleted and by tested class."""
        K = self.case.classes
        moved = np.abs(self.arrays["changes"]).reshape(K, self.size // K, K, -1)
        return self.size * moved.mean(axis=(1, 3))

    def _of_class(self, chosen: NDArray[np.bool_]) -> Floats:
        return self.arrays["shifts"].transpose(0, 2, 1)[chosen].ravel()
