"""The check of what a kernel is evaluated at: examples of one size, finite, not zero."""

from __future__ import annotations

from math import prod

import numpy as np
from numpy.typing import ArrayLike

from stability.datasets.checked_inputs import real_numbers
from stability.errors import DataError
from stability.kernels.kernel import Floats


def examples(inputs: ArrayLike, shape: tuple[int, ...] | None = None, by: str = "") -> Floats:
    """Inputs (n, ...) as float64 numbers (n, d), at least one example.

    `shape` of an example, if it has to be one, and `by` what it has to be. Raises DataError for
    examples of different sizes or another size, and for what is no finite number.

    >>> examples([[[1, 2], [3, 4]]], shape=(1, 2, 2)).tolist()
    [[1.0, 2.0, 3.0, 4.0]]
    >>> examples([[1.0, 2.0]], shape=(1, 2, 2), by="the kernel")
    Traceback (most recent call last):
    stability.errors.DataError: inputs: found an array of shape (1, 2); allowed: (n, 1, 2, 2) or \
flat (n, 4), at least one example, as the kernel takes inputs of shape (1, 2, 2). Give all inputs \
that size, with their axes in that order.
    """
    size = None if shape is None else prod(shape)
    allowed = "(n, ...) with the same numbers for each of at least one example"
    remedy = "Give one example as a list that holds it."
    if shape is not None:
        allowed = (
            f"(n, {', '.join(map(str, shape))}) or flat (n, {size}), at least one example, as {by} "
            f"takes inputs of shape {shape}"
        )
        remedy = "Give all inputs that size, with their axes in that order."
    values = np.asarray(real_numbers(inputs, "inputs", allowed), dtype=np.float64)
    own = values.shape[1:]
    turned = shape is not None and len(own) == len(shape) and own != shape
    if not own or not values.size or turned or prod(own) != (size or prod(own)):
        raise DataError(
            where="inputs",
            found=f"an array of shape {values.shape}",
            allowed=allowed,
            remedy=remedy,
        )
    table = values.reshape(len(values), -1)
    bad = np.flatnonzero(~np.isfinite(table).all(axis=1))
    if len(bad):
        raise DataError(
            where=f"inputs[{bad[0]}]",
            found=f"a number that is not finite ({len(bad)} of {len(table)} examples have one)",
            allowed="finite numbers",
            remedy="Remove such examples, or fill in what is missing.",
        )
    return table


def same_size(rows: Floats, columns: Floats) -> None:
    """Raise DataError unless both (n, d) and (n', d) have as many numbers in an example."""
    if rows.shape[1] != columns.shape[1]:
        raise DataError(
            where="columns",
            found=f"examples of {columns.shape[1]} numbers",
            allowed=f"examples of {rows.shape[1]} numbers, as the rows have",
            remedy="Give both the same columns.",
        )


def refuse_zeros(table: Floats, remedy: str) -> None:
    """Raise DataError for an example of zeros, where the kernel is 0 with every other one."""
    zeros = np.flatnonzero(~table.any(axis=1))
    if len(zeros):
        raise DataError(
            where=f"inputs[{zeros[0]}]",
            found=f"an example of zeros ({len(zeros)} of {len(table)})",
            allowed="examples with a number other than 0, since a network without bias is 0 at "
            "zero and so is its kernel",
            remedy=remedy,
        )
