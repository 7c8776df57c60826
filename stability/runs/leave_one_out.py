"""Leave-one-out values alone: what each training example is worth for the loss on the test part.

The value of example i is the mean test loss without it minus that with it, which is u(all) -
u(all without i) for the utility u = - mean test loss: above 0 for an example that helps. Nothing
else is computed: no constants, no bounds, no pictures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Group, RenderableType
from rich.text import Text

from stability.estimate.statistics.summary import SummaryAccumulator
from stability.report.terminal.layout import columns, plain_table
from stability.rounding import rounded
from stability.runs.data import Parts
from stability.runs.deletions import Settings, measured_changes, opened
from stability.runs.example_columns import predicted, row_names
from stability.runs.groups import told
from stability.runs.learners.learner import Floats, Learner, Measured
from stability.runs.learners.own_network import OwnNetwork
from stability.runs.marks import Mark, marks, measured_health
from stability.runs.parquet import numbers, write_parquet
from stability.runs.study.study import Study
from stability.runs.tasks import NamedProgress

VALUES = "leave-one-out.parquet"
FIRST = 10
"""Examples that are shown: those of the largest values, by size."""


@dataclass(frozen=True, eq=False)
class LeaveOneOut:
    """The value (n_deleted,) of every deleted example, in the order of `measured.deleted`.

    In units of the loss, not multiplied by m. Losses are cut to [0, `measured.limit`]. `marks`:
    what has to be known before any value.
    """

    study: Study[Learner]
    parts: Parts
    measured: Measured
    value: Floats
    marks: tuple[Mark, ...]

    def record(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        rows = self.parts.train.rows[self.measured.deleted]
        return {
            "marks": [asdict(mark) for mark in self.marks],
            "learner": self.study.learner.kind,
            "convention": str(self.study.convention),
            "loss_range": self.measured.limit,
            "sample_size": len(self.parts.train),
            "test_size": len(self.parts.test),
            "position": self.measured.deleted.tolist(),
            "row": rows.tolist(),
            "value": self.value.tolist(),
            "facts": dict(self.measured.facts),
        }

    def printed(self) -> RenderableType:
        """What was measured, and the examples of the largest values."""
        study, train = self.study, self.parts.train
        predicts = "class" if train.has_labels else "target"
        table = plain_table(
            "Examples of the largest leave-one-out values",
            "Value: mean test loss without the example minus that with it; above 0 it helps. "
            f"Rows count from 0 in {self.parts.origin}, positions in the training examples. "
            f"Every value is in {VALUES}.",
        )
        columns(table, dict.fromkeys(("row", "position", predicts, "value"), 44))
        for k in np.argsort(-np.abs(self.value), kind="stable")[:FIRST]:
            position = int(self.measured.deleted[k])
            cells: Sequence[str] = (
                str(train.rows[position]),
                str(position),
                told(train, position),
                rounded(float(self.value[k])),
            )
            table.add_row(*map(Text, cells))
        head = (
            f"{study.learner.title}, m = {len(train)}, {len(self.value)} deletions "
            f"({study.convention}), {len(self.parts.test)} test examples, losses in "
            f"[0, {rounded(self.measured.limit)}]"
        )
        warnings = (Text(f"WARNING: {mark.text}", style="bold") for mark in self.marks)
        return Group(*warnings, Text(head), Text(""), table)


def run_leave_one_out(
    study: Study[Learner],
    out: Path,
    progress: NamedProgress,
    settings: Settings | None = None,
    own: OwnNetwork | None = None,
) -> LeaveOneOut:
    """Measure, and write `leave-one-out.parquet`: position, row, name, class or target, value.

    The changes are stored as by `stability.runs.run.run_study`, which goes on from them with
    `resume`. Raises SetupError, DataError or RunError.
    """
    how = Settings() if settings is None else settings
    with opened(study, out, progress, how, own) as (chosen, source, parts):
        _, measured = measured_changes(chosen, source, parts, out, progress, how)
        summary, values = SummaryAccumulator(len(parts.train)), []
        for block in measured.blocks:
            summary.add(block.changes, block.diagonal, block.training_maximum)
            values.append(block.changes.mean(axis=1))
        health = measured_health(parts, measured)
        value, said = np.concatenate(values), marks(parts, measured, summary.finish(), health)
        deleted = parts.train.subset(measured.deleted)
        write_parquet(
            {
                "position": numbers(measured.deleted),
                "row": numbers(deleted.rows),
                "name": row_names(deleted),
                **predicted(deleted),
                "value": numbers(value),
            },
            out / VALUES,
        )
        return LeaveOneOut(chosen, parts, measured, value, said)
