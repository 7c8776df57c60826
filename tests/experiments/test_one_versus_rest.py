"""All classes at once, against ridge regression class by class and against plain refitting."""

from __future__ import annotations

import numpy as np
import pytest

from stability.estimate import Ridge, RidgeFit
from stability_experiments.bounds.sensitivity_map_cifar10.one_versus_rest import fit_one_versus_rest

CLASSES, REGULARIZATION = 3, 0.05


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    return (
        rng.normal(size=(12, 4)), rng.integers(0, CLASSES, size=12),
        rng.normal(size=(7, 4)), rng.integers(0, CLASSES, size=7),
    )  # fmt: skip


def test_losses_and_accuracy_class_by_class(data) -> None:
    features, labels, beyond, names = data
    fit = fit_one_versus_rest(features, labels, CLASSES, REGULARIZATION)
    single: list[RidgeFit] = [
        Ridge(REGULARIZATION).fit(features, labels == k) for k in range(CLASSES)
    ]
    expected = np.mean([one.losses(beyond, names == k) for k, one in enumerate(single)], axis=0)
    assert fit.losses(beyond, names) == pytest.approx(expected)
    outputs = np.array([one.predict(beyond) for one in single])
    assert fit.accuracy(beyond, names) == (outputs.argmax(axis=0) == names).mean()


def test_changes_equal_those_of_ridge_regression_class_by_class(data) -> None:
    features, labels, beyond, names = data
    fit = fit_one_versus_rest(features, labels, CLASSES, REGULARIZATION)
    deleted = np.array([0, 3, 11])
    expected = np.zeros((3, 7))
    for k in range(CLASSES):
        one = Ridge(REGULARIZATION).fit(features, labels == k)
        [block] = one.deletions(beyond, names == k, "keep-1/m", indices=deleted)
        expected += block.changes / CLASSES
    assert fit.changes(beyond, names, deleted) == pytest.approx(expected, abs=1e-14)
    assert np.abs(expected).max() > 1e-3


def test_changes_equal_plain_refitting_without_the_term(data) -> None:
    features, labels, beyond, names = data
    fit = fit_one_versus_rest(features, labels, CLASSES, REGULARIZATION)
    kept = np.arange(12) != 5
    matrix = features[kept].T @ features[kept] / 12 + REGULARIZATION * np.eye(4)
    weights = np.linalg.solve(matrix, features[kept].T @ np.eye(CLASSES)[labels[kept]] / 12)
    after = np.square(np.clip(beyond @ weights, 0, 1) - np.eye(CLASSES)[names]).mean(axis=1)
    found = fit.changes(beyond, names, np.array([5]))[0]
    assert found == pytest.approx(after - fit.losses(beyond, names), abs=1e-14)
