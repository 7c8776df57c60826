"""Logistic regression: the minimiser, and refitting without each example, as stored runs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from stability.datasets import Dataset
from stability.estimate.exact.logistic import LogisticModel, delete_logistic, fit_logistic
from stability.estimate.exact.softmax_constants import pixel_box
from stability.runs.data import Parts, Source
from stability.runs.file.study import Study
from stability.runs.learners.measured import Floats, Measured, deleted_positions, stored_blocks
from stability.runs.storage import Storage
from stability.runs.tasks import NamedProgress, Task

CHUNK = 4
"""Refits that are stored together."""
TOLERANCE = 1e-10
"""Of the norm of the gradient at every minimiser."""


@dataclass(frozen=True, eq=False)
class Refitting:
    """Refits without some examples, from the minimiser. Workers get it without `parts`."""

    model: LogisticModel
    source: Source
    fingerprint: str
    limit: float
    parts: Parts | None = None

    def __call__(self, arguments: list[int]) -> list[dict[str, Any]]:
        """The results of some deletions, in order."""
        parts = self.source.load_same(self.fingerprint) if self.parts is None else self.parts
        train, test = (boxed(part) for part in parts.problem)
        block = delete_logistic(
            self.model, train, test, arguments, loss_range=self.limit, tolerance=TOLERANCE
        )
        return [
            {"changes": row, "diagonal": own, "training_maximum": top}
            for row, own, top in zip(
                block.changes, block.diagonal, block.training_maximum, strict=True
            )
        ]


def boxed(part: Dataset) -> tuple[Floats, Any]:
    """Features (n, d + 1) of norm at most 1, and labels."""
    return pixel_box(part), part.labels


def measure_logistic(
    study: Study, parts: Parts, source: Source, storage: Storage, progress: NamedProgress
) -> Measured:
    """Fit to everything; then refit without each example (keep-1/m).

    Raises SetupError if the minimiser is not reached, RunError as `run_tasks` does.
    """
    assert study.model is not None
    regularization = float(study.model.regularization)
    train, test = (boxed(part) for part in parts.problem)
    classes = len(parts.problem[0].classes)
    limit = math.log(classes) if study.bound.range is None else float(study.bound.range)

    def fit() -> dict[str, Any]:
        found = fit_logistic(*train, classes, regularization, tolerance=TOLERANCE)
        return {"weights": found.weights, "gradient_norm": found.gradient_norm}

    progress("fitting to everything", 0, 1)
    full = storage.once("full", fit)
    progress("fitting to everything", 1, 1)
    model = LogisticModel(full["weights"][0], regularization, float(full["gradient_norm"][0]))
    deleted = deleted_positions(study)
    what = f"refitting {len(deleted)} times"
    found = storage.many(
        "deletions",
        [Task(f"without example {i}", int(i)) for i in deleted],
        Refitting(model, source, parts.fingerprint, limit, parts if storage.alone else None),
        chunk=CHUNK,
        progress=lambda done, total: progress(what, done, total),
    )
    return Measured(
        base_training=model.losses(*train, limit),
        base_test=model.losses(*test, limit),
        limit=limit,
        deleted=deleted,
        blocks=stored_blocks(found, deleted),
        facts={
            "training accuracy": model.accuracy(*train),
            "test accuracy": model.accuracy(*test),
            "norm of the gradient at the minimiser": model.gradient_norm,
        },
        fingerprint=found.fingerprint,
        notes=(*full.set_aside, *found.set_aside),
    )
