"""The locally elastic ODE, solved exactly: how class means move without noise, or on average."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from stability.dynamics.sde.inputs import Floats
from stability.dynamics.sde.model import IDENTITY, LocallyElasticSDE, directions
from stability.dynamics.sde.strengths import checked_times


def mean_features(model: LocallyElasticSDE, initial: ArrayLike, times: ArrayLike) -> Floats:
    """The class means (T, ..., K, p) at times (T,), from those at time 0, `initial` (..., K, p).

    The solution of the ODE, and the expectation under the SDE, which is linear. With A and B the
    integrals of the strengths (`Strengths.accumulated`), exactly:

    - I-model: the mean over classes grows by exp((A + (K - 1) B) / K), the deviations from it by
      exp((A - B) / K).
    - L-model: of the coefficients u_k = <Xbar^k, d_k> / |d_k| the mean grows by exp((A - B) / K),
      the deviations from it by exp((A + B / (K - 1)) / K). What is orthogonal to d_k in the mean
      of class k is an integral over what the other classes showed.

    Raises DataError for times or means that do not fit, SetupError for strengths under which
    features outgrow floating-point numbers.

    >>> from stability.dynamics.sde.strengths import constant_strengths
    >>> ode = LocallyElasticSDE(constant_strengths(0.3))
    >>> mean_features(ode, [[1.0], [-1.0]], [0.0, 10.0]).round(3).tolist()  # e^(A/2) = 4.482
    [[[1.0], [-1.0]], [[4.482], [-4.482]]]
    """
    start, when = model.checked(initial), checked_times(times)
    classes = start.shape[-2]
    A, B = model.totals(when, classes)
    J = np.zeros(len(when)) if model.kind == IDENTITY else _shown_to_others(model, classes, when)
    factors = growth(model.kind, classes, A, B, J)
    shape = (-1, *(1 for _ in start.shape))
    return grown(model.kind, start, [factor.reshape(shape) for factor in factors])


def growth(kind: str, classes: int, A: Floats, B: Floats, J: Floats) -> tuple[Floats, ...]:
    """What `grown` multiplies with after stretches of time in which the strengths add up to A, B.

    J is the integral of beta exp((A + B / (K - 1)) / K), used by the L-model only.
    """
    apart = np.expm1((A - B) / classes)
    if kind == IDENTITY:
        together = np.expm1((A + (classes - 1) * B) / classes)
        return apart, together - apart
    unequal = np.expm1((A + B / (classes - 1)) / classes)
    return apart, unequal - J / (classes - 1), J / classes


def grown(kind: str, means: Floats, factors: Sequence[Floats]) -> Floats:
    """Class means (..., K, p) after a stretch of time, by the factors of `growth`."""
    if kind == IDENTITY:
        apart, rest = factors
        return means + apart * means + rest * means.mean(axis=-2, keepdims=True)
    equal, unequal, across = factors
    q = directions(means.shape[-1])
    u = np.sum(means * q, axis=-1, keepdims=True)
    middle = u.mean(axis=-2, keepdims=True)
    rest = (u - middle) * q
    return means + equal * middle * q + unequal * rest + across * rest.sum(axis=-2, keepdims=True)


def _shown_to_others(model: LocallyElasticSDE, classes: int, times: Floats) -> Floats:
    """The integral (T,) of beta exp((A + B / (K - 1)) / K)."""

    def rate(t: Floats) -> Floats:
        A, B = model.strengths.accumulated(t)
        return model.strengths.at(t)[1] * np.exp((A + B / (classes - 1)) / classes)

    return model.strengths.integral(rate, times)
