"""Softmax regression is fitted to what it says: against scikit-learn, for every kind of feature."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from stability.datasets import Dataset, InputRange, load_digits
from stability.errors import SetupError
from stability.estimate import fit_logistic, pixel_box
from stability.estimate.exact.logistic_deletions import delete_logistic
from stability.estimate.exact.softmax_features import INTERCEPTS, SCALINGS, SoftmaxFeatures

TRAIN, TEST = load_digits().split(200, seed=3)
LAMBDA = 0.05


def theirs(x, labels, weights, free: bool) -> LogisticRegression:
    """scikit-learn's minimiser of sum_j weights_j loss_j + (LAMBDA / 2) |W|^2."""
    model = LogisticRegression(C=1 / LAMBDA, fit_intercept=free, tol=1e-10, max_iter=100_000)
    return model.fit(x, labels, sample_weight=weights)


def losses(model: LogisticRegression, x, labels) -> np.ndarray:
    return -model.predict_log_proba(x)[np.arange(len(labels)), labels]


@pytest.mark.parametrize("scaling", SCALINGS)
@pytest.mark.parametrize("intercept", INTERCEPTS)
def test_the_minimiser_is_that_of_scikit_learn(scaling: str, intercept: str) -> None:
    features = SoftmaxFeatures(scaling, intercept)
    x, points = features(TRAIN), features(TEST)
    model = fit_logistic(x, TRAIN.labels, 10, LAMBDA, tolerance=1e-10, free_last=features.free_last)
    largest = math.sqrt(64 + features.constant) if scaling == "unit-ball" else 1.0
    plain = [part.inputs / largest for part in (TRAIN, TEST)]
    if intercept == "penalised":
        plain = [np.hstack([p, np.full((len(p), 1), 1 / largest)]) for p in plain]
    weights = np.full(200, 1 / 200)
    other = theirs(plain[0], TRAIN.labels, weights, intercept == "free")
    expected = losses(other, plain[1], TEST.labels)
    assert model.losses(points, TEST.labels, 1e9) == pytest.approx(expected, rel=1e-4, abs=1e-6)
    # and so is the one without an example, its 1/m kept
    block = delete_logistic(
        model, (x, TRAIN.labels), (points, TEST.labels), [7], loss_range=1e9, tolerance=1e-10
    )
    weights[7] = 0.0
    without = losses(
        theirs(plain[0], TRAIN.labels, weights, intercept == "free"), plain[1], TEST.labels
    )
    assert block.changes[0] == pytest.approx(without - expected, abs=2e-5)


def test_what_is_called_free_is_not_penalised() -> None:
    """Moving all inputs moves a penalised intercept and no free one."""
    moved = TRAIN.with_inputs(TRAIN.inputs - 3.0)

    def loss(data: Dataset, intercept: str) -> float:
        features = SoftmaxFeatures(intercept=intercept)
        x = features(data)
        model = fit_logistic(x, data.labels, 10, 0.5, tolerance=1e-9, free_last=features.free_last)
        return float(model.losses(x, data.labels, 1e9).mean())

    assert loss(TRAIN, "free") == pytest.approx(loss(moved, "free"), rel=1e-7)
    assert loss(TRAIN, "penalised") != pytest.approx(loss(moved, "penalised"), rel=1e-3)


def test_a_free_intercept_needs_an_example_of_every_class() -> None:
    x, labels = np.ones((3, 1)), [0, 0, 1]
    fit_logistic(x, labels, 2, 0.1, free_last=True)
    fit_logistic(x, labels, 3, 0.1)
    with pytest.raises(SetupError, match="no example of class number 2"):
        fit_logistic(x, labels, 3, 0.1, free_last=True)
    with pytest.raises(SetupError, match="no example of class number 1"):
        fit_logistic(x, labels, 2, 0.1, free_last=True, deleted=2)


def test_the_unit_ball_of_pixels_is_the_pixel_box() -> None:
    assert np.array_equal(SoftmaxFeatures("unit-ball")(TRAIN), pixel_box(TRAIN))


@pytest.mark.parametrize("seed", range(5))
def test_no_example_in_the_range_is_longer_than_the_supremum(seed: int) -> None:
    rng = np.random.default_rng(seed)
    d = int(rng.integers(1, 9))
    low = rng.uniform(-3, 1, size=d)
    box = InputRange(low, low + rng.uniform(0.1, 4, size=d))
    corners = np.where(rng.uniform(size=(64, d)) < 0.5, box.low, box.high)
    data = Dataset(corners, np.zeros(64, dtype=int), ("a",), range=box)
    for scaling in SCALINGS:
        for intercept in INTERCEPTS:
            features = SoftmaxFeatures(scaling, intercept)
            norms = np.linalg.norm(features(data), axis=1)
            assert norms.max() <= features.supremum(box, d)
    sides = np.maximum(np.abs(box.low), np.abs(box.high))
    assert features.supremum(box, d) == 1.0
    assert SoftmaxFeatures().supremum(box, d) == pytest.approx(math.hypot(*sides, 1.0))


def test_a_scaling_needs_a_range() -> None:
    plain = Dataset([[0.5], [0.25]], [0, 1], ("a", "b"))
    with pytest.raises(SetupError, match="no range of the inputs to scale by"):
        SoftmaxFeatures("unit-ball")(plain)
    zero = Dataset([[0.0]], [0], ("a",), range=(0, 0))
    with pytest.raises(SetupError, match="declared norm is at most 0"):
        SoftmaxFeatures("unit-ball", "none")(zero)
    for wrong in ({"scaling": "box"}, {"intercept": "yes"}):
        with pytest.raises(SetupError, match=f"features.{next(iter(wrong))}"):
            SoftmaxFeatures(**wrong)
