"""The training and test examples of a study, and how workers get the same ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stability.datasets import SOURCES, Dataset, load
from stability.errors import DataError, SetupError, did_you_mean
from stability.runs.class_weights import with_class_weights
from stability.runs.groups import Groups, groups_of
from stability.runs.own_data import read_own, told_by_file
from stability.runs.repeats import repeats
from stability.runs.scaling import scaled
from stability.runs.study.data_section import FILE, DataSection
from stability.runs.study.sections import EvaluationSection
from stability.runs.study.study import Study
from stability.setup.fields import Number

FEWEST = 2
"""Test examples without which a loss has no standard error."""
MANY = 20
"""Numbers that are more classes than this, most of one example, are no classes."""
REST, TARGET = "other", "target"
"""The names of the two classes of a problem with a target."""


@dataclass(frozen=True, eq=False)
class Parts:
    """`train` (m examples) and `test`, with classes or with real targets.

    `target`: the classes that are 1 for learners of numbers. `target_range`: the lowest and the
    highest real target that there can be, as somebody declares. `file`: the name of the user's own
    file, "" for data that have a name, `test_file` that of the test examples if they have their
    own. Rows (`Dataset.rows`) count in them from 0. `repeated`: how many test examples that were
    given apart are training examples too. `drawn`: whether the test examples were drawn at random
    from the same data.
    """

    train: Dataset
    test: Dataset
    target: tuple[str, ...] | None = None
    file: str = ""
    test_file: str = ""
    target_range: tuple[float, float] | None = None
    repeated: int = 0
    drawn: bool = False

    @property
    def origin(self) -> str:
        """What the rows of the training examples are counted in: a file or a published part."""
        return self.file or self.train.name

    @property
    def test_origin(self) -> str:
        """What the rows of the test examples are counted in."""
        return self.test_file or self.file or self.test.name

    @cached_property
    def fingerprint(self) -> str:
        """The sha256 of both parts, 64 hex digits each."""
        return f"{self.train.fingerprint} {self.test.fingerprint}"

    @cached_property
    def groups(self) -> Groups:
        """The classes, or fifths of the real targets: who is compared with whom."""
        return groups_of(self.train, self.test)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was made of the data, in sentences: classes, axes, what is missing."""
        train = self.train
        if not train.has_labels:
            return train.notes
        counts = np.bincount(train.labels, minlength=len(train.classes))
        absent = [name for name, count in zip(train.classes, counts, strict=True) if not count]
        listed = ", ".join(absent[:8]) + (f" and {len(absent) - 8} more" if absent[8:] else "")
        missing = (f"No training example has the class {listed}.",) if absent else ()
        return (*train.notes, *missing)

    def ones(self, part: Dataset) -> NDArray[np.float64]:
        """What is learned as a number in [0, 1], for each example of a part.

        1 for the classes that are targets and 0 for others; or the real target, moved and divided
        so that its declared range becomes [0, 1].
        """
        if part.targets is not None and self.target_range is not None and not part.has_labels:
            low, high = self.target_range
            return (part.targets - low) / (high - low)
        wanted = np.array([name in (self.target or ()) for name in part.classes])
        return wanted[part.labels].astype(np.float64)

    @property
    def problem(self) -> tuple[Dataset, Dataset]:
        """Training and test examples as the learner sees them: two classes if there is a target."""
        if self.target is None:
            return self.train, self.test
        two = (self._two(part) for part in (self.train, self.test))
        return next(two), next(two)

    def scaled(self, kind: str | None) -> Parts:
        """The same with inputs scaled once, by all training examples."""
        train, test = scaled(kind, self.train, self.test)
        return replace(self, train=train, test=test)

    def _two(self, part: Dataset) -> Dataset:
        return part.relabelled(self.ones(part).astype(np.int64), (REST, TARGET))


@dataclass(frozen=True)
class Source:
    """Where the parts of a study come from: enough to read them again in another process.

    `scaling`: what is done to the inputs before a learner sees them, once and for all deletions.
    `keep_columns`: whether it sees tables with their columns, which may then hold texts.
    """

    data: DataSection
    evaluation: EvaluationSection
    folder: Path | None
    file: Path | None
    test_file: Path | None = None
    scaling: str | None = None
    keep_columns: bool = False

    def load(self) -> Parts:
        """Read the data. Raises DataError or SetupError.

        Examples are drawn with the seed, and stand in the order in which they are drawn; those of a
        part that is taken whole, because no size is said, stand in the order of the file.
        """
        whole, test = self._read()
        with told_by_file(self.file, self.test_file):
            return self._parts(whole, test)

    def _parts(self, whole: Dataset, test: Dataset | None) -> Parts:
        """Which examples are trained on, and what is learned from them."""
        drawn = test is None
        if test is None:
            train, test = self._split(whole)
        else:
            check_classes(whole, test)
            said, points = self.data.size, self.evaluation.size
            if self.data.test_fraction is not None:
                raise SetupError(
                    where="data.test_fraction",
                    found=f"{float(self.data.test_fraction):g}, for {self.data.name!r}",
                    allowed="nothing: these data have a test part of their own",
                )
            size = len(whole) if said is None else said
            _check("data.size", size, len(whole), whole)
            train = whole if said is None else whole.random_subset(size, self.data.seed)
            if points is not None:
                _check("evaluation.size", points, len(test), test)
                test = test.random_subset(points, self.data.seed)
        parts = Parts(
            train,
            test,
            _checked_target(self.data.target, train),
            "" if self.file is None else self.file.name,
            "" if self.test_file is None else self.test_file.name,
            checked_targets(self.data.target_range, train, test),
            0 if self.test_file is None else repeats(train, test),
            drawn,
        )
        weights = self.data.class_weights
        if weights is None:
            return parts
        seen = parts.problem[0]
        labels = seen.labels if seen.has_labels else None
        return replace(parts, train=with_class_weights(train, weights, labels))

    def _read(self) -> tuple[Dataset, Dataset | None]:
        """All examples, and the test examples if they are apart."""
        if self.file is not None:
            return read_own(self.data, self.file, self.test_file, keep_columns=self.keep_columns)
        named = SOURCES[self.data.name]
        if not named.has_test_part:
            return load(self.data.name, self.folder, verify=self.data.verify), None
        train, test = (
            load(self.data.name, self.folder, part, verify=self.data.verify)
            for part in ("train", "test")
        )
        return train, test

    def _split(self, whole: Dataset) -> tuple[Dataset, Dataset]:
        """A random sample for training, and the rest, or the share of it that is for testing."""
        share, points = self.data.test_fraction, self.evaluation.size
        if len(whole) < 2 * FEWEST:
            raise DataError(
                where=whole.name,
                found=f"examples: {len(whole)}",
                allowed=f"{2 * FEWEST} at least: {FEWEST} to train and {FEWEST} to test",
                remedy="Give data with more examples.",
            )
        check_classes(whole)
        held = FEWEST if share is None else held_out(len(whole), float(share))
        size = len(whole) - held if self.data.size is None else self.data.size
        _check("data.size", size, len(whole) - held, whole, held)
        train, test = whole.split(size, self.data.seed)
        if share is not None:
            unused = len(test) - held
            test = test.subset(np.arange(unused, len(test)))
            if unused:
                train = train.noted(
                    f"{unused} of the {len(whole)} examples are neither trained on nor tested on: "
                    "size and test_fraction leave them out."
                )
        if points is not None:
            _check("evaluation.size", points, len(test), test)
            test = test.subset(np.arange(points))
        return train, test

    def load_same(self, fingerprint: str) -> Parts:
        """Read the data in a worker, once for many tasks, as the learner sees them.

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
        None if study.data.test_file is None else (here / study.data.test_file).resolve(),
        keep_columns=study.learner.takes_frames,
    )


@lru_cache(maxsize=1)
def _same(source: Source, fingerprint: str) -> Parts:
    parts = source.load().scaled(source.scaling)
    if parts.fingerprint != fingerprint:
        raise DataError(
            where=f"data {source.data.name!r} of this worker",
            found="other examples than the run was started with",
            allowed="the same files on every machine",
            remedy="Copy the data to the workers again.",
        )
    return parts


def held_out(count: int, share: float) -> int:
    """How many of the examples a share of them is, with at least two left for either part.

    >>> held_out(150, 0.25), held_out(5, 0.01)
    (38, 2)
    """
    return min(max(FEWEST, round(share * count)), count - FEWEST)


def _check(where: str, size: int, largest: int, part: Dataset, held: int = FEWEST) -> None:
    if size > largest:
        raise SetupError(
            where=where,
            found=size,
            allowed=f"at most {largest}: there are {len(part)} examples in {part.name}"
            + (f", and {held} at least are for testing" if largest < len(part) else ""),
        )


def check_classes(data: Dataset, *others: Dataset) -> None:
    """Raise DataError for labels of a single class, here and in other parts."""
    if not data.has_labels:
        return
    first = int(data.labels[0])
    if all((part.labels == first).all() for part in (data, *others)):
        raise DataError(
            where=f"{data.name}.labels",
            found=f"one class only, {data.classes[first]!r}, among {len(data)} labels",
            allowed="labels of two classes at least",
            remedy="Check which column or array holds the labels.",
        )
    seen = np.unique(np.concatenate([part.labels for part in (data, *others)]))
    count = sum(map(len, (data, *others)))
    if len(seen) > MANY and 2 * len(seen) > count and all(map(_is_number, data.classes)):
        raise DataError(
            where=f"{data.name}.labels",
            found=f"{len(seen)} different numbers among {count} labels",
            allowed="classes of several examples each",
            remedy="If these are real numbers to be predicted: in a run file say targets = ... in "
            "place of labels; in Python take a regressor, or say real_targets=True.",
        )


def _is_number(name: str) -> bool:
    try:
        float(name)
    except ValueError:
        return False
    return True


def _checked_target(target: tuple[str, ...] | None, train: Dataset) -> tuple[str, ...] | None:
    if target is not None and not train.has_labels:
        raise SetupError(
            where="data.target",
            found=list(target),
            allowed="nothing beside real targets, which have no classes",
            remedy="Say target_range, in which every target lies.",
        )
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


def checked_targets(
    ends: tuple[Number, ...] | None, train: Dataset, test: Dataset
) -> tuple[float, float] | None:
    """The declared range of real targets, in which those of both parts must lie.

    Raises SetupError for data with classes, DataError for a target outside.
    """
    if ends is None:
        return None
    low, high = map(float, ends)
    for part in (train, test):
        if part.has_labels or part.targets is None:
            raise SetupError(
                where="data.target_range",
                found=f"[{low:g}, {high:g}], for data with classes",
                allowed="nothing, or data with real targets",
                remedy="Say targets = ... in place of labels.",
            )
        outside = np.flatnonzero((part.targets < low) | (part.targets > high))
        if outside.size:
            row = int(outside[0])
            raise DataError(
                where=f"{part.name}.targets, row {int(part.rows[row])}",
                found=f"the target {part.targets[row]:g} ({outside.size} of {len(part)} outside)",
                allowed=f"numbers in [{low:g}, {high:g}], as target_range declares",
            )
    return low, high
