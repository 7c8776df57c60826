"""One frozen type for labelled data, checked once when it is made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets.subsets import stratified_positions, uniform_positions
from stability.errors import DataError


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled examples: `n` inputs of `d` numbers in [0, 1] and a class for each.

    Shapes and units: `inputs` (n, d) in [0, 1]; `labels` (n,) int64 in 0 .. len(classes) - 1;
    `image_shape` has product d: (height, width), or (channels, height, width), or (d,) if the
    inputs are not images. An array of float32 stays float32, which halves the memory; numbers
    of any other type are stored as float64.
    Both arrays are stored read-only; a writable array is copied, a read-only one is not.
    Two data sets are equal if their contents are (see `fingerprint`), whatever their names.

    Raises DataError for pixels that are not numbers in [0, 1] (the first of them is named),
    labels out of range, missing (masked) entries, lengths that differ, an image shape that does
    not fit, no examples.

    >>> data = Dataset([[0.0, 1.0], [0.5, 0.25]], [1, 0], ("no", "yes"), "tiny", (2,))
    >>> len(data), data.inputs.shape, data.subset([1]).labels.tolist()
    (2, (2, 2), [0])
    """

    inputs: NDArray[np.floating]
    labels: NDArray[np.int64]
    classes: tuple[str, ...]
    name: str
    image_shape: tuple[int, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "classes", tuple(str(c) for c in self.classes))
        object.__setattr__(self, "image_shape", tuple(int(s) for s in self.image_shape))
        object.__setattr__(self, "inputs", _checked_inputs(self.inputs, self.name))
        object.__setattr__(
            self, "labels", _checked_labels(self.labels, len(self.classes), self.name)
        )
        n, d = self.inputs.shape
        if len(self.labels) != n:
            raise DataError(
                where=f"{self.name}.labels",
                found=f"{len(self.labels)} labels for {n} inputs",
                allowed="one label for each input",
                remedy="Check that both come from the same part of the data.",
            )
        if min(self.image_shape, default=0) < 1 or int(np.prod(self.image_shape)) != d:
            raise DataError(
                where=f"{self.name}.image_shape",
                found=str(self.image_shape),
                allowed=f"positive sizes whose product is {d}, the length of an input",
                remedy=f"Use ({d},) for inputs that are not images.",
            )

    def __len__(self) -> int:
        return len(self.labels)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dataset) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    @cached_property
    def fingerprint(self) -> str:
        """The sha256 (64 hex digits) of inputs, their type, labels, class names, image shape.

        The order of the examples counts, the name does not.
        """
        kind = self.inputs.dtype.newbyteorder("<")  # of another length for another type
        head = {"shape": self.inputs.shape, "image": self.image_shape, "classes": self.classes}
        digest = hashlib.sha256(json.dumps(head, sort_keys=True).encode())
        digest.update(np.ascontiguousarray(self.inputs, dtype=kind).data)
        digest.update(np.ascontiguousarray(self.labels, dtype="<i8").data)
        return digest.hexdigest()

    def subset(self, indices: Sequence[int] | NDArray[np.integer]) -> Dataset:
        """The examples at `indices` (k,), in that order; repeats are allowed.

        Raises DataError for positions that are not whole numbers in 0 .. n - 1.
        """
        chosen = np.asarray(indices)
        if chosen.ndim != 1 or chosen.size == 0 or not np.issubdtype(chosen.dtype, np.integer):
            raise DataError(
                where=f"{self.name}.subset",
                found=f"indices of shape {chosen.shape} and type {chosen.dtype}",
                allowed="a non-empty list of whole numbers",
                remedy="Turn a mask into positions with numpy.flatnonzero.",
            )
        outside = chosen[(chosen < 0) | (chosen >= len(self))]
        if outside.size:
            raise DataError(
                where=f"{self.name}.subset",
                found=f"position {int(outside[0])}",
                allowed=f"positions from 0 to {len(self) - 1}",
                remedy="Count from the start of this data set.",
            )
        inputs, labels = self.inputs[chosen], self.labels[chosen]
        inputs.setflags(write=False)
        labels.setflags(write=False)
        return Dataset(inputs, labels, self.classes, self.name, self.image_shape)

    def split(self, train_size: int, seed: int) -> tuple[Dataset, Dataset]:
        """A random `train_size` of the examples, and all the others.

        Uniform without regard to the classes, so that the training part is a plain random
        sample. The same seed gives the same split.

        Raises DataError unless both parts have at least one example.
        """
        self._check_size("split", train_size, len(self) - 1)
        order = uniform_positions(len(self), len(self), seed)
        return self.subset(order[:train_size]), self.subset(order[train_size:])

    def random_subset(self, size: int, seed: int, *, stratified: bool = False) -> Dataset:
        """`size` examples drawn without replacement, in random order; same seed, same examples.

        Plain (the default): uniform, the training part of `split`; for one seed a smaller
        subset is the start of a larger one. Stratified: the share of every class is kept as
        nearly as whole numbers allow (largest remainders). A stratified subset is not an
        independent sample, so theorems that assume one do not cover it.

        Raises DataError unless 1 <= size <= n.

        >>> data = Dataset([[0.0]] * 6, [0, 0, 0, 0, 1, 1], ("a", "b"), "tiny", (1,))
        >>> sorted(data.random_subset(3, seed=0, stratified=True).labels.tolist())
        [0, 0, 1]
        """
        self._check_size("random_subset", size, len(self))
        if stratified:
            return self.subset(stratified_positions(self.labels, len(self.classes), size, seed))
        return self.subset(uniform_positions(len(self), size, seed))

    def _check_size(self, action: str, size: object, largest: int) -> None:
        whole = isinstance(size, (int, np.integer)) and not isinstance(size, bool)
        if not whole or not 1 <= size <= largest:  # type: ignore[operator]
            raise DataError(
                where=f"{self.name}.{action}",
                found=f"a size of {size}",
                allowed=f"a whole number from 1 to {largest}",
                remedy="A split leaves at least one example for the test part."
                if action == "split"
                else f"There are {len(self)} examples.",
            )


def _read_only(array: NDArray) -> NDArray:
    if not array.flags.writeable and array.flags.owndata:
        return array
    copy = np.array(array, order="C")
    copy.setflags(write=False)
    return copy


def _refuse_missing(array: object, where: str) -> None:
    if np.ma.is_masked(array):
        raise DataError(
            where=where,
            found="missing (masked) entries",
            allowed="a number in every place",
            remedy="Remove the rows with missing entries or fill them in.",
        )


def _as_numbers(inputs: ArrayLike) -> NDArray[np.floating] | None:
    """Float32 as it is, all other real numbers as float64, anything else as None."""
    try:
        array = np.asarray(inputs)
        if array.dtype == np.float32:
            return array
        return array.astype(np.float64, copy=False) if array.dtype.kind in "buifO" else None
    except (TypeError, ValueError):
        return None


def _checked_inputs(inputs: ArrayLike, name: str) -> NDArray[np.floating]:
    _refuse_missing(inputs, f"{name}.inputs")
    array = _as_numbers(inputs)
    if array is None:
        raise DataError(
            where=f"{name}.inputs",
            found="something that is not a table of numbers",
            allowed="a table (n, d) of numbers in [0, 1]",
            remedy="Give every example the same number of pixels.",
        )
    if array.ndim != 2 or array.size == 0:
        raise DataError(
            where=f"{name}.inputs",
            found=f"an array of shape {array.shape}",
            allowed="a table (n, d) with n and d at least 1",
            remedy="Flatten images to one row each.",
        )
    if not (array.min() >= 0.0 and array.max() <= 1.0):  # false for NaN too
        bad = ~((array >= 0.0) & (array <= 1.0))
        rows = np.flatnonzero(bad.any(axis=1))
        pixel = int(np.flatnonzero(bad[rows[0]])[0])
        raise DataError(
            where=f"{name}.inputs, row {rows[0]}, pixel {pixel}",
            found=f"the value {array[rows[0], pixel]} ({len(rows)} of {len(array)} rows "
            "have such values)",
            allowed="numbers in [0, 1]",
            remedy="Divide by the largest possible pixel value; remove rows with missing pixels.",
        )
    return _read_only(array)


def _checked_labels(labels: ArrayLike, classes: int, name: str) -> NDArray[np.int64]:
    _refuse_missing(labels, f"{name}.labels")
    try:
        array = np.asarray(labels)
    except ValueError:  # nested lists of different lengths
        array = np.asarray(labels, dtype=object)
    if array.ndim != 1 or not np.issubdtype(array.dtype, np.integer):
        raise DataError(
            where=f"{name}.labels",
            found=f"an array of shape {array.shape} and type {array.dtype}",
            allowed="a list of whole numbers",
            remedy="Number the classes from 0.",
        )
    outside = np.flatnonzero((array < 0) | (array >= classes))
    if outside.size:
        raise DataError(
            where=f"{name}.labels, row {int(outside[0])}",
            found=f"label {int(array[outside[0]])} ({outside.size} of {array.size} labels "
            "are out of range)",
            allowed=f"whole numbers from 0 to {classes - 1}",
            remedy="Number the classes from 0 and name all of them.",
        )
    return _read_only(array.astype(np.int64, copy=False))
