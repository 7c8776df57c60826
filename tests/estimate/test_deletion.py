"""Measured deletions of a network, judged by training every model alone."""

import math

import numpy as np
import pytest

from stability.datasets import load_digits
from stability.errors import DataError, SetupError
from stability.estimate import deletion, measure_deletions, summarise
from stability.training import Recipe, losses_of, train_one

TRAIN, TEST = load_digits().split(80, seed=2)
RECIPE = Recipe(widths=(10,), step_size=0.2, epochs=4, batch_size=9, weight_decay=1e-3)
DELETED = [5, 0, 79, 33]


def cut(parameters, data, limit):
    """The evaluated losses, written out."""
    return np.minimum(losses_of(parameters, data), limit)


@pytest.mark.parametrize("limit", [None, 0.7])
@pytest.mark.parametrize("budget", [2**29, 90_000])
def test_equals_training_alone(limit, budget):
    found = measure_deletions(RECIPE, TRAIN, TEST, DELETED, loss_range=limit, memory_bytes=budget)
    top = math.log(10) if limit is None else limit
    assert found.loss_range == top and found.sample_size == 80
    assert found.deleted.tolist() == DELETED
    full = train_one(RECIPE, TRAIN)
    on_test, on_training = cut(full, TEST, top), cut(full, TRAIN, top)
    assert np.abs(found.base_test - on_test).max() < 1e-10
    assert np.abs(found.base_training - on_training).max() < 1e-10
    assert found.rounding < 1e-10
    assert found.base_test.max() == top  # the cut is active
    for k, i in enumerate(DELETED):
        without = train_one(RECIPE, TRAIN, i)
        moved = cut(without, TRAIN, top) - on_training
        assert np.abs(found.changes[k] - (cut(without, TEST, top) - on_test)).max() < 1e-10
        assert abs(found.diagonal[k] - moved[i]) < 1e-10
        assert abs(found.training_maximum[k] - np.abs(moved).max()) < 1e-10


def test_deleting_hurts_the_deleted_example():
    """Sign convention: loss without minus loss with is positive on the diagonal, on average."""
    found = measure_deletions(RECIPE, TRAIN, TEST, range(0, 80, 4))
    assert found.diagonal.mean() > 0.01
    assert found.diagonal.mean() > 3 * abs(found.changes.mean())
    summary = summarise([found], found.sample_size)
    assert summary.diagonal.max() <= summary.U
    assert pytest.approx(80 * np.abs(found.diagonal).mean()) == summary.D
    assert pytest.approx(80 * np.abs(found.changes).mean(axis=1).max()) == summary.B


def test_progress_reaches_its_total():
    seen = []
    measure_deletions(RECIPE, TRAIN, TEST, [1, 2], lambda done, total: seen.append((done, total)))
    assert seen == [(3 * e, 12) for e in (1, 2, 3, 4)]


def test_training_that_does_not_repeat_is_refused(monkeypatch):
    def refuse(recipe, train):
        raise SetupError(where="twice", found="drift", allowed="none", remedy="")

    monkeypatch.setattr(deletion, "check_repeatable", refuse)
    with pytest.raises(SetupError, match="drift"):
        measure_deletions(RECIPE, TRAIN, TEST, [1])


@pytest.mark.parametrize(
    ("indices", "words"),
    [([], "no positions"), ([1, 1], "twice"), ([80], "0 to 79"), ([-1], "0 to 79")],
)
def test_bad_positions(indices, words):
    with pytest.raises(SetupError, match=words):
        measure_deletions(RECIPE, TRAIN, TEST, indices)


@pytest.mark.parametrize("limit", [0.0, -1.0, math.nan, math.inf])
def test_bad_ranges(limit):
    with pytest.raises(SetupError, match="loss_range"):
        measure_deletions(RECIPE, TRAIN, TEST, [1], loss_range=limit)


def test_data_that_do_not_belong_together():
    from stability.datasets import Dataset

    narrow = Dataset(TEST.inputs[:, :32], TEST.labels, TEST.classes, "narrow", (32,))
    with pytest.raises(DataError, match="32 numbers"):
        measure_deletions(RECIPE, TRAIN, narrow, [1])
    one = Dataset(TRAIN.inputs, np.zeros(80, int), ("all",), "one", (8, 8))
    with pytest.raises(DataError, match="two classes"):
        measure_deletions(RECIPE, one, one, [1])
