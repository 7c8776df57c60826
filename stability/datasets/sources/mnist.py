"""MNIST: 28 x 28 grey images of handwritten digits, 60,000 for training and 10,000 for testing."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stability.datasets.dataset import Dataset
from stability.datasets.formats.checksums import check_published
from stability.datasets.formats.idx import LIMIT, read_idx
from stability.datasets.formats.streams import read_whole
from stability.datasets.input_range import UNIT
from stability.datasets.reader_options import PARTS, number_type, one_of
from stability.datasets.scaling import unit_inputs
from stability.datasets.sources.source import Source
from stability.errors import DataError

_STEMS = {"train": ("train",), "test": ("t10k",), "all": ("train", "t10k")}


def load_mnist(
    directory: Path | str, part: str = "train", *, dtype: str = "float64", verify: bool = True
) -> Dataset:
    """MNIST from DIRECTORY/mnist, which holds the four idx files under their published names.

    `part` is "train" (60,000 images), "test" (10,000) or "all" (first train, then test). Pixels
    are grey levels / 255, 1 is ink, rounded to `dtype` ("float64", or "float32" for half the
    memory); `shape` is (28, 28). The files may be gzipped as published or unpacked.
    With `verify` each file must have the published SHA-256; without, any number of images will
    do.

    Raises DataError (file, byte, found, allowed) for a missing, damaged or different file and
    SetupError for an unknown part or dtype.
    Source: Y. LeCun, C. Cortes and C. J. C. Burges, The MNIST database, 1998.
    """
    kind = number_type(dtype, "mnist")
    stems = _STEMS[one_of(part, PARTS, "mnist.part")]
    read = [_read(Path(directory) / str(SOURCE.folder), stem, verify) for stem in stems]
    return Dataset(
        inputs=unit_inputs([images for images, _ in read], kind),
        labels=np.concatenate([labels for _, labels in read]).astype(np.int64),
        classes=SOURCE.classes,
        name=f"{SOURCE.name}-{part}",
        shape=SOURCE.shape,
        range=SOURCE.range,
    )


def _read(folder: Path, stem: str, verify: bool) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    image_file = _existing(folder, f"{stem}-images-idx3-ubyte")
    label_file = _existing(folder, f"{stem}-labels-idx1-ubyte")
    images = _checked(image_file, (None, 28, 28), verify)
    labels = _checked(label_file, (len(images),), verify)
    bad = np.flatnonzero(labels > 9)
    if bad.size:
        raise DataError(
            where=f"{label_file}, byte {8 + bad[0]} of its content",
            found=f"the label {labels[bad[0]]}",
            allowed="digits 0 to 9",
            remedy="The file is damaged or holds other data.",
        )
    return images, labels


def _checked(path: Path, sizes: tuple[int | None, ...], verify: bool) -> NDArray[np.uint8]:
    if verify:
        content = read_whole(path, LIMIT)
        check_published(content, path.name, str(path), lambda: read_idx(path, sizes))
    return read_idx(path, sizes)


def _existing(folder: Path, name: str) -> Path:
    for path in (folder / f"{name}.gz", folder / name):
        if os.path.exists(path):  # false, not an error, where a folder may not be entered
            return path
    raise DataError(
        where=str(folder),
        found=f"no file {name}.gz and no file {name}",
        allowed="the four idx files of MNIST, gzipped or unpacked, under their published names",
        remedy="Give the folder that holds mnist/, and put the published files there.",
    )


SOURCE = Source(
    name="mnist",
    content="grey images of handwritten digits",
    shape=(28, 28),
    classes=tuple(str(k) for k in range(10)),
    range=UNIT,
    parts=PARTS,
    folder="mnist",
    read=load_mnist,
)
