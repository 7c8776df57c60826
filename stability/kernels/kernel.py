"""What a kernel is: a name, parameters, values between inputs, and whether it knows the labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.errors import SetupError

Floats = NDArray[np.float64]
Parameter = str | float | bool | tuple[int, ...]
Place = tuple[slice, slice]
ROWS = 256
"""Rows of a matrix that are looked at together."""
MEMORY = 2**34
"""Default budget for one matrix of kernel values, in bytes: 46,000 examples."""


class Kernel(Protocol):
    """A symmetric function of two inputs, as experiments and learners take it.

    A label-free one is positive semidefinite; one that was corrected by estimates need not be.

    >>> from stability.kernels import NeuralTangentKernel
    >>> kernel: Kernel = NeuralTangentKernel(depth=1)
    >>> kernel.name, dict(kernel.parameters)["depth"], kernel.knows_labels
    ('neural tangent kernel', 1, False)
    """

    @property
    def name(self) -> str:
        """What it is called in tables."""
        ...

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """What besides the name decides its values."""
        ...

    @property
    def knows_labels(self) -> bool:
        """Whether it depends on the labels of the training examples.

        Then deleting an example changes the kernel too, and formulas for a fixed one do not hold.
        """
        ...

    def matrix(self, rows: ArrayLike, columns: ArrayLike | None = None) -> Floats:
        """The kernel (n, n') between inputs (n, ...) and (n', ...), default the rows again."""
        ...

    def diagonal(self, inputs: ArrayLike) -> Floats:
        """K(x, x) (n,) at inputs (n, ...)."""
        ...


def refuse_large(rows: int, columns: int, memory_bytes: int) -> None:
    """Raise SetupError for a matrix (rows, columns) that needs more than `memory_bytes`.

    >>> refuse_large(200_000, 200_000, memory_bytes=2**34)
    Traceback (most recent call last):
    stability.errors.SetupError: kernel.memory_bytes: found a matrix (200000, 200000), which needs \
298.0 GiB; allowed: at most 16.0 GiB. Take fewer examples, ask for a block of rows at a time, or \
raise memory_bytes if there is as much.
    """
    needed = rows * columns * np.dtype(np.float64).itemsize
    if needed > memory_bytes:
        raise SetupError(
            where="kernel.memory_bytes",
            found=f"a matrix ({rows}, {columns}), which needs {needed / 2**30:.1f} GiB",
            allowed=f"at most {memory_bytes / 2**30:.1f} GiB",
            remedy="Take fewer examples, ask for a block of rows at a time, or raise memory_bytes "
            "if there is as much.",
        )


def empty_matrix(rows: int, columns: int, memory_bytes: int) -> Floats:
    """A matrix to be filled. Raises SetupError if it needs more than `memory_bytes`."""
    refuse_large(rows, columns, memory_bytes)
    return np.empty((rows, columns))


def places(rows: int, columns: int, block: int, *, upper: bool) -> Iterator[Place]:
    """Square blocks of a matrix, if `upper` only those that reach on or above the diagonal."""
    for top in range(0, rows, block):
        for left in range(top if upper else 0, columns, block):
            yield slice(top, top + block), slice(left, left + block)


def asymmetry(matrix: Floats) -> str:
    """In words, the pair of entries that differ most, if by more than 1e-9 of the largest entry.

    "" for a symmetric matrix; no other array (n, n) is made.

    >>> asymmetry(np.array([[1.0, 2.0], [3.0, 1.0]])), asymmetry(np.eye(2))
    ('2 at [0, 1] and 3 at [1, 0]', '')
    """
    largest, worst = 0.0, (0.0, 0, 0)
    for start in range(0, len(matrix), ROWS):
        rows = matrix[start : start + ROWS]
        largest = max(largest, float(np.abs(rows).max()))
        apart = np.abs(rows - matrix[:, start : start + ROWS].T)
        i, j = np.unravel_index(int(apart.argmax()), apart.shape)
        worst = max(worst, (float(apart[i, j]), start + int(i), int(j)))
    apart_most, i, j = worst
    if apart_most <= 1e-9 * max(1.0, largest):
        return ""
    return f"{matrix[i, j]:.12g} at [{i}, {j}] and {matrix[j, i]:.12g} at [{j}, {i}]"


def mirror(matrix: Floats, block: int = 512) -> None:
    """Copy what is above the diagonal of a square matrix below it, in place."""
    for here, there in places(len(matrix), len(matrix), block, upper=True):
        tile = matrix[here, there]
        matrix[there, here] = np.triu(tile) + np.triu(tile, 1).T if here == there else tile.T
