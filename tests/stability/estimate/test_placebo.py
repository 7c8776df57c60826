"""A placebo moves nothing in a stable training and as much as a deletion in a chaotic one."""

from dataclasses import replace

import numpy as np
import pytest

from stability.datasets import load_digits
from stability.errors import SetupError
from stability.estimate import deletion_size, measure_deletions, measure_placebo, signal_over
from stability.training import Recipe, build_network, train_one
from stability.training.networks.initial import perturbed

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
        start = perturbed(build_network(CALM, (8, 8), 10).initial, 1e-3, int(seeds[k]))
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


def test_a_placebo_as_large_as_a_deletion_tells_a_signal_from_chaos():
    """One of the size of rounding does not: chaos may only begin at the size of a deletion."""
    same = np.eye(10, dtype=bool)
    positions = range(0, 80, 4)
    chaotic = Recipe(widths=(30, 30), step_size=0.4, epochs=10, batch_size=10)
    for recipe, stands_out in ((CALM, True), (chaotic, False)):
        found = measure_deletions(recipe, TRAIN, TEST, positions)
        small = signal_over(found, measure_placebo(recipe, TRAIN, TEST, runs=3), TRAIN, TEST)
        assert np.nanmin(small.ratio) > 1e4
        size = deletion_size(recipe, TRAIN, positions)
        placebo = measure_placebo(recipe, TRAIN, TEST, runs=5, relative=size)
        large = signal_over(found, placebo, TRAIN, TEST)
        own = large.ratio[same & np.isfinite(large.ratio)]
        assert (own.min() > 3.0 and np.median(own) > 8.0) if stands_out else np.median(own) < 2.0


def test_the_size_of_a_deletion_by_hand():
    """One step on everything: the weights differ by step_size |gradient| / m."""
    recipe = Recipe(step_size=0.3, epochs=7, batch_size=80)
    first = build_network(recipe, (8, 8), 10).initial
    w = np.hstack([first["linear0.weight"].numpy(), first["linear0.bias"].numpy()[:, None]])
    x = np.hstack([TRAIN.inputs, np.ones((80, 1))])
    p = np.exp(x @ w.T)
    slope = p / p.sum(axis=1, keepdims=True) - np.eye(10)[TRAIN.labels]
    sizes = 0.3 / 80 * np.linalg.norm(slope, axis=1) * np.linalg.norm(x, axis=1)
    found = deletion_size(recipe, TRAIN, [4, 17, 60], memory_bytes=40_000)
    assert found == pytest.approx(sizes[[4, 17, 60]].mean() / np.linalg.norm(w), rel=1e-9)


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
    single = replace(CALM, dtype="float32")
    with pytest.raises(SetupError, match=r"half a unit in the last place of float32"):
        measure_placebo(single, TRAIN, TEST, relative=1e-8)
    assert measure_placebo(single, TRAIN, TEST, runs=1, relative=6e-8).changes.any()
    found, placebo = measure_deletions(CALM, TRAIN, TEST, [3]), measure_placebo(CALM, TRAIN, TEST)
    for pair in ((placebo, placebo), (found, found)):
        with pytest.raises(SetupError, match=r"deletions in place of a placebo"):
            signal_over(*pair, TRAIN, TEST)
    fewer = measure_placebo(CALM, TRAIN, TEST.subset([1, 2]))
    other = measure_placebo(CALM, TRAIN, TEST, loss_range=1.0)
    for wrong in (fewer, other):
        with pytest.raises(SetupError, match=r"signal.placebo.*those of the deletions"):
            signal_over(found, wrong, TRAIN, TEST)
