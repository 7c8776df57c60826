"""Ridge regression with a label-aware kernel, which is made anew without every deleted example."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.errors import DataError, SetupError
from stability.estimate.exact.fixed_kernel import FixedKernel, Floats, KernelLike
from stability.estimate.exact.kernel_ridge import MEMORY, checked_examples
from stability.estimate.exact.ridge import Convention, checked_deletions, clipped_square
from stability.estimate.statistics.summary import DeletionBlock
from stability.kernels.label_aware.kernel_values import KernelValueSystem
from stability.kernels.label_aware.label_aware_kernel import coefficient
from stability.kernels.label_aware.left_out import LeftOut, left_out
from stability.kernels.regression import symmetric_solution


@dataclass(frozen=True)
class LabelAwareRidge:
    """f(x) = A(x, X) (A + m regularization)^-1 y with the label-aware kernel A = K + c Z.

    K is the label-free `kernel`, Z the products of labels that `system`, "KR-V1" or "KR-V2",
    estimates from the training examples, c is `strength` times mean |K| / mean |Z|. Targets are 0
    or 1, and they are the labels. A need not be positive semidefinite: then f solves the equations
    but minimises nothing, and the fit says so. No theorem here bounds its stability: A depends on
    every label. More than `memory_bytes` for seven arrays (m, m) is refused.

    Source: Chen, He & Su (2020), section 3, LANTK-HR.

    >>> x, y = [[1.0, 0.0], [0.8, 0.6], [0.0, 1.0], [0.6, 0.8]], [1.0, 1.0, 0.0, 0.0]
    >>> aware = LabelAwareRidge(0.1, lambda a, b: (1 + a @ b.T) ** 2).fit(x, y)
    >>> [block] = aware.deletions([[0.9, 0.1]], [1.0], "retrain", indices=[2])
    >>> block.changes.shape, aware.positive
    ((1, 1), True)
    """

    regularization: float
    kernel: KernelLike
    system: str = "KR-V1"
    strength: float = 0.1
    memory_bytes: int = MEMORY

    def __post_init__(self) -> None:
        if not (np.isfinite(self.regularization) and self.regularization > 0.0):
            raise SetupError(
                where="kernel_ridge.regularization",
                found=self.regularization,
                allowed="a finite number above 0",
            )
        FixedKernel(self.kernel)

    def fit(self, inputs: ArrayLike, targets: ArrayLike) -> LabelAwareRidgeFit:
        """Fit to inputs (m, d) and targets (m,), each 0 or 1.

        Raises DataError for shapes or values that do not fit, a kernel that is not symmetric and
        fewer than two examples of a class; SetupError for a singular system, an unknown label
        system and more memory than the budget.
        """
        x, y = checked_examples(inputs, targets)
        if not np.isin(y, (0.0, 1.0)).all():
            raise DataError(
                where="label-aware ridge targets",
                found=f"the target {y[~np.isin(y, (0.0, 1.0))][0]:g}",
                allowed="0 or 1: they are the labels that the kernel knows",
                remedy="Give 1 to the examples of one class and 0 to all others.",
            )
        needed = 7 * len(x) ** 2 * 8
        if needed > self.memory_bytes:
            raise SetupError(
                where="kernel_ridge.memory_bytes",
                found=f"{len(x)} examples, which need {needed / 2**30:.1f} GiB",
                allowed=f"at most {self.memory_bytes / 2**30:.1f} GiB",
                remedy="Take fewer examples, or in Python raise memory_bytes if there is as much.",
            )
        kernel = FixedKernel(self.kernel)
        gram = kernel.inside(x)
        systems = left_out(self.system, gram, y.astype(np.int64))
        aware = Aware.of(systems.whole, gram, self.strength)
        weights, condition, positive = aware.weights(y, len(y) * self.regularization)
        return LabelAwareRidgeFit(self, kernel, x, y, gram, systems, aware, weights, condition,
                                  positive)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Aware:
    """A = K + coefficient Z: its values `inside` (m, m) at the training points, and elsewhere."""

    system: KernelValueSystem
    coefficient: float
    inside: Floats

    @classmethod
    def of(
        cls, system: KernelValueSystem, gram: Floats, strength: float, left: int | None = None
    ) -> Aware:
        """With `strength` times mean |K| / mean |Z| over all pairs but those of an example."""
        products = system.at(gram)
        sizes = [_size(values, left) for values in (gram, products)]
        times = coefficient(*sizes, strength)
        products *= times
        products += gram
        return cls(system, times, products)

    def at(self, values: Floats) -> Floats:
        """A where the label-free kernel has these values."""
        found = self.system.at(values)
        found *= self.coefficient
        found += values
        return found

    def weights(
        self, targets: Floats, ridge: float, left: int | None = None
    ) -> tuple[Floats, float, bool]:
        """(A + ridge)^-1 y (m,) of all but an example, where it is 0; condition; positive."""
        matrix, right = np.array(self.inside.T, order="F"), targets.copy()
        if left is not None:
            matrix[left], matrix[:, left], right[left] = 0.0, 0.0, 0.0
        matrix[np.diag_indices_from(matrix)] += ridge
        found, inverse_condition, positive = symmetric_solution(matrix, right)
        if not inverse_condition >= np.finfo(float).eps or not np.isfinite(found).all():
            without = "" if left is None else f" without example {left}"
            raise SetupError(
                where="kernel_ridge.regularization",
                found=f"a singular matrix A + m regularization{without}",
                allowed="a value with which it can be inverted",
                remedy="Raise it: a label-aware kernel may have eigenvalues below 0.",
            )
        return found, 1.0 / inverse_condition, positive


def _size(values: Floats, left: int | None) -> Floats:
    """The sum of absolute values of a symmetric matrix, without a row and its column."""
    total = float(np.linalg.norm(values.ravel(), 1))
    if left is not None:
        total -= 2 * float(np.abs(values[left]).sum()) - abs(float(values[left, left]))
    return np.array(total)


@dataclass(frozen=True, eq=False)
class LabelAwareRidgeFit:
    """A fitted ridge regression with a label-aware kernel: f(x) = sum_j weights_j A(x_j, x).

    `gram` (m, m) is the label-free kernel. `condition_number` is LAPACK's estimate for
    A + m regularization in the 1-norm, `positive` whether that matrix is positive definite. The
    evaluated loss is (clip(f, 0, 1) - y)^2, in [0, 1].
    """

    model: LabelAwareRidge
    kernel: FixedKernel
    inputs: Floats
    targets: Floats
    gram: Floats
    systems: LeftOut
    aware: Aware
    weights: Floats
    condition_number: float
    positive: bool

    def predict(self, inputs: ArrayLike) -> Floats:
        """The prediction (n,) at inputs (n, d), not clipped."""
        values = self.kernel.between(np.asarray(inputs, dtype=np.float64), self.inputs)
        return self.aware.at(values) @ self.weights

    def losses(self, inputs: ArrayLike, targets: ArrayLike) -> Floats:
        """The squared loss (n,) of the clipped prediction, in [0, 1]."""
        x, y = checked_examples(inputs, targets)
        return clipped_square(self.predict(x), y)

    def deletions(
        self,
        test_inputs: ArrayLike,
        test_targets: ArrayLike,
        convention: Convention,
        indices: ArrayLike | None = None,
        block_size: int = 16,
    ) -> Iterator[DeletionBlock]:
        """Exact changes of the loss after each deletion, in blocks of `block_size` examples.

        Without example i the label system, the coefficient and the regression are those of the
        m - 1 others, with regularization m ("keep-1/m") or m - 1 ("retrain") times lambda. Each
        deletion costs the solution of a system (m, m), for KR-V2 two.
        Raises DataError or SetupError for arguments that do not fit.
        """
        x, y = checked_examples(test_inputs, test_targets)
        chosen = checked_deletions(len(self.targets), convention, indices, block_size)
        return self._blocks(x, y, convention, chosen, int(block_size))

    def _blocks(
        self, x: Floats, y: Floats, convention: str, chosen: NDArray[np.int64], size: int
    ) -> Iterator[DeletionBlock]:
        m = len(self.targets)
        ridge = (m - 1 if convention == "retrain" else m) * self.model.regularization
        at_test = self.kernel.between(x, self.inputs)
        base_test = clipped_square(self.aware.at(at_test) @ self.weights, y)
        base_train = clipped_square(self.aware.inside @ self.weights, self.targets)
        for first in range(0, len(chosen), size):
            block = chosen[first : first + size]
            test, training = np.empty((len(block), len(y))), np.empty((len(block), m))
            for row, left in enumerate(block.tolist()):
                aware = Aware.of(self.systems.without(left), self.gram, self.model.strength, left)
                weights, *_ = aware.weights(self.targets, ridge, left)
                test[row] = clipped_square(aware.at(at_test) @ weights, y) - base_test
                training[row] = clipped_square(aware.inside @ weights, self.targets) - base_train
            own = training[np.arange(len(block)), block]
            yield DeletionBlock(block, test, own, np.abs(training).max(axis=1))
