"""Chord refits against Newton refits one by one: the same minimisers, or none at all."""

from __future__ import annotations

import numpy as np
import pytest

from stability.errors import SetupError
from stability.estimate.exact import logistic_deletions
from stability.estimate.exact.chord_refits import ChordRefits
from stability.estimate.exact.logistic import fit_logistic
from stability.estimate.exact.logistic_deletions import LogisticDeletions, delete_logistic

TOLERANCE = 1e-11


def problem(seed: int, classes: int = 3, size: int = 30, width: int = 4):
    random = np.random.default_rng(seed)
    x = np.hstack([random.normal(size=(size, width)), np.ones((size, 1))])
    return x, random.permutation(np.arange(size) % classes)


@pytest.mark.parametrize("free", [False, True])
@pytest.mark.parametrize("regularization", [1.0, 0.01])
def test_chord_refits_are_the_newton_refits(free: bool, regularization: float) -> None:
    x, y = problem(0)
    model = fit_logistic(x, y, 3, regularization, tolerance=TOLERANCE, free_last=free)
    penalty = np.array([regularization] * 4 + [0.0 if free else regularization])
    deleted = np.arange(len(x))
    found, norms = ChordRefits(x, y, model.weights, penalty)(deleted, TOLERANCE)
    there = np.flatnonzero(norms <= TOLERANCE)
    assert len(there) >= 20 if regularization < 1.0 else len(there) == 30
    for i in there:
        wanted = fit_logistic(
            x, y, 3, regularization, deleted=int(i), tolerance=TOLERANCE, free_last=free
        )
        assert np.abs(found[i] - wanted.weights).max() <= 2e-8


def test_what_the_steps_do_not_reach_is_refitted_by_newton(monkeypatch) -> None:
    x, y = problem(1)
    model = fit_logistic(x, y, 3, 1e-3, tolerance=TOLERANCE)
    both = []
    for steps in (15, 1):
        monkeypatch.setattr("stability.estimate.exact.chord_refits.STEPS", steps)
        both.append(delete_logistic(model, (x, y), (x, y), range(8), tolerance=TOLERANCE).changes)
    assert 0.0 < np.abs(both[0] - both[1]).max() < 1e-6


def test_blocks_do_not_change_the_numbers_beyond_rounding(monkeypatch) -> None:
    x, y = problem(2)
    model = fit_logistic(x, y, 3, 0.1, tolerance=TOLERANCE)
    whole = delete_logistic(model, (x, y), (x, y), range(30), tolerance=TOLERANCE).changes
    monkeypatch.setattr("stability.estimate.exact.chord_refits.ENTRIES", 400)
    parts = delete_logistic(model, (x, y), (x, y), range(30), tolerance=TOLERANCE).changes
    assert np.abs(whole - parts).max() < 1e-12


def test_the_only_example_of_a_class_is_not_left_out_of_a_free_intercept() -> None:
    x, y = problem(3)
    y[y == 2] = 1
    y[5] = 2
    model = fit_logistic(x, y, 3, 0.1, tolerance=1e-9, free_last=True)
    with pytest.raises(SetupError, match="no example of class number 2"):
        delete_logistic(model, (x, y), (x, y), [4, 5, 6], tolerance=1e-9)


def test_models_of_many_weights_are_refitted_one_by_one(monkeypatch) -> None:
    x, y = problem(4)
    model = fit_logistic(x, y, 3, 0.1, tolerance=TOLERANCE)
    fast = delete_logistic(model, (x, y), (x, y), [1, 2], tolerance=TOLERANCE)
    monkeypatch.setattr(logistic_deletions, "LARGEST_HESSIAN", 1)
    slow = delete_logistic(model, (x, y), (x, y), [1, 2], tolerance=TOLERANCE)
    assert np.abs(fast.changes - slow.changes).max() < 1e-8
    assert not np.array_equal(fast.changes, slow.changes)


def test_a_hessian_that_rounding_spoils_leaves_every_refit_to_newton() -> None:
    x, y = problem(5)
    x = np.hstack([x, x[:, :1]])  # the same column twice, and hardly a penalty
    model = fit_logistic(x, y, 3, 0.1, tolerance=TOLERANCE)
    refits = ChordRefits(x, y, model.weights, np.full(6, -1.0))
    found, norms = refits(np.arange(4), TOLERANCE)
    assert np.isinf(norms).all() and (found == model.weights).all()


def test_a_hessian_that_is_singular_without_an_example_is_left_to_newton(monkeypatch) -> None:
    x, y = problem(5)
    model = fit_logistic(x, y, 3, 0.1, tolerance=TOLERANCE)
    usual = delete_logistic(model, (x, y), (x, y), range(4), tolerance=TOLERANCE).changes

    def singular(*_):
        raise np.linalg.LinAlgError("Singular matrix")

    monkeypatch.setattr("stability.estimate.exact.chord_refits.np.linalg.solve", singular)
    found = delete_logistic(model, (x, y), (x, y), range(4), tolerance=TOLERANCE).changes
    assert 0.0 < np.abs(found - usual).max() < 1e-8


def test_a_deletion_that_moves_nothing_changes_nothing_to_the_last_bit(monkeypatch) -> None:
    """However products of larger matrices round."""
    x, y = problem(6)
    x[7] = 0.0  # its gradient is 0 at any weights
    model = fit_logistic(x, y, 3, 0.1, tolerance=TOLERANCE)
    deletions = LogisticDeletions(model, (x, y), (x, y), tolerance=TOLERANCE)
    exact = logistic_deletions.cross_entropies
    monkeypatch.setattr(
        logistic_deletions, "cross_entropies", lambda *given: exact(*given) * (1.0 + 2.0**-50)
    )
    block = deletions([3, 7, 9])
    assert (block.changes[1] == 0.0).all() and block.training_maximum[1] == 0.0
    assert (block.changes[[0, 2]] != 0.0).any(axis=1).all()
    assert np.array_equal(deletions([3, 7, 9]).changes, block.changes)


@pytest.mark.parametrize(("regularization", "steps"), [(1.0, 4), (0.1, 7)])
def test_few_steps_are_enough(monkeypatch, regularization: float, steps: int) -> None:
    """With the first gradients known and steps mixed; else these would be too few."""
    monkeypatch.setattr("stability.estimate.exact.chord_refits.STEPS", steps)
    x, y = problem(8, size=60)
    model = fit_logistic(x, y, 3, regularization, tolerance=TOLERANCE)
    refits = ChordRefits(x, y, model.weights, np.full(5, regularization))
    assert (refits(np.arange(60), TOLERANCE)[1] <= TOLERANCE).all()


def test_features_beyond_single_precision_are_refitted_as_well() -> None:
    x, y = problem(7)
    model = fit_logistic(x, y, 3, 0.1, tolerance=TOLERANCE)
    penalty = np.full(5, 0.1)
    usual, _ = ChordRefits(x, y, model.weights, penalty)(np.arange(5), TOLERANCE)
    scale = 2.0**-70  # x times scale, W over scale and lambda times scale^2: the same problem
    refits = ChordRefits(x * scale, y, model.weights / scale, penalty * scale**2)
    found, norms = refits(np.arange(5), TOLERANCE * scale)
    assert (norms <= TOLERANCE * scale).all()
    np.testing.assert_allclose(found * scale, usual, atol=1e-9)
