"""Values of a kernel that stays as it is when an example is deleted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.errors import DataError, SetupError
from stability.kernels.kernel import Kernel, asymmetry

Floats = NDArray[np.float64]
KernelLike = Kernel | Callable[[Floats, Floats], ArrayLike]
"""A kernel, or a function from points (n, d) and (n', d) to kernel values (n, n')."""
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
        gram = self._checked(found, (len(points), len(points)))
        wrong = asymmetry(gram)
        if wrong:
            raise DataError(
                where=PLACE,
                found=wrong,
                allowed="a symmetric matrix at the training points, to 1e-9 of its largest value",
                remedy="Use a kernel with k(x, z) = k(z, x), computed in float64.",
            )
        return gram

    def between(self, points: Floats, training: Floats) -> Floats:
        """The values (n, m) of points with training points. Raises DataError for any other."""
        kernel: Any = self.kernel
        values = kernel.matrix if hasattr(kernel, "matrix") else kernel
        return self._checked(values(points, training), (len(points), len(training)))

    def _checked(self, values: ArrayLike, shape: tuple[int, int]) -> Floats:
        """Values as float64. Raises DataError for another shape or what is not finite."""
        found = np.asarray(values, dtype=np.float64)
        wrong = ""
        if found.shape != shape:
            wrong = f"values of shape {found.shape}"
        elif not np.isfinite(found).all():
            i, j = np.argwhere(~np.isfinite(found))[0]
            wrong = f"the value {found[i, j]} at [{i}, {j}]"
        if wrong:
            raise DataError(
                where=PLACE,
                found=wrong,
                allowed=f"finite numbers of shape {shape}, a row for each point and a column for "
                "each training point",
                remedy="Look at what the kernel gives for these points.",
            )
        return found
