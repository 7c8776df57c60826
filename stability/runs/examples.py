"""`examples.parquet` and `class-map.parquet`: every example with its row, every pair of classes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from stability.runs.example_columns import predicted, row_names
from stability.runs.findings import Findings
from stability.runs.learners.learner import Floats
from stability.runs.parquet import numbers, texts, write_parquet

EXAMPLES, CLASS_MAP = "examples.parquet", "class-map.parquet"


def write_tables(findings: Findings, out: Path) -> None:
    """Write both tables. Raises RunError if the disk refuses."""
    write_parquet(example_columns(findings), out / EXAMPLES)
    write_parquet(_pairs(findings), out / CLASS_MAP)


def example_columns(findings: Findings) -> dict[str, Any]:
    """A row for each training and test example: which one it is, its loss, what deleting it does.

    `row` counts from 0 in `source`. Changes are multiplied by m, and missing (null) for examples
    that were not deleted.
    """
    parts, measured, summary = findings.parts, findings.measured, findings.summary
    train, test = parts.train, parts.test
    sizes = (len(train), len(test))
    deleted = np.zeros(sum(sizes), dtype=bool)
    deleted[measured.deleted] = True

    def column(values: Floats) -> Any:
        filled = np.zeros(sum(sizes))
        filled[measured.deleted] = values
        return numbers(filled, deleted)

    return {
        "part": texts(np.repeat(["train", "test"], sizes).tolist()),
        "position": numbers(np.concatenate([np.arange(size) for size in sizes])),
        "source": texts(np.repeat([parts.origin, parts.test_origin], sizes).tolist()),
        "row": numbers(np.concatenate([train.rows, test.rows])),
        "name": row_names(train, test),
        **predicted(train, test),
        "loss": numbers(np.concatenate([measured.base_training, measured.base_test])),
        "deleted": numbers(deleted),
        "mean_change": column(summary.row_mean),
        "largest_change": column(summary.row_maximum),
        "own_change": column(summary.diagonal),
    }


def _pairs(findings: Findings) -> dict[str, Any]:
    """A row for each pair of a deleted and a tested class of which there were examples."""
    grid = findings.classes
    rows, columns = np.nonzero(grid.pairs)
    return {
        "deleted": texts([grid.classes[k] for k in rows]),
        "tested": texts([grid.classes[k] for k in columns]),
        "mean": numbers(grid.mean[rows, columns]),
        "maximum": numbers(grid.maximum[rows, columns]),
        "pairs": numbers(grid.pairs[rows, columns]),
    }
