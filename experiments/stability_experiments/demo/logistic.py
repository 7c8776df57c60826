"""Multinomial logistic regression with weight decay: bounds that are proved and certified.

Pixels lie in [0, 1]; with a constant 1 appended and everything divided by the root of the number
of features, every possible image has norm at most 1. So sup L(z) = sqrt 2 is a property of the
pixel box. E L, E L^2 and E L^4 are certified from the sample by empirical Bernstein.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from stability.bounds.analyse import Analysis, analyse
from stability.estimate.exact.logistic import (
    LogisticModel,
    fit_logistic,
    sgd_logistic,
)
from stability.estimate.exact.logistic_deletions import delete_logistic
from stability.estimate.exact.softmax_constants import (
    LIPSCHITZ_SUPREMUM,
    deletion_limit,
    lipschitz_constants,
    pixel_box,
)
from stability.estimate.statistics.moments import (
    CERTIFICATE_SHARE,
    certified_moments,
)
from stability.runs.tasks import NamedProgress
from stability.setup.algorithms import EmpiricalRiskMinimizer, StochasticGradientDescent
from stability.setup.fields import exact
from stability.setup.setup import Exact
from stability_experiments.common.softmax_setup import softmax_setup
from stability_experiments.demo.network import LOSS_RANGE
from stability_experiments.demo.numbers import Number, Split, compared, gap, measured

MINIMISER, DESCENT = "logistic", "logistic SGD"
REGULARIZATIONS = (Fraction("0.08"), Fraction("0.3"))
STEP_SIZE, EPOCHS, BATCH_SIZE = Fraction("0.02"), 60, 20
DELETIONS = 30


@dataclass(frozen=True)
class LogisticResult:
    """Numbers of the table, the analysis that is plotted, how near deletions came to their limit.

    `largest_share` is the largest measured change of the loss over its proved limit
    L(z') L(z)/(lambda m), over `pairs` pairs of a deleted and a test image.
    """

    numbers: tuple[Number, ...]
    analysis: Analysis
    largest_share: float
    pairs: int


def logistic_numbers(split: Split, delta: Exact, progress: NamedProgress) -> LogisticResult:
    """Two regularizations, each by exact minimisation and by SGD; loss cut to [0, log 10]."""
    train, test = pixel_box(split.train), pixel_box(split.test)
    labels, test_labels = split.train.labels, split.test.labels
    moments = certified_moments(
        lipschitz_constants(train), LIPSCHITZ_SUPREMUM, exact(delta) * CERTIFICATE_SHARE
    )
    numbers: list[Number] = []
    analyses: list[Analysis] = []
    largest, pairs = 0.0, 0
    for step, decay in enumerate(REGULARIZATIONS):
        progress("logistic regression", step, len(REGULARIZATIONS))
        setting = f"lambda {float(decay):g}"
        for learner, algorithm, model in (
            (
                MINIMISER,
                EmpiricalRiskMinimizer(regularization=decay),
                fit_logistic(train, labels, 10, float(decay)),
            ),
            (
                DESCENT,
                StochasticGradientDescent(
                    step_size=STEP_SIZE,
                    epochs=EPOCHS,
                    batch_size=BATCH_SIZE,
                    weight_decay=decay,
                ),
                _descend(train, labels, decay, split.seed),
            ),
        ):
            setup = softmax_setup(len(train), algorithm, moments, LOSS_RANGE)
            analysis = analyse(setup, delta)
            analyses.append(analysis)
            losses = (
                model.losses(test, test_labels, float(LOSS_RANGE)),
                model.losses(train, labels, float(LOSS_RANGE)),
            )
            numbers.append(gap(learner, setting, *losses, float(LOSS_RANGE)))
            numbers.extend(compared(learner, setting, analysis))
            accuracy = model.accuracy(test, test_labels)
            numbers.append(measured(learner, setting, "test accuracy", accuracy, 1.0))
        share, count = _nearness(split, train, test, decay)
        largest, pairs = max(largest, share), pairs + count
    progress("logistic regression", len(REGULARIZATIONS), len(REGULARIZATIONS))
    return LogisticResult(tuple(numbers), analyses[0], largest, pairs)


def _descend(train: np.ndarray, labels: np.ndarray, decay: Fraction, seed: int) -> LogisticModel:
    return sgd_logistic(
        train,
        labels,
        10,
        step_size=float(STEP_SIZE),
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        order_seed=seed,
        regularization=float(decay),
    )


def _nearness(
    split: Split, train: np.ndarray, test: np.ndarray, decay: Fraction
) -> tuple[float, int]:
    model = fit_logistic(train, split.train.labels, 10, float(decay))
    deleted = np.random.default_rng(split.seed).choice(len(train), DELETIONS, replace=False)
    block = delete_logistic(model, (train, split.train.labels), (test, split.test.labels), deleted)
    limit = deletion_limit(train[deleted], test, float(decay), len(train))
    return float((np.abs(block.changes) / limit).max()), block.changes.size
