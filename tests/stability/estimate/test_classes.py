"""Class maps, against a table worked out by hand and a plain double loop."""

import math

import numpy as np
import pytest

from stability.errors import DataError
from stability.estimate import ClassMapAccumulator, class_map

NAMES = ("cat", "dog", "plane")


def test_by_hand():
    changes = [[4.0, -2.0, 1.0], [0.0, 2.0, -1.0], [1.0, 1.0, 6.0]]
    grid = class_map(changes, [0, 0, 1], [0, 0, 1], ("cat", "plane"), level=0.5)
    assert grid.mean.tolist() == [[2.0, 1.0], [1.0, 6.0]]
    assert grid.maximum.tolist() == [[4.0, 1.0], [1.0, 6.0]]
    assert grid.quantile.tolist() == [[2.0, 1.0], [1.0, 6.0]]
    assert grid.pairs.tolist() == [[4, 2], [2, 1]]
    assert grid.diagonal_ratio == 4.0  # (2 + 6)/2 over (1 + 1)/2


def test_equals_a_double_loop_in_blocks():
    rng = np.random.default_rng(0)
    changes, rows, columns = (
        rng.normal(size=(9, 14)),
        rng.integers(0, 3, size=9),
        rng.integers(0, 3, size=14),
    )
    whole = class_map(changes, rows, columns, NAMES, level=0.9)
    accumulator = ClassMapAccumulator(NAMES, columns)
    for part in (slice(0, 4), slice(4, 9)):
        accumulator.add(changes[part], rows[part])
    blocks = accumulator.finish()
    assert blocks.quantile is None and whole.level == 0.9
    for a in range(3):
        for b in range(3):
            cell = [
                abs(changes[i, j])
                for i in range(9)
                for j in range(14)
                if rows[i] == a and columns[j] == b
            ]
            for grid in (whole, blocks):
                assert grid.mean[a, b] == pytest.approx(sum(cell) / len(cell))
                assert grid.maximum[a, b] == max(cell)
                assert grid.pairs[a, b] == len(cell)
            assert whole.quantile[a, b] == pytest.approx(np.quantile(cell, 0.9))


def test_cells_without_pairs():
    grid = class_map([[1.0, 3.0]], [1], [1, 0], NAMES)
    assert grid.mean[1].tolist()[:2] == [3.0, 1.0]
    assert math.isnan(grid.mean[0, 0]) and math.isnan(grid.maximum[1, 2])
    assert math.isnan(grid.quantile[2, 2])
    assert grid.pairs.sum() == 2
    assert grid.diagonal_ratio == pytest.approx(1 / 3)


def test_ratio_at_the_ends():
    assert class_map([[1.0, 0.0]], [0], [0, 1], NAMES).diagonal_ratio == math.inf
    assert math.isnan(class_map([[0.0, 0.0]], [0], [0, 1], NAMES).diagonal_ratio)
    assert math.isnan(class_map([[1.0]], [0], [0], NAMES).diagonal_ratio)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([[1.0, 2.0]], [0], [0]), "shape"),
        (([[1.0]], [3], [0]), "deleted_labels"),
        (([[1.0]], [0], [-1]), "test_labels"),
        (([[1.0]], [0.0], [0]), "deleted_labels"),
        (([[np.nan]], [0], [0]), "row 0"),
    ],
)
def test_refusals(arguments, words):
    with pytest.raises(DataError, match=words):
        class_map(*arguments, NAMES)


def test_a_level_outside_is_refused():
    with pytest.raises(DataError, match="level"):
        class_map([[1.0]], [0], [0], NAMES, level=95)
