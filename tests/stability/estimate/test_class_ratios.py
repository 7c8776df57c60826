"""Own class over the others, within a tested class: rare classes do not turn it."""

import math

import numpy as np
import pytest

from stability.errors import DataError
from stability.estimate import class_map, own_ratios

NAMES = ("a", "b", "c")


def grid(cells, deleted, tested):
    """The map of a sample with these means, and counts of deleted and tested examples."""
    rows, columns = (np.repeat(np.arange(len(n)), n) for n in (deleted, tested))
    return class_map(np.asarray(cells)[np.ix_(rows, columns)], rows, columns, NAMES[: len(deleted)])


def test_it_compares_within_a_tested_class():
    """Fraud among many: a fraud row moves everything more, whatever it has to do with the class."""
    found = own_ratios(grid([[16.9, 0.64], [1.49, 0.0606]], [9, 141], [7, 43]), [9, 141])
    assert [one.ratio for one in found.classes] == pytest.approx([16.9 / 1.49, 0.0606 / 0.64])
    assert [one.deletions for one in found.classes] == [9, 141]
    assert found.geometric_mean == pytest.approx(math.sqrt(16.9 / 1.49 * 0.0606 / 0.64))


@pytest.mark.parametrize("deleted", [(3, 3, 3), (3, 50, 400)])
def test_strong_deletions_and_large_losses_of_a_class_do_not_turn_it(deleted):
    """Cells r_a c_b know nothing of classes: 1, where the diagonal is far from the rest."""
    cells = np.outer([10.0, 1.0, 0.2], [7.0, 0.5, 0.1])
    made = grid(cells, deleted, (2, 5, 90))
    assert own_ratios(made, deleted).geometric_mean == pytest.approx(1.0)
    assert made.diagonal_ratio > 5
    own = cells + np.diag(2 * np.diag(cells))
    assert own_ratios(grid(own, deleted, (2, 5, 9)), deleted).geometric_mean == pytest.approx(3.0)


def test_a_class_with_few_deletions_is_compared_with_none():
    cells = [[9.0, 1.0, 1.0], [3.0, 4.0, 1.0], [100.0, 100.0, 100.0]]
    found = own_ratios(grid(cells, (3, 3, 2), (1, 1, 1)), (3, 3, 2))
    assert [one.ratio for one in found.classes] == pytest.approx([3.0, 4.0])
    assert found.left_out == (("c", 2),)
    alone = own_ratios(grid(cells, (3, 1, 2), (1, 1, 1)), (3, 1, 2))
    assert alone.classes == () and math.isnan(alone.geometric_mean)


def test_zeros_and_wrong_counts():
    one_sided = own_ratios(grid([[1.0, 0.0], [0.0, 1.0]], (3, 3), (1, 1)), (3, 3))
    assert one_sided.geometric_mean == math.inf
    assert own_ratios(grid([[0.0, 1.0], [1.0, 0.0]], (3, 3), (1, 1)), (3, 3)).geometric_mean == 0.0
    mixed = own_ratios(grid([[0.0, 0.0], [1.0, 1.0]], (3, 3), (1, 1)), (3, 3))
    assert [one.ratio for one in mixed.classes] == [0.0, math.inf]
    assert math.isnan(mixed.geometric_mean)
    assert own_ratios(grid([[0.0] * 2] * 2, (3, 3), (1, 1)), (3, 3)).classes == ()
    with pytest.raises(DataError, match="one number of deletions for each of the 2 classes"):
        own_ratios(grid([[1.0] * 2] * 2, (3, 3), (1, 1)), (3, 3, 3))
