"""Retraining beside placebos: against the measurements themselves, and by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stability.datasets import load_digits
from stability.estimate import ClassMap, Signal, measure_placebo
from stability.training import Recipe, train_one
from stability_experiments.common.retraining import (
    budget,
    class_rows,
    precision_row,
    retrain,
    signal_rows,
    stands_out,
    training_device,
)
from stability_experiments.common.signal_map import signal_map

TRAIN, TEST = load_digits().split(80, seed=1)
TEST = TEST.subset(range(60))
RECIPE = Recipe(widths=(6,), step_size=0.1, epochs=2, batch_size=10)


@pytest.fixture(scope="module")
def one():
    return retrain(RECIPE, TRAIN, TEST, 2, 3, seed=5, report=lambda done, total: None)


def signal(mean, placebo, needed=2.0):
    names = ("cat", "plane")
    table = np.asarray(mean, dtype=float)
    grid = ClassMap(names, table, table, np.full((2, 2), 4))
    return Signal(grid, np.asarray(placebo, dtype=float), needed)


def test_two_of_every_class_are_deleted(one) -> None:
    deleted = one.deletions.deleted
    assert np.bincount(TRAIN.labels[deleted]).tolist() == [2] * 10
    k = 7
    alone = train_one(RECIPE, TRAIN, int(deleted[k]))
    full = train_one(RECIPE, TRAIN)
    change = alone.losses(TEST).clip(0, np.log(10)) - full.losses(TEST).clip(0, np.log(10))
    assert one.deletions.changes[k] == pytest.approx(change, abs=1e-12)
    assert one.accuracy == (full.outputs(TEST).argmax(1) == TEST.labels).mean()


def test_the_placebos_are_a_small_one_and_one_of_the_size_of_a_deletion(one) -> None:
    full, moved = train_one(replace(RECIPE, epochs=1), TRAIN), []
    start = np.concatenate([p.numpy().ravel() for p in full.network.initial.values()])
    for position in one.deletions.deleted[::2]:
        without = train_one(replace(RECIPE, epochs=1), TRAIN, int(position)).parameters
        steps = [(without[n] - p).numpy().ravel() for n, p in full.parameters.items()]
        moved.append(np.linalg.norm(np.concatenate(steps)))
    assert one.push_size == pytest.approx(np.mean(moved) / np.linalg.norm(start), rel=1e-6)
    assert one.pushed.deletions.mean == pytest.approx(one.signal.deletions.mean)
    for signal, relative in ((one.signal, 1e-7), (one.pushed, one.push_size)):
        again = measure_placebo(RECIPE, TRAIN, TEST, 3, relative=relative, seed=5)
        expected = np.abs(again.changes)[:, TEST.labels == 4].mean()
        assert signal.placebo[4] == pytest.approx(expected, rel=1e-9)


def test_the_loss_range_is_the_one_asked_for() -> None:
    found = retrain(RECIPE, TRAIN, TEST, 1, 1, 0, lambda done, total: None, loss_range=0.5)
    assert found.deletions.loss_range == found.placebo.loss_range == 0.5
    assert found.deletions.base_test.max() <= 0.5


def test_how_far_cells_stand_out_by_hand() -> None:
    out = stands_out(signal([[4.0, 1.0], [3.0, 9.0]], [1.0, 2.0]))
    assert (out.lowest, out.middle, out.drowned, out.cells) == (0.5, 3.5, 1, 4)
    assert out.share == 0.25
    still = stands_out(signal([[0.0, 0.0], [2.0, np.nan]], [0.0, 2.0]))
    assert (still.lowest, still.drowned, still.cells) == (0.0, 1, 2)
    assert np.isfinite(still.middle)


def test_rows_say_where_the_signal_drowns() -> None:
    seen = signal([[4.0, 1.0], [3.0, 9.0]], [1.0, 2.0])
    [row] = signal_rows("a run", seen, None)
    assert row.computed == 3.5 and "1 of 4 cells drown" in row.note and "chaos" in row.note
    small, large = signal_rows("a run", signal([[4.0, 4.0], [4.0, 4.0]], [1.0, 1.0]), seen)
    assert "0 of 4 cells drown" in small.note and "chaos" not in small.note
    assert "push" in large.name and "1 of 4" in large.note and "chaos" not in large.note
    cat, plane = class_rows("a run", seen)
    assert cat.computed == pytest.approx(2.5 / 1.5) and "drowns at test images of plane" in cat.note
    assert plane.computed == pytest.approx(6.0 / 1.5) and "drowns nowhere" in plane.note


def test_a_placebo_that_moves_nothing_gives_no_ratio() -> None:
    rows = list(class_rows("still", signal([[3, 1], [1, 2]], [0, 0])))
    assert [row.computed for row in rows] == [2, 1.5]
    assert all(row.name.startswith("mean change") and "no ratio" in row.note for row in rows)


def test_the_placebo_in_other_numbers(one) -> None:
    row = precision_row("a run", one, TRAIN, TEST, seed=5)
    rough = measure_placebo(replace(RECIPE, dtype="float32"), TRAIN, TEST, 3, seed=5)
    expected = np.abs(rough.changes).mean() / np.abs(one.placebo.changes).mean()
    assert row.computed == pytest.approx(expected)
    assert row.computed > 1.5


def test_a_gpu_is_used_only_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for there, device in ((False, "cpu"), (True, "cuda")):
        monkeypatch.setattr("torch.cuda.is_available", lambda there=there: there)
        assert training_device() == device
    assert budget(replace(RECIPE, device="cuda")) > budget(RECIPE)


def test_the_map_is_drawn_also_where_nothing_moved(tmp_path) -> None:
    seen = signal([[4.0, 0.0], [3.0, np.nan]], [1.0, 0.0])
    signal_map(tmp_path / "map.png", seen, "two classes")
    assert (tmp_path / "map.png").stat().st_size > 5000
