"""A scikit-learn estimator fitted to everything, and again without each deleted example."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from stability.errors import SetupError
from stability.estimate.retraining.placebo import placebo_seeds
from stability.runs.baseline import TESTED_WELL, TRAINED_WELL
from stability.runs.data import Parts, Source
from stability.runs.learners.estimator_data import EstimatorData, FittedAgain, loss_of
from stability.runs.learners.estimator_making import random_states
from stability.runs.learners.learner import (
    Floats,
    Job,
    Measured,
    Placebo,
    check_size,
    stored_blocks,
    zeros_and_ones,
)
from stability.runs.marks import NOT_CONVERGED
from stability.runs.tasks import Task

CHUNK = 8
"""Refits that are stored together."""
CHANCE = "chance"
"""The name of the placebo of fits with another random state."""
OTHER_STATE = "another random state"
"""What the task of such a fit is called."""


def measure_estimator(job: Job, learner: FittedAgain) -> Measured:
    """Fit twice to everything, then without each deleted example."""
    parts, deleted = job.parts, job.deleted
    for part in (parts.train, parts.test):
        check_size(part)
    refit = Refit(learner, job.source, parts.fingerprint, _limit(job, learner), parts)
    job.progress("fitting to everything", 0, 1)
    full = job.storage.once("full", refit.twice)
    job.progress("fitting to everything", 1, 1)
    seeds = _other_states(job, learner, refit)
    tasks = [Task(f"without example {i}", int(i)) for i in deleted]
    tasks += [Task(f"placebo {k}", (OTHER_STATE, s)) for k, s in enumerate(seeds)]
    what = f"refitting {len(tasks)} times"
    found = job.storage.many(
        "deletions",
        tasks,
        refit if job.storage.alone else refit.elsewhere(),
        chunk=CHUNK,
        progress=lambda done, total: job.progress(what, done, total),
    )
    learner.require_same_code()
    base = full["training"][0], full["test"][0]
    unfinished = float(full["unfinished"][0] + found["unfinished"].sum())
    accuracies = {
        name: float(full[key][0])
        for name, key in ((TRAINED_WELL, "training_right"), (TESTED_WELL, "test_right"))
        if np.isfinite(full[key][0])
    }
    steps = steps_of(learner)
    loss, zero_one = _measured_loss(learner, parts, *base, refit.limit)
    return Measured(
        base_training=base[0],
        base_test=base[1],
        limit=refit.limit,
        deleted=deleted,
        blocks=stored_blocks(found, deleted),
        placebos={CHANCE: Placebo(None, found["changes"][len(deleted) :], "another random_state")}
        if seeds
        else {},
        facts={**accuracies, **({NOT_CONVERGED: unfinished} if unfinished else {})},
        fingerprint=found.fingerprint,
        notes=(*full.set_aside, *found.set_aside),
        model=type(steps[-1]).__name__,
        objective=learner.objective_of(_named(steps)),
        loss=loss,
        zero_one=zero_one,
    )


def steps_of(learner: FittedAgain) -> list[Any]:
    """What the estimator does one after the other, the last predicts; without `scaling`."""
    from sklearn.pipeline import Pipeline

    model = learner.make()
    if learner.scaling != "none" and learner.refit_scaling:
        model = model.steps[-1][1]
    steps = [model]
    while isinstance(steps[-1], Pipeline):
        steps[-1:] = [step for _, step in steps[-1].steps if step not in (None, "passthrough")]
    return steps


def _named(steps: list[Any]) -> str:
    """The last step with its parameters, and the names of those before it."""
    told_last = " ".join(repr(steps[-1]).split())
    before = ", ".join(type(step).__name__ for step in steps[:-1])
    return told_last + (f" minimises after {before}" if before else " minimises")


def _measured_loss(
    learner: FittedAgain, parts: Parts, training: Floats, test: Floats, limit: float
) -> tuple[str, bool]:
    """The loss of this run in words, and whether it takes only 0 and 1.

    Of one of the user's own the losses say it.
    """
    if learner.own_loss is not None:
        return f"{learner.loss} of your own", zeros_and_ones(training, test, limit)
    train = parts.problem[0]
    classes = len(train.classes) if train.has_labels else 0
    loss = loss_of(learner, learner.make(), classes)
    return f"{loss.name}, {loss.words}", loss.name == "zero-one"


@dataclass(frozen=True, eq=False)
class Refit:
    """Fits without some examples. Workers get it without `parts` and read the data themselves.

    `limit`: where losses are cut.
    """

    learner: FittedAgain
    source: Source
    fingerprint: str
    limit: float
    parts: Parts | None = None

    def elsewhere(self) -> Refit:
        """The same for another process."""
        return Refit(self.learner, self.source, self.fingerprint, self.limit)

    def twice(self) -> dict[str, Any]:
        """Losses of the fit to everything, which must repeat bit for bit."""
        data = self._data()
        first, second = (data.fitted(None) for _ in range(2))
        found = [data.losses(fit, self.limit) for fit in (first, second)]
        drift = max(float(np.abs(a - b).max()) for a, b in zip(*found, strict=True))
        if drift > 0.0:
            raise SetupError(
                where="model.estimator",
                found=f"two fits to the same examples whose losses differ by up to {drift:.3g}",
                allowed="fits that are the same bit for bit",
                remedy="Fix all that is left to chance in it: random_state, n_jobs = 1.",
            )
        training, test = found[0]
        right = [data.right(first, part) for part in (data.train, data.test)]
        return {
            "training": training,
            "test": test,
            "unfinished": float(first.unfinished),
            "training_right": right[0],
            "test_right": right[1],
        }

    def moved_by(self, random_state: int) -> dict[str, Any]:
        """How far another random state moves the losses of the fit to everything, at most."""
        data = self._data()
        one, other = (
            np.concatenate(data.losses(data.fitted(None, state), self.limit))
            for state in (None, random_state)
        )
        return {"moved": float(np.abs(one - other).max())}

    def __call__(self, arguments: list[int | tuple[str, int]]) -> list[dict[str, Any]]:
        """The results of some deletions, or of fits to everything by other chance, in order."""
        data = self._data()
        base = data.losses(data.fitted(None), self.limit)
        return [
            self._compared(data, base, None, one[1])
            if isinstance(one, tuple)
            else self._compared(data, base, one, None)
            for one in arguments
        ]

    def _compared(
        self,
        data: EstimatorData,
        base: tuple[Floats, Floats],
        deleted: int | None,
        random_state: int | None,
    ) -> dict[str, Any]:
        fit = data.fitted(deleted, random_state)
        training, test = data.losses(fit, self.limit)
        moved = training - base[0]
        return {
            "changes": test - base[1],
            "diagonal": 0.0 if deleted is None else moved[deleted],
            "training_maximum": np.abs(moved).max(),
            "unfinished": float(fit.unfinished),
        }

    def _data(self) -> EstimatorData:
        parts = self.source.load_same(self.fingerprint) if self.parts is None else self.parts
        return EstimatorData(self.learner, *parts.problem, balanced=self.source.data.balanced)


def _other_states(job: Job, learner: FittedAgain, refit: Refit) -> list[int]:
    """Random states for fits that delete nothing; none where chance moves nothing."""
    runs = job.study.deletion.placebos
    if not runs or not random_states(learner.make()):
        return []
    seeds = placebo_seeds(runs, job.study.deletion.seed).tolist()
    found = job.storage.once("chance", lambda: refit.moved_by(seeds[0]))
    return seeds if found["moved"][0] > 0.0 else []


def _limit(job: Job, learner: FittedAgain) -> float:
    """Where losses are cut: what [bound] says, or what the loss and the targets say."""
    given, parts = job.study.bound.range, job.parts
    if given is not None:
        return float(given)
    train = parts.problem[0]
    classes = len(train.classes) if train.has_labels else 0
    if learner.own_loss is None:
        loss = loss_of(learner, learner.make(), classes)
        natural = loss.natural_range(classes)
        if natural is not None:
            return natural
        if not classes and parts.target_range is not None:
            width = parts.target_range[1] - parts.target_range[0]
            return width**2 if loss.name == "squared" else width
    raise SetupError(
        where="bound.range",
        found="nothing, for a loss without a largest value",
        allowed="a number: losses above it are cut to it",
        remedy="Choose one that few losses reach"
        + ("." if classes else ", or say data.target_range, between which targets lie."),
    )
