"""Random data files: arrays of all types and shapes, and files that are damaged or are none."""

from __future__ import annotations

import io
import os
import pickle
import random
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

TYPES = (
    "float64", "float32", "float16", "int64", "int32", "uint8", "bool", ">f8", "<i2", "complex128",
    "longdouble", "uint64", "U3", "S4", "object", "datetime64[D]", "float64", "float64",
)  # fmt: skip
LABEL_TYPES = ("int64", "int64", "int64", "uint8", "float64", "U2", "bool", "object", "int8", "S1")
NAMES = ("inputs", "X", "x", "data", "images", "features", "Inputs", "inputs ", "\x1b[31m", "входы")
LABELS = ("labels", "y", "Y", "target", "targets", "classes", "label")


def write(chance: random.Random, folder: Path) -> tuple[Path, str]:
    """A file of data, good or bad, and what it is."""
    ways = (_good, _good, _typed, _typed, _named, _shaped, _shaped, _values, _values, _damaged)
    ways += (_damaged, _not_npz, _huge, _texts)
    way = chance.choice(ways)
    name = chance.choice(("data.npz", "data.npz", "data.npz", "data", "data.csv", "a b.npz"))
    file = folder / name
    way(chance, file)
    return file, way.__name__.strip("_")


def _table(chance: random.Random) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(chance.randrange(2**32))
    n, classes = chance.randrange(6, 20), chance.choice((2, 2, 3))
    labels = np.concatenate([np.arange(classes), generator.integers(0, classes, n - classes)])
    shape = chance.choice(((3,), (1,), (2, 2), (1, 3, 3), (4, 4, 3), (3, 5, 5)))
    return generator.random((n, *shape)), labels


def _save(file: Path, **arrays: Any) -> None:
    with file.open("wb") as stream:
        np.savez(stream, **arrays)


def _good(chance: random.Random, file: Path) -> None:
    inputs, labels = _table(chance)
    _save(file, inputs=inputs, labels=labels)


def _typed(chance: random.Random, file: Path) -> None:
    inputs, labels = _table(chance)
    kind, other = chance.choice(TYPES), chance.choice(LABEL_TYPES)
    with np.errstate(all="ignore"):
        scaled = inputs * 255 if np.dtype(kind).kind in "iu" else inputs
        inputs = scaled.astype("int64").astype(kind) if kind[0] == "d" else scaled.astype(kind)
    _save(file, inputs=inputs, labels=labels.astype(other))


def _named(chance: random.Random, file: Path) -> None:
    inputs, labels = _table(chance)
    found = {chance.choice(NAMES): inputs, chance.choice(LABELS): labels}
    if chance.random() < 0.4:
        found["classes"] = np.array(chance.choice((["a", "b", "c"], ["a"], [1, 2, 3], [""])))
    if chance.random() < 0.3:
        found["range"] = np.array(chance.choice(([0, 1], [1, 0], [0, np.inf], 3, [[0], [1]])))
    if chance.random() < 0.3:
        found["row_names"] = np.array([f"r{i}" for i in range(len(labels))])
    if chance.random() < 0.2:
        found["features"] = np.array(["a\x1b[2J", "b", "c"])
    with file.open("wb") as stream, zipfile.ZipFile(stream, "w") as archive:
        for name, array in found.items():
            with io.BytesIO() as part:
                np.lib.format.write_array(part, np.asarray(array))
                archive.writestr(f"{name}.npy", part.getvalue())


def _shaped(chance: random.Random, file: Path) -> None:
    inputs, labels = _table(chance)
    change = chance.randrange(10)
    shapes = {
        0: (inputs[:0], labels[:0]),
        1: (inputs[:-1], labels),
        2: (inputs[0], labels),
        3: (np.float64(3.0), labels),
        4: (inputs.reshape(len(inputs), -1)[:, 0], labels),
        5: (inputs, labels[:, None]),
        6: (inputs, np.eye(3)[labels]),
        7: (inputs[:, :0], labels),
        8: (np.asfortranarray(inputs), labels[::-1]),
        9: (inputs.reshape(len(inputs), *([1] * 20), -1), labels),
    }
    inputs, labels = shapes[change]
    _save(file, inputs=inputs, labels=labels)


def _values(chance: random.Random, file: Path) -> None:
    inputs, labels = _table(chance)
    place = chance.randrange(len(inputs))
    flat, change = inputs.reshape(len(inputs), -1), chance.randrange(9)
    if change < 4:
        flat[place, 0] = (np.nan, np.inf, 1e300, 1e-310)[change]
    elif change == 4:
        flat[:] = 0.0
    elif change == 5:
        labels = labels + chance.choice((1, 7, -1, 10**6, 2**40))
    elif change == 6:
        labels = labels * chance.choice((2, 7, 0))
    elif change == 7:
        labels = labels.astype(float) + chance.choice((0.0, 0.5, np.nan))
    else:
        flat *= chance.choice((1e8, 1e-200, -1.0, 1e154))
    _save(file, inputs=inputs, labels=labels)


def _damaged(chance: random.Random, file: Path) -> None:
    _good(chance, file)
    content = bytearray(file.read_bytes())
    change = chance.randrange(4)
    if change == 0:
        content = content[: chance.randrange(len(content))]
    elif change == 1:
        for _ in range(chance.choice((1, 3, 20))):
            content[chance.randrange(len(content))] = chance.randrange(256)
    elif change == 2:
        content = content + bytes(chance.randrange(1000))
    else:
        content = bytes(chance.randrange(1000)) + content
    file.write_bytes(bytes(content))


def _not_npz(chance: random.Random, file: Path) -> None:
    change = chance.randrange(9)
    inputs, labels = _table(chance)
    if change == 0:
        with file.open("wb") as stream:
            np.save(stream, inputs)
    elif change == 1:
        file.write_bytes(pickle.dumps({"inputs": inputs, "labels": labels}))
    elif change == 2:
        file.write_text("a,b,label\n1,2,0\n3,4,1\n")
    elif change == 3:
        file.write_bytes(b"")
    elif change == 4:
        file.mkdir()
    elif change == 5:
        os.mkfifo(file)
    elif change == 6:
        file.symlink_to(file.parent / "nowhere")
    elif change == 7:
        file.symlink_to("/dev/zero")
    # else there is no file


def _huge(chance: random.Random, file: Path) -> None:
    """A small file that claims to hold more than any memory."""
    shape = chance.choice(("(1000000000000, 3)", "(100000, 100000)", "(-1, 3)", "(3,) * 9", "()"))
    kind = chance.choice(("<f8", "|O", "<U1000000", "|V9"))
    head = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    head += b" " * (64 - (10 + len(head) + 1) % 64) + b"\n"
    array = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + b"\x00" * 64
    compression = chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    with zipfile.ZipFile(file, "w", compression) as archive:
        archive.writestr("inputs.npy", array)
        with io.BytesIO() as part:
            np.lib.format.write_array(part, np.arange(3))
            archive.writestr("labels.npy", part.getvalue())


def _texts(chance: random.Random, file: Path) -> None:
    inputs, labels = _table(chance)
    words = np.array(["cat", "dog\n", "\x1b[31mred", "ü" * 30])
    if chance.random() < 0.5:
        _save(file, inputs=inputs, labels=words[labels])
    else:
        _save(file, inputs=inputs, labels=labels, classes=words[: labels.max() + 1])
