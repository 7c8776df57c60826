"""Tables that come with scikit-learn, besides the digits: iris, wine, breast-cancer, diabetes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from stability.datasets.dataset import Dataset
from stability.datasets.reader_options import number_type
from stability.datasets.sources.source import Source


def load_bundled(name: str, *, dtype: str = "float64") -> Dataset:
    """A table of scikit-learn in its own units, with the names of its features.

    `name`: "iris" (150 flowers, 4 lengths, 3 species), "wine" (178 wines, 13 measurements, 3
    growers), "breast-cancer" (569 tumours, 30 measurements, 2 kinds), or "diabetes" (442 patients,
    10 measurements, and as real target how far the disease went in a year). `dtype` is "float64" or
    "float32". Nobody declares where their inputs lie.

    >>> load_bundled("iris"), load_bundled("diabetes").has_labels
    (Dataset 'iris': 150 examples of shape (4,), 3 classes, False)
    """
    import sklearn.datasets

    kind = number_type(dtype, name)
    readers: dict[str, Callable[[], Any]] = {
        "iris": sklearn.datasets.load_iris,
        "wine": sklearn.datasets.load_wine,
        "breast-cancer": sklearn.datasets.load_breast_cancer,
        "diabetes": partial(sklearn.datasets.load_diabetes, scaled=False),
    }
    source, found = _SOURCES[name], readers[name]()
    return Dataset(
        inputs=np.asarray(found.data, dtype=kind),
        labels=np.asarray(found.target, dtype=np.int64) if source.classes else None,  # type: ignore[arg-type]
        classes=source.classes,
        name=name,
        shape=source.shape,
        targets=None if source.classes else np.asarray(found.target, dtype=np.float64),
        features=tuple(map(str, found.feature_names)),
    )


def _source(name: str, content: str, width: int, classes: tuple[str, ...]) -> Source:
    def read(directory: Path | str, part: str, *, dtype: str, verify: bool) -> Dataset:
        return load_bundled(name, dtype=dtype)

    return Source(
        name=name,
        content=content,
        shape=(width,),
        classes=classes,
        range=None,
        parts=("all",),
        folder=None,
        read=read,
    )


SOURCES = (
    _source("iris", "flowers by four lengths", 4, ("setosa", "versicolor", "virginica")),
    _source("wine", "wines by their chemistry", 13, ("class_0", "class_1", "class_2")),
    _source("breast-cancer", "tumours by their cells", 30, ("malignant", "benign")),
    _source("diabetes", "patients by ten measurements", 10, ()),
)
_SOURCES = {source.name: source for source in SOURCES}
