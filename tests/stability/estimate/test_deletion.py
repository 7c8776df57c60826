"""Measured deletions of a network, judged by training every model alone."""

import math

import numpy as np
import pytest

from stability.conventions import Convention
from stability.datasets import Dataset, load_digits
from stability.errors import DataError, SetupError
from stability.estimate import measure_deletions, measure_replacements, summarise
from stability.estimate.retraining import deletion
from stability.training import Recipe, train_one

TRAIN, TEST = load_digits().split(80, seed=2)
RECIPE = Recipe(widths=(10,), step_size=0.2, epochs=4, batch_size=9, weight_decay=1e-3)
DELETED = [5, 0, 79, 33]


def cut(model, data, limit):
    """The evaluated losses, written out."""
    return np.minimum(model.losses(data), limit)


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


@pytest.mark.parametrize("budget", [2**29, 90_000])
@pytest.mark.parametrize("convention", ["retrain", "keep-1/m"])
def test_other_conventions_equal_training_alone(convention, budget):
    found = measure_deletions(RECIPE, TRAIN, TEST, DELETED, convention=Convention(convention),
                              memory_bytes=budget, loss_range=9.0)  # fmt: skip
    full = train_one(RECIPE, TRAIN)
    assert found.deleted.tolist() == DELETED == found.indices.tolist()
    assert found.convention is Convention(convention)
    assert 0.0 < found.rounding < 1e-10
    for k, i in enumerate(DELETED):
        same = Convention.RETRAIN if convention == "retrain" else Convention.NULL_STEP
        without = train_one(RECIPE, TRAIN, i, convention=same)
        on_test = cut(without, TEST, 9.0) - cut(full, TEST, 9.0)
        moved = cut(without, TRAIN, 9.0) - cut(full, TRAIN, 9.0)
        assert np.abs(found.changes[k] - on_test).max() < 1e-10
        assert abs(found.diagonal[k] - moved[i]) < 1e-10
        assert abs(found.training_maximum[k] - np.abs(moved).max()) < 1e-10


def test_replacements_equal_training_alone():
    by = TEST.subset([9, 8, 7, 6])
    found = measure_replacements(RECIPE, TRAIN, TEST, DELETED, by, loss_range=9.0)
    full = train_one(RECIPE, TRAIN)
    for k, i in enumerate(DELETED):
        inputs, labels = TRAIN.inputs.copy(), TRAIN.labels.copy()
        inputs[i], labels[i] = by.inputs[k], by.labels[k]
        other = train_one(RECIPE, Dataset(inputs, labels, TRAIN.classes, "other", (8, 8)))
        on_test = cut(other, TEST, 9.0) - cut(full, TEST, 9.0)
        moved = cut(other, TRAIN, 9.0) - cut(full, TRAIN, 9.0)
        assert np.abs(found.changes[k] - on_test).max() < 1e-10
        assert abs(found.diagonal[k] - moved[i]) < 1e-10  # at the example that was there
    assert found.convention is None
    same = measure_replacements(RECIPE, TRAIN, TEST, DELETED, TRAIN.subset(DELETED))
    assert np.abs(same.changes).max() < 1e-12


def test_a_baseline_serves_many_calls(monkeypatch):
    model = deletion.check_repeatable(RECIPE, TRAIN)
    whole = measure_deletions(RECIPE, TRAIN, TEST, DELETED)
    monkeypatch.setattr(deletion, "check_repeatable", None)
    parts = [measure_deletions(RECIPE, TRAIN, TEST, [i], baseline=model) for i in DELETED]
    assert np.abs(np.concatenate([p.changes for p in parts]) - whole.changes).max() < 1e-12


def test_a_squared_loss_has_its_own_range():
    recipe = Recipe(widths=(6,), step_size=0.05, epochs=2, batch_size=9, loss="squared")
    found = measure_deletions(recipe, TRAIN, TEST, [3])
    assert found.loss_range == 1.0 and found.base_test.max() <= 1.0
    expected = cut(train_one(recipe, TRAIN, 3), TEST, 1.0) - cut(train_one(recipe, TRAIN), TEST, 1)
    assert np.abs(found.changes[0] - expected).max() < 1e-10


@pytest.mark.parametrize("kind", ["relu-mlp", "cnn"])
def test_convolutions_and_adam_are_measured_too(kind):
    recipe = Recipe(network=kind, widths=(3,), step_size=0.01, epochs=1, batch_size=16,
                    optimiser="adam", dtype="float32")  # fmt: skip
    found = measure_deletions(recipe, TRAIN, TEST, [3, 70], memory_bytes=300_000)
    for k, i in enumerate([3, 70]):
        alone = np.clip(train_one(recipe, TRAIN, i).losses(TEST), 0, math.log(10))
        assert np.abs(found.changes[k] - (alone - found.base_test)).max() < 1e-4
    assert found.rounding < 1e-4


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
    narrow = Dataset(TEST.inputs[:, :32], TEST.labels, TEST.classes, "narrow", (32,))
    with pytest.raises(DataError, match="32 numbers"):
        measure_deletions(RECIPE, TRAIN, narrow, [1])
    one = Dataset(TRAIN.inputs, np.zeros(80, int), ("all",), "one", (8, 8))
    with pytest.raises(DataError, match="two classes"):
        measure_deletions(RECIPE, one, one, [1])


def test_the_new_example_of_a_replacement_is_in_the_maximum():
    """A constant for replacement covers every point, and the new example moves most of all."""
    recipe = Recipe(widths=(16,), step_size=0.2, epochs=20, batch_size=10)
    positions, by = [3, 40, 41], TEST.subset([5, 700, 701])
    found = measure_replacements(recipe, TRAIN, TEST, positions, by, loss_range=9.0,
                                 memory_bytes=60_000)  # fmt: skip
    full = train_one(recipe, TRAIN)
    seen = []
    for k, i in enumerate(positions):
        inputs, labels = TRAIN.inputs.copy(), TRAIN.labels.copy()
        inputs[i], labels[i] = by.inputs[k], by.labels[k]
        other = train_one(recipe, Dataset(inputs, labels, TRAIN.classes, "other", (8, 8)))
        new = abs(cut(other, by, 9.0)[k] - cut(full, by, 9.0)[k])
        old = np.abs(cut(other, TRAIN, 9.0) - cut(full, TRAIN, 9.0)).max()
        assert found.training_maximum[k] == pytest.approx(max(new, old), abs=1e-9)
        seen.append(new > old)
    assert any(seen) and not all(seen)


@pytest.mark.parametrize("convention", ["null-step", "retrain"])
def test_rounding_is_looked_for_in_a_deleted_model_too(monkeypatch, convention):
    """The model on the full sample may be trained in another way than those without an example."""
    true = deletion.train_variants

    def shaken(recipe, train, variants, **rest):
        for stack in true(recipe, train, variants, **rest):
            for values in stack.parameters.values():
                values[stack.deleted >= 0] *= 1.0 + 1e-6
            yield stack

    monkeypatch.setattr(deletion, "train_variants", shaken)
    found = measure_deletions(RECIPE, TRAIN, TEST, DELETED, convention=Convention(convention))
    assert 1e-8 < found.rounding < 1e-3
