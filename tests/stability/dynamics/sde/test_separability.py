"""The phase transition: when classes separate under noise, and when they never do."""

from __future__ import annotations

import numpy as np
import pytest

from stability.dynamics.sde.model import LocallyElasticSDE, directions
from stability.dynamics.sde.separability import (
    argmax_accuracy,
    critical_scale,
    log_slope,
    predicted_ratio,
    separated_share,
    separation_ratio,
)
from stability.dynamics.sde.simulation import simulate
from stability.dynamics.sde.strengths import Strengths, constant_strengths, fading_strengths
from stability.errors import DataError

TIMES = np.array([10.0, 100.0, 1000.0])
NOISE, SAMPLES = 0.1, 30
START = np.repeat((np.eye(3) - 1 / 3)[:, None], SAMPLES, axis=1)
GAP = np.sqrt(2.0)


def simulated(strengths: Strengths, kind: str = "I-model", times=TIMES) -> np.ndarray:
    """From class means d_k, without spread, noise 0.1."""
    model = LocallyElasticSDE(strengths, noise=NOISE, kind=kind)
    return simulate(model, START, times, trials=40, step=2.0, seed=0)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.5])
def test_the_slope_at_the_boundary_is_c_over_k_less_a_half(scale: float) -> None:
    model = LocallyElasticSDE(fading_strengths(scale, 1.0), noise=NOISE)
    expected = scale / 3 - 0.5
    predicted = predicted_ratio(model, GAP, TIMES[1:], classes=3)
    assert log_slope(TIMES[1:], predicted) == pytest.approx(expected, abs=0.005)
    ratios = separation_ratio(simulated(model.strengths)).mean(axis=1)
    assert log_slope(TIMES[1:], ratios[1:]) == pytest.approx(expected, abs=0.05)
    # A spread is that of 30 samples: the mean of 1 / sd is 3% above 1 / (noise sqrt(t)).
    np.testing.assert_allclose(ratios, 1.03 * predicted_ratio(model, GAP, TIMES, 3), rtol=0.1)


def test_the_threshold_is_half_the_number_of_classes() -> None:
    assert critical_scale(3) == 1.5
    for classes in (2, 3, 7):
        slopes = [
            log_slope(
                [1e6, 1e9],
                predicted_ratio(
                    LocallyElasticSDE(fading_strengths(c, 1.0), noise=1.0), 1, [1e6, 1e9], classes
                ),
            )
            for c in (critical_scale(classes) - 0.01, critical_scale(classes) + 0.01)
        ]
        assert slopes[0] < 0 < slopes[1]


def test_fading_slower_separates_and_faster_does_not() -> None:
    slow, fast = (
        separated_share(simulated(s)).mean(axis=1)
        for s in (fading_strengths(0.3, 0.5), fading_strengths(3.0, 1.5))
    )
    assert (slow > 0.97).all()
    assert fast[0] > 0.97 and fast[-1] < 0.35


@pytest.mark.parametrize("kind", ["I-model", "L-model"])
def test_without_local_elasticity_classes_never_separate(kind: str) -> None:
    found = simulated(constant_strengths(0.002, 0.002), kind)
    share, ratio = (f(found).mean(axis=1) for f in (separated_share, separation_ratio))
    assert (share[1:] == 0.0).all() and ratio[-1] < 1.0
    assert (np.diff(ratio) < 0).all()


def test_the_opposite_of_local_elasticity() -> None:
    """The I-model never separates; the L-model does, but puts classes where they do not belong."""
    strengths = constant_strengths(0.01, 0.02)
    assert (separated_share(simulated(strengths))[-1] == 0.0).all()
    found = simulated(strengths, "L-model", [100.0, 1500.0])
    assert separated_share(found)[-1].mean() > 0.95
    assert separation_ratio(found)[-1].mean() > 300
    assert argmax_accuracy(found)[-1].mean() < 1 / 3
    right = simulated(constant_strengths(0.02, -0.005), "L-model", [1500.0])
    assert argmax_accuracy(right).mean() > 0.99


def test_without_noise_any_difference_of_strengths_separates() -> None:
    start = START + 0.01 * np.random.default_rng(0).normal(size=START.shape)
    model = LocallyElasticSDE(constant_strengths(0.3, 0.2))
    found = simulate(model, start, [0.0, 150.0], trials=1, step=1e5, seed=0)
    assert separation_ratio(found)[1] > 100 * separation_ratio(found)[0]
    ratio = predicted_ratio(model, 2.0, [30.0], classes=3, spread=0.1)
    assert ratio == pytest.approx(20.0 * np.exp(1.0))


def test_a_new_basis_changes_nothing_and_unequal_spreads_count_both() -> None:
    found = simulated(constant_strengths(0.01), times=TIMES[:1])
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    for measure in (separated_share, separation_ratio):
        np.testing.assert_allclose(measure(found @ turn + 5.0), measure(found))
    features = [[[0.0], [2.0]], [[10.0], [24.0]]]  # variances 1 and 49, distance 16
    assert separation_ratio(features) == pytest.approx(16 / 5)


@pytest.mark.parametrize("features", [np.zeros((1, 4, 2)), np.zeros((3, 2)), np.zeros((3, 0, 2))])
def test_features_that_do_not_fit(features) -> None:
    for measure in (separated_share, separation_ratio):
        with pytest.raises(DataError, match="classes, samples, features"):
            measure(features)
    with pytest.raises(DataError, match="2 features for 3 classes"):
        argmax_accuracy(np.zeros((3, 5, 2)))
    assert directions(3).shape == (3, 3)
