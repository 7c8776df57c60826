"""The training and test examples of a study, and how workers get the same ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stability.datasets import SOURCES, Dataset, InputRange, load, read_file
from stability.errors import DataError, SetupError, did_you_mean
from stability.runs.study.sections import FILE, DataSection, EvaluationSection
from stability.runs.study.study import Study

FEWEST = 2
"""Test examples without which a loss has no standard error."""
REST, TARGET = "other", "target"
"""The names of the two classes of a problem with a target."""


@dataclass(frozen=True, eq=False)
class Parts:
    """`train` (m examples) and `test`, with the classes of the data; `target`: those that are 1.

    `file`: the name of the user's own file, "" for data that have a name. Rows of both parts
    (`Dataset.rows`) count in it from 0.
    """

    train: Dataset
    test: Dataset
    target: tuple[str, ...] | None = None
    file: str = ""

    @property
    def origin(self) -> str:
        """What the rows of the training examples are counted in: a file or a published part."""
        return self.file or self.train.name

    @property
    def test_origin(self) -> str:
        """What the rows of the test examples are counted in."""
        return self.file or self.test.name

    @cached_property
    def fingerprint(self) -> str:
        """The sha256 of both parts, 64 hex digits each."""
        return f"{self.train.fingerprint} {self.test.fingerprint}"

    @property
    def notes(self) -> tuple[str, ...]:
        """What was made of the data, in sentences: classes, axes, what is missing."""
        train = self.train
        counts = np.bincount(train.labels, minlength=len(train.classes))
        absent = [name for name, count in zip(train.classes, counts, strict=True) if not count]
        listed = ", ".join(absent[:8]) + (f" and {len(absent) - 8} more" if absent[8:] else "")
        missing = (f"No training example has the class {listed}.",) if absent else ()
        return (*train.notes, *missing)

    def ones(self, part: Dataset) -> NDArray[np.float64]:
        """For each example 1 if its class is a target, else 0."""
        wanted = np.array([name in (self.target or ()) for name in part.classes])
        return wanted[part.labels].astype(np.float64)

    @property
    def problem(self) -> tuple[Dataset, Dataset]:
        """Training and test examples as the learner sees them: two classes if there is a target."""
        if self.target is None:
            return self.train, self.test
        two = (self._two(part) for part in (self.train, self.test))
        return next(two), next(two)

    def _two(self, part: Dataset) -> Dataset:
        return part.relabelled(self.ones(part).astype(np.int64), (REST, TARGET))


@dataclass(frozen=True)
class Source:
    """Where the parts of a study come from: enough to read them again in another process."""

    data: DataSection
    evaluation: EvaluationSection
    folder: Path | None
    file: Path | None

    def load(self) -> Parts:
        """Read the data. Raises DataError or SetupError."""
        size, points = self.data.size, self.evaluation.size
        if self.file is not None or not SOURCES[self.data.name].has_test_part:
            everything = self._everything()
            if len(everything) < 2 * FEWEST:
                raise DataError(
                    where=everything.name,
                    found=f"examples: {len(everything)}",
                    allowed=f"{2 * FEWEST} at least: {FEWEST} to train and {FEWEST} to test",
                    remedy="Give data with more examples.",
                )
            _check_classes(everything)
            _check("data.size", size, len(everything) - FEWEST, everything)
            train, test = everything.split(size, self.data.seed)
            if points is not None:
                _check("evaluation.size", points, len(test), test)
                test = test.subset(np.arange(points))
        else:
            train, test = (
                load(self.data.name, self.folder, part, verify=self.data.verify)
                for part in ("train", "test")
            )
            _check("data.size", size, len(train), train)
            train = train.random_subset(size, self.data.seed)
            if points is not None:
                _check("evaluation.size", points, len(test), test)
                test = test.random_subset(points, self.data.seed)
        file = "" if self.file is None else self.file.name
        return Parts(train, test, _checked_target(self.data.target, train), file)

    def _everything(self) -> Dataset:
        """The examples of data without a test part of its own."""
        if self.file is None:
            return load(self.data.name, self.folder, verify=self.data.verify)
        everything = self._read(self.file)
        if not everything.has_labels:
            raise DataError(
                where=str(self.file),
                found="real targets and no labels",
                allowed="labels: every model and network of a run file tells classes apart",
                remedy="Add an array `labels` with the class of each example.",
            )
        return everything

    def _read(self, file: Path) -> Dataset:
        """The file as [data] says it is to be read."""
        data, box = self.data, None
        if data.range is not None:
            box = InputRange(*map(float, data.range), by=str(data.range_source))
        largest = None if data.largest is None else float(data.largest)
        try:
            return read_file(file, largest=largest, range=box, channels=data.channels)
        except SetupError as error:
            key = error.where.rpartition(".")[2]
            raise SetupError(
                where=f"data.{key}",
                found=error.found,
                allowed=error.allowed,
                remedy=error.remedy,
            ) from None

    def load_same(self, fingerprint: str) -> Parts:
        """Read the data in a worker, once for many tasks.

        Raises DataError if they are not those that the run was started with.
        """
        return _same(self, fingerprint)


def source_of(study: Study[Any], folder: Path | None, beside: Path | None = None) -> Source:
    """Where the data of a study are: in `folder` (--data), else where the run file says.

    `beside` is the folder of the run file, to which paths in it are relative. Raises SetupError if
    a folder is needed and none is given.
    """
    here = Path.cwd() if beside is None else beside
    if folder is None and study.data.dir is not None:
        folder = here / study.data.dir
    own = study.data.file is not None
    named = SOURCES.get(study.data.name)
    if not own and named is not None and named.folder is not None and folder is None:
        raise SetupError(
            where="data.dir",
            found="nothing",
            allowed=f"the folder that holds {named.folder}/ as published",
            remedy="Give it with --data DIR, or as dir = ... in the section [data].",
        )
    return Source(
        study.data,
        study.evaluation,
        None if folder is None else folder.resolve(),
        (here / str(study.data.file)).resolve() if study.data.name == FILE else None,
    )


@lru_cache(maxsize=1)
def _same(source: Source, fingerprint: str) -> Parts:
    parts = source.load()
    if parts.fingerprint != fingerprint:
        raise DataError(
            where=f"data {source.data.name!r} of this worker",
            found="other examples than the run was started with",
            allowed="the same files on every machine",
            remedy="Copy the data to the workers again.",
        )
    return parts


def _check(where: str, size: int, largest: int, part: Dataset) -> None:
    if size > largest:
        raise SetupError(
            where=where,
            found=size,
            allowed=f"at most {largest}: there are {len(part)} examples in {part.name}"
            + (f", and {FEWEST} at least are for testing" if largest < len(part) else ""),
        )


def _check_classes(data: Dataset) -> None:
    first = int(data.labels[0])
    if (data.labels == first).all():
        raise DataError(
            where=f"{data.name}.labels",
            found=f"one class only, {data.classes[first]!r}, among {len(data)} labels",
            allowed="labels of two classes at least",
            remedy="Check which array holds the labels.",
        )


def _checked_target(target: tuple[str, ...] | None, train: Dataset) -> tuple[str, ...] | None:
    for name in target or ():
        if name not in train.classes:
            raise SetupError(
                where="data.target",
                found=name,
                allowed="names of classes: " + ", ".join(train.classes[:20]),
                remedy=did_you_mean(name, train.classes),
            )
    if target is not None and set(target) >= set(train.classes):
        raise SetupError(
            where="data.target",
            found="every class",
            allowed="some of the classes, not all",
            remedy="The others count as 0.",
        )
    return target
