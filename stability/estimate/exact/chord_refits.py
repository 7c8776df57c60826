"""Many refits of a logistic regression at once, each without one example: chord steps.

The Hessian of the objective at the minimiser is inverted once. Leaving out example i takes from it
a matrix of rank K - 1 (K classes), which Woodbury's formula takes from the inverse. Steps with that
fixed inverse are made for all examples together, as products of matrices, until the gradient of
each objective is small: then strong convexity says how far each minimiser is, whatever the steps.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

Floats = NDArray[np.float64]

LARGEST_HESSIAN = 3000
"""With more weights than this the Hessian is not inverted."""
STEPS = 15
"""A refit that is not done after so many steps is left to Newton's method."""
ENTRIES = 1 << 22
"""So many probabilities are held at once."""


def chord_refits(
    x: Floats,
    y: NDArray[np.int64],
    weights: Floats,
    penalty: Floats,
    deleted: NDArray[np.int64],
    tolerance: float,
) -> tuple[Floats, Floats]:
    """Weights (b, K, p) without each deleted example (keep-1/m), and norms (b,) of the gradients.

    x (m, p), y (m,); `weights` (K, p) minimise mean cross-entropy + sum penalty W^2/2 on all
    examples; `penalty` (p,). A norm above `tolerance` says that the steps did not get there.
    """
    inverse = _inverse_hessian(x, weights, penalty)
    found = np.empty((len(deleted), *weights.shape))
    norms = np.empty(len(deleted))
    block = max(1, ENTRIES // (len(x) * len(weights)))
    for first in range(0, len(deleted), block):
        rows = slice(first, first + block)
        found[rows], norms[rows] = _block(x, y, weights, penalty, inverse, deleted[rows], tolerance)
    return found, norms


def _block(
    x: Floats,
    y: NDArray[np.int64],
    weights: Floats,
    penalty: Floats,
    inverse: Floats,
    deleted: NDArray[np.int64],
    tolerance: float,
) -> tuple[Floats, Floats]:
    solve = _Left(x[deleted], softmax(x[deleted] @ weights.T, axis=1), inverse, len(x))
    found = np.repeat(weights[None], len(deleted), axis=0)
    slopes = _slopes(x, y, found, penalty, deleted)
    norms = np.linalg.norm(slopes, axis=(1, 2))
    left = np.arange(len(deleted))
    for _ in range(STEPS):
        left = left[norms[left] > tolerance]
        if not left.size:
            break
        found[left] -= solve(slopes[left], left)
        slopes[left] = _slopes(x, y, found[left], penalty, deleted[left])
        norms[left] = np.linalg.norm(slopes[left], axis=(1, 2))
    return found, norms


class _Left:
    """Inverse Hessians at the minimiser with one example left out: b of them, by Woodbury."""

    def __init__(self, x: Floats, p: Floats, inverse: Floats, count: int) -> None:
        b, classes = p.shape
        root = np.sqrt(p)
        factor = np.eye(classes) * root[:, None, :] - p[:, :, None] * root[:, None, :]
        # factor factor^T = diag(p) - p p^T; times x x^T it is what the example gives the Hessian
        table = inverse.reshape(-1, x.shape[1]) @ x.T  # (K p K, b)
        columns = np.moveaxis(table.reshape(len(inverse), classes, b), 2, 0)
        self.inverse, self.columns = inverse, columns @ factor  # (b, K p, K)
        inside = self.columns.reshape(b, classes, x.shape[1], classes)
        seen = np.einsum("bkpl,bp->bkl", inside, x)
        self.middle = count * np.eye(classes) - np.swapaxes(factor, 1, 2) @ seen

    def __call__(self, slopes: Floats, which: NDArray[np.int64]) -> Floats:
        """The steps (k, K, p) for slopes (k, K, p) of the examples at `which`."""
        flat = slopes.reshape(len(slopes), -1)
        columns = self.columns[which]
        inner = np.einsum("bqk,bq->bk", columns, flat)
        solved = np.linalg.solve(self.middle[which], inner[..., None])
        steps = flat @ self.inverse + (columns @ solved)[..., 0]
        return steps.reshape(slopes.shape)


def _slopes(
    x: Floats, y: NDArray[np.int64], weights: Floats, penalty: Floats, deleted: NDArray[np.int64]
) -> Floats:
    """Gradients (b, K, p) of the objectives without one example each, at weights (b, K, p)."""
    b, classes, p = weights.shape
    by_class = np.swapaxes(weights, 0, 1)  # classes first: sums over them are sums of rows
    residual = (by_class.reshape(-1, p) @ x.T).reshape(classes, b, len(x))
    residual -= residual.max(axis=0)
    np.exp(residual, out=residual)
    residual /= residual.sum(axis=0)
    residual[y, :, np.arange(len(x))] -= 1.0
    residual[:, np.arange(b), deleted] = 0.0
    total = (residual.reshape(-1, len(x)) @ x).reshape(by_class.shape)
    return np.swapaxes(total, 0, 1) / len(x) + penalty * weights


def _inverse_hessian(x: Floats, weights: Floats, penalty: Floats) -> Floats:
    """The inverse (K p, K p) of the Hessian on all examples.

    A column without penalty lets all classes move together without changing anything: that
    direction, in which no gradient points, is given the curvature 1.
    """
    classes, p = weights.shape
    chance = softmax(x @ weights.T, axis=1) / len(x)
    hessian = np.zeros((classes, p, classes, p))
    for k in range(classes):
        for other in range(k + 1):
            share = -chance[:, k] * chance[:, other] * len(x)
            if k == other:
                share = share + chance[:, k]
            hessian[k, :, other, :] = hessian[other, :, k, :] = (x * share[:, None]).T @ x
    square = hessian.reshape(classes * p, classes * p)
    square[np.diag_indices(len(square))] += np.tile(penalty, classes)
    for column in np.flatnonzero(penalty == 0.0):
        together = np.zeros((classes, p))
        together[:, column] = classes**-0.5
        square += np.outer(together, together)
    return np.asarray(np.linalg.inv(square), dtype=np.float64)
