"""One frozen type for data: points with labels, with real targets or both, checked when made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets.checked_columns import (
    checked_features,
    checked_labels,
    checked_row_names,
    checked_rows,
    checked_targets,
    checked_weights,
)
from stability.datasets.checked_inputs import check_values, checked_inputs
from stability.datasets.chosen_positions import check_size, checked_positions
from stability.datasets.fingerprint import fingerprint
from stability.datasets.input_range import InputRange
from stability.datasets.label_column import Labels
from stability.datasets.sampling import stratified_positions, uniform_positions
from stability.errors import DataError


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """`n` examples: points, and for each a class, real targets, or both.

    - `inputs` (n, d): finite numbers. Float32 stays float32, which halves the memory; numbers of
      any other type are stored as float64. May be given as (n, ...).
    - `labels` (n,) int64 in 0 .. len(classes) - 1, positions in `classes`. Reading them where
      there are none raises DataError; `has_labels` asks first.
    - `shape`: of one example, with product d: (d,) for plain numbers, (height, width) or
      (channels, height, width) for images. Left out: that of the inputs as given.
    - `targets` (n,) or (n, k) float64, or None.
    - `weights` (n,) float64 above 0, or None: what training multiplies the loss of each example by.
    - `range`: where inputs lie by their nature, as somebody declares (`InputRange`, or a pair), or
      None. Bounds that are proved from it ask for it.
    - `rows` (n,): the row of each example in the source `name`, from 0. They are kept by `split`,
      `subset`, `relabelled` and `concatenate`, so that every example can be found again.
    - `row_names` (n,) and `features` (d names): texts, or None.
    - `classes_seen`: the classes are the labels that were seen in the data, and nobody says that
      there are no others. Bounds that are proved from the number of classes ask for it.
    - `notes`: sentences of the reader about what it made of the data.

    All arrays are stored read-only; a writable array is copied, a read-only one is not. Two data
    sets are equal if their contents are (see `fingerprint`), whatever their names.

    Raises DataError for inputs that are no finite numbers or outside the declared range (the first
    is named), labels out of range, missing (masked) entries, lengths that differ, a shape that does
    not fit, no examples, neither labels nor targets.

    >>> data = Dataset([[0.0, 1.0], [0.5, 0.25]], [1, 0], ("no", "yes"), "tiny")
    >>> len(data), data.inputs.shape, data.subset([1]).labels.tolist(), data.subset([1]).rows
    (2, (2, 2), [0], array([1]))
    >>> Dataset([[-3.0], [40.0]], targets=[0.5, -1.0], features=["temperature"])
    Dataset 'data': 2 examples of shape (1,), targets
    """

    inputs: NDArray[np.floating]
    labels: Labels = Labels()
    classes: tuple[str, ...] = ()
    name: str = "data"
    shape: tuple[int, ...] = ()
    targets: NDArray[np.float64] | None = field(default=None, kw_only=True)
    weights: NDArray[np.float64] | None = field(default=None, kw_only=True)
    range: InputRange | None = field(default=None, kw_only=True)
    rows: NDArray[np.int64] = field(default=None, kw_only=True)  # type: ignore[assignment]
    row_names: NDArray[np.str_] | None = field(default=None, kw_only=True)
    features: tuple[str, ...] | None = field(default=None, kw_only=True)
    classes_seen: bool = field(default=False, kw_only=True)
    notes: tuple[str, ...] = field(default=(), kw_only=True)

    def __post_init__(self) -> None:
        name, given = self.name, vars(self)
        classes = tuple(str(c) for c in self.classes)
        inputs, shape = checked_inputs(self.inputs, self.shape or None, name)
        n, d = inputs.shape
        if given["labels"] is None and self.targets is None:
            raise DataError(
                where=name,
                found="neither labels nor targets",
                allowed="a class or real targets for each example, or both",
                remedy="Give labels=... with classes=..., or targets=...",
            )
        found: dict[str, Any] = {
            "inputs": inputs,
            "shape": shape,
            "classes": classes,
            "range": InputRange.of(self.range, name),
            "rows": checked_rows(self.rows, n, name),
        }
        for column, check in (
            ("labels", lambda value: checked_labels(value, classes, n, name)),
            ("targets", lambda value: checked_targets(value, n, name)),
            ("weights", lambda value: checked_weights(value, n, name)),
            ("row_names", lambda value: checked_row_names(value, n, name)),
            ("features", lambda value: checked_features(value, d, name)),
        ):
            if given[column] is not None:
                found[column] = check(given[column])
        given.update(found)
        check_values(inputs, self.range, name, self._place)

    @property
    def has_labels(self) -> bool:
        """Whether the examples have classes."""
        return vars(self)["labels"] is not None

    def __len__(self) -> int:
        return len(self.inputs)

    def __repr__(self) -> str:
        kinds = [f"{len(self.classes)} classes"] if self.has_labels else []
        kinds += ["targets"] if self.targets is not None else []
        return f"Dataset {self.name!r}: {len(self)} examples of shape {self.shape}, " + ", ".join(
            kinds
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dataset) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    @cached_property
    def fingerprint(self) -> str:
        """The sha256 (64 hex digits) of inputs, type and shape, labels, classes, targets, weights.

        The order of the examples counts; what only describes them does not (name, range, row
        numbers, names of rows and features, who says which classes there are, notes).
        """
        labels = vars(self)["labels"]
        return fingerprint(
            self.inputs, self.shape, self.classes, labels, self.targets, self.weights
        )

    def subset(self, indices: Sequence[int] | NDArray[np.integer]) -> Dataset:
        """The examples at `indices` (k,), in that order; repeats are allowed.

        Raises DataError for positions that are not whole numbers in 0 .. n - 1.
        """
        chosen = checked_positions(indices, len(self), f"{self.name}.subset")
        columns = {name: getattr(self, name)[chosen] for name in self._columns}
        for column in columns.values():
            column.setflags(write=False)
        return self._changed(columns)

    def split(self, train_size: int, seed: int) -> tuple[Dataset, Dataset]:
        """A random `train_size` of the examples, and all the others.

        Uniform without regard to the classes, so that the training part is a plain random
        sample. The same seed gives the same split.

        Raises DataError unless both parts have at least one example.
        """
        remedy = "A split leaves at least one example for the test part."
        check_size(train_size, len(self) - 1, f"{self.name}.split", remedy)
        order = uniform_positions(len(self), len(self), seed)
        return self.subset(order[:train_size]), self.subset(order[train_size:])

    def random_subset(self, size: int, seed: int, *, stratified: bool = False) -> Dataset:
        """`size` examples drawn without replacement, in random order; same seed, same examples.

        Plain (the default): uniform, the training part of `split`; for one seed a smaller
        subset is the start of a larger one. Stratified: the share of every class is kept as
        nearly as whole numbers allow (largest remainders). A stratified subset is not an
        independent sample, so theorems that assume one do not cover it.

        Raises DataError unless 1 <= size <= n.

        >>> data = Dataset([[0.0]] * 6, [0, 0, 0, 0, 1, 1], ("a", "b"), "tiny")
        >>> sorted(data.random_subset(3, seed=0, stratified=True).labels.tolist())
        [0, 0, 1]
        """
        remedy = f"There are {len(self)} examples."
        check_size(size, len(self), f"{self.name}.random_subset", remedy)
        if stratified:
            return self.subset(stratified_positions(self.labels, len(self.classes), size, seed))
        return self.subset(uniform_positions(len(self), size, seed))

    def relabelled(self, labels: ArrayLike, classes: Sequence[str]) -> Dataset:
        """The same points with other labels (n,) and classes. Raises DataError as `Dataset` does.

        >>> data = Dataset([[0.0], [0.5]], [2, 1], ("a", "b", "c"), "tiny")
        >>> data.relabelled(data.labels == 2, ("other", "c")).labels.tolist()
        [1, 0]
        """
        given = np.asarray(labels)
        whole = given.astype(np.int64) if given.dtype == np.bool_ else labels
        changes = {"labels": whole, "classes": tuple(classes), "classes_seen": False}
        return self._changed(changes)

    def with_inputs(
        self, inputs: ArrayLike, range: InputRange | tuple[ArrayLike, ArrayLike] | None = None
    ) -> Dataset:
        """The same examples with other inputs (n, ...), of which `range` is declared or nothing.

        Raises DataError as `Dataset` does.

        >>> data = Dataset([[0.0, 2.0]], [0], ("a",), "tiny", range=(0, 2))
        >>> centred = data.with_inputs(data.inputs - 1, range=(-1, 1))
        >>> centred.inputs.tolist(), str(centred.range)
        ([[-1.0, 1.0]], '[-1, 1]')
        """
        changes = {"inputs": inputs, "shape": (), "range": range, "features": None}
        return self._changed(changes)

    def exchanged(self, positions: Sequence[int], by: Dataset) -> Dataset:
        """The same with the examples at `positions` (k,) replaced by the k examples of `by`.

        Rows and names of rows stay as they are. Raises DataError for examples of another kind.

        >>> data = Dataset([[0.0], [1.0]], [0, 1], ("a", "b"), "tiny")
        >>> data.exchanged([0], data.subset([1])).inputs.tolist()
        [[1.0], [1.0]]
        """
        changes: dict[str, Any] = {}
        for name in self._columns:
            if name in ("rows", "row_names"):
                continue
            if name not in by._columns:
                raise DataError(
                    where=f"{self.name}.exchanged",
                    found=f"examples without {name}",
                    allowed="examples with the columns of this data set",
                )
            column = getattr(self, name).copy()
            column[list(positions)] = getattr(by, name)
            changes[name] = column
        return self._changed(changes)

    def weighted(self, weights: ArrayLike) -> Dataset:
        """The same examples with `weights` (n,). Raises DataError as `Dataset` does.

        >>> Dataset([[0.0], [0.5]], [1, 0], ("a", "b"), "tiny").weighted([1, 3]).weights.tolist()
        [1.0, 3.0]
        """
        return self._changed({"weights": weights})

    def noted(self, *notes: str) -> Dataset:
        """The same examples with more `notes`."""
        return self._changed({"notes": (*self.notes, *notes)}) if notes else self

    @property
    def _columns(self) -> tuple[str, ...]:
        """The names of what there is one of for each example."""
        names = ("inputs", "labels", "targets", "weights", "rows", "row_names")
        return tuple(name for name in names if vars(self)[name] is not None)

    def _changed(self, changes: dict[str, Any]) -> Dataset:
        return type(self)(**({f.name: vars(self)[f.name] for f in fields(self)} | changes))

    def _place(self, row: int, column: int) -> str:
        """The words for one number of the inputs."""
        which = f" ({str(self.row_names[row])!r})" if self.row_names is not None else ""
        if self.features is not None:
            what = f"column {self.features[column]!r}"
        elif len(self.shape) > 1:
            what = f"entry {tuple(int(k) for k in np.unravel_index(column, self.shape))}"
        else:
            what = f"column {column}"
        return f"{self.name}.inputs, row {row}{which}, {what}"


def concatenate(parts: Sequence[Dataset]) -> Dataset:
    """The examples of all parts of one source, one part after the other, with their row numbers.

    Raises DataError for no parts, and for parts of different sources (then a row number would not
    say of which), classes, shapes, number types, ranges or columns.

    >>> data = Dataset([[0.0], [1.0], [2.0]], [0, 1, 0], ("a", "b"), "tiny")
    >>> concatenate([data.subset([2, 0]), data.subset([1])]).rows.tolist()
    [2, 0, 1]
    """
    if not parts:
        raise DataError(where="concatenate", found="no parts", allowed="at least one data set")
    first = parts[0]
    for number, part in enumerate(parts):
        for what in ("name", "classes", "shape", "dtype", "range", "features", "_columns", "coded"):
            one, other = (
                getattr(p.inputs if what == "dtype" else p, what, ()) for p in (first, part)
            )
            if one != other:
                raise DataError(
                    where=f"concatenate, part {number}",
                    found=f"{what.strip('_')} {other} beside {one}",
                    allowed="parts of one data set, alike in all but their examples",
                    remedy="Read data of several files together, as one data set.",
                )
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in first._columns
    }
    for column in columns.values():
        column.setflags(write=False)
    return first._changed(columns)
