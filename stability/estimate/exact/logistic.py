"""Multinomial logistic regression with weight decay: minimiser and SGD."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse.linalg import LinearOperator, cg
from scipy.special import softmax

from stability.errors import DataError, SetupError
from stability.estimate.exact.cross_entropies import cross_entropies
from stability.training.recipe import batch_order
from stability.training.variants import check_positions, whole_positions

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LogisticModel:
    """Weights W (classes, p): logits are W x.

    `gradient_norm` is that of the training objective at W, NaN if the model was not trained by
    minimising it; by strong convexity W is within gradient_norm / regularization of the
    minimiser. `free_last`: the weights of the last feature, a constant, are not penalised; the
    objective is then not strongly convex in them.
    """

    weights: Floats
    regularization: float
    gradient_norm: float
    free_last: bool = False

    def losses(self, features: ArrayLike, labels: ArrayLike, loss_range: float) -> Floats:
        """The cross-entropy (n,) cut to [0, loss_range], in nats."""
        return np.clip(_losses(self.weights, np.asarray(features), labels), 0.0, loss_range)

    def accuracy(self, features: ArrayLike, labels: ArrayLike) -> float:
        """The share of examples whose class has the largest logit."""
        best = (np.asarray(features) @ self.weights.T).argmax(axis=1)
        return float((best == np.asarray(labels)).mean())

    def gap(
        self,
        train: tuple[ArrayLike, ArrayLike],
        test: tuple[ArrayLike, ArrayLike],
        loss_range: float,
    ) -> float:
        """Mean cut loss on `test` minus that on `train`, both (features, labels)."""
        test_mean = self.losses(*test, loss_range).mean()
        return float(test_mean - self.losses(*train, loss_range).mean())


def fit_logistic(
    features: ArrayLike,
    labels: ArrayLike,
    classes: int,
    regularization: float,
    *,
    deleted: int | None = None,
    start: Floats | None = None,
    tolerance: float = 1e-12,
    free_last: bool = False,
) -> LogisticModel:
    """Minimise (1/m) sum_j cross-entropy(W x_j, y_j) + (regularization / 2) |W|^2 by Newton.

    features (m, p), labels (m,). With `deleted`, the term of that example is left out and 1/m
    kept. With `free_last` the last column of W is not in |W|^2: an intercept that is not penalised,
    as scikit-learn's LogisticRegression(C=1/(regularization m)) has it for a last feature 1; every
    class then needs an example, else there is no minimiser. Newton steps by conjugate gradients
    with a line search from `start` (default 0), until the norm of the gradient is at most
    `tolerance`.

    Raises DataError or SetupError for arguments that do not fit, SetupError if the tolerance
    is not reached and if a class without example leaves no minimiser.

    >>> model = fit_logistic([[1.0], [1.0]], [0, 1], classes=2, regularization=0.1)
    >>> float(abs(model.weights).max()) < 1e-9  # by symmetry
    True
    """
    x, y = checked(features, labels, classes)
    _positive("regularization", regularization)
    share = _shares(len(x), deleted)
    w = np.zeros((classes, x.shape[1])) if start is None else np.array(start, dtype=np.float64)
    target = np.eye(classes)[y]
    weight = penalty(regularization, x.shape[1], free_last)
    if free_last:
        _refuse_absent(y, share, classes)

    def gradient_of(weights: Floats) -> tuple[Floats, Floats]:
        p = softmax(x @ weights.T, axis=1)
        return p, ((p - target) * share[:, None]).T @ x + weight * weights

    def objective(weights: Floats) -> float:
        penalised = weights[:, :-1] if free_last else weights
        decay = regularization / 2.0 * float((penalised**2).sum())
        return float(share @ _losses(weights, x, y)) + decay

    p, slope = gradient_of(w)
    norm = float(np.linalg.norm(slope))
    for _ in range(100):
        if norm <= tolerance:
            return LogisticModel(w, float(regularization), norm, free_last)
        step = _newton_step(x, p, share, weight, slope)
        size, value = 1.0, objective(w)
        drop = float((step * slope).sum())
        while objective(w - size * step) > value - 1e-4 * size * drop + 1e-13 and size > 1e-10:
            size /= 2.0
        w = w - size * step
        p, slope = gradient_of(w)
        norm = float(np.linalg.norm(slope))
    raise SetupError(
        where="logistic.tolerance",
        found=tolerance,
        allowed=f"a gradient norm that can be reached (it stopped at {norm:.2g})",
        remedy="Raise the regularization, or scale inputs that are far above 1.",
    )


def sgd_logistic(
    features: ArrayLike,
    labels: ArrayLike,
    classes: int,
    *,
    step_size: float,
    epochs: int,
    batch_size: int,
    order_seed: int = 0,
    regularization: float = 0.0,
    deleted: int | None = None,
    start: Floats | None = None,
) -> LogisticModel:
    """Shuffled mini-batch SGD from `start` (default 0); `deleted` is a null step.

    The order is that of `stability.training.batch_order`. One step is
    w <- w - step_size * (mean gradient over the batch + regularization * w); the mean keeps
    its divisor when the deleted example's gradient is left out, and the decay is kept. It does
    not expand distances for step_size <= 2 / (1/2 + 2 regularization) in the pixel box.

    Raises DataError or SetupError for arguments that do not fit.

    >>> model = sgd_logistic([[1.0], [-1.0]], [0, 1], 2, step_size=1.0, epochs=9, batch_size=1)
    >>> model.accuracy([[1.0], [-1.0]], [0, 1])
    1.0
    """
    x, y = checked(features, labels, classes)
    _positive("step_size", step_size)
    share = _shares(len(x), deleted) * len(x)
    target = np.eye(classes)[y]
    w = np.zeros((classes, x.shape[1])) if start is None else np.array(start, dtype=np.float64)
    for batch in batch_order(len(x), batch_size, epochs, order_seed):
        residual = softmax(x[batch] @ w.T, axis=1) - target[batch]
        slope = (residual * share[batch, None]).T @ x[batch] / len(batch)
        w = w - step_size * (slope + regularization * w)
    return LogisticModel(w, float(regularization), math.nan)


def _losses(weights: Floats, x: Floats, labels: ArrayLike) -> Floats:
    return cross_entropies(weights[None], x, labels)[0]


def penalty(regularization: float, features: int, free_last: bool) -> Floats:
    """The weight (p,) of each column of W in the regulariser."""
    weight = np.full(features, float(regularization))
    if free_last:
        weight[-1] = 0.0
    return weight


def _refuse_absent(labels: NDArray[np.int64], share: Floats, classes: int) -> None:
    absent = np.flatnonzero(np.bincount(labels[share > 0], minlength=classes) == 0)
    if absent.size:
        raise SetupError(
            where="logistic.free_last",
            found=f"no example of class number {int(absent[0])}",
            allowed="an example of every class, else a free intercept has no best value",
            remedy="Penalise the intercept, or leave that class out.",
        )


def _newton_step(x: Floats, p: Floats, share: Floats, weight: Floats, slope: Floats) -> Floats:
    """Solve Hessian step = slope by conjugate gradients, more tightly near the minimum."""
    norm = float(np.linalg.norm(slope))

    def product(flat: Floats) -> Floats:
        v = flat.reshape(slope.shape)
        weighted = p * (x @ v.T)
        weighted -= p * weighted.sum(axis=1, keepdims=True)
        return ((weighted * share[:, None]).T @ x + weight * v).ravel()

    shape = (slope.size, slope.size)
    operator = LinearOperator(shape, product, dtype=np.float64)  # pyright: ignore
    step, _ = cg(operator, slope.ravel(), rtol=max(min(0.1, norm), 1e-6), maxiter=10_000)
    return step.reshape(slope.shape)


def _shares(sample_size: int, deleted: int | None) -> Floats:
    share = np.full(sample_size, 1.0 / sample_size)
    if deleted is not None:
        position = whole_positions([deleted])
        check_positions(position, sample_size)
        share[position] = 0.0
    return share


def checked(
    features: ArrayLike, labels: ArrayLike, classes: int
) -> tuple[Floats, NDArray[np.int64]]:
    """Features (m, p) and labels (m,) from 0 to classes - 1. Raises DataError for others."""
    x, y = np.asarray(features, dtype=np.float64), np.asarray(labels)
    if x.ndim != 2 or x.size == 0 or y.shape != (len(x),) or not np.isfinite(x).all():
        raise DataError(
            where="logistic features and labels",
            found=f"shapes {x.shape} and {y.shape}, finite: {bool(np.isfinite(x).all())}",
            allowed="finite features (m, p) and labels (m,) with m and p at least 1",
            remedy="Give one label for each row of features.",
        )
    if not np.issubdtype(y.dtype, np.integer) or y.min() < 0 or y.max() >= classes:
        raise DataError(
            where="logistic labels",
            found="labels that are not class numbers",
            allowed=f"whole numbers from 0 to {classes - 1}",
            remedy="Number the classes from 0.",
        )
    return x, y.astype(np.int64)


def _positive(name: str, value: float) -> None:
    if not (math.isfinite(value) and value > 0.0):
        raise SetupError(
            where=f"logistic.{name}", found=value, allowed="a finite number above 0", remedy=""
        )
