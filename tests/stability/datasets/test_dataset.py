"""The data type: what it accepts, what it refuses and how it names the place."""

import numpy as np
import pytest

from stability.datasets import Dataset, load_digits
from stability.errors import DataError


def small(**changes):
    """A valid data set of 6 examples, or one with a fault."""
    parts = {
        "inputs": np.linspace(0.0, 1.0, 24).reshape(6, 4),
        "labels": np.array([0, 1, 2, 0, 1, 2]),
        "classes": ("a", "b", "c"),
        "name": "small",
        "shape": (2, 2),
        "range": (0, 1),
    }
    return Dataset(**(parts | changes))


def test_digits_as_published():
    digits = load_digits()
    assert digits.inputs.shape == (1797, 64)
    assert digits.shape == (8, 8)
    assert digits.inputs.dtype == np.float64 and digits.labels.dtype == np.int64
    assert digits.inputs.min() == 0.0 and digits.inputs.max() == 1.0
    assert np.array_equal(digits.inputs * 16, np.round(digits.inputs * 16))
    # class counts as listed in the description of the data set in scikit-learn
    counts = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert np.bincount(digits.labels).tolist() == counts


@pytest.mark.parametrize("bad", [np.nan, np.inf, -0.01, 1.01])
def test_bad_pixel_names_the_row(bad):
    inputs = np.full((6, 4), 0.5)
    inputs[4, 2] = bad
    with pytest.raises(DataError, match=r"row 4, entry \(1, 0\): .*\[0, 1\]"):
        small(inputs=inputs)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"labels": np.array([0, 1, 2, 3, 1, 2])}, "row 3"),
        ({"labels": np.array([0, 1, -1, 0, 1, 2])}, "row 2"),
        ({"labels": np.array([0, 1, 2])}, "3 labels for 6 inputs"),
        ({"labels": np.array([0.0, 1.0, 2.0, 0.0, 1.0, 2.0])}, "whole numbers"),
        ({"shape": (3, 2)}, "product is 4"),
        ({"shape": (-2, -2)}, "positive sizes"),
        ({"inputs": np.zeros((0, 4)), "labels": np.zeros(0, int)}, "at least one"),
        ({"inputs": [["x"] * 4] * 6}, "found texts"),
        ({"inputs": [["0.5"] * 4] * 6}, "found texts"),
        ({"inputs": [[0.5] * 4] * 5 + [[0.5]]}, "rows of different lengths"),
        ({"inputs": np.full((6, 4), 0.5 + 0j)}, "found complex numbers"),
        ({"inputs": np.ma.masked_equal(np.full((6, 4), 0.5), 0.5)}, r"inputs: found missing"),
        ({"labels": np.ma.masked_equal([0, 1, 2, 0, 1, 2], 1)}, r"labels: found missing"),
        ({"labels": [[0], [1, 2]]}, "list of whole numbers"),
    ],
)
def test_refusals(changes, words):
    with pytest.raises(DataError, match=words):
        small(**changes)


def test_the_first_bad_pixel_is_named_and_the_rows_are_counted():
    inputs = np.full((6, 4), 0.5, dtype=np.float32)
    inputs[4, 2] = inputs[5, 0] = inputs[5, 1] = np.nan
    with pytest.raises(DataError) as caught:
        small(inputs=inputs)
    assert caught.value.where == "small.inputs, row 4, entry (1, 0)"
    assert caught.value.found == "the value nan (2 of 6 rows have such values: 4, 5)"


def test_float32_stays_and_everything_else_becomes_float64():
    values = np.linspace(0.0, 1.0, 24).reshape(6, 4)
    narrow = small(inputs=values.astype(np.float32))
    assert narrow.inputs.dtype == np.float32
    assert narrow.subset([1]).inputs.dtype == np.float32
    assert narrow.split(3, 0)[1].inputs.dtype == np.float32
    for kind in (np.float16, np.longdouble, ">f4", np.bool_, np.uint8, object):
        data = small(inputs=(values > 0.5).astype(kind))
        assert data.inputs.dtype == np.float64
        assert np.array_equal(data.inputs, values > 0.5)
    assert small(inputs=(values > 0.5).astype(np.float32)) != small(inputs=values > 0.5)
    assert narrow == small(inputs=values.astype(np.float32))


def test_a_read_only_array_is_not_copied():
    inputs = np.full((6, 4), 0.5, dtype=np.float32)
    inputs.setflags(write=False)
    assert small(inputs=inputs).inputs is inputs


def test_arrays_are_private_and_read_only():
    inputs = np.full((6, 4), 0.5)
    data = small(inputs=inputs)
    inputs[0, 0] = 0.9
    assert data.inputs[0, 0] == 0.5
    with pytest.raises(ValueError):
        data.inputs[0, 0] = 0.1
    with pytest.raises(ValueError):
        data.labels[0] = 1


def test_a_read_only_view_of_writable_memory_is_copied():
    inputs = np.full((6, 4), 0.5)
    view = inputs[:]
    view.setflags(write=False)
    data = small(inputs=view)
    inputs[0, 0] = 0.9
    assert data.inputs[0, 0] == 0.5


def test_fingerprint_is_that_of_the_content():
    data = small()
    assert data.fingerprint == small(name="other").fingerprint
    assert data == small(name="other") and hash(data) == hash(small())
    moved = small().inputs.copy()
    moved[0, 0] = np.nextafter(moved[0, 0], 1.0)
    others = [
        small(inputs=moved),
        small(labels=np.array([1, 1, 2, 0, 1, 2])),
        small(classes=("a", "b", "d")),
        small(shape=(4,)),
        small().subset([1, 0, 2, 3, 4, 5]),
    ]
    prints = {data.fingerprint} | {other.fingerprint for other in others}
    assert len(prints) == 6
    assert len(data.fingerprint) == 64


def test_split_is_a_partition_and_repeats():
    data = load_digits()
    train, test = data.split(1297, seed=3)
    assert (len(train), len(test)) == (1297, 500)
    again, _ = data.split(1297, seed=3)
    other, _ = data.split(1297, seed=4)
    assert train == again and train != other
    joined = np.vstack([train.inputs, test.inputs])
    assert np.array_equal(joined[np.lexsort(joined.T)], data.inputs[np.lexsort(data.inputs.T)])


def test_subset_keeps_order_and_pairs():
    part = small().subset(np.array([5, 0]))
    assert part.labels.tolist() == [2, 0]
    assert np.array_equal(part.inputs, small().inputs[[5, 0]])


@pytest.mark.parametrize("indices", [[6], [-1], [], [True] * 6, [0.5], [[0, 1]], [[0], [1, 2]]])
def test_subset_refuses(indices):
    with pytest.raises(DataError, match=r"small.subset"):
        small().subset(indices)


@pytest.mark.parametrize("size", [0, 6, 7, True])
def test_split_refuses(size):
    with pytest.raises(DataError, match="1 to 5"):
        small().split(size, seed=0)
