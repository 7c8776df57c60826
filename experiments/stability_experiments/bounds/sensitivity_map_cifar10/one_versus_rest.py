"""Ridge regression for several classes at once, with exact deletion of every example.

The targets are e_y, one ridge regression for each class. They share the normal matrix
A = features^T features / m + regularization, so that one factorisation serves all classes.
Deleting example i (keep-1/m) moves the outputs at x by
    f_c without i - f_c = -(1/m) r_ic / (1 - h_i) phi(x) . A^-1 phi_i
with h_i = phi_i . A^-1 phi_i / m and residuals r_ic = e_yi,c - f_c(x_i): by a number for the pair
(i, x) times a number for (i, class), so that one matrix product serves all classes too. For one
target this is the formula of `stability.estimate.RidgeFit`, the oracle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve

from stability.estimate.exact.ridge import Ridge, RidgeFit, clipped_square

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class OneVersusRest:
    """A fit: `weights` (p, classes), `targets` (m, classes), and the fit of the first class.

    The evaluated loss is the mean over classes of (clip(f_c, 0, 1) - e_y,c)^2, in [0, 1].
    """

    first: RidgeFit
    weights: Floats
    targets: Floats

    def losses(self, features: Floats, labels: NDArray[np.int64]) -> Floats:
        """The loss (n,) at features (n, p)."""
        return clipped_square(features @ self.weights, self._targets(labels)).mean(axis=1)

    def accuracy(self, features: Floats, labels: NDArray[np.int64]) -> float:
        """The share of the examples whose largest output is that of their class."""
        return float(((features @ self.weights).argmax(axis=1) == labels).mean())

    def changes(
        self, features: Floats, labels: NDArray[np.int64], deleted: NDArray[np.int64]
    ) -> Floats:
        """Change of the loss (b, n) at features (n, p) after each deletion: without minus with."""
        phi = self.first.features[deleted]
        solved = cho_solve((self.first.factor, False), phi.T).T
        slack = 1.0 - np.einsum("ij,ij->i", phi, solved) / len(self.targets)
        residual = self.targets[deleted] - phi @ self.weights
        steps = -residual / (len(self.targets) * slack)[:, None]
        product, outputs = solved @ features.T, features @ self.weights
        total, moved = np.zeros_like(product), np.empty_like(product)
        for column, target in enumerate(self._targets(labels).T):
            np.multiply(product, steps[:, column, None], out=moved)
            moved += outputs[:, column]
            np.clip(moved, 0.0, 1.0, out=moved)
            moved -= target
            np.square(moved, out=moved)
            total += moved
        total /= self.targets.shape[1]
        total -= self.losses(features, labels)
        return total

    def _targets(self, labels: NDArray[np.int64]) -> Floats:
        return np.eye(self.targets.shape[1])[labels]


def fit_one_versus_rest(
    features: Floats, labels: NDArray[np.int64], classes: int, regularization: float
) -> OneVersusRest:
    """Fit all classes to features (m, p). Raises as `Ridge.fit` does."""
    targets = np.eye(classes)[labels]
    first = Ridge(regularization).fit(features, targets[:, 0])
    moments = first.features.T @ targets / len(targets)
    return OneVersusRest(first, cho_solve((first.factor, False), moments), targets)
