"""A kernel that is a function of the user's own, checked on every matrix that it is used for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import LinAlgError, cholesky, eigvalsh

from stability.datasets.checked_inputs import real_numbers
from stability.errors import DataError, SetupError
from stability.kernels.inputs import examples, same_size
from stability.kernels.kernel import MEMORY, Floats, Parameter, places, refuse_large
from stability.own_code import called

BLOCK = 64
"""Examples whose diagonal is taken from one square block of values."""


@dataclass(frozen=True, eq=False)
class KernelFunction:
    """A `function` from points (n, d) and (n', d) to kernel values (n, n'), under a `name`.

    Values have to be finite and of that shape. `matrix` of some rows with themselves also has to
    be symmetric, and positive semidefinite, each to `tolerance` times the mean of its diagonal:
    neither may two opposite entries differ by more nor the smallest eigenvalue be further below 0.
    The symmetric part is what is returned. Say `knows_labels` if the function depends on the labels
    of the training examples, and give `parameters` that tell two such functions apart.

    >>> linear = KernelFunction("linear", lambda a, b: a @ b.T)
    >>> linear.matrix([[1.0, 2.0]], [[3.0, 4.0]]).tolist()
    [[11.0]]
    >>> KernelFunction("distance", lambda a, b: abs(a - b.T)).matrix([[0.0], [1.0]])
    Traceback (most recent call last):
    stability.errors.DataError: kernel 'distance': found a smallest eigenvalue of -1 at 2 inputs, \
where the mean of the diagonal is 0; allowed: at least -1e-09 times the mean of the diagonal. Use \
a kernel that is symmetric and positive semidefinite, computed in float64; in Python `tolerance` \
can be raised.
    """

    name: str
    function: Callable[[Floats, Floats], ArrayLike]
    knows_labels: bool = False
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    tolerance: float = 1e-9
    memory_bytes: int = MEMORY

    def __post_init__(self) -> None:
        if not callable(self.function):
            raise SetupError(
                where="kernel.function",
                found=f"an object of type {type(self.function).__name__}",
                allowed="a function from points (n, d) and (n', d) to kernel values (n, n')",
            )
        if not (np.isfinite(self.tolerance) and self.tolerance >= 0.0):
            raise SetupError(
                where="kernel.tolerance",
                found=self.tolerance,
                allowed="a finite number of at least 0",
            )
        object.__setattr__(self, "parameters", MappingProxyType(dict(self.parameters)))

    def matrix(self, rows: ArrayLike, columns: ArrayLike | None = None) -> Floats:
        """The kernel (n, n') between inputs (n, ...) and (n', ...), default the rows again.

        Without `columns`, or with the rows themselves there, the matrix is checked for symmetry and
        eigenvalues. Raises DataError for values or inputs that do not fit, SetupError for a matrix
        of more than `memory_bytes`, OwnCodeError from what the function raises.
        """
        left = examples(rows)
        if columns is None or columns is rows:
            found = self._values(left, left)
            self.check(found)
            return found
        right = examples(columns)
        same_size(left, right)
        return self._values(left, right)

    def diagonal(self, inputs: ArrayLike) -> Floats:
        """K(x, x) (n,) at inputs (n, ...). Raises DataError where it is negative."""
        table = examples(inputs)
        blocks = [table[i : i + BLOCK] for i in range(0, len(table), BLOCK)]
        found = np.concatenate([np.diagonal(self._values(block, block)) for block in blocks])
        if found.min() < 0.0:
            raise self._error(
                f"the value {found.min():g} at input {found.argmin()} with itself",
                "numbers of at least 0 there",
            )
        return found

    def _values(self, left: Floats, right: Floats) -> Floats:
        shape = len(left), len(right)
        refuse_large(len(left), len(right), self.memory_bytes)
        allowed = f"finite numbers of shape {shape}, for points {left.shape} and {right.shape}"
        where = f"kernel {self.name!r}"
        given: Any = called(where, self.function, left, right, allowed=allowed)
        if given is None:
            raise self._error("nothing (None)", allowed, "Does the function return its values?")
        values = np.array(real_numbers(given, where, allowed), dtype=np.float64)
        if values.shape != shape:
            raise self._error(
                f"values of shape {values.shape}",
                allowed,
                "Give a row for each of the first points and a column for each of the second.",
            )
        if not np.isfinite(values).all():
            i, j = np.argwhere(~np.isfinite(values))[0]
            raise self._error(
                f"the value {values[i, j]} at [{i}, {j}]",
                allowed,
                "Look at what the function does with the points of that row and column: it may "
                "divide by 0 or overflow.",
            )
        return values

    def check(self, matrix: Floats) -> None:
        """Make values (n, n) exactly symmetric, in place; DataError if they are of no kernel."""
        mean = float(np.trace(matrix)) / len(matrix)
        slack = self.tolerance * abs(mean)
        for here, there in places(len(matrix), len(matrix), 512, upper=True):
            upper, lower = matrix[here, there], matrix[there, here].T.copy()
            apart = np.abs(upper - lower)
            if apart.max() > slack:
                i, j = np.unravel_index(apart.argmax(), apart.shape)
                raise self._error(
                    f"{upper[i, j]:.12g} between inputs {here.start + i} and {there.start + j} "
                    f"and {lower[i, j]:.12g} between the same in the other order",
                    f"values that differ by at most {self.tolerance:g} times the mean of the "
                    f"diagonal, which is {mean:g}",
                )
            middle = (upper + lower) / 2
            matrix[here, there], matrix[there, here] = middle, middle.T
        shifted = np.array(matrix, order="F")
        shifted[np.diag_indices_from(shifted)] += slack
        try:  # a factorisation exists where no eigenvalue is further below 0, and is quicker
            cholesky(shifted, overwrite_a=True, check_finite=False)
        except LinAlgError:
            [smallest] = eigvalsh(matrix, subset_by_index=[0, 0], check_finite=False)
            if smallest < -slack:
                raise self._error(
                    f"a smallest eigenvalue of {smallest:g} at {len(matrix)} inputs, where the "
                    f"mean of the diagonal is {mean:g}",
                    f"at least -{self.tolerance:g} times the mean of the diagonal",
                ) from None

    def _error(self, found: str, allowed: str, remedy: str = "") -> DataError:
        usual = (
            "Use a kernel that is symmetric and positive semidefinite, computed in float64; in "
            "Python `tolerance` can be raised."
        )
        return DataError(
            where=f"kernel {self.name!r}",
            found=found,
            allowed=allowed,
            remedy=remedy or usual,
        )
