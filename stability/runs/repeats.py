"""Test examples that are training examples too."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stability.datasets import Dataset
from stability.datasets.own.frame_data import FrameData


def repeats(train: Dataset, test: Dataset) -> int:
    """How many test examples are equal to a training example, in their inputs and what they are.

    >>> data = Dataset([[0.0], [1.0], [1.0]], [0, 1, 0], ("a", "b"), "tiny")
    >>> repeats(data.subset([0, 1]), data.subset([1, 1, 2]))
    2
    """
    known = set(_keys(train))
    return sum(key in known for key in _keys(test))


def _keys(part: Dataset) -> Iterator[tuple[int, int]]:
    """Something for each example that equal examples share."""
    if part.has_labels:
        truth: list[str] = [part.classes[k] for k in part.labels]
    else:
        truth = [repr(np.asarray(target).tolist()) for target in part.targets]  # type: ignore[union-attr]
    inputs = np.ascontiguousarray(part.inputs, dtype=np.float64) + 0.0  # one zero, not two
    if isinstance(part, FrameData) and part.coded:
        rows = part.frame.astype(object).itertuples(index=False, name=None)
        return ((hash(row), hash(true)) for row, true in zip(rows, truth, strict=True))
    return ((hash(row.tobytes()), hash(true)) for row, true in zip(inputs, truth, strict=True))
