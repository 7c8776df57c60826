"""Values of a kernel that stays as it is when an example is deleted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.errors import DataError, SetupError
from stability.kernels.kernel import Kernel

Floats = NDArray[np.float64]
KernelLike = Kernel | Callable[[Floats, Floats], ArrayLike]
"""A kernel, or a function from points (n, d) and (n', d) to kernel values (n, n')."""
ROWS = 256
"""Rows that are looked at together."""
PLACE = "kernel_ridge.kernel"


@dataclass(frozen=True, eq=False)
class FixedKernel:
    """A kernel, or a function, that does not change with the labels of the training examples.

    Raises SetupError for one that says it does: formulas for deletions from a fixed kernel do not
    hold for it. It is seen in a kernel, in its method `matrix` and in a `partial` of either, not
    inside a function of one's own.

    >>> from stability.kernels import KernelFunction
    >>> FixedKernel(KernelFunction("mine", lambda a, b: a @ b.T, knows_labels=True))
    Traceback (most recent call last):
    stability.errors.SetupError: kernel_ridge.kernel: found 'mine', which knows the labels; \
allowed: a kernel that stays the same when an example and its label are deleted. LabelAwareRidge \
makes KR-V1 and KR-V2 anew without each of them; any other has to be refitted.
    """

    kernel: KernelLike

    def __post_init__(self) -> None:
        owner: Any = self.kernel
        while isinstance(owner, partial):
            owner = owner.func
        owner = getattr(owner, "__self__", owner)
        if getattr(owner, "knows_labels", False):
            raise SetupError(
                where=PLACE,
                found=f"{getattr(owner, 'name', type(owner).__name__)!r}, which knows the labels",
                allowed="a kernel that stays the same when an example and its label are deleted",
                remedy="LabelAwareRidge makes KR-V1 and KR-V2 anew without each of them; any other "
                "has to be refitted.",
            )

    def inside(self, points: Floats) -> Floats:
        """The values (m, m) at training points. Raises DataError if they are not symmetric."""
        kernel: Any = self.kernel
        found = kernel.matrix(points) if hasattr(kernel, "matrix") else kernel(points, points)
        gram = np.asarray(found, dtype=np.float64)
        if gram.shape != (len(points),) * 2 or not symmetric(gram):
            raise DataError(
                where=PLACE,
                found=f"values of shape {gram.shape} that are no symmetric matrix",
                allowed=f"a symmetric finite matrix ({len(points)}, {len(points)}) at the training "
                "points",
                remedy="Use a positive definite kernel.",
            )
        return gram

    def between(self, points: Floats, training: Floats) -> Floats:
        """The values (n, m) of points with training points. Raises DataError for any other."""
        kernel: Any = self.kernel
        values = kernel.matrix if hasattr(kernel, "matrix") else kernel
        found = np.asarray(values(points, training), dtype=np.float64)
        wanted = (len(points), len(training))
        if found.shape != wanted or not np.isfinite(found).all():
            raise DataError(
                where=PLACE,
                found=f"values of shape {found.shape}, finite: {bool(np.isfinite(found).all())}",
                allowed=f"finite numbers of shape {wanted}",
                remedy="Look at what the kernel gives for these points and the training points.",
            )
        return found


def symmetric(gram: Floats) -> bool:
    """Whether it is, to 1e-9 of its largest entry, and finite; without another array (m, m).

    >>> symmetric(np.array([[1.0, 2.0], [2.0, 1.0]])), symmetric(np.array([[1.0, 2.0], [3.0, 1.0]]))
    (True, False)
    """
    largest = difference = 0.0
    for start in range(0, len(gram), ROWS):
        rows = gram[start : start + ROWS]
        largest = np.maximum(largest, np.abs(rows).max())
        difference = np.maximum(difference, np.abs(rows - gram[:, start : start + ROWS].T).max())
    return bool(np.isfinite(largest) and difference <= 1e-9 * max(1.0, largest))
