"""Data of the user's own, read as the section [data] of a run file says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from stability.datasets import Dataset, InputRange, read_file
from stability.errors import DataError, SetupError
from stability.runs.study.data_section import DataSection


@contextmanager
def told_by_file(*files: Path | None) -> Iterator[None]:
    """Say in every DataError about a data set that was read from one of these files which it is.

    A data set has the name of its file without the ending; of two such files with one name none is
    said.

    >>> with told_by_file(Path("in/plants.csv")):
    ...     raise DataError(where="plants.labels, row 3", found="none", allowed="some")
    Traceback (most recent call last):
    stability.errors.DataError: in/plants.csv, labels, row 3: found 'none'; allowed: some.
    """
    try:
        yield
    except DataError as error:
        stems = ["" if file is None else file.stem for file in files]
        for file, stem in zip(files, stems, strict=True):
            head, rest = error.where[: len(stem)], error.where[len(stem) :]
            known = stem and stems.count(stem) == 1
            if known and head == stem and rest[:1] in ("", ",", "."):
                raise DataError(
                    where=f"{file}, {rest[1:].strip()}" if rest else str(file),
                    found=error.found,
                    allowed=error.allowed,
                    remedy=error.remedy,
                ) from None
        raise


def read_own(
    data: DataSection, file: Path, test_file: Path | None, *, keep_columns: bool = False
) -> tuple[Dataset, Dataset | None]:
    """All examples of a file, and those of the file of the test examples, if there is one.

    Where the classes of both are those that were seen, both get the classes of either.
    `keep_columns`: inputs of tables may be texts, and the data remember their columns.

    Raises SetupError for a key of [data] that does not belong to this form of data, DataError for
    what cannot be read, for two files that do not go together, for several targets.
    """
    with told_by_file(file):
        whole = _read(data, file, keep_columns)
    if test_file is None:
        return whole, None
    with told_by_file(test_file):
        test = _read(data, test_file, keep_columns)
    check_alike(whole, test, str(test_file), file.name)
    return of_one_kind(whole, test, str(test_file))


def check_alike(whole: Dataset, test: Dataset, where: str, first: str) -> None:
    """Raise DataError, which says `where`, for test examples of other columns than the `first`.

    Names of columns are compared where both have them.
    """
    for what in ("shape", "features", "range"):
        one, other = getattr(whole, what), getattr(test, what)
        if one != other and not (what == "features" and None in (one, other)):
            raise DataError(
                where=where,
                found=f"{what} {other}",
                allowed=f"{what} {one}, as in {first}",
                remedy="Both have the same columns in the same order, or arrays of the same shape.",
            )
    pairs = zip(getattr(whole, "columns", ()), getattr(test, "columns", ()), strict=False)
    for one, other in pairs:
        if (one.levels is None) != (other.levels is None):
            raise DataError(
                where=f"{where}, column {str(one.name)!r}",
                found=f"values of type {other.dtype}",
                allowed=f"values of type {one.dtype}, as in {first}",
                remedy="A column of numbers with a single text in it is one of texts.",
            )


def _read(data: DataSection, file: Path, keep_columns: bool) -> Dataset:
    box = None
    if data.range is not None:
        box = InputRange(*map(float, data.range), by=str(data.range_source))
    largest = None if data.largest is None else float(data.largest)
    try:
        found = read_file(
            file,
            data.columns,
            separator=data.separator,
            largest=largest,
            range=box,
            channels=data.channels,
            keep_columns=keep_columns,
        )
    except SetupError as error:
        key = error.where.rpartition(".")[2]
        raise SetupError(
            where=f"data.{key}",
            found=error.found,
            allowed=error.allowed,
            remedy=error.remedy,
        ) from None
    if found.targets is not None and found.targets.ndim > 1 and not found.has_labels:
        raise DataError(
            where=f"{file}, targets",
            found=f"{found.targets.shape[1]} targets for each example",
            allowed="one target for each example",
            remedy="Predict one column at a time.",
        )
    return found


def of_one_kind(whole: Dataset, test: Dataset, where: str) -> tuple[Dataset, Dataset]:
    """Both with the same classes, or both with targets. Raises DataError, which says `where`."""
    if whole.has_labels != test.has_labels:
        raise DataError(
            where=where,
            found="labels" if test.has_labels else "real targets",
            allowed="what the training examples have",
        )
    if not whole.has_labels or whole.classes == test.classes:
        return whole, test
    if not (whole.classes_seen and test.classes_seen):
        raise DataError(
            where=f"{where}, classes",
            found=", ".join(test.classes[:20]),
            allowed=", ".join(whole.classes[:20]) + ", as in the training examples",
        )
    both = tuple(sorted({*whole.classes, *test.classes}, key=_order))
    return _with_classes(whole, both), _with_classes(test, both)


def _with_classes(part: Dataset, classes: tuple[str, ...]) -> Dataset:
    places = np.array([classes.index(name) for name in part.classes])
    return replace(part, labels=places[part.labels], classes=classes)


def _order(name: str) -> tuple[bool, float, str]:
    """Numbers by size, before texts."""
    try:
        return (False, float(name), name)
    except ValueError:
        return (True, 0.0, name)
