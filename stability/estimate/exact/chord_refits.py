"""Many refits of a logistic regression at once, each without one example: chord steps.

The Hessian of the objective at the minimiser is inverted once. Leaving out example i takes from it
a matrix of rank K - 1 (K classes), which Woodbury's formula takes from the inverse. Steps with that
fixed inverse are made for all examples together, as products of matrices, until the gradient of
each objective is small: then strong convexity says how far each minimiser is, whatever the steps.

Two things make the steps few, and change no minimiser. The gradients before the first step are
known: the deleted example's own term, with the other sign. Later steps are mixed with the last one
(D. Anderson, "Iterative procedures for nonlinear integral equations", 1965), which sees how the
Hessian at the refit differs from the one that was inverted.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, inv
from scipy.special import softmax

Floats = NDArray[np.float64]

LARGEST_HESSIAN = 3000
"""With more weights than this the Hessian is not inverted."""
STEPS = 15
"""A refit that is not done after so many steps is left to Newton's method."""
GROWN = 10.0
"""A refit whose gradient grows so many times is left to Newton's method."""
ENTRIES = 1 << 20
"""So many weights of refits are held at once."""
LARGEST_SINGLE = 1e9
"""Steps are computed in single precision, in which products of three such numbers stay finite,
unless some are larger."""
PROBABILITIES = 1 << 17
"""So many probabilities are: what fits the cache of a processor."""


@dataclass(frozen=True, eq=False)
class ChordRefits:
    """Refits of one problem: x (m, p), y (m,); `weights` (K, p) minimise mean cross-entropy + sum
    penalty W^2/2 on all examples; `penalty` (p,). The Hessian is inverted when it is first needed.
    """

    x: Floats
    y: NDArray[np.int64]
    weights: Floats
    penalty: Floats

    def __call__(self, deleted: NDArray[np.int64], tolerance: float) -> tuple[Floats, Floats]:
        """Weights (b, K, p) without each deleted example (keep-1/m), and norms (b,) of gradients.

        A norm above `tolerance` says that the steps did not get there.
        """
        found = np.repeat(self.weights[None], len(deleted), axis=0)
        norms = np.full(len(deleted), np.inf)
        if self._inverse is None:
            return found, norms
        block = max(1, ENTRIES // self.weights.size)
        for first in range(0, len(deleted), block):
            rows = slice(first, first + block)
            with suppress(LinAlgError):  # an example without which the Hessian is singular
                found[rows], norms[rows] = self._block(self._inverse, deleted[rows], tolerance)
        return found, norms

    @cached_property
    def _inverse(self) -> Floats | None:
        """The inverse Hessian; None if rounding leaves a curvature that is not above 0."""
        try:
            return _inverse_hessian(self.x, self.weights, self.penalty)
        except LinAlgError:
            return None

    def _block(
        self, inverse: Floats, deleted: NDArray[np.int64], tolerance: float
    ) -> tuple[Floats, Floats]:
        x, y, weights = self.x, self.y, self.weights
        chance = softmax(x @ weights.T, axis=1)
        solve = _Left(x[deleted], chance[deleted], inverse, len(x))
        chance[np.arange(len(x)), y] -= 1.0  # now the slopes of the losses in the logits
        whole = chance.T @ x / len(x) + self.penalty * weights
        slopes = whole - chance[deleted][:, :, None] * x[deleted][:, None, :] / len(x)
        found = np.repeat(weights[None], len(deleted), axis=0)
        norms = np.linalg.norm(slopes, axis=(1, 2))
        most = GROWN * norms
        left = np.flatnonzero(norms > tolerance)
        slopes, mixed = slopes[left], _Mixed()
        for _ in range(STEPS):
            if not left.size:
                break
            moved = mixed(found[left], -solve(slopes, left))
            slopes = _slopes(x, y, moved, self.penalty, deleted[left])
            found[left], norms[left] = moved, np.linalg.norm(slopes, axis=(1, 2))
            on = (norms[left] > tolerance) & (norms[left] <= most[left])
            left, slopes = left[on], slopes[on]
            mixed.keep(on)
        return found, norms


class _Left:
    """Inverse Hessians at the minimiser with one example left out: b of them, by Woodbury."""

    def __init__(self, x: Floats, p: Floats, inverse: Floats, count: int) -> None:
        b, classes = p.shape
        root = np.sqrt(p)
        factor = np.eye(classes) * root[:, None, :] - p[:, :, None] * root[:, None, :]
        # factor factor^T = diag(p) - p p^T; times x x^T it is what the example gives the Hessian
        seen = np.empty((b, classes, classes))  # x^T inverse x, class by class
        for k, rows in enumerate(inverse.reshape(classes, x.shape[1], -1)):
            seen[:, k] = np.einsum("blp,bp->bl", (x @ rows).reshape(b, classes, -1), x)
        turned = np.swapaxes(factor, 1, 2)
        middle = count * np.eye(classes) - turned @ seen @ factor
        parts = x, inverse, factor @ np.linalg.solve(middle, turned)
        # steps in half the digits lead where all lead: what counts is how gradients are computed
        largest = max(float(np.abs(part).max()) for part in parts)
        self.digits = np.float32 if largest < LARGEST_SINGLE else np.float64
        self.x, self.inverse, self.middle = (part.astype(self.digits) for part in parts)

    def __call__(self, slopes: Floats, which: NDArray[np.int64]) -> Floats:
        """The steps (k, K, p) for slopes (k, K, p) of the examples at `which`."""
        x = self.x[which]
        plain = self._times_inverse(slopes.astype(self.digits))
        pushes = self.middle[which] @ (plain @ x[:, :, None])
        return plain + self._times_inverse(pushes * x[:, None, :])

    def _times_inverse(self, rows: NDArray[Any]) -> NDArray[Any]:
        return (rows.reshape(len(rows), -1) @ self.inverse).reshape(rows.shape)


class _Mixed:
    """Anderson's mixing of steps towards fixed points, each of many by itself."""

    def __init__(self) -> None:
        self.last: tuple[Floats, Floats] | None = None

    def __call__(self, points: Floats, steps: Floats) -> Floats:
        """The next points (k, K, p): between where this step and the last one lead, there where
        the step would be the shortest if steps were linear in the points."""
        there = points + steps
        moved = there
        if self.last is not None:
            turned = steps - self.last[1]
            length = np.einsum("bkp,bkp->b", turned, turned)
            share = np.einsum("bkp,bkp->b", turned, steps) / np.where(length > 0.0, length, np.inf)
            moved = self.last[0] - there
            moved *= share[:, None, None]
            moved += there
        self.last = there, steps
        return moved

    def keep(self, which: NDArray[np.bool_]) -> None:
        """Go on with these of the last points."""
        if self.last is not None and not which.all():
            self.last = self.last[0][which], self.last[1][which]


def _slopes(
    x: Floats, y: NDArray[np.int64], weights: Floats, penalty: Floats, deleted: NDArray[np.int64]
) -> Floats:
    """Gradients (b, K, p) of the objectives without one example each, at weights (b, K, p)."""
    b, classes, p = weights.shape
    every, total = np.arange(len(x)), np.empty((b, classes, p))
    block = max(1, PROBABILITIES // (len(x) * classes))
    for first in range(0, b, block):
        rows = slice(first, min(first + block, b))
        some = np.arange(rows.stop - first)
        by_class = np.swapaxes(weights[rows], 0, 1)  # first: sums over them are sums of rows
        residual = (by_class.reshape(-1, p) @ x.T).reshape(classes, len(some), len(x))
        residual -= residual.max(axis=0)
        np.exp(residual, out=residual)
        residual /= residual.sum(axis=0)
        residual[y, :, every] -= 1.0
        residual[:, some, deleted[rows]] = 0.0
        total[rows] = np.swapaxes((residual.reshape(-1, len(x)) @ x).reshape(by_class.shape), 0, 1)
    total /= len(x)
    total += penalty * weights
    return total


def _inverse_hessian(x: Floats, weights: Floats, penalty: Floats) -> Floats:
    """The inverse (K p, K p) of the Hessian on all examples.

    A column without penalty lets all classes move together without changing anything: that
    direction, in which no gradient points, is given the curvature 1. Raises LinAlgError if rounding
    leaves a curvature that is not above 0.
    """
    classes, p = weights.shape
    chance = softmax(x @ weights.T, axis=1)
    rows = (chance[:, :, None] * x[:, None, :]).reshape(len(x), -1)
    square = rows.T @ rows / -len(x)
    blocks = square.reshape(classes, p, classes, p)
    for k in range(classes):
        blocks[k, :, k, :] += (x * chance[:, k, None]).T @ x / len(x)
    square[np.diag_indices(len(square))] += np.tile(penalty, classes)
    for column in np.flatnonzero(penalty == 0.0):
        together = np.zeros((classes, p))
        together[:, column] = classes**-0.5
        square += np.outer(together, together)
    return np.asarray(inv(square, assume_a="pos", check_finite=False), dtype=np.float64)
