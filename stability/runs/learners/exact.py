"""Ridge models: exact changes for every deletion, without refitting anything."""

from __future__ import annotations

from functools import partial

import numpy as np

from stability.datasets import Dataset
from stability.estimate.exact.features import RandomFeatures
from stability.estimate.exact.kernel_ridge import Kernel, KernelRidge
from stability.estimate.exact.ridge import Ridge
from stability.runs.data import Parts
from stability.runs.file.sections import KernelRidgeSection, RandomFeaturesSection
from stability.runs.file.study import Study
from stability.runs.learners.measured import ROWS, Floats, Measured, deleted_positions


def measure_formulas(study: Study, parts: Parts) -> Measured:
    """Fit to everything; the blocks are computed as they are asked for.

    Raises SetupError for a regularization that is too small.
    """
    model = study.model
    assert model is not None
    regularization = float(model.regularization)
    targets, test_targets = parts.ones(parts.train), parts.ones(parts.test)
    if isinstance(model, KernelRidgeSection):
        inside, outside = (np.float64(part.inputs) for part in (parts.train, parts.test))
        kernel = kernel_function(model.kernel, float(model.bandwidth))
        fit = KernelRidge(regularization, kernel).fit(inside, targets)
    else:
        inside, outside = (features_of(study, part) for part in (parts.train, parts.test))
        fit = Ridge(regularization).fit(inside, targets)
    deleted = deleted_positions(study)
    convention = "retrain" if study.convention == "retrain" else "keep-1/m"
    return Measured(
        base_training=fit.losses(inside, targets),
        base_test=fit.losses(outside, test_targets),
        limit=1.0,
        deleted=deleted,
        blocks=fit.deletions(outside, test_targets, convention, deleted, ROWS),
        facts={"condition number": fit.condition_number},
    )


def features_of(study: Study, part: Dataset) -> Floats:
    """The features (n, p) of a ridge model: random ones, or the inputs and a constant 1."""
    model = study.model
    if isinstance(model, RandomFeaturesSection):
        features = RandomFeatures(
            count=model.features,
            weight_deviation=float(model.weight_deviation),
            bias_limit=float(model.bias_limit),
            seed=model.init_seed,
        )
        return features(part.inputs)
    inputs = np.asarray(part.inputs, dtype=np.float64)
    return np.hstack([inputs, np.ones((len(part), 1))])


def kernel_function(name: str, bandwidth: float) -> Kernel:
    """The kernel of this name: gaussian and laplace have the bandwidth, linear has none.

    >>> kernel_function("laplace", 2.0)(np.zeros((1, 2)), np.ones((1, 2))).round(4).tolist()
    [[0.3679]]
    """
    from sklearn.metrics import pairwise

    if name == "gaussian":
        return partial(pairwise.rbf_kernel, gamma=1.0 / (2.0 * bandwidth**2))
    if name == "laplace":
        return partial(pairwise.laplacian_kernel, gamma=1.0 / bandwidth)
    return pairwise.linear_kernel
