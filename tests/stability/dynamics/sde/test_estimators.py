"""Estimators of the strengths invert solutions of the model; the published one with a condition."""

from __future__ import annotations

import numpy as np
import pytest

from stability.dynamics.sde.estimators import (
    StrengthEstimates,
    centred_logits,
    drawn_class_means,
    estimate_identity,
    estimate_logits,
    estimate_logits_published,
)
from stability.dynamics.sde.growth import level_index, strength_rates, tail_exponent
from stability.dynamics.sde.mean_features import mean_features
from stability.dynamics.sde.model import LocallyElasticSDE
from stability.dynamics.sde.prediction import predicted_features, prediction_error
from stability.dynamics.sde.simulation import simulate
from stability.dynamics.sde.strengths import constant_strengths, fading_strengths
from stability.errors import DataError, SetupError

TIMES = np.linspace(0.0, 60.0, 40)
STRENGTHS = fading_strengths(2.0, 0.8, inter=-0.04)
ESTIMATORS = {"I-model": estimate_identity, "L-model": estimate_logits}


def solution(kind: str, classes: int, features: int | None = None) -> np.ndarray:
    start = np.random.default_rng(classes).normal(size=(classes, features or classes))
    return mean_features(LocallyElasticSDE(STRENGTHS, kind=kind), start, TIMES)


@pytest.mark.parametrize("kind", ESTIMATORS)
@pytest.mark.parametrize("classes", [2, 3, 5])
def test_they_invert_solutions(kind: str, classes: int) -> None:
    A, B = STRENGTHS.accumulated(TIMES)
    found = ESTIMATORS[kind](solution(kind, classes))
    np.testing.assert_allclose(found.intra, A, atol=1e-9)
    np.testing.assert_allclose(found.inter, B, atol=1e-9)


def test_the_i_model_takes_any_features() -> None:
    found = estimate_identity(solution("I-model", 3, features=7))
    np.testing.assert_allclose(found.intra, STRENGTHS.accumulated(TIMES)[0], atol=1e-9)


def test_the_published_one_is_exact_after_centring_and_biased_before() -> None:
    A, B = STRENGTHS.accumulated(TIMES)
    seen = solution("L-model", 3)
    exact = estimate_logits_published(centred_logits(seen))
    np.testing.assert_allclose(exact.intra, A, atol=1e-9)
    np.testing.assert_allclose(exact.inter, B, atol=1e-9)
    raw = estimate_logits_published(seen)
    assert abs(raw.intra[-1] - A[-1]) > 0.5 and abs(raw.inter[-1] - B[-1]) > 0.1
    np.testing.assert_allclose(estimate_logits(centred_logits(seen)).intra, A, atol=1e-9)


def test_little_noise_makes_little_difference() -> None:
    model = LocallyElasticSDE(constant_strengths(0.1, -0.03), noise=0.01, kind="L-model")
    start = np.repeat(np.random.default_rng(0).normal(size=(3, 1, 3)), 50, axis=1)
    seen = simulate(model, start, TIMES, trials=20, step=1.0, seed=0).mean(axis=(1, 3))
    found = estimate_logits(seen)
    assert found.intra[-1] == pytest.approx(6.0, abs=0.1)
    assert found.inter[-1] == pytest.approx(-1.8, abs=0.1)


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_features_are_predicted_from_what_is_estimated(kind: str) -> None:
    """Exactly in the I-model; in the L-model up to how strengths change between two looks."""
    seen = solution(kind, 3)
    told = predicted_features(kind, ESTIMATORS[kind](seen), seen[0], TIMES)
    assert prediction_error(told, seen) < (1e-9 if kind == "I-model" else 1e-3)
    assert prediction_error(np.broadcast_to(seen[0], seen.shape), seen) == 1.0
    wrong = StrengthEstimates(0.5 * STRENGTHS.accumulated(TIMES)[0], np.zeros(len(TIMES)))
    assert prediction_error(predicted_features(kind, wrong, seen[0], TIMES), seen) > 0.3


def test_rates_are_slopes() -> None:
    t = np.arange(400.0)
    rates = strength_rates(19.3 * (1 - np.exp(-t / 90)), 21)
    np.testing.assert_allclose(rates[20:-20], 19.3 / 90 * np.exp(-t / 90)[20:-20], rtol=0.01)
    np.testing.assert_allclose(strength_rates(3 * t, 5, spacing=2.0), 1.5)
    for window in (4, 1, 401):
        with pytest.raises(SetupError, match="an odd number"):
            strength_rates(t, window)


def test_the_published_index_tells_a_level_not_a_tail() -> None:
    """A that has saturated has no tail left, whatever its level; the index sees the level."""
    t = np.arange(1.0, 10001.0)
    saturated = np.full(len(t), 19.3)
    assert level_index(t, saturated) == pytest.approx(1 - np.log(19.3) / 9.16, abs=0.003)
    assert level_index(t, -saturated) == level_index(t, saturated)
    fading = (1 + t) ** 0.4  # alpha ~ t^-0.6
    assert level_index(t, 2 * saturated) - level_index(t, saturated) == pytest.approx(
        -0.076, abs=0.001
    )
    assert level_index(t, 0.01 * fading) > 1 and level_index(t, fading) < 1
    for scale in (0.01, 1.0, 100.0):
        assert tail_exponent(t, scale * fading) == pytest.approx(0.6, abs=1e-3)
    assert tail_exponent(t, saturated) == pytest.approx(1.0)


def test_class_means_of_drawn_samples() -> None:
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 3, size=(12, 30))
    logits = generator.normal(size=(12, 30, 2))
    single = drawn_class_means(logits, labels, 3)
    assert single[4, 1] == pytest.approx(logits[4][labels[4] == 1].mean(axis=0))
    blocks = drawn_class_means(logits, labels, 3, block=5)
    assert blocks.shape == (2, 3, 2)  # the last two steps fill no block
    both = logits[5:10][labels[5:10] == 2]
    assert blocks[1, 2] == pytest.approx(both.mean(axis=0))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: estimate_identity(np.ones((4, 3))), r"\(T, classes, features\)"),
        (lambda: estimate_identity(np.ones((4, 3, 2))), "deviations .* 0 at look 0"),
        (lambda: estimate_logits(np.ones((4, 3, 2))), "2 features for 3 classes"),
        (lambda: estimate_logits(np.ones((4, 3, 3))), "differences of the coeff"),
        (lambda: estimate_logits(np.full((4, 3, 3), np.nan)), "not finite"),
        (lambda: estimate_logits_published(np.ones((4, 2, 2))), "three classes"),
        (lambda: drawn_class_means(np.ones((2, 2, 3)), [[0, 1], [1, 1]], 2), "steps 1 to 1"),
        (lambda: drawn_class_means(np.ones((2, 2, 3)), [[0, 1]], 2), "labels"),
        (lambda: level_index([0.5, 1.0], [1.0, 1.0]), "times above 1"),
        (lambda: level_index([2.0, 3.0], [1.0, 0.0]), "a value of 0"),
        (lambda: tail_exponent([2.0, 3.0], [1.0]), "as many finite values"),
    ],
)
def test_what_is_refused(call, words: str) -> None:
    with pytest.raises(DataError, match=words):
        call()
