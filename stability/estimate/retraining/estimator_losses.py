"""Losses of a fitted scikit-learn estimator at single examples, by name."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Truth = NDArray[Any]


@dataclass(frozen=True)
class EstimatorLoss:
    """A loss of an estimator at examples.

    `each(model, inputs, truth, classes)` gives the losses (n,); `truth` holds class numbers in
    0 .. classes - 1, or real targets with classes = 0. `needs`: the methods of the estimator that
    it calls. `natural_range(classes)`: where losses are cut by default, None if nothing says so.
    """

    name: str
    words: str
    each: Callable[[Any, Floats, Truth, int], Floats]
    needs: str
    natural_range: Callable[[int], float | None]


def log_loss(model: Any, inputs: Floats, truth: Truth, classes: int) -> Floats:
    """-log of the probability of the true class; infinite where that is 0.

    A class that the estimator was not trained on has probability 0.

    >>> from sklearn.dummy import DummyClassifier
    >>> model = DummyClassifier(strategy="prior").fit([[0], [0]], [0, 2])
    >>> log_loss(model, np.zeros((2, 1)), np.array([2, 1]), 3).round(3).tolist()
    [0.693, inf]
    """
    chosen = _probabilities(model, inputs, classes)[np.arange(len(truth)), truth]
    with np.errstate(divide="ignore"):
        return -np.log(chosen)


def brier_loss(model: Any, inputs: Floats, truth: Truth, classes: int) -> Floats:
    """sum_k (p_k - 1{y = k})^2 of the probabilities: from 0 to 2."""
    return ((_probabilities(model, inputs, classes) - np.eye(classes)[truth]) ** 2).sum(axis=1)


def zero_one_loss(model: Any, inputs: Floats, truth: Truth, classes: int) -> Floats:
    """1 where another class is predicted."""
    return (np.asarray(model.predict(inputs)) != truth).astype(np.float64)


def hinge_loss(model: Any, inputs: Floats, truth: Truth, classes: int) -> Floats:
    """max(0, 1 - margin): y f for two classes, f_y - max of the other f_k for more.

    f is `decision_function`. A class that the estimator was not trained on has no score: there
    the loss is infinite.
    """
    scores, known = np.asarray(model.decision_function(inputs)), np.asarray(model.classes_)
    if scores.ndim == 1:
        scores = np.column_stack([-scores, scores]) / 2.0  # their difference is y f
    full = np.full((len(truth), classes), -np.inf)
    full[:, known] = scores
    own = full[np.arange(len(truth)), truth]
    full[np.arange(len(truth)), truth] = -np.inf
    return np.maximum(0.0, 1.0 - (own - full.max(axis=1)))


def squared_loss(model: Any, inputs: Floats, truth: Truth, classes: int) -> Floats:
    """(f - y)^2."""
    return (_predicted(model, inputs) - truth) ** 2


def absolute_loss(model: Any, inputs: Floats, truth: Truth, classes: int) -> Floats:
    """|f - y|."""
    return np.abs(_predicted(model, inputs) - truth)


def _probabilities(model: Any, inputs: Floats, classes: int) -> Floats:
    """Probabilities (n, classes), 0 for classes that the estimator was not trained on."""
    full = np.zeros((len(inputs), classes))
    full[:, np.asarray(model.classes_)] = model.predict_proba(inputs)
    return full


def _predicted(model: Any, inputs: Floats) -> Floats:
    found = np.asarray(model.predict(inputs), dtype=np.float64)
    return found[:, 0] if found.ndim == 2 and found.shape[1] == 1 else found


def _none(classes: int) -> None:
    return None


CLASSIFIER_LOSSES: Mapping[str, EstimatorLoss] = MappingProxyType(
    {
        one.name: one
        for one in (
            EstimatorLoss(
                "log-loss", "minus the logarithm of the probability of the true class",
                log_loss, "predict_proba", math.log,
            ),
            EstimatorLoss(
                "squared", "the squared distance of the probabilities from the true class",
                brier_loss, "predict_proba", lambda classes: 2.0,
            ),
            EstimatorLoss(
                "zero-one", "1 where another class than the true one is predicted",
                zero_one_loss, "predict", lambda classes: 1.0,
            ),
            EstimatorLoss(
                "hinge", "max(0, 1 - margin) of the decision function",
                hinge_loss, "decision_function", _none,
            ),
        )
    }
)  # fmt: skip
"""The losses of classifiers; the first whose method an estimator has is its usual one."""

REGRESSOR_LOSSES: Mapping[str, EstimatorLoss] = MappingProxyType(
    {
        one.name: one
        for one in (
            EstimatorLoss("squared", "(f - y)^2", squared_loss, "predict", _none),
            EstimatorLoss("absolute", "|f - y|", absolute_loss, "predict", _none),
        )
    }
)
"""The losses of regressors. Where targets lie in [a, b] they are cut to (b - a)^2 and b - a."""
