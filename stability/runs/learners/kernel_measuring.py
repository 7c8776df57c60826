"""Kernel ridge regression whose kernel values are stored, and deletions of label-aware kernels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stability.conventions import Convention
from stability.estimate.statistics.summary import DeletionBlock
from stability.runs.learners.kernel_table import kernel_table
from stability.runs.learners.learner import ROWS, Floats, Job, Measured, check_size, stored_blocks
from stability.runs.marks import CONDITION, DEAD, INDEFINITE, INVERTED
from stability.runs.tasks import Task

if TYPE_CHECKING:
    from stability.estimate.exact.label_aware_ridge import LabelAwareRidgeFit

CHUNK = 8
"""Label-aware kernels without an example that are stored together."""
FIXED, MADE_ANEW = 3, 7
"""The arrays (m, m) that deletions from a kernel need beside its values."""


def measure_kernel(job: Job) -> Measured:
    """Values first, in rows that are stored; then the fit, and what every deletion does to it."""
    from stability.estimate.exact.kernel_ridge import KernelRidge
    from stability.estimate.exact.label_aware_ridge import LabelAwareRidge

    parts, learner = job.parts, job.study.learner
    for part in (parts.train, parts.test):
        check_size(part)
    own_code = learner.kind_of_kernel != learner.kernel
    arrays = FIXED if learner.label_system is None else MADE_ANEW
    table = kernel_table(job, learner, mirrored=not own_code, arrays=arrays)
    targets, test_targets = parts.ones(parts.train), parts.ones(parts.test)
    inside, outside = table.positions("train"), table.positions("test")
    regularization = float(learner.regularization)
    convention = "retrain" if job.study.convention is Convention.RETRAIN else "keep-1/m"
    dead = int((np.diagonal(table.values) == 0.0).sum())
    facts = {DEAD: float(dead)} if dead else {}
    blocks: Iterator[DeletionBlock]
    fingerprint, notes = table.fingerprint, table.notes
    if learner.label_system is None:
        fit = KernelRidge(regularization, table).fit(inside, targets)
        blocks = fit.deletions(outside, test_targets, convention, job.deleted, ROWS)
    else:
        aware = LabelAwareRidge(regularization, table, learner.label_system, learner.strength)
        fit = aware.fit(inside, targets)
        if not fit.positive:
            facts[INDEFINITE] = 1.0
        if fit.aware.system.condition_number is not None:
            facts[INVERTED] = _told(fit.aware.system.condition_number)
        what = f"kernels without an example, {len(job.deleted)}"
        found = job.storage.many(
            "deletions",
            [Task(f"without example {i}", int(i)) for i in job.deleted],
            Remaking(fit, outside, test_targets, convention),
            chunk=CHUNK,
            progress=lambda done, total: job.progress(what, done, total),
        )
        blocks = stored_blocks(found, job.deleted)
        fingerprint, notes = found.fingerprint, (*notes, *found.set_aside)
    return Measured(
        base_training=fit.losses(inside, targets),
        base_test=fit.losses(outside, test_targets),
        limit=1.0,
        deleted=job.deleted,
        blocks=blocks,
        facts={CONDITION: _told(fit.condition_number), **facts},
        fingerprint=fingerprint,
        notes=notes,
    )


def _told(condition: float) -> float:
    """LAPACK estimates it, and its last digits depend on where arrays lie in memory."""
    return float(f"{condition:.6g}")


@dataclass(frozen=True, eq=False)
class Remaking:
    """Label-aware kernels without some examples; the values of the label-free one travel along."""

    fit: LabelAwareRidgeFit
    outside: Floats
    targets: Floats
    convention: Any

    def __call__(self, arguments: list[int]) -> list[dict[str, Any]]:
        """The results of some deletions, in order."""
        [block] = self.fit.deletions(
            self.outside, self.targets, self.convention, arguments, len(arguments)
        )
        return [
            {"changes": row, "diagonal": own, "training_maximum": top}
            for row, own, top in zip(
                block.changes, block.diagonal, block.training_maximum, strict=True
            )
        ]
