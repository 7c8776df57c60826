"""From training code of one's own to bounds, a class map and a page, as of any other study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from time import perf_counter
from typing import Any, ClassVar, NoReturn

from stability.conventions import Convention
from stability.datasets import Dataset
from stability.errors import DataError, SetupError
from stability.estimate.retraining.measurement import TrainingMeasurement
from stability.estimate.statistics.summary import DeletionBlock
from stability.files import disk_errors
from stability.runs.data import Parts
from stability.runs.findings import Findings, gather
from stability.runs.learners.learner import ROWS, Job, Learner, Measured, Placebo
from stability.runs.page import write_page
from stability.runs.same_study import refuse_other
from stability.runs.study.data_section import FILE, DataSection
from stability.runs.study.sections import BoundSection, DeletionSection, EvaluationSection
from stability.runs.study.study import Study
from stability.runs.summary import record, save
from stability.setup.algorithms import Algorithm
from stability.setup.plain import plain_fields
from stability.setup.setup import Exact


@dataclass(frozen=True, kw_only=True)
class OwnTraining(Learner):
    """A training function of the user's own, already measured."""

    kind: ClassVar[str] = "own-training"
    title: ClassVar[str] = "training of your own"
    conventions: ClassVar[tuple[Convention, ...]] = (Convention.RETRAIN,)
    packages: ClassVar[tuple[str, ...]] = ()

    how: Algorithm

    def record(self) -> Mapping[str, Any]:
        """What was trained, in the words of setups."""
        said = {**plain_fields(self.how, floats=True), "kind": self.kind}
        return {**said, "algorithm": self.how.kind}

    def measure(self, job: Job) -> NoReturn:
        """Raises SetupError: no run file describes it."""
        raise SetupError(
            where="model.kind", found=self.kind, allowed="what measure_training has measured"
        )

    def algorithm(self, study: Study[Any]) -> Algorithm:
        """What the user says was trained."""
        return self.how


def report_training(
    found: TrainingMeasurement,
    train: Dataset,
    test: Dataset,
    out: Path | str,
    *,
    algorithm: Algorithm,
    delta: Exact = Fraction(1, 20),
) -> Findings:
    """What `measure_training` found as a study: its constants, bounds, class map, marks and page.

    `train` (m examples) and `test` are the data: their labels make the class map, and position i
    of the measurement is example i. `algorithm` says what was trained, as far as setups have words
    for it. `out` gets summary.json and what `stability report` needs. The text for a terminal is
    `stability.runs.tables.printed`.

    Raises DataError if the data are not those of the measurement, RunError if the disk refuses or
    the folder holds another study.
    """
    start, folder = perf_counter(), Path(out)
    sizes, wanted = (len(train), len(test)), (found.sample_size, len(found.base_test))
    if sizes != wanted or train.classes != test.classes:
        raise DataError(
            where="report_training",
            found=f"{sizes[0]} training and {sizes[1]} test examples",
            allowed=f"those that were measured, {wanted[0]} and {wanted[1]}, of the same classes",
            remedy="Give the data in the order in which the training function numbers them.",
        )
    study: Study[Learner] = Study(
        data=DataSection(name=FILE, file=train.name, size=len(train)),
        learner=OwnTraining(how=algorithm),
        deletion=DeletionSection(indices=tuple(map(int, found.deleted))),
        evaluation=EvaluationSection(size=len(test)),
        bound=BoundSection(delta=delta, range=found.loss_range),
    )
    placebo = Placebo(None, found.placebos, "another order of the same examples")
    measured = Measured(
        base_training=found.base_training,
        base_test=found.base_test,
        limit=found.loss_range,
        deleted=found.deleted,
        blocks=_blocks(found),
        placebos={"order": placebo} if len(found.placebos) else {},
    )
    parts = Parts(train, test)
    described = study.record()
    with disk_errors(folder, "a folder in which files can be written", "Give another one."):
        folder.mkdir(parents=True, exist_ok=True)
    refuse_other(folder, described, parts)
    findings = gather(study, parts, measured, lambda *_: None)
    summary = record(findings, described, study.learner.packages)
    save(summary, folder)
    write_page(findings, summary, perf_counter() - start, folder)
    return findings


def _blocks(found: TrainingMeasurement) -> Iterator[DeletionBlock]:
    for first in range(0, len(found.deleted), ROWS):
        rows = slice(first, first + ROWS)
        yield DeletionBlock(
            found.deleted[rows],
            found.changes[rows],
            found.diagonal[rows],
            found.training_maximum[rows],
        )
