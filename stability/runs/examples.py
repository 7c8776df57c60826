"""`examples.parquet` and `class-map.parquet`: every example with its row, every pair of classes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np

from stability.datasets import Dataset
from stability.files import disk_errors, write_bytes
from stability.runs.findings import Findings
from stability.runs.learners.learner import Floats

EXAMPLES, CLASS_MAP = "examples.parquet", "class-map.parquet"


def write_tables(findings: Findings, out: Path) -> None:
    """Write both tables. Raises RunError if the disk refuses."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for name, columns in ((EXAMPLES, example_columns(findings)), (CLASS_MAP, _pairs(findings))):
        content = io.BytesIO()
        pq.write_table(pa.table(columns), content)
        path = out / name
        allowed = "a folder in which files can be written"
        with disk_errors(path, allowed, "Give another with --out."):
            write_bytes(path, content.getvalue())


def example_columns(findings: Findings) -> dict[str, Any]:
    """A row for each training and test example: which one it is, its loss, what deleting it does.

    `row` counts from 0 in `source`. Changes are multiplied by m, and missing (null) for examples
    that were not deleted.
    """
    import pyarrow as pa

    parts, measured, summary = findings.parts, findings.measured, findings.summary
    train, test = parts.train, parts.test
    sizes = (len(train), len(test))
    deleted = np.zeros(sum(sizes), dtype=bool)
    deleted[measured.deleted] = True

    def column(values: Floats) -> Any:
        filled = np.zeros(sum(sizes))
        filled[measured.deleted] = values
        return pa.array(filled, mask=~deleted)

    return {
        "part": np.repeat(["train", "test"], sizes),
        "position": np.concatenate([np.arange(size) for size in sizes]),
        "source": np.repeat([parts.origin, parts.test_origin], sizes),
        "row": np.concatenate([train.rows, test.rows]),
        "name": [*_names(train), *_names(test)],
        **_predicted(train, test),
        "loss": np.concatenate([measured.base_training, measured.base_test]),
        "deleted": deleted,
        "mean_change": column(summary.row_mean),
        "largest_change": column(summary.row_maximum),
        "own_change": column(summary.diagonal),
    }


def _pairs(findings: Findings) -> dict[str, Any]:
    """A row for each pair of a deleted and a tested class of which there were examples."""
    grid = findings.classes
    rows, columns = np.nonzero(grid.pairs)
    names = np.array(grid.classes, dtype=object)
    return {
        "deleted": names[rows],
        "tested": names[columns],
        "mean": grid.mean[rows, columns],
        "maximum": grid.maximum[rows, columns],
        "pairs": grid.pairs[rows, columns],
    }


def _names(part: Dataset) -> list[str | None]:
    return [None] * len(part) if part.row_names is None else part.row_names.tolist()


def _predicted(train: Dataset, test: Dataset) -> dict[str, Any]:
    """The class of each example, or its real target."""
    if train.has_labels:
        return {"class": [p.classes[label] for p in (train, test) for label in p.labels]}
    return {"target": np.concatenate([train.targets, test.targets])}  # type: ignore[list-item]
