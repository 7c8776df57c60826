"""Closed forms of the locally elastic ODE, beside a Runge-Kutta solution of its definition."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from stability.dynamics.sde.mean_features import mean_features
from stability.dynamics.sde.model import KINDS, LocallyElasticSDE, directions
from stability.dynamics.sde.strengths import (
    Strengths,
    constant_strengths,
    fading_strengths,
    sampled_strengths,
)

TIMES = np.array([0.0, 0.7, 5.0, 20.0])
SCHEDULES = {
    "constant": constant_strengths(0.3, -0.1),
    "not elastic": constant_strengths(0.1, 0.1),
    "fading": fading_strengths(1.5, 1.0, inter=-0.05),
    "fading fast": fading_strengths(1.0, 1.5, inter=0.02),
    "sampled": sampled_strengths([0.0, 2.0, 9.0, 20.0], [0.0, 1.0, 1.5, 4.0], [0.0, -1, 0, -2]),
    "own functions": Strengths(
        lambda t: 0.3 * np.exp(-t / 9) + 0.05 * np.sin(t), lambda t: 0.1 * np.cos(t / 3)
    ),
}


def runge_kutta(model: LocallyElasticSDE, start: np.ndarray, times: np.ndarray) -> np.ndarray:
    """The definition, term by term: dXbar^k = (1/K) sum_l E_kl H_l Xbar^l dt."""
    classes, p = start.shape
    d = np.eye(classes) - 1 / classes
    H = [
        np.eye(p) if model.kind == "I-model" else np.outer(v, v) / (v @ v)
        for v in (d if model.kind == "L-model" else np.zeros((classes, p)))
    ]

    def rate(t: float, flat: np.ndarray) -> np.ndarray:
        X = flat.reshape(start.shape)
        (alpha,), (beta,) = model.strengths.at([t])
        return np.array(
            [
                sum((alpha if k == m else beta) * H[m] @ X[m] for m in range(classes)) / classes
                for k in range(classes)
            ]
        ).ravel()

    stops = sorted({0.0, *times, *(k for k in model.strengths.knots if k < times[-1])})
    found, state = {0.0: start}, start.ravel()
    for before, now in pairwise(stops):
        inside = (before, now - 1e-12)  # strengths jump at knots
        state = solve_ivp(rate, inside, state, "DOP853", rtol=1e-10, atol=1e-12).y[:, -1]
        found[now] = state.reshape(start.shape)
    return np.array([found[t] for t in times])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("classes", [2, 5])
def test_closed_forms_are_solutions(kind: str, schedule: str, classes: int) -> None:
    model = LocallyElasticSDE(SCHEDULES[schedule], kind=kind)
    start = np.random.default_rng(classes).normal(size=(classes, classes))
    slow = runge_kutta(model, start, TIMES)
    np.testing.assert_allclose(mean_features(model, start, TIMES), slow, rtol=1e-6, atol=1e-8)


def test_many_starts_at_once_and_more_features_than_classes() -> None:
    model = LocallyElasticSDE(SCHEDULES["fading"])
    starts = np.random.default_rng(0).normal(size=(4, 3, 5))
    together = mean_features(model, starts, TIMES)
    for k, start in enumerate(starts):
        np.testing.assert_allclose(together[:, k], mean_features(model, start, TIMES))
    np.testing.assert_allclose(together[:, 0], runge_kutta(model, starts[0], TIMES), atol=1e-7)


@pytest.mark.parametrize("classes", [2, 3, 6])
def test_directions_are_a_simplex(classes: int) -> None:
    q = directions(classes)
    gram = np.full((classes, classes), -1 / (classes - 1))
    np.fill_diagonal(gram, 1.0)
    np.testing.assert_allclose(q @ q.T, gram, atol=1e-12)


def test_the_two_modes_of_the_l_model() -> None:
    """A simplex grows by exp((A - B)/K); logits that sum to another number keep that number."""
    model = LocallyElasticSDE(constant_strengths(0.3, -0.1), kind="L-model")
    simplex = directions(4)
    found = mean_features(model, simplex + 7.0, [10.0])[0]
    np.testing.assert_allclose(found, simplex * np.exp(4.0 / 4) + 7.0)
