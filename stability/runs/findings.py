"""What a study found: the gap, the constants with their intervals, the bounds, the class map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stability.estimate.statistics.bootstrap import BootstrapAccumulator, SummaryIntervals
from stability.estimate.statistics.class_ratios import OwnRatios, own_ratios
from stability.estimate.statistics.classes import ClassMap, ClassMapAccumulator
from stability.estimate.statistics.health import Health
from stability.estimate.statistics.intervals import bootstrap_mean_interval
from stability.estimate.statistics.signal import Signal
from stability.estimate.statistics.summary import ElasticSummary, SummaryAccumulator
from stability.runs.bounds import Named, plug_in_bounds, setup_bounds
from stability.runs.data import Parts
from stability.runs.groups import told
from stability.runs.learners.learner import Floats, FromSetup, Learner, Measured
from stability.runs.marks import NEEDED, Mark, marks, measured_health
from stability.runs.study.study import Study

RESAMPLES = 500
CONFIDENCE = 0.95
MOST_INFLUENTIAL = 10


@dataclass(frozen=True)
class Constant:
    """One of B, U, B1, D, on the scale m |change|, with an interval where there is one.

    `value` is None where nothing was seen that it could be read from.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    meaning: str


@dataclass(frozen=True)
class Example:
    """A deleted example: how far it moves others on average, at most, and itself; times m.

    `position` counts in the training examples, `row` in the data that they are drawn from; `name`
    is that of the row, "" if rows have none. `label` is the class, or the real target in words.
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
    `health` counts losses at the cap; `marks` come before every number: where one of them is
    `degenerate`, so are the constants, and the bounds from them.
    `gap` is test minus training loss, `gap_error` the standard error of the mean test loss.
    `classes` and `signals` (deletions beside placebos) are multiplied by m; they
    know the classes of which an example was deleted or tested, and no others. Real targets have
    fifths in place of classes (`Parts.groups`). `ratios`: within each tested class, deletions of
    its own against those of others.
    """

    study: Study[Learner]
    parts: Parts
    measured: Measured
    summary: ElasticSummary
    gap: float
    gap_error: float
    constants: tuple[Constant, ...]
    classes: ClassMap
    ratios: OwnRatios
    signals: Mapping[str, Signal]
    plug_in: Named
    from_setup: Named
    setup_row: FromSetup | None
    health: Health
    marks: tuple[Mark, ...]

    @property
    def degenerate(self) -> bool:
        """Whether the constants are those of a measurement that could not see."""
        return any(mark.degenerate for mark in self.marks)

    @property
    def objective(self) -> str:
        """What is minimised, as the fit or the learner says; "" where [training] says it all."""
        return self.measured.objective or self.study.learner.objective

    @property
    def model(self) -> str:
        """The name of what was trained."""
        return self.measured.model or self.study.learner.title

    @property
    def influential(self) -> tuple[Example, ...]:
        """The deleted examples that move the mean test loss most."""
        summary, train = self.summary, self.parts.train
        names = train.row_names
        order = np.argsort(-summary.row_mean, kind="stable")[:MOST_INFLUENTIAL]
        return tuple(
            Example(
                position := int(self.measured.deleted[k]),
                int(train.rows[position]),
                "" if names is None else str(names[position]),
                told(train, position),
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
    fitted = study.data.scaling is not None  # to the sample: its setup is none of the theorems'
    setup_row = None if fitted else study.learner.from_setup(study, parts, measured.limit)
    health = measured_health(parts, measured)
    constants = _constants(found, intervals, study.data.seed)
    return Findings(
        study=study,
        parts=parts,
        measured=measured,
        summary=found,
        gap=float(losses.mean() - measured.base_training.mean()),
        gap_error=float(losses.std(ddof=1) / np.sqrt(points)),
        constants=constants,
        classes=grid,
        ratios=own_ratios(grid, np.bincount(labels[measured.deleted], minlength=len(names))),
        signals={
            size: _signal(m, placebo.changes, tested, grid)
            for size, placebo in measured.placebos.items()
        },
        plug_in=plug_in_bounds(study, found, measured.limit) if found.U > 0.0 else (),
        from_setup=setup_bounds(study, setup_row),
        setup_row=setup_row,
        health=health,
        marks=marks(parts, measured, found, health, in_memory=study.learner.in_memory),
    )


def _constants(
    found: ElasticSummary, intervals: SummaryIntervals, seed: int
) -> tuple[Constant, ...]:
    own = bootstrap_mean_interval(found.diagonal, CONFIDENCE, RESAMPLES, seed=seed)
    rows: tuple[tuple[str, float, float | None, float | None, str], ...] = (
        ("B", found.B, *intervals.B, "the largest mean change by one deletion"),
        ("U", found.U, None, None, "the largest change seen anywhere"),
        ("B1", found.B1, *intervals.B1, "the mean change"),
        ("D", found.D, *own, "the mean change at the deleted example itself"),
    )
    if found.U == 0.0:
        return tuple(Constant(name, None, None, None, meaning) for name, *_, meaning in rows)
    return tuple(Constant(*row) for row in rows)


def _present(
    parts: Parts, measured: Measured
) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.int64]]:
    """The groups of which an example is deleted or tested, and their numbers for both parts.

    The first array (m,) is -1 for training examples of groups that are neither.
    """
    groups = parts.groups
    there = np.union1d(groups.train[measured.deleted], groups.test)
    number = np.full(len(groups.names), -1)
    number[there] = np.arange(len(there))
    names = tuple(groups.names[k] for k in there)
    return names, number[groups.train], number[groups.test]


def _signal(m: int, placebo: Floats, tested: NDArray[np.int64], grid: ClassMap) -> Signal:
    moved = m * np.abs(placebo).mean(axis=0)
    classes = len(grid.classes)
    counts = np.bincount(tested, minlength=classes)
    sums = np.bincount(tested, weights=moved, minlength=classes)
    means = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return Signal(grid, means, NEEDED)
