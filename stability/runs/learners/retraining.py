"""Networks: the training on everything, and retraining without each example, as stored runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stability.conventions import Convention
from stability.datasets import Dataset
from stability.estimate.retraining.deletion import (
    checked_range,
    compare_variants,
    refuse_negative,
    refuse_rounding,
)
from stability.estimate.retraining.placebo import RELATIVE, deletion_size, placebo_seeds
from stability.runs.data import Parts, Source
from stability.runs.learners.learner import Job, Measured, Placebo, stored_blocks
from stability.runs.study.study import Study
from stability.runs.tasks import NamedProgress, Progress, Task
from stability.runs.without import as_trained
from stability.training.losses import clipped
from stability.training.recipe import Recipe
from stability.training.single import check_repeatable, train_one
from stability.training.variants import NOTHING, Variants, deletions, placebos

CHUNK = 32
"""Trainings that are made together and stored together. The last digits depend on it."""

LARGEST_PUSH = 0.5
"""A placebo changes no initial weight by more than so much of it, on average."""

DELETION = "without example"
PLACEBOS = {
    "rounding": "as rounding changes them",
    "deletion": "as far as a deletion pushes them in an epoch",
}
"""The sizes of the two placebos, and how they change the initial weights."""
DRAWN = "deletion"
"""The size of the placebo of which a picture is drawn."""


@dataclass(frozen=True, eq=False)
class Retraining:
    """Trains a chunk of variants together and compares losses.

    Workers get it without `parts` and `progress`, and read the data themselves; `recipe()` loads a
    module of the user's own there.
    `base_test` (n_test,) and `base_training` (m,) are the losses of the model trained alone, in
    [0, `limit`]; `pushes` are the relative sizes of the placebos. `progress(done, total)` counts
    model-epochs of the chunk.
    """

    study: Study[Any]
    recipe: Callable[[], Recipe]
    source: Source
    fingerprint: str
    limit: float
    pushes: Mapping[str, float]
    base_test: NDArray[np.float64]
    base_training: NDArray[np.float64]
    parts: Parts | None = None
    progress: Progress | None = None

    def __call__(self, arguments: list[tuple[str, int]]) -> list[dict[str, Any]]:
        """The results of some tasks, in order; tasks of one kind stand side by side."""
        self.study.learner.require_same_code()
        parts = self.source.load_same(self.fingerprint) if self.parts is None else self.parts
        results: list[dict[str, Any]] = []
        for kind, group in groupby(arguments, key=itemgetter(0)):
            numbers = [number for _, number in group]
            if kind == DELETION and self.study.differs:
                results += self._one_by_one(parts, numbers, len(results), len(arguments))
                continue
            variants = self._variants(kind, numbers)
            results += self._compare(parts, variants, len(results), len(arguments))
        self.study.learner.require_same_code()
        return results

    def _one_by_one(
        self, parts: Parts, numbers: list[int], before: int, models: int
    ) -> list[dict[str, Any]]:
        """Retrainings one by one: each sees inputs that are scaled, and classes that are balanced,
        without the deleted example."""
        recipe, results = self.recipe(), []
        for done, number in enumerate(numbers, start=before + 1):
            train, test = as_trained(self.study, parts, number)
            model = train_one(recipe, train, number, convention=Convention.RETRAIN)
            found = [model.losses(part) for part in (train, test)]
            for losses in found:
                refuse_negative(losses)
            moved = clipped(found[0], self.limit) - self.base_training
            results.append(
                {
                    "changes": clipped(found[1], self.limit) - self.base_test,
                    "diagonal": moved[number],
                    "training_maximum": np.abs(moved).max(),
                    "rounding": 0.0,
                }
            )
            if self.progress is not None:
                self.progress(done * recipe.epochs, models * recipe.epochs)
        return results

    def _variants(self, kind: str, numbers: list[int]) -> Variants:
        """The trainings to compare: the unchanged one first, where it can be among them."""
        if kind in PLACEBOS:
            return placebos([NOTHING, *numbers], self.pushes[kind])
        convention = self.study.convention
        first = [] if convention is Convention.RETRAIN else [NOTHING]
        return deletions([*first, *numbers], len(self.base_training), convention)

    def _compare(
        self, parts: Parts, variants: Variants, before: int, models: int
    ) -> list[dict[str, Any]]:
        train, test = as_trained(self.study, parts)
        recipe = self.recipe()

        def report(done: int, _: int) -> None:
            if self.progress is not None:
                total = models * recipe.epochs
                self.progress(min(before * recipe.epochs + done, total), total)

        found = compare_variants(recipe, train, test, variants, self.limit, progress=report)
        rounding = max(
            float(np.abs(alone - together).max())
            for alone, together in (
                (self.base_test, found.base_test),
                (self.base_training, found.base_training),
            )
        )
        refuse_rounding(rounding, self.limit, "a model trained alone and among others")
        return [
            {"changes": row, "diagonal": own, "training_maximum": top, "rounding": rounding}
            for row, own, top in zip(
                found.changes, found.diagonal, found.training_maximum, strict=True
            )
        ]


def measure_network(job: Job, make_recipe: Callable[[], Recipe]) -> Measured:
    """Train on everything, twice; then without each example; then the placebos."""
    study, parts, storage, progress = job.study, job.parts, job.storage, job.progress
    recipe = make_recipe()
    train, test = as_trained(study, parts)
    limit = checked_range(recipe, train, test, loss_range(job, recipe))
    progress("training on everything", 0, 1)
    deleted = job.deleted
    full = storage.once("full", lambda: _full_sample(recipe, train, test, deleted[:CHUNK]))
    progress("training on everything", 1, 1)
    study.learner.require_same_code()
    work = Retraining(
        study=study,
        recipe=make_recipe,
        source=job.source,
        fingerprint=parts.fingerprint,
        limit=limit,
        pushes={"rounding": RELATIVE, "deletion": float(full["push"][0])},
        base_test=clipped(full["test"][0], limit),
        base_training=clipped(full["training"][0], limit),
    )
    tasks = [Task(f"{DELETION} {i}", (DELETION, int(i))) for i in deleted]
    runs = study.deletion.placebos
    seeds = placebo_seeds(runs, study.deletion.seed) if runs else []
    tasks += [
        Task(f"placebo {k}, {size}", (size, int(seed)))
        for size in PLACEBOS
        for k, seed in enumerate(seeds)
    ]
    whole, inside = _model_epochs(progress, len(tasks), recipe.epochs)
    if storage.alone:
        work = replace(work, parts=parts, progress=inside)
    found = storage.many("deletions", tasks, work, chunk=CHUNK, progress=whole)
    study.learner.require_same_code()
    return Measured(
        base_training=work.base_training,
        base_test=work.base_test,
        limit=limit,
        deleted=deleted,
        blocks=stored_blocks(found, deleted),
        placebos={
            size: Placebo(
                work.pushes[size],
                found["changes"][first : first + runs],
                words=f"initial weights changed {PLACEBOS[size]}",
                drawn=size == DRAWN,
            )
            for size, first in zip(PLACEBOS, (len(deleted), len(deleted) + runs), strict=True)
            if runs
        },
        facts={
            **{
                f"{name} accuracy": float(full[f"{name}_accuracy"][0])
                for name in ("training", "test")
                if train.has_labels
            },
            "mean training loss, not cut": float(full["training"][0].mean()),
            "mean test loss, not cut": float(full["test"][0].mean()),
            "largest difference of a loss by rounding": float(found["rounding"].max()),
        },
        fingerprint=found.fingerprint,
        notes=(*full.set_aside, *found.set_aside),
    )


def loss_range(job: Job, recipe: Recipe) -> float | None:
    """Where losses are cut: what [bound] says, or what the loss says of the declared targets.

    None if neither does.
    """
    given, ends = job.study.bound.range, job.parts.target_range
    if given is not None:
        return float(given)
    if job.parts.train.has_labels or ends is None or callable(recipe.loss):
        return None
    width = ends[1] - ends[0]
    return width**2 if recipe.loss == "squared" else width


def _model_epochs(progress: NamedProgress, tasks: int, epochs: int) -> tuple[Progress, Progress]:
    """Two progresses of one bar: by tasks that are stored, and inside the chunk that is at work."""
    stored = [0]
    what = f"retraining {tasks} times, epochs"

    def whole(done: int, total: int) -> None:
        stored[:] = [done]
        progress(what, done * epochs, total * epochs)

    def inside(done: int, _: int) -> None:
        progress(what, stored[0] * epochs + done, tasks * epochs)

    return whole, inside


def _full_sample(
    recipe: Recipe, train: Dataset, test: Dataset, sized: NDArray[np.int64]
) -> dict[str, Any]:
    """Losses and accuracies of the model; how far `sized` deletions push the weights."""
    model = check_repeatable(recipe, train)
    push = deletion_size(recipe, train, sized)
    found: dict[str, Any] = {"push": min(max(push, RELATIVE), LARGEST_PUSH)}
    for name, part in (("training", train), ("test", test)):
        found[name] = model.losses(part)
        refuse_negative(found[name])
        if part.has_labels:
            found[f"{name}_accuracy"] = model.accuracy(part)
    return found
