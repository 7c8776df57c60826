"""A placebo moves nothing in a stable training and as much as a deletion in a chaotic one."""

import numpy as np
import pytest

from stability.datasets import load_digits
from stability.errors import SetupError
from stability.estimate import measure_deletions, measure_placebo, signal_over
from stability.training import Recipe, initial_parameters, train_one
from stability.training.networks import perturbed

TRAIN, TEST = load_digits().split(80, seed=2)
CALM = Recipe(widths=(10,), step_size=0.1, epochs=3, batch_size=10)
WILD = Recipe(widths=(30, 30), step_size=0.5, epochs=20, batch_size=5)


def test_equals_training_alone_from_other_weights():
    found = measure_placebo(CALM, TRAIN, TEST, runs=3, relative=1e-3, seed=4, loss_range=9.0)
    assert found.deleted.tolist() == [-1] * 3 and not found.diagonal.any()
    assert found.changes.shape == (3, len(TEST)) and found.rounding < 1e-10
    full = np.minimum(train_one(CALM, TRAIN).losses(TEST), 9.0)
    seeds = np.random.SeedSequence(4).generate_state(3, np.uint32)
    for k in range(3):
        start = perturbed(initial_parameters(CALM, (8, 8), 10), 1e-3, int(seeds[k]))
        model = train_one(CALM, TRAIN, start=start)
        expected = np.minimum(model.losses(TEST), 9.0) - full
        assert np.abs(found.changes[k] - expected).max() < 1e-10
        moved = np.minimum(model.losses(TRAIN), 9) - np.minimum(
            train_one(CALM, TRAIN).losses(TRAIN), 9
        )
        assert abs(found.training_maximum[k] - np.abs(moved).max()) < 1e-10
    assert np.abs(found.changes).mean() > 1e-6
    again = measure_placebo(CALM, TRAIN, TEST, runs=3, relative=1e-3, seed=4, loss_range=9.0)
    assert np.array_equal(found.changes, again.changes)
    other = measure_placebo(CALM, TRAIN, TEST, runs=3, relative=1e-3, seed=5, loss_range=9.0)
    assert not np.array_equal(found.changes, other.changes)


def test_a_signal_stands_out_and_drowns():
    calm = signal_over(
        measure_deletions(CALM, TRAIN, TEST, range(0, 80, 8)),
        measure_placebo(CALM, TRAIN, TEST, runs=2), TRAIN, TEST,
    )  # fmt: skip
    assert np.nanmin(calm.ratio) > 100 and not calm.drowned.any()
    assert np.isnan(calm.ratio).any()  # classes of which nothing was deleted
    wild = signal_over(
        measure_deletions(WILD, TRAIN, TEST, range(0, 80, 8)),
        measure_placebo(WILD, TRAIN, TEST, runs=6), TRAIN, TEST,
    )  # fmt: skip
    assert np.nanmedian(wild.ratio) < 5 and wild.drowned.any()


def test_signal_by_hand():
    deletions = measure_deletions(CALM, TRAIN, TEST, [0, 1])
    placebo = measure_placebo(CALM, TRAIN, TEST, runs=2)
    found = signal_over(deletions, placebo, TRAIN, TEST, needed=1e9)
    row, column = TRAIN.labels[0], 3
    test = TEST.labels == column
    rows = [k for k in (0, 1) if TRAIN.labels[k] == row]
    mean = np.abs(deletions.changes[rows][:, test]).mean()
    assert found.ratio[row, column] == pytest.approx(mean / np.abs(placebo.changes[:, test]).mean())
    assert found.drowned[row, column]


def test_refusals():
    with pytest.raises(SetupError, match=r"placebo.runs"):
        measure_placebo(CALM, TRAIN, TEST, runs=0)
    with pytest.raises(SetupError, match=r"placebo.relative"):
        measure_placebo(CALM, TRAIN, TEST, relative=0.0)
