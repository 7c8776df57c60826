"""The 1797 handwritten digits (8 x 8 pixels) that come with scikit-learn: no download."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stability.datasets.dataset import Dataset
from stability.datasets.input_range import UNIT
from stability.datasets.reader_options import number_type
from stability.datasets.sources.source import Source


def load_digits(*, dtype: str = "float64") -> Dataset:
    """The digits 0 to 9: 1797 images of 8 x 8 pixels, grey levels 0 .. 16 divided by 16.

    `dtype` is "float64" or "float32" (both hold these values exactly).
    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits (UCI, 1998),
    test part, as distributed with scikit-learn.

    >>> digits = load_digits()
    >>> digits.inputs.shape, float(digits.inputs.max()), digits.classes[3]
    ((1797, 64), 1.0, '3')
    """
    kind = number_type(dtype, "digits")
    pixels, labels = _published()
    return Dataset(
        inputs=np.asarray(pixels, dtype=kind) / kind.type(16.0),
        labels=np.asarray(labels, dtype=np.int64),
        classes=SOURCE.classes,
        name=SOURCE.name,
        shape=SOURCE.shape,
        range=SOURCE.range,
    )


def _published() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Grey levels (1797, 64) and labels (1797,), from the file in the folder of scikit-learn.

    Importing `sklearn.datasets` for them takes longer than most of what is done with digits.
    """
    found = find_spec("sklearn")
    folder = Path(found.origin).parent if found is not None and found.origin else Path()
    file = folder / "datasets" / "data" / "digits.csv.gz"
    if not file.is_file():
        from sklearn.datasets import load_digits as read

        pixels, labels = read(return_X_y=True)
        return np.asarray(pixels), np.asarray(labels)
    table = np.loadtxt(file, delimiter=",")
    return table[:, :-1], table[:, -1]


def _read(directory: Path | str, part: str, *, dtype: str, verify: bool) -> Dataset:
    return load_digits(dtype=dtype)


SOURCE = Source(
    name="digits",
    content="grey images of handwritten digits",
    shape=(8, 8),
    classes=tuple(str(k) for k in range(10)),
    range=UNIT,
    parts=("all",),
    folder=None,
    read=_read,
)
