"""Kernel ridge regression with exact deletion: every pair, no retraining."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import cholesky, eigvalsh, get_lapack_funcs

from stability.errors import DataError, SetupError
from stability.estimate.exact.fixed_kernel import FixedKernel, Floats, KernelLike
from stability.estimate.exact.ridge import Convention, checked_deletions, clipped_square
from stability.estimate.statistics.summary import DeletionBlock
from stability.kernels.kernel import ROWS

MEMORY = 2**34
"""Default budget, in bytes: enough for 26,000 examples."""


@dataclass(frozen=True)
class KernelRidge:
    """Minimise (1/m) sum_j (f(x_j) - y_j)^2 + regularization |f|^2 over the kernel's space.

    `kernel` is one of `stability.kernels`, or a function from points (n, d) and (n', d) to (n, n'),
    for example `sklearn.metrics.pairwise.rbf_kernel`; it must be symmetric and positive
    semidefinite. A kernel that knows the labels is refused with a SetupError: it changes with every
    deletion (`LabelAwareRidge`). Fitting and deleting needs three arrays (m, m), beside what the
    kernel itself needs: more than `memory_bytes` in all is refused.

    >>> linear = KernelRidge(regularization=1.0, kernel=lambda a, b: a @ b.T)
    >>> fit = linear.fit([[1.0], [1.0]], [1.0, 0.0])
    >>> fit.predict([[1.0]]).round(12).tolist()  # as Ridge
    [0.25]
    """

    regularization: float
    kernel: KernelLike
    memory_bytes: int = MEMORY

    def __post_init__(self) -> None:
        if not (np.isfinite(self.regularization) and self.regularization > 0.0):
            raise SetupError(
                where="kernel_ridge.regularization",
                found=self.regularization,
                allowed="a finite number above 0",
            )
        FixedKernel(self.kernel)

    def fit(self, inputs: ArrayLike, targets: ArrayLike) -> KernelRidgeFit:
        """Fit to inputs (m, d) and targets (m,) in [0, 1].

        Raises DataError for shapes or values that do not fit or a kernel that is not symmetric,
        SetupError if K + m regularization is not positive definite to working precision and for
        more memory than the budget.
        """
        x, y = checked_examples(inputs, targets)
        needed = 3 * len(x) ** 2 * 8
        if needed > self.memory_bytes:
            raise SetupError(
                where="kernel_ridge.memory_bytes",
                found=f"{len(x)} examples, which need {needed / 2**30:.1f} GiB",
                allowed=f"at most {self.memory_bytes / 2**30:.1f} GiB",
                remedy="Take fewer examples, use Ridge on RandomFeatures, whose memory does not "
                "grow with the square of m, or in Python raise memory_bytes if there is as much.",
            )
        kernel = FixedKernel(self.kernel)
        gram = kernel.inside(x)
        inverse, condition = _inverse(gram, self.regularization * len(x), self.regularization)
        return KernelRidgeFit(
            kernel, x, y, float(self.regularization), gram, inverse @ y, inverse, condition
        )


@dataclass(frozen=True, eq=False)
class KernelRidgeFit:
    """A fitted kernel ridge regression: f(x) = sum_j weights_j k(x_j, x).

    `gram` (m, m) are the kernel values K at the training points, `inverse` (m, m) is
    (K + m regularization)^-1, `condition_number` LAPACK's estimate for that matrix in the 1-norm.
    The evaluated loss is (clip(f, 0, 1) - y)^2, with targets in [0, 1]: range [0, 1].
    """

    kernel: FixedKernel
    inputs: Floats
    targets: Floats
    regularization: float
    gram: Floats
    weights: Floats
    inverse: Floats
    condition_number: float

    @property
    def sample_size(self) -> int:
        """The number m of training examples."""
        return len(self.targets)

    def predict(self, inputs: ArrayLike) -> Floats:
        """The prediction (n,) at inputs (n, d), not clipped."""
        return self._values(inputs) @ self.weights

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
        block_size: int = 256,
    ) -> Iterator[DeletionBlock]:
        """Exact changes of the loss after each deletion, in blocks of `block_size` examples.

        With C = (K + m regularization)^-1 and a = C y, the weights without example i under
        "keep-1/m" are  a - C_i a_i / C_ii,  which are 0 at i; "retrain" on the m - 1 others with
        1/(m - 1) is the same with regularization (m - 1)/m, so one more inverse serves all i.
        `indices` (k,) are the examples to delete (default: all, in order). Memory beside the fit:
        (n_test, m), a few arrays of block_size times max(n_test, m), for "retrain" also (m, m).

        Raises DataError or SetupError for arguments that do not fit. Source: the block inverse;
        the same identity gives the leave-one-out residual a_i / C_ii.

        >>> fit = KernelRidge(1.0, lambda a, b: a @ b.T).fit([[1.0], [1.0]], [1.0, 0.0])
        >>> [block] = fit.deletions([[1.0]], [0.0], "keep-1/m", indices=[0])
        >>> block.changes.round(12).tolist()  # predicts 0 instead of 1/4
        [[-0.0625]]
        """
        x, y = checked_examples(test_inputs, test_targets)
        chosen = checked_deletions(self.sample_size, convention, indices, block_size)
        return self._blocks(x, y, convention, chosen, int(block_size))

    def _blocks(
        self, x: Floats, y: Floats, convention: str, chosen: NDArray[np.int64], size: int
    ) -> Iterator[DeletionBlock]:
        m = self.sample_size
        at_test = self._values(x)
        base_test = clipped_square(at_test @ self.weights, y)
        base_train = clipped_square(self.gram @ self.weights, self.targets)
        inverse, weights, ridge = self.inverse, self.weights, m * self.regularization
        if convention == "retrain":
            ridge = (m - 1) * self.regularization
            inverse, _ = _inverse(self.gram, ridge, self.regularization)
            weights = inverse @ self.targets
        on_test, on_train = at_test @ weights, self.gram @ weights
        diagonal = np.diagonal(inverse)
        for first in range(0, len(chosen), size):
            block = chosen[first : first + size]
            shift = inverse[block] * (-weights[block] / diagonal[block])[:, None]
            test = clipped_square(on_test + shift @ at_test.T, y) - base_test
            # K C_i = e_i - ridge C_i: no product with K is needed at the training points.
            moved = -ridge * shift
            moved[np.arange(len(block)), block] -= weights[block] / diagonal[block]
            training = clipped_square(on_train + moved, self.targets) - base_train
            own = training[np.arange(len(block)), block]
            yield DeletionBlock(block, test, own, np.abs(training, out=training).max(1))

    def _values(self, inputs: ArrayLike) -> Floats:
        points = np.asarray(inputs, dtype=np.float64)
        return self.kernel.between(points, self.inputs)


def _inverse(gram: Floats, ridge: float, regularization: float) -> tuple[Floats, float]:
    """(gram + ridge)^-1 and an estimate of its condition number; one array (m, m)."""
    matrix = np.array(gram, order="F")
    matrix[np.diag_indices_from(matrix)] += ridge
    norm_of, estimate, invert = get_lapack_funcs(("lange", "pocon", "potri"), (matrix,))
    norm = norm_of("1", matrix)
    inverse_condition, factor = 0.0, matrix
    try:
        factor = cholesky(matrix, lower=False, overwrite_a=True, check_finite=False)
        inverse_condition, _ = estimate(factor, norm, uplo="U")
    except np.linalg.LinAlgError:
        pass
    if inverse_condition < np.finfo(float).eps:
        raise _not_definite(gram, ridge, regularization)
    inverse, _ = invert(factor, lower=False, overwrite_c=True)  # its upper half
    for start in range(0, len(inverse), ROWS):
        end = start + ROWS
        block = inverse[start:end, start:end]
        block[:] = np.triu(block) + np.triu(block, 1).T
        inverse[end:, start:end] = inverse[start:end, end:].T
    return inverse, 1.0 / float(inverse_condition)


def _not_definite(gram: Floats, ridge: float, regularization: float) -> SetupError:
    """The error for a matrix that is not positive definite to working precision, in numbers."""
    m = len(gram)
    smallest, largest = eigvalsh(gram, check_finite=False)[[0, -1]]
    # where cond_1 <= m cond_2 is below 1/eps
    lost = m * np.finfo(float).eps * max(largest, 0.0)
    least = (max(-smallest, 0.0) + lost) * regularization / ridge
    return SetupError(
        where="kernel_ridge.regularization",
        found=f"{regularization:.6g}, with which K + m regularization is not positive definite to "
        f"working precision: the eigenvalues of K at {m} training points go from {smallest:.3g} to "
        f"{largest:.3g}",
        allowed=f"a value above {least:.2g} for this K",
        remedy="Raise it: where points are equal K has the eigenvalue 0. If K has one far below 0, "
        "use a kernel that is positive semidefinite.",
    )


def checked_examples(inputs: ArrayLike, targets: ArrayLike) -> tuple[Floats, Floats]:
    """Inputs (m, d) and targets (m,) as float64. Raises DataError for any that do not fit."""
    x, y = np.asarray(inputs, dtype=np.float64), np.asarray(targets, dtype=np.float64)
    good = x.ndim == 2 and x.size > 0 and y.shape == (len(x),) and np.isfinite(x).all()
    if not good or not ((y >= 0.0) & (y <= 1.0)).all():
        raise DataError(
            where="kernel ridge inputs and targets",
            found=f"shapes {x.shape} and {y.shape}, or values that are not allowed",
            allowed="finite inputs (m, d) and targets (m,) in [0, 1], m and d at least 1",
            remedy="Scale the targets, for example to 0 and 1 for two classes.",
        )
    return x, y
