"""Training functions as stored tasks: on everything, without each example, in another order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from stability.errors import SetupError
from stability.estimate.retraining.user_training import (
    checked_losses,
    in_another_order,
    refuse_drift,
)
from stability.runs.learners.learner import (
    Floats,
    Job,
    Measured,
    Placebo,
    stored_blocks,
    zeros_and_ones,
)
from stability.runs.tasks import Task
from stability.setup.algorithm import Algorithm

CHUNK = 4
"""Trainings that are stored together."""
WITHOUT, PLACEBO = "without", "placebo"


@dataclass(frozen=True)
class OwnCode(Algorithm):
    """Training code of the user's own, of which no theorem on stability speaks."""

    title: ClassVar[str] = "training function of your own"


class Training(Protocol):
    """One training by the user's function; it can be pickled where other processes make it."""

    def __call__(self, indices: NDArray[np.int64], deleted: int | None, name: str) -> Any:
        """What the function returns for these examples. `deleted` is the one that is left out,
        `name` what the training is called. Raises OwnCodeError for what the function raises.
        """
        ...


def measure_function(job: Job, train: Training, elsewhere: Training) -> Measured:
    """Train on everything, twice; without each example; in another order; and once more.

    `train` runs in this process, `elsewhere` is the same for others. Raises SetupError for a
    function that does not repeat or has no range of losses, DataError for what are no losses.
    """
    limit = _limit(job)
    sizes = len(job.parts.train), len(job.parts.test)
    here = _Trainings(train, *sizes, limit)
    there = here if job.storage.alone else _Trainings(elsewhere, *sizes, limit)
    job.progress("training on everything", 0, 1)
    full = job.storage.once("full", here.twice)
    job.progress("training on everything", 1, 1)
    base = full["training"][0], full["test"][0]
    deleted = job.deleted
    runs = min(job.study.deletion.placebos, len(deleted)) if here.size > 2 else 0
    tasks = [Task(f"without example {i}", (WITHOUT, int(i))) for i in deleted]
    tasks += [Task(f"the placebo of {i}", (PLACEBO, int(i))) for i in deleted[:runs]]
    what = f"training {len(tasks)} times"
    found = job.storage.many(
        "deletions",
        tasks,
        _Compared(there, *base),
        chunk=CHUNK,
        progress=lambda done, total: job.progress(what, done, total),
    )
    again = job.storage.once("again", here.once)
    refuse_drift(base, (again["training"][0], again["test"][0]))
    changes = found["changes"]
    order = changes[len(deleted) :] - changes[:runs]
    placebo = Placebo(None, order, "another order of the same examples")
    return Measured(
        base_training=base[0],
        base_test=base[1],
        limit=limit,
        deleted=deleted,
        blocks=stored_blocks(found, deleted),
        placebos={"order": placebo} if runs else {},
        fingerprint=found.fingerprint,
        notes=(*full.set_aside, *found.set_aside),
        zero_one=zeros_and_ones(*base, limit),
    )


def _limit(job: Job) -> float:
    given = job.study.bound.range
    if given is None:
        raise SetupError(
            where="loss_range",
            found="nothing, for losses of your own",
            allowed="a number: losses above it are cut to it",
            remedy="Choose one that few losses reach.",
        )
    return float(given)


@dataclass(frozen=True, eq=False)
class _Trainings:
    """Trainings whose losses are checked, for `size` training examples and `points` test points."""

    train: Training
    size: int
    points: int
    limit: float

    def losses(
        self, indices: NDArray[np.int64], deleted: int | None, name: str
    ) -> tuple[Floats, Floats]:
        """The losses after one training, cut to [0, limit]."""
        pair = self.train(indices.copy(), deleted, name)
        return checked_losses(pair, self.size, self.points, self.limit, name)

    def once(self) -> dict[str, Floats]:
        """The losses of the training on everything."""
        name = "training on everything once more"
        training, test = self.losses(np.arange(self.size), None, name)
        return {"training": training, "test": test}

    def twice(self) -> dict[str, Floats]:
        """The same, which must repeat bit for bit."""
        names = ("training on everything", "training on everything again")
        first, second = (self.losses(np.arange(self.size), None, name) for name in names)
        refuse_drift(first, second)
        return {"training": first[0], "test": first[1]}


@dataclass(frozen=True, eq=False)
class _Compared:
    """How far losses are from those of everything, task by task."""

    trainings: _Trainings
    training: Floats
    test: Floats

    def __call__(self, arguments: list[tuple[str, int]]) -> list[dict[str, Any]]:
        return [self._one(*argument) for argument in arguments]

    def _one(self, kind: str, i: int) -> dict[str, Any]:
        everything = np.arange(self.trainings.size)
        deletes = kind == WITHOUT
        indices = everything[everything != i] if deletes else in_another_order(everything, i)
        name = f"training without {i}" if deletes else f"the placebo of {i}"
        training, test = self.trainings.losses(indices, i, name)
        moved = training - self.training
        return {
            "changes": test - self.test,
            "diagonal": moved[i],
            "training_maximum": np.abs(moved).max(),
        }
