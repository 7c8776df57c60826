"""Ridge regression with exact deletion: every pair, no retraining."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import cho_solve, cholesky, get_lapack_funcs

from stability.errors import DataError, SetupError
from stability.estimate.exact.features import RandomFeatures
from stability.estimate.statistics.summary import DeletionBlock
from stability.training.variants import check_positions, whole_positions

__all__ = ["RandomFeatures", "Ridge", "RidgeFit", "clipped_square"]

Floats = NDArray[np.float64]
Convention = Literal["keep-1/m", "retrain"]


@dataclass(frozen=True)
class Ridge:
    """Minimise (1/m) sum_j (theta . phi_j - y_j)^2 + regularization |theta|^2.

    >>> fit = Ridge(regularization=1.0).fit([[1.0], [1.0]], [1.0, 0.0])
    >>> fit.theta.round(12).tolist()  # (1/2) / (1 + 1)
    [0.25]
    """

    regularization: float

    def __post_init__(self) -> None:
        _at_least("ridge.regularization", self.regularization, 0.0)

    def fit(self, features: ArrayLike, targets: ArrayLike) -> RidgeFit:
        """Fit to features (m, p) and targets (m,) in [0, 1].

        Raises DataError for shapes or values that do not fit, SetupError if the normal matrix
        is not positive definite to working precision.
        """
        phi, y = _checked(features, targets)
        matrix = phi.T @ phi / len(phi)
        matrix[np.diag_indices_from(matrix)] += self.regularization
        norm = float(np.abs(matrix).sum(axis=0).max())
        moment = phi.T @ y / len(phi)
        factor, inverse_condition = np.empty((0, 0)), 0.0
        try:
            factor = cholesky(matrix, lower=False, overwrite_a=True)
            (estimate,) = get_lapack_funcs(("pocon",), (factor,))
            inverse_condition, _ = estimate(factor, norm, uplo="U")
        except np.linalg.LinAlgError:
            pass
        if inverse_condition < np.finfo(float).eps:
            raise SetupError(
                where="ridge.regularization",
                found=self.regularization,
                allowed="a value that makes the normal matrix positive definite",
                remedy="Raise it: the features are linearly dependent to working precision.",
            )
        theta = cho_solve((factor, False), moment)
        return RidgeFit(
            phi, y, float(self.regularization), theta, factor, 1.0 / float(inverse_condition)
        )


@dataclass(frozen=True, eq=False)
class RidgeFit:
    """A fitted ridge regression: `theta` (p,), and what is needed to delete examples from it.

    `factor` (p, p) is the upper Cholesky factor of  features^T features / m + regularization;
    `condition_number` is LAPACK's estimate of the condition number of that matrix in the
    1-norm; changes are right to about 1e-16 times that. With more features than examples and
    little regularization `KernelRidge` with a linear kernel loses fewer digits. The evaluated
    loss is (clip(f, 0, 1) - y)^2, with targets in [0, 1]: range [0, 1].
    """

    features: Floats
    targets: Floats
    regularization: float
    theta: Floats
    factor: Floats
    condition_number: float

    @property
    def sample_size(self) -> int:
        """The number m of training examples."""
        return len(self.targets)

    def predict(self, features: ArrayLike) -> Floats:
        """The prediction (n,) at features (n, p), not clipped."""
        return np.asarray(features, dtype=np.float64) @ self.theta

    def losses(self, features: ArrayLike, targets: ArrayLike) -> Floats:
        """The squared loss (n,) of the clipped prediction, in [0, 1]."""
        phi, y = _checked(features, targets)
        return clipped_square(self.predict(phi), y)

    def deletions(
        self,
        test_features: ArrayLike,
        test_targets: ArrayLike,
        convention: Convention,
        indices: ArrayLike | None = None,
        block_size: int = 256,
    ) -> Iterator[DeletionBlock]:
        """Exact changes of the loss after each deletion, in blocks of `block_size` examples.

        Convention "keep-1/m": the term of example i is removed and 1/m kept. With
        A = features^T features / m + regularization, r_i = y_i - f(x_i) and
        h_i = phi_i . A^-1 phi_i / m,
            theta without i = theta - (1/m) r_i / (1 - h_i) A^-1 phi_i.
        Convention "retrain": the m - 1 other examples with 1/(m - 1). That is "keep-1/m" in
        the problem with regularization (m - 1)/m, so one more factorisation serves all i.

        `indices` (k,) are the examples to delete (default: all, in order). Memory: a few arrays
        of block_size times max(n_test, m). Each block holds signed changes, loss without minus
        loss with, at the test points, at the deleted example, and the largest absolute change
        over all training points.

        Raises DataError or SetupError for arguments that do not fit; SetupError when an
        example determines its own prediction to working precision (h_i = 1).
        Source: the formula is the Sherman-Morrison identity; Elisseeff, Evgeniou, Pontil (2005)
        name the two conventions.

        >>> fit = Ridge(1.0).fit([[1.0], [1.0]], [1.0, 0.0])
        >>> [block] = fit.deletions([[1.0]], [0.0], "keep-1/m", indices=[0])
        >>> block.changes.round(12).tolist()  # predicts 0 instead of 1/4
        [[-0.0625]]
        """
        phi, y = _checked(test_features, test_targets)
        chosen = checked_deletions(self.sample_size, convention, indices, block_size)
        return self._blocks(phi, y, convention, chosen, int(block_size))

    def _blocks(
        self, phi: Floats, y: Floats, convention: str, chosen: NDArray[np.int64], size: int
    ) -> Iterator[DeletionBlock]:
        m, start = self.sample_size, self
        if convention == "retrain":
            start = Ridge(self.regularization * (m - 1) / m).fit(self.features, self.targets)
        base_test = clipped_square(self.predict(phi), y)
        base_train = clipped_square(self.predict(self.features), self.targets)
        from_test, from_train = start.predict(phi), start.predict(self.features)
        residual = self.targets - from_train
        for first in range(0, len(chosen), size):
            block = chosen[first : first + size]
            deleted = self.features[block]
            solved = cho_solve((start.factor, False), deleted.T).T
            slack = 1.0 - np.einsum("ij,ij->i", deleted, solved) / m
            if slack.min() < 1e-10:
                worst = int(block[slack.argmin()])
                raise SetupError(
                    where=f"ridge.regularization, example {worst}",
                    found=self.regularization,
                    allowed="a value at which no example determines its own prediction alone",
                    remedy="Raise it: this leverage is 1 to working precision.",
                )
            shift = solved * (-residual[block] / (m * slack))[:, None]
            changes = _changes(shift, phi, from_test, y, base_test)
            training = _changes(shift, self.features, from_train, self.targets, base_train)
            diagonal = training[np.arange(len(block)), block]
            yield DeletionBlock(block, changes, diagonal, np.abs(training, out=training).max(1))


def checked_deletions(
    m: int, convention: str, indices: ArrayLike | None, block_size: float
) -> NDArray[np.int64]:
    """The positions to delete (default: all); SetupError for arguments that do not fit."""
    chosen = np.arange(m) if indices is None else whole_positions(indices)
    check_positions(chosen, m)
    if convention not in ("keep-1/m", "retrain"):
        raise SetupError(
            where="deletion.convention",
            found=convention,
            allowed="'keep-1/m' or 'retrain'",
            remedy="",
        )
    if convention == "retrain" and m < 2:
        raise SetupError(
            where="deletion.convention",
            found=convention,
            allowed="at least 2 training examples to retrain without one",
            remedy="Use 'keep-1/m'.",
        )
    _at_least("block_size", block_size, 1)
    return chosen


def clipped_square(predictions: Floats, targets: Floats) -> Floats:
    """(clip(f, 0, 1) - y)^2, elementwise: in [0, 1] for targets in [0, 1].

    >>> clipped_square(np.array([3.0, 0.5]), np.array([1.0, 0.0])).tolist()
    [0.0, 0.25]
    """
    return (np.clip(predictions, 0.0, 1.0) - targets) ** 2


def _changes(shift: Floats, phi: Floats, start: Floats, y: Floats, base: Floats) -> Floats:
    """Loss of theta + shift (b, p) minus base losses; in place, one product per block."""
    values = shift @ phi.T
    values += start
    np.clip(values, 0.0, 1.0, out=values)
    values -= y
    np.square(values, out=values)
    values -= base
    return values


def _checked(features: ArrayLike, targets: ArrayLike) -> tuple[Floats, Floats]:
    phi, y = np.asarray(features, dtype=np.float64), np.asarray(targets, dtype=np.float64)
    if phi.ndim != 2 or phi.size == 0 or y.shape != (len(phi),):
        raise DataError(
            where="ridge features and targets",
            found=f"shapes {phi.shape} and {y.shape}",
            allowed="(m, p) and (m,) with m and p at least 1",
            remedy="Give one target for each row of features.",
        )
    bad = ~np.isfinite(phi).all(axis=1) | ~((y >= 0.0) & (y <= 1.0))
    if bad.any():
        raise DataError(
            where=f"ridge features and targets, row {int(np.flatnonzero(bad)[0])}",
            found="features that are not finite, or a target outside [0, 1]",
            allowed="finite features and targets in [0, 1]",
            remedy="Scale the targets, for example to 0 and 1 for two classes.",
        )
    return phi, y


def _at_least(where: str, value: float, minimum: float) -> None:
    if not (np.isfinite(value) and value >= minimum):
        raise SetupError(
            where=where, found=value, allowed=f"a finite number of at least {minimum}", remedy=""
        )
