"""CIFAR-10: 32 x 32 colour photographs, 50,000 for training and 10,000 for testing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stability.datasets.dataset import Dataset
from stability.datasets.formats.archive import members
from stability.datasets.formats.checksums import check_published
from stability.datasets.formats.cifar_batches import Batch, binary_batch, pickled_batch
from stability.datasets.formats.streams import read_whole
from stability.datasets.input_range import UNIT
from stability.datasets.reader_options import PARTS, number_type, one_of
from stability.datasets.scaling import unit_inputs
from stability.datasets.sources.source import Source
from stability.errors import DataError

CLASSES = (
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
)
BATCH_LIMIT = 64 << 20  # bytes of one batch file; the published ones have 31e6

_TRAIN = tuple(f"data_batch_{k}" for k in range(1, 6))
_STEMS = {"train": _TRAIN, "test": ("test_batch",), "all": (*_TRAIN, "test_batch")}


@dataclass(frozen=True)
class _Form:
    """One published form: where it lies in DIR/cifar-10 and how its batches are named."""

    place: str
    folder: str
    suffix: str

    @property
    def packed(self) -> bool:
        return self.place != self.folder


_BINARY, _PYTHON = "cifar-10-batches-bin", "cifar-10-batches-py"
FORMS = (  # in order of preference
    _Form(_BINARY, _BINARY, ".bin"),
    _Form("cifar-10.tar.xz", _BINARY, ".bin"),
    _Form("cifar-10-binary.tar.gz", _BINARY, ".bin"),
    _Form(_PYTHON, _PYTHON, ""),
    _Form("cifar-10-python.tar.gz", _PYTHON, ""),
)


def load_cifar10(
    directory: Path | str, part: str = "train", *, dtype: str = "float64", verify: bool = True
) -> Dataset:
    """CIFAR-10 from DIRECTORY/cifar-10, in the first of these forms that is there.

    The folder `cifar-10-batches-bin`; `cifar-10.tar.xz` or `cifar-10-binary.tar.gz`, streamed
    and never unpacked to disk; the pickles in the folder `cifar-10-batches-py` or in
    `cifar-10-python.tar.gz`, read without running anything (`load_plain`).

    `part` is "train" (50,000 images), "test" (10,000) or "all" (first train, then test). Pixels
    are bytes / 255 rounded to `dtype`: 1.2 GB for the training part in "float64", 0.6 GB in
    "float32". `shape` is (3, 32, 32): red, green, blue. With `verify` each batch must have
    the published SHA-256, checked before it is read; without, batches of any length will do.

    Raises DataError (file, byte, found, allowed) for a missing, damaged or different file and
    SetupError for an unknown part or dtype.
    Source: A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009.
    """
    kind = number_type(dtype, "cifar-10")
    stems = _STEMS[one_of(part, PARTS, "cifar-10.part")]
    folder = Path(directory) / str(SOURCE.folder)
    form = _present(folder)
    names = [stem + form.suffix for stem in stems]
    read = {
        name: _batch(content, name, form, where, verify)
        for name, content, where in _contents(folder, form, names, verify)
    }
    labels = np.concatenate([read[name][1] for name in names])
    pixels = [read.pop(name)[0] for name in names]
    return Dataset(
        inputs=unit_inputs(pixels, kind),
        labels=labels,
        classes=SOURCE.classes,
        name=f"{SOURCE.name}-{part}",
        shape=SOURCE.shape,
        range=SOURCE.range,
    )


def _present(folder: Path) -> _Form:
    for form in FORMS:
        if os.path.exists(folder / form.place):
            return form
    raise DataError(
        where=str(folder),
        found="none of the published files",
        allowed=", ".join(form.place for form in FORMS),
        remedy="Give the folder that holds cifar-10/, and put one of these there.",
    )


def _contents(
    folder: Path, form: _Form, names: list[str], verify: bool
) -> Iterator[tuple[str, bytes, str]]:
    """Name, bytes and place of each batch, in any order."""
    place = folder / form.place
    if form.packed:
        inside = {f"{form.folder}/{name}": name for name in names}
        for member, content in members(place, inside, BATCH_LIMIT, to_end=not verify):
            yield inside[member], content, f"{place}, {member}"
    else:
        for name in names:
            yield name, read_whole(place / name, BATCH_LIMIT), str(place / name)


def _batch(content: bytes, name: str, form: _Form, where: str, verify: bool) -> Batch:
    reader = binary_batch if form.suffix else pickled_batch
    if verify:
        check_published(content, name, where, lambda: reader(content, where))
    return reader(content, where)


SOURCE = Source(
    name="cifar-10",
    content="colour photographs",
    shape=(3, 32, 32),
    classes=CLASSES,
    range=UNIT,
    parts=PARTS,
    folder="cifar-10",
    read=load_cifar10,
)
