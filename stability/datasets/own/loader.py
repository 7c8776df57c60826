"""A user's own data from a torch DataLoader or Dataset with the same examples in every pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets.dataset import Dataset
from stability.datasets.input_range import InputRange
from stability.datasets.own.arrays import from_arrays
from stability.errors import DataError


def from_loader(
    loader: Iterable[Any],
    *,
    real_targets: bool | None = False,
    classes: Sequence[str] | None = None,
    name: str = "loader",
    shape: Sequence[int] | None = None,
    largest: float | None = None,
    range: InputRange | tuple[ArrayLike, ArrayLike] | None = None,
    channels: str | None = None,
    dtype: str = "float64",
) -> Dataset:
    """A data set from a torch DataLoader, or anything that yields batches (inputs, labels).

    The loader is gone through twice: a loader that shuffles, augments at random or can be read
    only once gives other examples in the second pass and is refused, because a measurement that
    deletes example i must know which one that is. `real_targets`: whether what is predicted are
    real numbers; None: if any of them is no whole number. The other arguments are those of
    `from_arrays`.

    Raises DataError for two passes that differ (the first such example is named), batches that
    are not pairs or do not fit together, no batch; and as `from_arrays` does.

    >>> batches = [([[0.0], [0.5]], [0, 1]), ([[1.0]], [1])]
    >>> from_loader(batches).inputs.ravel().tolist()
    [0.0, 0.5, 1.0]
    """
    first = list(_batches(loader, name))
    if not first:
        raise DataError(
            where=name,
            found="a loader without batches",
            allowed="at least one batch (inputs, labels)",
            remedy="Give the DataLoader itself, not an iterator that is used up.",
        )
    _check_second_pass(first, _batches(loader, name), name)
    try:
        inputs, labels = (np.concatenate(parts) for parts in zip(*first, strict=True))
    except (ValueError, TypeError):
        raise DataError(
            where=name,
            found="batches whose inputs or labels do not fit together",
            allowed="inputs (batch, ...) of one shape and labels (batch,)",
            remedy="Bring all images to one size.",
        ) from None
    real = looks_real(labels) if real_targets is None else real_targets
    return from_arrays(
        inputs,
        None if real else labels,
        targets=labels if real else None,
        classes=classes,
        name=name,
        shape=shape,
        largest=largest,
        range=range,
        channels=channels,
        dtype=dtype,
    )


def from_examples(
    examples: Any,
    *,
    real_targets: bool | None = False,
    classes: Sequence[str] | None = None,
    name: str = "examples",
    largest: float | None = None,
    dtype: str = "float64",
) -> Dataset:
    """A data set from a torch Dataset, or any sequence of pairs (input, label or target).

    It is gone through twice, as a loader is: see `from_loader`, also for what is raised.

    >>> from_examples([([0.0, 1.0], 0), ([0.5, 0.5], 1)]).inputs.tolist()
    [[0.0, 1.0], [0.5, 0.5]]
    """
    return from_loader(
        _OneByOne(examples, name),
        real_targets=real_targets, classes=classes, name=name, largest=largest, dtype=dtype,
    )  # fmt: skip


def looks_real(values: ArrayLike) -> bool:
    """Whether numbers are to be predicted as such: any of them is no whole number.

    >>> looks_real([0.0, 1.0]), looks_real([0.0, 1.5]), looks_real(["no"])
    (False, True, False)
    """
    found = np.asarray(values)
    return found.dtype.kind == "f" and bool((found != np.round(found)).any())


class _OneByOne:
    """A sequence of pairs as batches of one example each."""

    def __init__(self, examples: Any, name: str) -> None:
        self.examples, self.name = examples, name

    def __iter__(self) -> Iterator[Any]:
        for place in range(len(self.examples)):
            one = self.examples[place]
            if not isinstance(one, (tuple, list)) or len(one) != 2:
                raise DataError(
                    where=f"{self.name}, example {place}",
                    found=f"a {type(one).__name__}",
                    allowed="a pair (input, label or target)",
                )
            where = f"{self.name}, example {place}"
            yield tuple(_plain_array(part, where)[None] for part in one)


def _batches(loader: Iterable[Any], name: str) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    for number, batch in enumerate(loader):
        if not isinstance(batch, (tuple, list)) or len(batch) != 2:
            size = f" of {len(batch)}" if isinstance(batch, (tuple, list)) else ""
            raise DataError(
                where=f"{name}, batch {number}",
                found=f"a {type(batch).__name__}{size}",
                allowed="a pair (inputs, labels)",
                remedy="Give a loader whose batches are such pairs.",
            )
        inputs, labels = (_plain_array(part, f"{name}, batch {number}") for part in batch)
        if inputs.ndim == 0 or labels.ndim == 0 or len(inputs) != len(labels):
            raise DataError(
                where=f"{name}, batch {number}",
                found=f"inputs of shape {inputs.shape} and labels of shape {labels.shape}",
                allowed="inputs (batch, ...) and labels (batch,)",
                remedy="Give one label for each input.",
            )
        yield inputs, labels


def _plain_array(part: Any, where: str) -> NDArray[Any]:
    """A copy as a numpy array: loaders may use the same memory for every batch."""
    try:
        array = np.array(part.detach().cpu().numpy() if hasattr(part, "detach") else part)
        reason = "" if array.dtype.kind in "buif" else f"type {array.dtype}"
        reason = "missing (masked) entries" if np.ma.is_masked(part) else reason
    except (TypeError, ValueError, RuntimeError) as fault:
        array, reason = np.empty(0), str(fault)[:80]
    if reason:
        raise DataError(
            where=where,
            found=f"something that is not an array of numbers ({reason})",
            allowed="tensors or arrays of one shape, of a type that numpy knows",
            remedy="Convert with .float() or collate to tensors.",
        )
    return array


def _check_second_pass(
    first: list[tuple[NDArray[Any], NDArray[Any]]],
    second: Iterator[tuple[NDArray[Any], NDArray[Any]]],
    name: str,
) -> None:
    seen = 0
    for old in first:
        new = next(second, None)
        if new is None:
            raise _unrepeatable(name, f"only {seen} examples in the second pass")
        if not _same(old, new):
            both = min(len(old[1]), len(new[1]))
            same = (_same([a[row] for a in old], [b[row] for b in new]) for row in range(both))
            row = next((row for row, equal in enumerate(same) if not equal), both)
            raise _unrepeatable(f"{name}, example {seen + row}", "another one in the second pass")
        seen += len(old[1])
    if next(second, None) is not None:
        raise _unrepeatable(name, f"more than {seen} examples in the second pass")


def _same(old: Sequence[NDArray[Any]], new: Sequence[NDArray[Any]]) -> bool:
    return all(
        a.dtype == b.dtype
        and a.shape == b.shape
        # bytes, so that equal NaN count as equal; Dataset names them
        and a.tobytes() == b.tobytes()
        for a, b in zip(old, new, strict=True)
    )


def _unrepeatable(where: str, found: str) -> DataError:
    return DataError(
        where=where,
        found=found,
        allowed="the same examples in the same order in every pass",
        remedy="Make the DataLoader with shuffle=False and without random augmentation, and "
        "give the loader itself, not an iterator over it.",
    )
