"""Labels and axes as people store them: classes keep their own values, channels their place."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stability.datasets import from_arrays, read_npz
from stability.errors import DataError, SetupError

FORMS = {
    "from 1": ([1, 3, 2, 1], ("1", "2", "3")),
    "gaps": ([0, 14, 7, 0], ("0", "7", "14")),
    "signs": ([-1, 1, 1, -1], ("-1", "1")),
    "large": (np.array([2**63, 5, 5, 5], dtype=np.uint64), ("5", str(2**63))),
    "floats": ([0.0, 2.0, 2.0, 0.0], ("0", "2")),
    "truth values": ([True, False, True, True], ("False", "True")),
    "texts": (["owl", "cat", "owl", "owl"], ("cat", "owl")),
    "bytes": ([b"owl", b"cat", b"owl", b"owl"], ("cat", "owl")),
    "a column": ([[4], [6], [4], [4]], ("4", "6")),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_class_is_called_by_its_own_label(form: str) -> None:
    labels, classes = FORMS[form]
    data = from_arrays(np.zeros((4, 2)), labels)
    assert data.classes == classes and data.classes_seen
    shown = [data.classes[k] for k in data.labels]
    given_ = np.asarray(labels).ravel()
    told = [v.decode() if isinstance(v, bytes) else str(v) for v in given_.tolist()]
    assert shown == [t.removesuffix(".0") for t in told]
    [note] = data.notes
    assert all(name in note for name in classes)
    assert data.subset([1, 2]).classes == classes and data.subset([1]).notes == (note,)


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=30))
def test_a_label_is_what_it_was_whatever_the_numbers(labels: list[int]) -> None:
    data = from_arrays(np.zeros((len(labels), 1)), labels)
    assert [int(data.classes[k]) for k in data.labels] == labels
    assert len(data.classes) == len(set(labels))
    assert list(map(int, data.classes)) == sorted(set(labels))


def test_usual_labels_need_no_word() -> None:
    data = from_arrays(np.zeros((3, 2)), [0, 1, 1])
    assert data.notes == () and data.classes == ("0", "1")


def test_named_classes_are_positions_or_names() -> None:
    table = np.zeros((3, 2))
    data = from_arrays(table, [2, 0, 2], classes=("a", "b", "c"))
    assert data.labels.tolist() == [2, 0, 2] and not data.classes_seen
    named = from_arrays(table, ["c", "a", "c"], classes=("a", "b", "c"))
    assert named == data and not named.classes_seen
    with pytest.raises(DataError, match=r"row 1: found the label 'd'; allowed: names of classes"):
        from_arrays(table, ["c", "d", "c"], classes=("a", "b", "c"))


def test_many_classes_are_not_listed_one_by_one() -> None:
    [note] = from_arrays(np.zeros((300, 1)), np.arange(300) + 1).notes
    assert note == "The 300 distinct labels are the classes: 1, 2, 3, 4, 5, 6, 7, 8 and 292 more."


def test_the_channels_are_where_they_are_said_to_be() -> None:
    last = np.random.default_rng(0).uniform(size=(4, 5, 6, 3))
    first = from_arrays(last, [0, 1, 0, 1], channels="last")
    assert first.shape == (3, 5, 6)
    assert np.array_equal(first.inputs.reshape(4, 3, 5, 6), last.transpose(0, 3, 1, 2))
    assert "images of 3 channels, 5 x 6" in first.notes[-1]
    kept = from_arrays(last, [0, 1, 0, 1], channels="first")
    assert kept.shape == (5, 6, 3) and np.array_equal(kept.inputs, last.reshape(4, -1))
    assert from_arrays(last, [0, 1, 0, 1], shape=(5, 6, 3)) == kept, "a shape is a word too"


@pytest.mark.parametrize(
    ("shape", "fits"),
    [
        ((3, 8, 8), True),
        ((1, 4, 4), True),
        ((2, 5, 6), True),
        ((32, 8, 8), True),
        ((3, 3, 3), True),
        ((8, 8, 3), False),
        ((8, 9, 1), False),
        ((28, 28, 4), False),
        ((3, 3, 1), False),
    ],
)
def test_axes_that_look_the_wrong_way_round_need_a_word(shape, fits: bool) -> None:
    images = np.zeros((2, *shape))
    if fits:
        assert from_arrays(images, [0, 1]).shape == shape
    else:
        with pytest.raises(DataError, match="channels last as it seems"):
            from_arrays(images, [0, 1])


@pytest.mark.parametrize("channels", ["First", 3])
def test_a_word_about_channels_is_one_of_two(channels) -> None:
    with pytest.raises(SetupError, match="'first' or 'last'"):
        from_arrays(np.zeros((2, 3, 4, 4)), [0, 1], channels=channels)


def test_inputs_without_channels_take_no_word() -> None:
    with pytest.raises(SetupError, match="no axis of channels"):
        from_arrays(np.zeros((2, 4, 4)), [0, 1], channels="last")


@pytest.mark.parametrize("name", ["X", "x", "images", "data"])
@pytest.mark.parametrize("labels", ["y", "Y", "label"])
def test_usual_names_of_arrays_are_understood(name: str, labels: str, tmp_path) -> None:
    path = tmp_path / "mine.npz"
    np.savez(path, **{name: np.eye(2), labels: [1, 2]}, extra=[1])
    data = read_npz(path)
    assert data.inputs.tolist() == [[1.0, 0.0], [0.0, 1.0]] and data.classes == ("1", "2")
    assert data.notes[1:] == (
        f"Array {name!r} was read as 'inputs'.",
        f"Array {labels!r} was read as 'labels'.",
    )
    np.savez(path, **{name: np.eye(2) + 1, labels: [1, 2]}, inputs=np.eye(2), labels=[0, 1])
    assert read_npz(path).inputs.max() == 1 and read_npz(path).notes == ()
