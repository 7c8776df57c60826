"""Every learner that a run file can name, by the section that describes it and by its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stability.runs.learners.kernel_ridge import KernelRidgeRegression
from stability.runs.learners.learner import Learner
from stability.runs.learners.logistic import Logistic
from stability.runs.learners.network import ARCHITECTURES, Network
from stability.runs.learners.random_features import RandomReluFeatures
from stability.runs.learners.ridge import Ridge
from stability.runs.learners.sklearn_estimator import SklearnEstimator
from stability.runs.learners.training_function import TrainingFunction

MODELS: Mapping[str, type[Learner]] = {
    learner.kind: learner
    for learner in (
        *(Ridge, RandomReluFeatures, KernelRidgeRegression, Logistic),
        *(SklearnEstimator, TrainingFunction),
    )
}
SECTIONS: Mapping[str, Mapping[str, type]] = {"network": ARCHITECTURES, "model": MODELS}
"""The sections that describe a learner: kind to the class that the keys are those of."""

LEARNERS: Mapping[str, type[Learner]] = {**dict.fromkeys(ARCHITECTURES, Network), **MODELS}
"""Kind to the class of the learner."""


def learner_of(section: str, described: Any) -> Learner:
    """The learner that one of these sections describes."""
    return Network(architecture=described) if section == Network.section else described
