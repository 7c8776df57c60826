"""What a study found: the gap, the constants with their intervals, the bounds, the class map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stability.estimate.statistics.bootstrap import BootstrapAccumulator
from stability.estimate.statistics.classes import ClassMap, ClassMapAccumulator
from stability.estimate.statistics.intervals import bootstrap_mean_interval
from stability.estimate.statistics.summary import ElasticSummary, SummaryAccumulator
from stability.runs.bounds import Named, plug_in_bounds, setup_bounds
from stability.runs.data import Parts
from stability.runs.learners.learner import Floats, FromSetup, Learner, Measured
from stability.runs.study.study import Study

if TYPE_CHECKING:
    from stability.estimate.retraining.placebo import Signal

RESAMPLES = 500
CONFIDENCE = 0.95
MOST_INFLUENTIAL = 10
NEEDED = 2.0
"""How many times what the placebo does a deletion must do to be seen."""


@dataclass(frozen=True)
class Constant:
    """One of B, U, B1, D, on the scale m |change|, with an interval where there is one."""

    name: str
    value: float
    low: float | None
    high: float | None
    meaning: str


@dataclass(frozen=True)
class Example:
    """A deleted example: how far it moves others on average, at most, and itself; times m.

    `position` counts in the training examples, `row` in the data that they are drawn from; `name`
    is that of the row, "" if rows have none.
    """

    position: int
    row: int
    name: str
    label: str
    mean: float
    maximum: float
    own: float


@dataclass(frozen=True, eq=False)
class Findings:
    """Everything a study found. `plug_in` bounds are estimates.

    `from_setup` are bounds for models that have a setup; `setup_row` says what they rest on.
    `gap` is test minus training loss, `gap_error` the standard error of the mean test loss.
    `classes` and `signals` (deletions beside the placebos of a network) are multiplied by m; they
    know the classes of which an example was deleted or tested, and no others.
    """

    study: Study[Learner]
    parts: Parts
    measured: Measured
    summary: ElasticSummary
    gap: float
    gap_error: float
    constants: tuple[Constant, ...]
    classes: ClassMap
    signals: Mapping[str, Signal]
    plug_in: Named
    from_setup: Named
    setup_row: FromSetup | None

    @property
    def influential(self) -> tuple[Example, ...]:
        """The deleted examples that move the mean test loss most."""
        summary, train = self.summary, self.parts.train
        labels, names = train.labels, train.row_names
        order = np.argsort(-summary.row_mean, kind="stable")[:MOST_INFLUENTIAL]
        return tuple(
            Example(
                int(position := self.measured.deleted[k]),
                int(train.rows[position]),
                "" if names is None else str(names[position]),
                train.classes[labels[position]],
                float(summary.row_mean[k]),
                float(summary.row_maximum[k]),
                float(summary.diagonal[k]),
            )
            for k in order
        )


def gather(
    study: Study[Learner], parts: Parts, measured: Measured, progress: Callable[[int, int], None]
) -> Findings:
    """Go through the blocks once and put everything together. `progress` counts deletions."""
    m, points = len(parts.train), len(parts.test)
    names, labels, tested = _present(parts, measured)
    summary = SummaryAccumulator(m)
    classes = ClassMapAccumulator(names, tested)
    bootstrap = BootstrapAccumulator(m, points, CONFIDENCE, RESAMPLES, seed=study.data.seed)
    done = 0
    for block in measured.blocks:
        summary.add(block.changes, block.diagonal, block.training_maximum)
        classes.add(m * block.changes, labels[block.indices])
        bootstrap.add(block.changes)
        done += len(block.indices)
        progress(done, len(measured.deleted))
    found, grid, intervals = summary.finish(), classes.finish(), bootstrap.finish()
    losses = measured.base_test
    setup_row = study.learner.from_setup(study, parts, measured.limit)
    return Findings(
        study=study,
        parts=parts,
        measured=measured,
        summary=found,
        gap=float(losses.mean() - measured.base_training.mean()),
        gap_error=float(losses.std(ddof=1) / np.sqrt(points)),
        constants=(
            Constant("B", found.B, *intervals.B, "the largest mean change by one deletion"),
            Constant("U", found.U, None, None, "the largest change seen anywhere"),
            Constant("B1", found.B1, *intervals.B1, "the mean change"),
            Constant(
                "D",
                found.D,
                *bootstrap_mean_interval(
                    found.diagonal, CONFIDENCE, RESAMPLES, seed=study.data.seed
                ),
                "the mean change at the deleted example itself",
            ),
        ),
        classes=grid,
        signals={
            size: _signal(m, placebo.changes, tested, grid)
            for size, placebo in measured.placebos.items()
        },
        plug_in=plug_in_bounds(study, found, measured.limit),
        from_setup=setup_bounds(study, setup_row),
        setup_row=setup_row,
    )


def _present(
    parts: Parts, measured: Measured
) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.int64]]:
    """The classes of which an example is deleted or tested, and their numbers for both parts.

    The first array (m,) is -1 for training examples of classes that are neither.
    """
    train, test = parts.train, parts.test
    there = np.union1d(train.labels[measured.deleted], test.labels)
    number = np.full(len(train.classes), -1)
    number[there] = np.arange(len(there))
    names = tuple(train.classes[k] for k in there)
    return names, number[train.labels], number[test.labels]


def _signal(m: int, placebo: Floats, tested: NDArray[np.int64], grid: ClassMap) -> Signal:
    from stability.estimate.retraining.placebo import Signal

    moved = m * np.abs(placebo).mean(axis=0)
    classes = len(grid.classes)
    counts = np.bincount(tested, minlength=classes)
    sums = np.bincount(tested, weights=moved, minlength=classes)
    means = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return Signal(grid, means, NEEDED)
