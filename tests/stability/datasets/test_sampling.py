"""Random subsets: plain and stratified, repeatable, nested where promised."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stability.datasets import Dataset, load_digits
from stability.datasets.sampling import positions_per_class, stratified_counts
from stability.errors import DataError


def uneven():
    """60 examples: 40 of class 0, 15 of class 1, 5 of class 2, none of class 3."""
    labels = np.repeat([0, 1, 2], [40, 15, 5])
    inputs = np.arange(60).reshape(60, 1) / 60
    return Dataset(inputs, labels, ("a", "b", "c", "d"), "uneven", (1,))


def positions(data):
    return np.rint(data.inputs[:, 0] * 60).astype(int).tolist()


@pytest.mark.parametrize("stratified", [True, False])
@pytest.mark.parametrize("size", [1, 7, 59, 60])
def test_a_subset_is_drawn_without_replacement_and_repeats(stratified, size):
    data = uneven()
    part = data.random_subset(size, seed=4, stratified=stratified)
    assert len(part) == len(set(positions(part))) == size
    assert all(
        data.labels[p] == label for p, label in zip(positions(part), part.labels, strict=True)
    )
    assert part == data.random_subset(size, seed=4, stratified=stratified)
    if size > 1:
        assert part != data.random_subset(size, seed=5, stratified=stratified)
    if size >= 7:
        assert positions(part) != sorted(positions(part))


def test_plain_subsets_are_nested_and_agree_with_split():
    digits = load_digits()
    large = digits.random_subset(100, seed=1)
    assert digits.random_subset(30, seed=1) == large.subset(range(30))
    assert digits.split(100, seed=1)[0] == large


def test_stratified_counts_of_classes():
    for seed in range(5):
        part = uneven().random_subset(12, seed, stratified=True)
        assert np.bincount(part.labels, minlength=4).tolist() == [8, 3, 1, 0]
    plain = [np.bincount(uneven().random_subset(12, s).labels).tolist() for s in range(5)]
    assert any(counts != [8, 3, 1] for counts in plain)


def test_every_example_is_drawn_equally_often():
    """Within its class: 4000 draws of 12 from 60, share 1/5 each, five standard deviations."""
    for stratified in (True, False):
        hits = np.zeros(60)
        for seed in range(4000):
            hits[positions(uneven().random_subset(12, seed, stratified=stratified))] += 1
        assert abs(hits / 4000 - 0.2).max() < 5 * np.sqrt(0.2 * 0.8 / 4000)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=8).filter(any), st.data())
def test_largest_remainders(available, data):
    total = sum(available)
    size = data.draw(st.integers(1, total))
    counts = stratified_counts(np.array(available), size)
    assert counts.sum() == size
    for count, there in zip(counts.tolist(), available, strict=True):
        assert 0 <= count <= there and abs(count - Fraction(size * there, total)) < 1


@pytest.mark.parametrize("size", [0, -1, 61, True, 1.5, "3", None])
def test_sizes_that_cannot_be(size):
    with pytest.raises(DataError, match=r"uneven.random_subset: .* 1 to 60"):
        uneven().random_subset(size, seed=0)


def test_positions_per_class_are_distinct_and_repeat():
    labels = np.random.default_rng(0).integers(0, 4, size=200)
    found = positions_per_class(labels, 7, seed=3)
    assert np.bincount(labels[found]).tolist() == [7] * 4
    assert len(np.unique(found)) == 28 and (np.diff(found) > 0).all()
    assert np.array_equal(found, positions_per_class(labels, 7, seed=3))
    assert not np.array_equal(found, positions_per_class(labels, 7, seed=4))


def test_a_small_class_gives_all_it_has():
    assert positions_per_class(np.array([0, 5, 5, 5]), 3, seed=0).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("seed", [-1, 1.5, None, "4", True])
def test_seeds_that_would_not_repeat_or_cannot_be(seed):
    """None would draw other examples each time."""
    for draw in (
        lambda data: data.split(7, seed),
        lambda data: data.random_subset(7, seed),
        lambda data: data.random_subset(7, seed, stratified=True),
    ):
        with pytest.raises(DataError, match=r"seed: found .*; allowed: a whole number of at least"):
            draw(uneven())
