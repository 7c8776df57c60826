"""Exact deletion in multinomial logistic regression: the losses of refits without one example."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import softmax

from stability.errors import SetupError
from stability.estimate.exact.chord_refits import LARGEST_HESSIAN, ChordRefits
from stability.estimate.exact.cross_entropies import ENTRIES, cross_entropies
from stability.estimate.exact.logistic import LogisticModel, checked, fit_logistic, penalty
from stability.estimate.statistics.summary import DeletionBlock
from stability.training.variants import check_positions, whole_positions

Floats = NDArray[np.float64]


def delete_logistic(
    model: LogisticModel,
    train: tuple[ArrayLike, ArrayLike],
    test: tuple[ArrayLike, ArrayLike],
    indices: ArrayLike,
    *,
    loss_range: float | None = None,
    tolerance: float = 1e-12,
) -> DeletionBlock:
    """Refit without each of the examples (keep-1/m), starting from `model`, and compare losses.

    `train` and `test` are (features, labels); `indices` (b,). Losses are cut to
    [0, loss_range], by default log(classes). Returns signed changes, loss without minus loss
    with, at test points, deleted example and (as a maximum) all training points.

    `model` has to be the minimiser on `train`, to the same `tolerance`: else the changes would
    hold what was left to minimise. Raises SetupError if it is not, and for positions outside.

    >>> x, y = np.array([[1.0], [0.5], [-1.0]]), np.array([0, 0, 1])
    >>> model = fit_logistic(x, y, 2, regularization=0.1)
    >>> delete_logistic(model, (x, y), (x, y), [0]).changes.shape
    (1, 3)
    """
    return LogisticDeletions(model, train, test, loss_range, tolerance)(indices)


@dataclass(frozen=True, eq=False)
class LogisticDeletions:
    """`delete_logistic` for a problem that is asked of more than once: what all deletions share,
    the inverse Hessian above all, is computed once.

    Raises as `delete_logistic`, for the model when it is made.
    """

    model: LogisticModel
    train: tuple[ArrayLike, ArrayLike]
    test: tuple[ArrayLike, ArrayLike]
    loss_range: float | None = None
    tolerance: float = 1e-12
    _train: tuple[Floats, NDArray[np.int64]] = field(init=False, repr=False)
    _test: tuple[Floats, NDArray[np.int64]] = field(init=False, repr=False)
    _chord: ChordRefits = field(init=False, repr=False)

    def __post_init__(self) -> None:
        model = self.model
        x, y = checked(*self.train, len(model.weights))
        object.__setattr__(self, "_train", (x, y))
        object.__setattr__(self, "_test", checked(*self.test, len(model.weights)))
        weight = penalty(model.regularization, x.shape[1], model.free_last)
        object.__setattr__(self, "_chord", ChordRefits(x, y, model.weights, weight))
        _refuse_unfinished(model, x, y, self.tolerance)

    def __call__(self, indices: ArrayLike) -> DeletionBlock:
        """The changes by each of the deletions (b,)."""
        model, (x, y), (at, labels) = self.model, self._train, self._test
        classes = len(model.weights)
        limit = math.log(classes) if self.loss_range is None else float(self.loss_range)
        chosen = whole_positions(indices)
        check_positions(chosen, len(x))
        changes = np.empty((len(chosen), len(at)))
        diagonal, top = np.empty(len(chosen)), np.empty(len(chosen))
        block = max(1, ENTRIES // (max(len(at), len(x)) * classes))
        base_test, base_train = model.losses(at, labels, limit), model.losses(x, y, limit)
        for rows, weights in self._refits(chosen, block):
            same = (weights == model.weights).all(axis=(1, 2))
            changes[rows] = _cut(cross_entropies(weights, at, labels), limit, base_test, same)
            moved = _cut(cross_entropies(weights, x, y), limit, base_train, same)
            diagonal[rows] = moved[np.arange(len(weights)), chosen[rows]]
            top[rows] = np.abs(moved).max(axis=1, initial=0.0)
        return DeletionBlock(chosen, changes, diagonal, top)

    def _refits(self, deleted: NDArray[np.int64], block: int) -> Iterator[tuple[slice, Floats]]:
        """The minimisers (b, K, p) without some examples, `block` at a time, and which they are:
        by chord steps together, else by Newton from the model."""
        model, (x, y) = self.model, self._train
        found: Floats | None = None
        norms = np.full(len(deleted), np.inf)
        if model.weights.size <= LARGEST_HESSIAN and len(deleted) > 1:
            found, norms = self._chord(deleted, self.tolerance)
        if model.free_last:  # the only example of a class: no minimiser, `fit_logistic` will say
            norms[np.bincount(y)[y[deleted]] == 1] = np.inf
        for first in range(0, len(deleted), block):
            rows = slice(first, min(first + block, len(deleted)))
            weights = np.empty((rows.stop - first, *model.weights.shape))
            if found is not None:
                weights[:] = found[rows]
            for k in np.flatnonzero(~(norms[rows] <= self.tolerance)):
                weights[k] = fit_logistic(
                    x, y, len(model.weights), model.regularization,
                    deleted=int(deleted[first + k]), start=model.weights,
                    tolerance=self.tolerance, free_last=model.free_last,
                ).weights  # fmt: skip
            yield rows, weights


def _cut(losses: Floats, limit: float, base: Floats, same: NDArray[np.bool_]) -> Floats:
    """The changes (b, n) from `base` (n,) of losses that are cut; 0 for models that are the same,
    whatever the rounding of products with other matrices."""
    np.clip(losses, 0.0, limit, out=losses)
    losses -= base
    losses[same] = 0.0
    return losses


def _refuse_unfinished(
    model: LogisticModel, x: Floats, y: NDArray[np.int64], tolerance: float
) -> None:
    residual = softmax(x @ model.weights.T, axis=1) - np.eye(len(model.weights))[y]
    weight = penalty(model.regularization, x.shape[1], model.free_last)
    norm = np.linalg.norm(residual.T @ x / len(x) + weight * model.weights)
    if not norm <= 2.0 * tolerance:  # twice: rounding of another sum
        raise SetupError(
            where="logistic.model",
            found=f"weights at which the gradient of the objective has the norm {norm:.2g}",
            allowed=f"the minimiser on this training set, to the tolerance {tolerance:g}",
            remedy="Fit it by fit_logistic with the same tolerance and training set; for SGD run "
            "sgd_logistic with and without the example.",
        )
