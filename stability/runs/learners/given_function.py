"""A training function of the caller's: any function of the indices to train on, as stored tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from stability.conventions import Convention
from stability.errors import SetupError
from stability.estimate.retraining.user_training import (
    RETURNS,
    checked_losses,
    in_another_order,
    refuse_drift,
)
from stability.own_code import called
from stability.runs.learners.learner import Floats, Job, Learner, Measured, Placebo, stored_blocks
from stability.runs.study.study import Study
from stability.runs.tasks import Task
from stability.setup.algorithm import Algorithm

CHUNK = 4
"""Trainings that are stored together."""
WITHOUT, PLACEBO = "without", "placebo"


@dataclass(frozen=True)
class OwnCode(Algorithm):
    """Training code of the user's own, of which no theorem on stability speaks."""

    title: ClassVar[str] = "training function of your own"


@dataclass(frozen=True, kw_only=True, eq=False)
class GivenTraining(Learner):
    """A function (indices) -> losses at all training examples (m,), and at the test points (n,)."""

    kind: ClassVar[str] = "function"
    title: ClassVar[str] = "training function of your own"
    conventions: ClassVar[tuple[Convention, ...]] = (Convention.RETRAIN,)
    packages: ClassVar[tuple[str, ...]] = ()
    of_targets: ClassVar[bool] = True
    weighs: ClassVar[bool] = True

    name: str
    function: Callable[[NDArray[np.int64]], Any] = field(repr=False)

    def record(self) -> Mapping[str, Any]:
        """The name of the function."""
        return {"kind": self.kind, "function": self.name}

    def measure(self, job: Job) -> Measured:
        """Call it with all indices, twice; without each example; in another order; and once more.

        Raises SetupError for a function that does not repeat, DataError for what are no losses.
        """
        limit = _limit(job)
        work = _Trainings(self.function, len(job.parts.train), len(job.parts.test), limit)
        job.progress("training on everything", 0, 1)
        full = job.storage.once("full", work.twice)
        job.progress("training on everything", 1, 1)
        base = full["training"][0], full["test"][0]
        deleted = job.deleted
        runs = min(job.study.deletion.placebos, len(deleted)) if work.size > 2 else 0
        tasks = [Task(f"without example {i}", (WITHOUT, int(i))) for i in deleted]
        tasks += [Task(f"the placebo of {i}", (PLACEBO, int(i))) for i in deleted[:runs]]
        what = f"training {len(tasks)} times"
        found = job.storage.many(
            "deletions", tasks, work.compared(base), chunk=CHUNK,
            progress=lambda done, total: job.progress(what, done, total),
        )  # fmt: skip
        again = job.storage.once("again", work.once)
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
        )

    def algorithm(self, study: Study[Any]) -> Algorithm:
        """What is trained, for which setups have no words."""
        return OwnCode()


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
    """Calls of the function, for `size` training examples and `points` test points."""

    function: Callable[[NDArray[np.int64]], Any]
    size: int
    points: int
    limit: float

    def losses(self, indices: NDArray[np.int64], name: str) -> tuple[Floats, Floats]:
        """The losses after one training, cut to [0, limit]."""
        pair = called(name, self.function, indices.copy(), allowed=RETURNS)
        return checked_losses(pair, self.size, self.points, self.limit, name)

    def once(self) -> dict[str, Floats]:
        """The losses of the training on everything."""
        training, test = self.losses(np.arange(self.size), "training on everything once more")
        return {"training": training, "test": test}

    def twice(self) -> dict[str, Floats]:
        """The same, which must repeat bit for bit."""
        names = ("training on everything", "training on everything again")
        first, second = (self.losses(np.arange(self.size), name) for name in names)
        refuse_drift(first, second)
        return {"training": first[0], "test": first[1]}

    def compared(self, base: tuple[Floats, Floats]) -> _Compared:
        """The function of tasks that says how far losses are from those of everything."""
        return _Compared(self, *base)


@dataclass(frozen=True, eq=False)
class _Compared:
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
        training, test = self.trainings.losses(indices, name)
        moved = training - self.training
        return {
            "changes": test - self.test,
            "diagonal": moved[i],
            "training_maximum": np.abs(moved).max(),
        }
