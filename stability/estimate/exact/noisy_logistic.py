"""Certified test errors of softmax regression with Gaussian noise on its weights.

What is certified is the 0-1 error: of the weights with noise, and at twice that of the weights
themselves. Everything that is not proved of the pixel box is measured and paid for: E L(z)^2 by
empirical Bernstein, the training error by an enclosed quadrature, and how far the solver stopped
from the minimiser by strong convexity.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import softmax

from stability.bounds.randomised import RandomisedBound, randomised_bounds
from stability.errors import SetupError
from stability.estimate.exact.logistic import LogisticModel
from stability.estimate.exact.noisy_scores import noisy_error
from stability.estimate.exact.softmax_constants import LIPSCHITZ_SUPREMUM, lipschitz_constants
from stability.estimate.statistics.intervals import empirical_bernstein_upper
from stability.setup.algorithms import EmpiricalRiskMinimizer
from stability.setup.fields import Exact, exact
from stability.setup.setup import Loss, Sample, Setup, Training

SHARE_OF_CONSTANTS = Fraction(1, 100)
"""The part of the failure probability that pays for E L(z)^2."""


def offset_from_minimizer(model: LogisticModel, features: ArrayLike, labels: ArrayLike) -> float:
    """How far the weights are at most from the minimiser: |gradient| / regularization.

    The gradient of the objective is computed anew, and what rounding may hide in it is added.
    Source: strong convexity. Raises SetupError for weights of which some are not penalised.

    >>> model = LogisticModel(np.zeros((2, 1)), 0.5, 0.0)
    >>> round(offset_from_minimizer(model, [[1.0], [1.0]], [0, 0]), 6)  # |(1/2, -1/2)| / 0.5
    1.414214
    """
    if model.free_last:
        raise SetupError(
            where="logistic.free_last",
            found="an intercept that is not penalised",
            allowed="an objective that is strongly convex in all weights",
            remedy="Penalise the intercept: append a feature 1 and fit without free_last.",
        )
    x, y, w = np.asarray(features, dtype=np.float64), np.asarray(labels), model.weights
    residual = softmax(x @ w.T, axis=1)
    residual[np.arange(len(x)), y] -= 1.0
    slope = residual.T @ x / len(x) + model.regularization * w
    # Sums of m terms of at most |x|, and scores of p terms of at most |w| |x|, are rounded.
    largest = float(np.linalg.norm(x, axis=1).max())
    spread = float(np.linalg.norm(w, axis=1).max()) * largest
    unit = float(np.finfo(np.float64).eps) * math.sqrt(len(w))
    hidden = unit * largest * (len(x) + (x.shape[1] + 8) * (spread + 1.0))
    hidden += unit * model.regularization * float(np.linalg.norm(w))
    norm = float(np.linalg.norm(slope)) * (1.0 + 1e-9)
    return math.nextafter((norm + hidden) / model.regularization, math.inf)


def certify_logistic(
    model: LogisticModel,
    features: ArrayLike,
    labels: ArrayLike,
    levels: Sequence[Exact],
    delta: Exact = Fraction(1, 20),
) -> tuple[RandomisedBound, ...]:
    """Certified test errors at each level of noise, all at once with probability 1 - delta.

    `model`: softmax regression with weight decay, near its minimiser on features (m, p) of the
    pixel box, of norm at most 1, and labels (m,). `levels`: standard deviations of the noise, fixed
    before the data were seen; more of them cost no more than log(levels)/m.

    Raises DataError and SetupError for arguments that do not fit.

    >>> x = np.array([[1.0, 0.2], [0.2, 1.0]] * 200) / 2
    >>> from stability.estimate.exact.logistic import fit_logistic
    >>> model = fit_logistic(x, [0, 1] * 200, 2, regularization=0.1)
    >>> found = certify_logistic(model, x, [0, 1] * 200, ["0.5", "1"])
    >>> all(b.training_risk < b.test_risk <= 1 for b in found)
    True
    """
    errors = {
        level: noisy_error(model.weights, features, labels, float(exact(level))).upper
        for level in levels
    }
    offset = offset_from_minimizer(model, features, labels)
    return certify_errors(errors, features, model.regularization, offset, delta)


def certify_errors(
    errors: Mapping[Exact, float],
    features: ArrayLike,
    regularization: Exact,
    offset: Exact,
    delta: Exact = Fraction(1, 20),
) -> tuple[RandomisedBound, ...]:
    """The same from upper bounds of the training errors at each level of noise.

    `offset` is that of `offset_from_minimizer`. E L(z)^2 is certified from the features at
    delta/100, which counts in the total; sup L(z) is that of the pixel box.
    """
    slopes = lipschitz_constants(features)
    failure = Fraction(float(exact(delta) * SHARE_OF_CONSTANTS))
    square = empirical_bernstein_upper(slopes**2, LIPSCHITZ_SUPREMUM**2, float(failure))
    root = min(math.nextafter(math.sqrt(square), math.inf), LIPSCHITZ_SUPREMUM)
    # What is evaluated is the 0-1 loss. The Lipschitz constants are those of the cross-entropy,
    # which is trained on: from them follows how far the weights move, and nothing of losses.
    setup = Setup(
        sample=Sample(len(slopes)),
        loss=Loss(
            range=1,
            lipschitz=LIPSCHITZ_SUPREMUM,
            rms_lipschitz=root,
            convex=True,
            measured_failure=failure,
        ),
        algorithm=EmpiricalRiskMinimizer(regularization=exact(regularization)),
        training=Training(noise_offset=exact(offset)),
    )
    return randomised_bounds(setup, errors, delta)
