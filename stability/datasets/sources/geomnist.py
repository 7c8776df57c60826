"""GeoMNIST, 500 training and 500 test images of each shape: drawn, not downloaded."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from stability.datasets.dataset import Dataset, concatenate
from stability.datasets.input_range import UNIT
from stability.datasets.reader_options import PARTS, number_type, one_of
from stability.datasets.shapes import SHAPES, SIDE, split_shapes
from stability.datasets.sources.source import Source

PER_CLASS = 500
"""Training images of each class, and test images."""


def load_geomnist(part: str = "train", *, dtype: str = "float64") -> Dataset:
    """Triangles, rectangles and ellipses: 1,500 images (32, 32) for training, 1,500 for testing.

    `part` is "train", "test" or "all" (first train, then test), `dtype` "float64" or "float32".
    Images are always the same; `stability.datasets.shapes` draws others.

    >>> load_geomnist()
    Dataset 'geomnist-train': 1500 examples of shape (32, 32), 3 classes
    """
    kind = number_type(dtype, "geomnist")
    train, test = _drawn()
    parts = {"train": train, "test": test, "all": concatenate([train, test])}
    chosen = parts[one_of(part, PARTS, "geomnist.part")]
    return Dataset(
        inputs=np.asarray(chosen.inputs, dtype=kind),
        labels=chosen.labels,
        classes=chosen.classes,
        name=f"{SOURCE.name}-{part}",
        shape=SOURCE.shape,
        range=SOURCE.range,
    )


@cache
def _drawn() -> tuple[Dataset, Dataset]:
    return split_shapes(PER_CLASS, PER_CLASS, seed=0)


def _read(directory: Path | str, part: str, *, dtype: str, verify: bool) -> Dataset:
    return load_geomnist(part, dtype=dtype)


SOURCE = Source(
    name="geomnist",
    content="grey images of drawn shapes",
    shape=(SIDE, SIDE),
    classes=SHAPES,
    range=UNIT,
    parts=PARTS,
    folder=None,
    read=_read,
)
