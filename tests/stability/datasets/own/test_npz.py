"""Own data from .npz files: what is read is what was written; nothing is unpickled or guessed."""

from __future__ import annotations

import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

from stability.datasets import InputRange, read_file, read_npz
from stability.errors import DataError


def saved(folder: Path, **arrays) -> Path:
    path = folder / "mine.npz"
    np.savez(path, **arrays)
    return path


def good(**other) -> dict:
    inputs = np.random.default_rng(0).integers(0, 256, size=(6, 3, 4), dtype=np.uint8)
    return {"inputs": inputs, "labels": np.array([0, 1, 2, 0, 1, 2]), **other}


@pytest.mark.parametrize("write", [np.savez, np.savez_compressed])
def test_what_is_read_is_what_was_written(write, tmp_path: Path) -> None:
    arrays = good(classes=np.array(["cat", "dog", "owl"]))
    write(tmp_path / "mine.npz", **arrays)
    data = read_npz(tmp_path / "mine.npz", largest=255)
    assert data.inputs.tolist() == (arrays["inputs"].reshape(6, 12) / 255).tolist()
    assert data.labels.tolist() == arrays["labels"].tolist()
    assert (data.classes, data.name, data.shape) == (("cat", "dog", "owl"), "mine", (3, 4))


def test_classes_are_numbered_where_they_have_no_names(tmp_path: Path) -> None:
    assert read_npz(saved(tmp_path, **good()), largest=255).classes == ("0", "1", "2")


def test_targets_names_and_a_range(tmp_path: Path) -> None:
    table = np.array([[36.6, 1.0], [41.0, 0.0], [39.5, 1.0]])
    path = saved(
        tmp_path, inputs=table, targets=[0.5, 7.0, 3.0], row_names=["Ann", "Bo", "Cy"],
        features=["temperature", "cough"], range=[[30.0, 0.0], [45.0, 1.0]], ignored=[1],
    )  # fmt: skip
    data = read_npz(path)
    assert np.array_equal(data.inputs, table) and data.targets.tolist() == [0.5, 7.0, 3.0]
    assert not data.has_labels and data.classes == ()
    assert data.features == ("temperature", "cough") and data.row_names.tolist()[1] == "Bo"
    assert data.range == InputRange([30.0, 0.0], [45.0, 1.0], "the array 'range' of mine.npz")
    both = read_npz(saved(tmp_path, inputs=table, targets=[0.5, 7.0, 3.0], labels=[1, 0, 1]))
    assert both.labels.tolist() == [1, 0, 1] and both.targets.tolist() == [0.5, 7.0, 3.0]
    assert read_npz(saved(tmp_path, inputs=table, labels=[0] * 3, range=[-9, 99])).range == (
        InputRange(-9, 99, "the array 'range' of mine.npz")
    )


def test_a_range_is_declared_or_not_known(tmp_path: Path) -> None:
    inside = {"inputs": np.full((2, 3), 0.5), "labels": [0, 1]}
    assert read_npz(saved(tmp_path, **inside)).range is None, "never read off the data"
    assert read_npz(saved(tmp_path, **inside), largest=1).range is None, "a divisor is no range"
    declared = read_npz(saved(tmp_path, **inside), range=(0, 1))
    assert declared.range == InputRange(0, 1) and declared.range.by == "the user"
    assert np.array_equal(declared.inputs, inside["inputs"])
    both = read_npz(saved(tmp_path, **inside, range=[-1, 1]), largest=2, range=(0, 3))
    assert both.range == InputRange(0, 1.5) and both.inputs.max() == 0.25
    within = read_npz(saved(tmp_path, **inside, range=[-1, 1]), largest=2)
    assert within.range == InputRange(-0.5, 0.5, "the array 'range' of mine.npz")
    pixels = read_npz(saved(tmp_path, **good()), largest=255)
    assert pixels.range == InputRange(0, 1, "the format of the numbers (uint8)")
    with pytest.raises(DataError, match=r"'range': found an array of shape \(3,\)"):
        read_npz(saved(tmp_path, **inside, range=[0, 1, 2]))
    with pytest.raises(
        DataError, match=r"found numbers from 0.5 to 0.5; .*\[0, 0.25\], as largest"
    ):
        read_npz(saved(tmp_path, **inside), largest=0.25)
    with pytest.raises(DataError, match=r"found the value 0.5 .*\[0, 0.25\], as the array 'range'"):
        read_npz(saved(tmp_path, **inside, range=[0, 0.25]))


def test_files_are_read_by_how_their_names_end(tmp_path: Path) -> None:
    path = saved(tmp_path, **good())
    other = path.rename(tmp_path / "mine.other")
    assert read_file(other, largest=255) == read_npz(other, largest=255)


def claiming(path: Path, head: str) -> None:
    """A whole archive in which the array `inputs` has another head: so many bytes longer."""
    text = (head + " " * (117 - len(head)) + "\n").encode()
    array = b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + bytes(64)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("inputs.npy", array)
        with archive.open("labels.npy", "w") as member:
            np.lib.format.write_array(member, np.arange(6) % 3)


HEAD = "{'descr': '<f8', 'fortran_order': False, 'shape': %s, }"


class Evil:
    def __reduce__(self):
        return os.mkdir, (f"{os.environ['PYTEST_EVIL']}",)


BROKEN = {
    "missing": (lambda p: p.unlink(), "No such file"),
    "folder": (lambda p: (p.unlink(), p.mkdir()), "it is a folder, not a plain file"),
    "pipe": (lambda p: (p.unlink(), os.mkfifo(p)), "it is a named pipe, not a plain file"),
    "device": (lambda p: (p.unlink(), p.symlink_to("/dev/zero")), "it is a device"),
    "empty": (lambda p: p.write_bytes(b""), "not a whole .npz"),
    "cut": (lambda p: p.write_bytes(p.read_bytes()[:300]), "not a whole .npz"),
    "flipped": (
        lambda p: p.write_bytes(p.read_bytes()[:150] + b"\xff" + p.read_bytes()[151:]),
        "damaged",
    ),
    "npy": (
        lambda p: np.save(p.with_suffix(".npy"), np.zeros(3)) or p.with_suffix(".npy").rename(p),
        "a single array .*not a whole .npz",
    ),
    "pickle": (lambda p: p.write_bytes(pickle.dumps(Evil())), "not a whole .npz"),
    "objects": (
        lambda p: np.savez(p, **good(inputs=np.array([Evil()] * 6, dtype=object))),
        "only unpickling",
    ),
    "no labels": (
        lambda p: np.savez(p, inputs=np.zeros((2, 2))),
        r"no array 'labels'; the file holds 'inputs' \(2, 2\)",
    ),
    "no inputs": (
        lambda p: np.savez(p, x_train=np.zeros((2, 2)), y=[0, 1]),
        r"no array 'inputs'; the file holds 'x_train' \(2, 2\), 'y' \(2,\)",
    ),
    "two": (
        lambda p: np.savez(p, X=np.zeros((2, 2)), images=np.zeros((2, 2)), y=[0, 1]),
        "'X' and 'images', both of which could be 'inputs'; the file holds",
    ),
    "claims": (
        lambda p: claiming(p, HEAD % "(10**12, 3)".replace("10**12", "1000000000000")),
        r"claims \(1000000000000, 3\) of float64, 24000000000000 bytes, before \d+",
    ),
    "below 0": (lambda p: claiming(p, HEAD % "(-1, 3)"), "a head that claims|damaged"),
    "open head": (lambda p: claiming(p, "{'descr': '<f8', 'shape': (3"), "damaged"),
    "head": (lambda p: claiming(p, HEAD % "(3,) * 9"), "damaged"),
    "nothing": (lambda p: np.savez(p), "the file holds nothing"),
    "NaN": (lambda p: np.savez(p, **good(inputs=np.full((6, 2), np.nan))), "row 0, column 0"),
    "bytes": (lambda p: np.savez(p, **good()), "bytes .up to 2.*largest = 255"),
    "label": (
        lambda p: np.savez(
            p, **good(inputs=np.zeros((6, 2)), labels=-np.arange(6), classes=["a", "b"])
        ),
        "-1",
    ),
    "lengths": (
        lambda p: np.savez(p, **good(inputs=np.zeros((5, 2)))),
        "6 labels for 5 inputs",
    ),
    "names": (
        lambda p: np.savez(p, **good(inputs=np.zeros((6, 2)), classes=np.array(["a", "b"]))),
        "label 2",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_told(name: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PYTEST_EVIL", str(tmp_path / "evil"))
    path = saved(tmp_path, **good())
    breakage, words = BROKEN[name]
    breakage(path)
    with pytest.raises(DataError, match=words) as caught:
        read_npz(path)
    assert "mine" in caught.value.where
    assert " at 0x" not in str(caught.value)
    assert not (tmp_path / "evil").exists(), "nothing was run"
