"""Columns of tables of examples: their names, and what is predicted for them."""

from __future__ import annotations

from typing import Any

import numpy as np

from stability.datasets import Dataset
from stability.runs.parquet import numbers, texts


def row_names(*parts: Dataset) -> Any:
    """The names of the rows, null where rows have none."""
    import pyarrow as pa

    if all(part.row_names is None for part in parts):
        return pa.nulls(sum(map(len, parts)))
    names: list[str | None] = []
    for part in parts:
        names += [None] * len(part) if part.row_names is None else map(str, part.row_names)
    return texts(names)


def predicted(*parts: Dataset) -> dict[str, Any]:
    """The class of each example, or its real target."""
    if parts[0].has_labels:
        return {"class": texts([p.classes[label] for p in parts for label in p.labels])}
    targets = [p.targets for p in parts if p.targets is not None]
    return {"target": numbers(np.concatenate(targets))}
