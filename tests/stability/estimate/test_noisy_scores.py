"""Errors of noisy linear scores against integrals and draws, and certificates that rest on them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from stability.errors import DataError, SetupError
from stability.estimate.exact.logistic import LogisticModel, fit_logistic
from stability.estimate.exact.noisy_logistic import certify_logistic, offset_from_minimizer
from stability.estimate.exact.noisy_scores import noisy_error, quadrature_error

DRAW = np.random.default_rng(5)
WEIGHTS = DRAW.normal(size=(4, 3))
FEATURES = DRAW.normal(size=(4, 3))
LABELS = DRAW.integers(4, size=4)


def by_integrals(noise: float) -> float:
    """The same mean by adaptive quadrature, one example after the other."""
    wrong = []
    for x, y in zip(FEATURES, LABELS, strict=True):
        a = [(WEIGHTS[y] - w) @ x / (noise * np.linalg.norm(x)) for w in np.delete(WEIGHTS, y, 0)]
        right = quad(
            lambda t, a=a: norm.pdf(t) * np.prod(norm.cdf(t + np.array(a))),
            -12,
            12,
            epsabs=1e-12,
            limit=200,
        )[0]
        wrong.append(1 - right)
    return float(np.mean(wrong))


@pytest.mark.parametrize("noise", [0.05, 0.7, 30.0])
def test_the_enclosure_holds_the_integral(noise: float) -> None:
    found = noisy_error(WEIGHTS, FEATURES, LABELS, noise)
    true = by_integrals(noise)
    assert found.lower - 1e-11 <= true <= found.upper + 1e-11
    assert found.upper - found.lower < 3 * quadrature_error(4) + 1e-8


def test_the_limits_of_little_and_of_much_noise() -> None:
    share = float(np.mean((FEATURES @ WEIGHTS.T).argmax(axis=1) != LABELS))
    assert noisy_error(WEIGHTS, FEATURES, LABELS, 1e-6).upper == pytest.approx(share, abs=1e-6)
    assert noisy_error(WEIGHTS, FEATURES, LABELS, 1e6).upper == pytest.approx(0.75, abs=1e-5)


def test_an_example_without_features_counts_as_an_error_above_and_as_none_below() -> None:
    found = noisy_error([[9.0], [-9.0]], [[1.0], [0.0]], [0, 0], noise=0.1)
    assert found.lower == pytest.approx(0.0, abs=1e-6)
    assert found.upper == pytest.approx(0.5, abs=1e-6)


def test_the_error_without_noise_is_at_most_twice_that_with_noise() -> None:
    draw = np.random.default_rng(7)
    for _ in range(20):
        w, x, y = draw.normal(size=(3, 2)), draw.normal(size=(20, 2)), draw.integers(3, size=20)
        alone = np.mean((x @ w.T).argmax(axis=1) != y)
        assert alone <= 2 * noisy_error(w, x, y, float(draw.uniform(0.01, 3))).upper


@pytest.mark.parametrize(
    ("weights", "features", "labels"),
    [
        ([[1.0]], [[1.0]], [0]),
        ([[1.0], [2.0]], [[1.0, 2.0]], [0]),
        ([[1.0], [2.0]], [[1.0]], [2]),
        ([[1.0], [2.0]], [[1.0]], [-1]),
        ([[1.0], [2.0]], [[1.0]], [0.5]),
        ([[1.0], [2.0]], [[np.nan]], [0]),
        ([[1.0], [np.inf]], [[1.0]], [0]),
    ],
)
def test_arguments_that_do_not_fit(weights: list, features: list, labels: list) -> None:
    with pytest.raises(DataError):
        noisy_error(weights, features, labels, 1.0)


@pytest.mark.parametrize("noise", [0.0, -1.0, np.nan, np.inf])
def test_noise_has_to_be_above_nothing(noise: float) -> None:
    with pytest.raises(SetupError):
        noisy_error(WEIGHTS, FEATURES, LABELS, noise)


def task() -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(1)
    y = draw.integers(2, size=3000)
    x = np.stack([y - 0.5, np.full(3000, 0.5)], axis=1) + 0.1 * draw.uniform(-1, 1, size=(3000, 2))
    return x, y


def test_a_certificate_pays_for_what_the_solver_left() -> None:
    x, y = task()
    model = fit_logistic(x, y, 2, 0.01)
    near = certify_logistic(model, x, y, [0.5, 1, 2])
    moved = LogisticModel(model.weights + 0.3, 0.01, 0.0)
    assert 0.6 <= offset_from_minimizer(moved, x, y) < 25  # four weights moved by 0.3 each
    far = certify_logistic(moved, x, y, [0.5, 1, 2])
    assert all(a.entropy.value < b.entropy.value for a, b in zip(near, far, strict=True))
    assert all(b.training_risk < b.test_risk for b in near)
    assert float(near[0].entropy.failure) == pytest.approx(0.05)
    assert near[0].entropy.provenance == "certified"


def test_an_intercept_that_is_free_has_no_strong_convexity() -> None:
    x, y = task()
    with pytest.raises(SetupError, match="free_last"):
        certify_logistic(fit_logistic(x, y, 2, 0.01, free_last=True), x, y, [1])
