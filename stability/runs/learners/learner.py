"""What a learner is: a section of a run file that can be measured, and what it gives to bounds.

A new learner is a subclass in a file beside this one and its name in `registry.py`. Nothing else
asks what kind of learner it has before it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from stability.datasets import Dataset
from stability.errors import DataError, SetupError
from stability.estimate.statistics.summary import DeletionBlock
from stability.runs.data import Parts, Source
from stability.runs.learners.own_network import OwnNetwork
from stability.runs.storage import Storage
from stability.runs.study.learner import LearnerSection
from stability.runs.study.study import Study
from stability.runs.tasks import NamedProgress
from stability.runs.tasks.results import RunResults
from stability.setup.algorithms import Algorithm
from stability.setup.setup import Setup
from stability.training.settings import TrainingSettings

Floats = NDArray[np.float64]

ROWS = 256
"""Deleted examples whose changes are looked at together."""


@dataclass(frozen=True, eq=False)
class Placebo:
    """Trainings that delete nothing after a change of something else, such as the initial weights.

    `push` is the relative size of that change, None where it has none; `changes` (runs, n_test) of
    the loss, not multiplied by m. `words` say what is changed; the report draws those that are
    `drawn`.
    """

    push: float | None
    changes: Floats
    words: str
    drawn: bool = False


@dataclass(frozen=True, eq=False)
class Measured:
    """Losses (m,) and (n_test,) of the model on the full sample, in [0, `limit`], and `blocks` of
    changes in the order of `deleted`, to be gone through once.

    `placebos`, for networks: by the size of the push, what trainings that delete nothing do.
    `model`: the name of what was trained, `objective`: what it minimises, `loss`: what is measured
    at each example, "" where the learner says it; `zero_one`: whether that takes only 0 and 1.
    `facts`: numbers worth telling. `fingerprint`: the sha256 of everything stored, "" where
    nothing is; `notes`: what was damaged and computed again.
    """

    base_training: Floats
    base_test: Floats
    limit: float
    deleted: NDArray[np.int64]
    blocks: Iterator[DeletionBlock]
    placebos: Mapping[str, Placebo] = field(default_factory=dict)
    facts: Mapping[str, float] = field(default_factory=dict)
    fingerprint: str = ""
    notes: tuple[str, ...] = ()
    model: str = ""
    objective: str = ""
    loss: str = ""
    zero_one: bool = False


@dataclass(frozen=True)
class FromSetup:
    """A setup for a row of bounds that no deletion is measured for.

    `rests_on`: what is taken as known, in words. `seen`: what was read off the sample in place of
    being declared, in words; if there is anything, all that follows is an estimate.
    """

    setup: Setup
    rests_on: tuple[str, ...]
    seen: tuple[str, ...]

    @property
    def words(self) -> str:
        """What the row rests on, in a sentence or two.

        >>> from stability.setup.algorithms import NearestNeighbours
        >>> setup = Setup(sample=10, algorithm=NearestNeighbours(neighbours=3))
        >>> FromSetup(setup, ("inputs lie in [0, 1], as the source says",), ()).words
        'The row from the setup rests on this: inputs lie in [0, 1], as the source says.'
        """
        parts = []
        if self.rests_on:
            parts.append(f"The row from the setup rests on this: {'; '.join(self.rests_on)}.")
        if self.seen:
            what = " and ".join(self.seen)
            parts.append(
                f"Nobody declares {what}: it was read off the sample, so that row is an estimate."
            )
        return " ".join(parts)


@dataclass(frozen=True, eq=False)
class Job:
    """What there is to measure, and where it is kept while it is measured.

    `source` says how workers get the same `parts`; `progress(what, done, total)` counts.
    """

    study: Study[Any]
    parts: Parts
    source: Source
    storage: Storage
    progress: NamedProgress

    @property
    def deleted(self) -> NDArray[np.int64]:
        """The positions (n_deleted,) of the examples that are deleted in turn."""
        size, deletion = len(self.parts.train), self.study.deletion
        if deletion.indices is not None:
            return np.array(deletion.indices, dtype=np.int64)
        if deletion.rows is not None:
            return self._positions(deletion.rows)
        if deletion.count is None or deletion.count == size:
            return np.arange(size)
        chosen = np.random.default_rng(deletion.seed).choice(size, deletion.count, replace=False)
        return np.sort(chosen)

    def _positions(self, rows: tuple[int, ...]) -> NDArray[np.int64]:
        """Where the training examples of these rows are. Raises SetupError for any other row."""
        places = {int(row): k for k, row in enumerate(self.parts.train.rows)}
        for row in rows:
            if row not in places:
                raise SetupError(
                    where="deletion.rows",
                    found=f"row {row}, which is not trained on",
                    allowed=f"rows of {self.parts.origin} among the {len(places)} training "
                    "examples, which data.size and data.seed choose",
                    remedy="The file examples.parquet of a run lists them.",
                )
        return np.array([places[row] for row in rows], dtype=np.int64)


LARGEST_INPUT = 1e100
"""Squares and sums of squares of larger numbers end beyond the largest float."""


def check_size(part: Dataset) -> None:
    """DataError for inputs too large to compute with."""
    largest = float(np.abs(part.inputs).max(initial=0.0))
    if largest > LARGEST_INPUT:
        raise DataError(
            where=f"{part.name}.inputs",
            found=f"a number of size {largest:.3g}",
            allowed=f"numbers up to {LARGEST_INPUT:g} in size",
            remedy="Scale the inputs.",
        )


class Learner(LearnerSection, ABC):
    """Base of everything that a run file can name to be measured.

    `packages`: the libraries whose versions decide its numbers. `uses_workers`: whether it can
    be measured by several processes. `of_targets`: whether it can learn real targets.
    """

    packages: ClassVar[tuple[str, ...]] = ("scipy", "scikit-learn")
    of_targets: ClassVar[bool] = False
    uses_workers: ClassVar[bool] = True

    def given(
        self,
        own: OwnNetwork | None,
        beside: Path | None = None,
        training: TrainingSettings | None = None,
    ) -> Learner:
        """This learner with the code of the user's own: the network that the command line names,
        or what the run file names, whose paths are relative to the folder `beside`.

        Raises SetupError if it takes none, or needs one.
        """
        if own is not None:
            raise own_refused(self.kind)
        return self

    def check_data(self, parts: Parts) -> None:
        """Raise DataError or SetupError for data that it cannot learn."""
        if parts.train.weights is not None and not self.weighs:
            raise DataError(
                where=parts.origin,
                found="weights of examples or classes",
                allowed=f"none for {self.kind!r}, which minimises the plain mean of the losses",
                remedy="Networks and estimators of scikit-learn take weights.",
            )
        if not parts.train.has_labels and not self.of_targets:
            raise DataError(
                where=parts.origin,
                found="real targets and no labels",
                allowed=f"labels: {self.kind!r} tells classes apart",
                remedy="Say which column or array holds the class of each example, with labels; or "
                "choose a model of real targets, such as 'ridge'.",
            )

    @abstractmethod
    def measure(self, job: Job) -> Measured:
        """Fit to everything, and without each deleted example.

        Raises SetupError for what cannot be fitted, RunError as `run_tasks` does.
        """

    @abstractmethod
    def algorithm(self, study: Study[Any]) -> Algorithm:
        """What is trained, as far as setups have words for it."""

    def from_setup(self, study: Study[Any], parts: Parts, limit: float) -> FromSetup | None:
        """The setup whose bounds follow without measuring a deletion, if there is one."""
        return None


def own_refused(kind: str) -> SetupError:
    """The error for a network of one's own where none belongs, or none where one does."""
    return SetupError(
        where="network.kind",
        found=kind,
        allowed="'own' with --network FILE.py:FUNCTION, and another kind without",
    )


def zeros_and_ones(training: Floats, test: Floats, limit: float) -> bool:
    """Whether a loss of the user's own, cut to [0, limit], takes only 0 and 1 as far as is seen.

    >>> zeros_and_ones(np.array([0.0, 1.0]), np.array([1.0]), 1.0)
    True
    >>> zeros_and_ones(np.array([0.0, 2.0]), np.array([2.0]), 2.0)
    False
    """
    return limit == 1.0 and all(bool(np.isin(part, (0.0, 1.0)).all()) for part in (training, test))


def stored_blocks(results: RunResults, deleted: NDArray[np.int64]) -> Iterator[DeletionBlock]:
    """The first results of a run as blocks: those of the deletions, which come before placebos."""
    for first in range(0, len(deleted), ROWS):
        rows = slice(first, min(first + ROWS, len(deleted)))
        yield DeletionBlock(
            deleted[rows],
            results["changes"][rows],
            results["diagonal"][rows],
            results["training_maximum"][rows],
        )
