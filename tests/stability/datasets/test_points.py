"""Laws of data sets: whatever is done to one, every example can still be found in its source."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from stability.datasets import Dataset, InputRange, concatenate, load_digits
from stability.errors import DataError

CLASSES = ("a", "b", "c")
FINITE = st.floats(-1e6, 1e6, width=32)


@st.composite
def sources(draw, least: int = 2) -> Dataset:
    """Points of any shape, with labels, targets or both, with and without names and a range."""
    n = draw(st.integers(least, 12))
    shape = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple))
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    inputs = draw(arrays.arrays(dtype, (n, *shape), elements=FINITE))
    labels = draw(st.none() | arrays.arrays(np.int64, n, elements=st.integers(0, 2)))
    several = st.integers(1, 3).map(lambda k: (n, k))
    wide = draw(st.just((n,)) | several)
    targets = draw(arrays.arrays(np.float64, wide, elements=FINITE))
    return Dataset(
        inputs,
        labels,
        CLASSES if labels is not None else (),
        "drawn",
        targets=targets if labels is None or draw(st.booleans()) else None,
        range=draw(st.sampled_from([None, (-1e6, 1e6), InputRange(-2e6, 2e6, "the source")])),
        row_names=draw(st.none() | st.just([f"person {k}" for k in range(n)])),
        features=draw(st.none() | st.just([f"f{k}" for k in range(math.prod(shape))])),
    )


def step(data: Dataset, source: Dataset, draw) -> Dataset:
    """One of the things that give other examples of the same source."""
    n = len(data)
    seed = draw(st.integers(0, 2**32))
    match draw(st.sampled_from(["subset", "split", "random", "stratified", "join", "relabel"])):
        case "subset":
            return data.subset(draw(st.lists(st.integers(0, n - 1), min_size=1, max_size=15)))
        case "split" if n > 1:
            return data.split(draw(st.integers(1, n - 1)), seed)[draw(st.integers(0, 1))]
        case "stratified" if data.has_labels:
            return data.random_subset(draw(st.integers(1, n)), seed, stratified=True)
        case "join":
            return concatenate([data, data.subset([draw(st.integers(0, n - 1))])])
        case "relabel" if data.has_labels:
            return data.relabelled(data.labels, data.classes)
        case _:
            return data.random_subset(draw(st.integers(1, n)), seed)


@given(sources(), st.data())
def test_every_example_is_found_in_its_source(source: Dataset, data) -> None:
    part = source
    for _ in range(data.draw(st.integers(1, 4))):
        part = step(part, source, data.draw)
    assert np.array_equal(part.inputs, source.inputs[part.rows])
    assert part.inputs.dtype == source.inputs.dtype
    assert part.has_labels == source.has_labels
    if source.has_labels:
        assert np.array_equal(part.labels, source.labels[part.rows])
    for column in ("targets", "row_names"):
        one, all_of_them = getattr(part, column), getattr(source, column)
        assert (one is None) == (all_of_them is None)
        assert one is None or np.array_equal(one, all_of_them[part.rows])
    for what in ("name", "shape", "range", "features", "classes"):
        assert getattr(part, what) == getattr(source, what)
    assert not any(a.flags.writeable for a in (part.inputs, part.rows))


@given(sources(), st.data())
def test_a_split_divides_the_rows(source: Dataset, data) -> None:
    size = data.draw(st.integers(1, len(source) - 1))
    train, test = source.split(size, data.draw(st.integers(0, 2**32)))
    assert len(train) == size
    assert sorted([*train.rows, *test.rows]) == list(range(len(source)))
    again = concatenate([train, test])
    assert again.rows.tolist() == [*train.rows, *test.rows]
    assert again.subset(np.argsort(again.rows)) == source


@given(sources())
def test_the_form_in_which_inputs_are_given_does_not_matter(source: Dataset) -> None:
    images = source.inputs.reshape(-1, *source.shape)
    labels = source.labels if source.has_labels else None
    rest = {"targets": source.targets}
    as_images = Dataset(images, labels, source.classes, **rest)
    as_rows = Dataset(source.inputs, labels, source.classes, "rows", source.shape, **rest)
    assert as_images == as_rows == source and hash(as_images) == hash(source)
    assert as_images.inputs.shape == (len(source), math.prod(source.shape))
    assert as_images.shape == source.shape


@given(sources(), st.data())
def test_relabelling_keeps_everything_but_the_labels(source: Dataset, data) -> None:
    labels = data.draw(arrays.arrays(np.int64, len(source), elements=st.integers(0, 1)))
    other = source.relabelled(labels, ("no", "yes"))
    assert other.labels.tolist() == labels.tolist() and other.classes == ("no", "yes")
    assert np.array_equal(other.inputs, source.inputs) and np.array_equal(other.rows, source.rows)
    assert other.relabelled(labels == 1, ("no", "yes")) == other
    assert np.shares_memory(other.inputs, source.inputs), "nothing is copied"


@given(sources(), st.data())
def test_a_range_is_kept_or_refused(source: Dataset, data) -> None:
    """A range is accepted exactly if every number lies in it."""
    low, high = sorted(data.draw(st.tuples(FINITE, FINITE)))
    d = source.inputs.shape[1]
    one_each = data.draw(st.booleans())
    box = (np.full(d, low), np.full(d, high)) if one_each else (low, high)
    inside = ((source.inputs >= low) & (source.inputs <= high)).all()
    if inside:
        assert source.with_inputs(source.inputs, box).range.inside(low, high)
    else:
        with pytest.raises(DataError, match=r"found the value .*numbers in \[.*the user declares"):
            source.with_inputs(source.inputs, box)


@given(sources(), st.data())
def test_one_bad_number_is_refused_by_its_place(source: Dataset, data) -> None:
    inputs = source.inputs.copy()
    row = data.draw(st.integers(0, len(source) - 1))
    column = data.draw(st.integers(0, inputs.shape[1] - 1))
    inputs[row, column] = data.draw(st.sampled_from([np.nan, np.inf, -np.inf]))
    with pytest.raises(DataError) as caught:
        Dataset(inputs, source.labels if source.has_labels else None, source.classes,
                targets=source.targets)  # fmt: skip
    assert caught.value.where == f"data.inputs, row {row}, column {column}"


def test_old_fingerprints_still_hold() -> None:
    """Run directories know their data by these; taken with version 0.1.0."""
    digits = load_digits()
    train, test = digits.split(599, 3)
    found = [digits, train, test, digits.random_subset(101, 3, stratified=True)]
    assert [part.fingerprint for part in found] == [
        "5f53c0e9e8f6e7900b90968a1ceda1637cb16d25ec7bb0ee51ceda43cfb60ad2",
        "4d726622648ba43bc21b7e0febbf8bfb205f19b4f2738f460e33ab2433eab9e1",
        "cd73f82420c1014d1a6536e300879a285f53a9f26eef746486d5115d3d9a2e57",
        "e085038b74b97796a9182ba501c03df6db0cc4cb5c2ab1b4318c059a094105ac",
    ]
    assert load_digits(dtype="float32").fingerprint == (
        "7623073b3d1c04860c2efc12eb66ac34138e07422ee3e559896de39a49b32ad3"
    )


def test_what_describes_the_points_does_not_count() -> None:
    plain = Dataset([[0.5], [0.25]], [0, 1], ("a", "b"))
    described = Dataset(
        [[0.5], [0.25]], [0, 1], ("a", "b"), "other",
        range=(0, 1), rows=[7, 3], row_names=["x", "y"], features=["age"],
    )  # fmt: skip
    assert plain == described
    with_targets = Dataset([[0.5], [0.25]], [0, 1], ("a", "b"), targets=[0.0, 1.0])
    only_targets = Dataset([[0.5], [0.25]], targets=[0.0, 1.0])
    column = Dataset([[0.5], [0.25]], targets=[[0.0], [1.0]])
    moved = Dataset([[0.5], [0.25]], [0, 1], ("a", "b"), targets=[0.0, 1.5])
    relabelled = with_targets.relabelled([1, 1], ("a", "b"))
    others = (plain, with_targets, only_targets, column, moved, relabelled)
    assert len({d.fingerprint for d in others}) == 6


def test_labels_that_are_not_there_are_told_where_they_are_read() -> None:
    data = Dataset([[0.5], [30.0]], targets=[1.5, -2.0], name="prices")
    assert not data.has_labels and data.classes == () and len(data) == 2
    assert "targets" in repr(data) and "classes" not in repr(data)
    with pytest.raises(DataError, match=r"prices.labels: found nothing \(.*has real targets"):
        _ = data.labels
    with pytest.raises(DataError, match=r"prices.labels: found nothing"):
        data.random_subset(1, 0, stratified=True)
    assert data.relabelled([0, 1], ("low", "high")).labels.tolist() == [0, 1]


def test_parts_of_two_sources_are_not_joined() -> None:
    one = Dataset([[0.5]], [0], ("a",), "one")
    for other, words in (
        (Dataset([[0.5]], [0], ("a",), "two"), "part 1: found name two beside one"),
        (Dataset([[0.5]], [0], ("b",), "one"), "classes"),
        (Dataset([[0.5, 0.5]], [0], ("a",), "one"), "shape"),
        (Dataset(np.float32([[0.5]]), [0], ("a",), "one"), "dtype float32"),
        (Dataset([[0.5]], [0], ("a",), "one", range=(0, 1)), r"range \[0, 1\] beside None"),
        (Dataset([[0.5]], [0], ("a",), "one", targets=[1.0]), "columns"),
    ):
        with pytest.raises(DataError, match=words):
            concatenate([one, other])
    with pytest.raises(DataError, match="no parts"):
        concatenate([])


def test_shared_memory_that_cannot_be_written_is_not_copied() -> None:
    inputs = np.zeros((5, 2, 3))
    inputs.setflags(write=False)
    data = Dataset(inputs, [0] * 5, ("a",))
    assert np.shares_memory(data.inputs, inputs)
    assert np.shares_memory(data.with_inputs(data.inputs).inputs, inputs)
    with pytest.raises(ValueError, match="read-only"):
        data.inputs[0, 0] = 1.0
