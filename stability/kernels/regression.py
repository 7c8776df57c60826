"""Kernel regression with a stated jitter, and how well conditioned it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import LinAlgError, cholesky, get_lapack_funcs

from stability.errors import DataError, SetupError
from stability.kernels.kernel import Floats, asymmetry

JITTER = 1e-10
"""What is added to the diagonal of a kernel matrix, as a multiple of the mean of that diagonal."""
BLOCK = 64
"""Columns that the indefinite factorisation works on together."""


@dataclass(frozen=True, eq=False)
class KernelRegression:
    """Predictions K(x, X) (K(X, X) + jitter)^-1 Y of targets Y at training points X.

    `weights` (n,) or (n, k) are the second factor times Y. `jitter` is the number that was added
    to the diagonal, `condition_number` LAPACK's estimate for the matrix with it, in the 1-norm.
    `positive` says whether that matrix is positive definite to working precision: a kernel that
    was corrected by estimates need not be, and then a symmetric indefinite factorisation solves it.
    """

    weights: Floats
    jitter: float
    condition_number: float
    positive: bool

    @classmethod
    def fit(cls, kernel: ArrayLike, targets: ArrayLike, jitter: float = JITTER) -> KernelRegression:
        """Fit to targets (n,) or (n, k), given the kernel matrix (n, n) of the training points.

        `jitter` is relative: it is multiplied by the mean of the diagonal. Raises DataError for
        shapes that do not fit, numbers that are not finite and a matrix that is not symmetric,
        SetupError for one that cannot be inverted to working precision.

        >>> fitted = KernelRegression.fit([[1.0, 0.0], [0.0, 4.0]], [1.0, -1.0], jitter=0.0)
        >>> fitted.predict([[1.0, 1.0]]).tolist(), fitted.condition_number
        ([0.75], 4.0)
        """
        matrix, values = _checked(kernel, targets)
        if not (np.isfinite(jitter) and jitter >= 0.0):
            raise SetupError(where="jitter", found=jitter, allowed="a finite number of at least 0")
        added = float(jitter) * float(np.abs(np.diagonal(matrix)).mean())
        shifted = np.array(matrix, order="F")
        shifted[np.diag_indices_from(shifted)] += added
        weights, inverse_condition, positive = symmetric_solution(shifted, values)
        if not inverse_condition >= np.finfo(float).eps or not np.isfinite(weights).all():
            condition = 1.0 / inverse_condition if inverse_condition > 0.0 else np.inf
            raise SetupError(
                where="jitter",
                found=f"{jitter:g}, which adds {added:.3g} to the diagonal: the kernel matrix at "
                f"{len(matrix)} points has condition number {condition:.2g} then",
                allowed=f"a jitter with which it is below {1 / np.finfo(float).eps:.2g}, the most "
                "that float64 can tell from a singular matrix",
                remedy="Are some of the points equal? Raise the jitter, for example to 1e-8."
                if added > 0.0 or jitter == 0.0
                else "The diagonal is 0: no multiple of it helps. Use another kernel.",
            )
        return cls(weights, added, 1.0 / inverse_condition, positive)

    def predict(self, kernel: ArrayLike) -> Floats:
        """Predictions (n',) or (n', k) from kernel values (n', n) with the training points.

        Raises DataError for values of another shape.
        """
        values = np.asarray(kernel, dtype=np.float64)
        if values.ndim != 2 or values.shape[1] != len(self.weights):
            raise DataError(
                where="kernel regression",
                found=f"kernel values of shape {values.shape}",
                allowed=f"(n', {len(self.weights)}), a column for each training point",
                remedy="They are kernel.matrix(points, training_points).",
            )
        return values @ self.weights


def accuracy(predictions: ArrayLike, labels: ArrayLike) -> float:
    """The share of labels 0, 1, .. that scores (n, k), or (n,) around 0 for two classes, tell.

    >>> accuracy([0.3, -2.0, 1.0], [1, 0, 0]), accuracy([[0.1, 0.9, 0.2]], [1])
    (0.6666666666666666, 1.0)
    """
    scores = np.asarray(predictions)
    told = scores > 0.0 if scores.ndim == 1 else scores.argmax(axis=1)
    return float((told.astype(np.int64) == np.asarray(labels)).mean())


def _checked(kernel: ArrayLike, targets: ArrayLike) -> tuple[Floats, Floats]:
    matrix, values = (np.asarray(x, dtype=np.float64) for x in (kernel, targets))
    square = matrix.ndim == 2 and matrix.size > 0 and matrix.shape == (len(matrix),) * 2
    if not square or values.ndim not in (1, 2) or len(values) != len(matrix):
        raise DataError(
            where="kernel regression",
            found=f"a kernel matrix of shape {matrix.shape} and targets of shape {values.shape}",
            allowed="a square matrix (n, n) and targets (n,) or (n, k)",
            remedy="The matrix is kernel.matrix(training_points).",
        )
    for name, given in (("kernel value", matrix), ("target", values)):
        if not np.isfinite(given).all():
            place = np.argwhere(~np.isfinite(given))[0].tolist()
            raise DataError(
                where="kernel regression",
                found=f"the {name} {given[tuple(place)]} at {place}",
                allowed="finite numbers",
                remedy="Look at the example of that number: its inputs or its target.",
            )
    wrong = asymmetry(matrix)
    if wrong:
        raise DataError(
            where="kernel regression",
            found=f"a kernel matrix with {wrong}",
            allowed="a symmetric matrix, to 1e-9 of its largest value",
            remedy="Use a kernel with k(x, z) = k(z, x), at the same points in the same order.",
        )
    return matrix, values


def symmetric_solution(matrix: Floats, values: Floats) -> tuple[Floats, float, bool]:
    """The solution of a symmetric system (n, n), from values (n,) or (n, k); no check of either.

    Also the inverse of LAPACK's estimate of the condition number in the 1-norm, 0 for a singular
    matrix, and whether the matrix is positive definite to working precision.

    >>> symmetric_solution(np.diag([1.0, -2.0]), np.array([1.0, 1.0]))
    (array([ 1. , -0.5]), 0.5, False)
    """
    norm_of, pocon, potrs = get_lapack_funcs(("lange", "pocon", "potrs"), (matrix,))
    norm = norm_of("1", matrix)
    try:
        factor = cholesky(matrix, check_finite=False)
    except LinAlgError:
        pass
    else:
        weights, _ = potrs(factor, values)
        return weights.reshape(values.shape), float(pocon(factor, norm, uplo="U")[0]), True
    sytrf, sytrs, sycon = get_lapack_funcs(("sytrf", "sytrs", "sycon"), (matrix,))
    factor, pivots, _ = sytrf(matrix, lower=False, lwork=BLOCK * len(matrix))
    weights, _ = sytrs(factor, pivots, values, lower=False)
    inverse_condition, _ = sycon(factor, pivots, norm, lower=False)
    return weights.reshape(values.shape), float(inverse_condition), False
