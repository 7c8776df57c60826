"""Models refitted without each example, one by one, with numpy and scipy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.spatial.distance import cdist

from tests.fuzzing.networks.loop import Changes

Floats = np.ndarray
Kernel = Callable[[Floats, Floats], Floats]
KernelOf = Callable[[Floats], Kernel]
"""From a mask (m,) of the examples that count to a kernel."""
Losses = Callable[[Floats, int], tuple[Floats, Floats]]
"""From a mask (m,) of the examples that count, and a divisor, to losses (m,) and (n_test,)."""


def ridge(x: Floats, y: Floats, test_x: Floats, test_y: Floats, lam: float) -> Losses:
    """Minimise (1/divisor) sum (x w - y)^2 + lam |w|^2; predictions cut to [0, 1]."""

    def losses(kept: Floats, divisor: int) -> tuple[Floats, Floats]:
        rows = np.vstack([x[kept] / np.sqrt(divisor), np.sqrt(lam) * np.eye(x.shape[1])])
        right = np.concatenate([y[kept] / np.sqrt(divisor), np.zeros(x.shape[1])])
        w = np.linalg.lstsq(rows, right, rcond=None)[0]
        return _squares(x @ w, y), _squares(test_x @ w, test_y)

    return losses


def plain_kernel(name: str, h: float) -> Kernel:
    """The kernel of this name with bandwidth h."""
    forms: Mapping[str, Kernel] = {
        "gaussian": lambda a, b: np.exp(-(cdist(a, b) ** 2) / (2 * h * h)),
        "laplace": lambda a, b: np.exp(-cdist(a, b, "cityblock") / h),
        "linear": lambda a, b: a @ b.T,
    }
    return forms[name]


def kernel_ridge(
    x: Floats, y: Floats, test_x: Floats, test_y: Floats, lam: float, kernel: KernelOf
) -> Losses:
    """Minimise (1/divisor) sum (f(x) - y)^2 + lam |f|^2 with the kernel of the examples kept."""

    def losses(kept: Floats, divisor: int) -> tuple[Floats, Floats]:
        of = kernel(kept)
        inside = of(x[kept], x[kept]) + divisor * lam * np.eye(int(kept.sum()))
        weights = np.linalg.solve(inside, y[kept])
        return (
            _squares(of(x, x[kept]) @ weights, y),
            _squares(of(test_x, x[kept]) @ weights, test_y),
        )

    return losses


def _squares(predicted: Floats, y: Floats) -> Floats:
    return (np.clip(predicted, 0.0, 1.0) - y) ** 2


def logistic(
    x: Floats, y: Floats, test_x: Floats, test_y: Floats, lam: Floats, classes: int, limit: float
) -> Losses:
    """Minimise (1/divisor) sum cross-entropy + sum lam/2 w^2; losses cut to [0, limit].

    `lam` (classes, d) weighs each weight on its own.
    """
    penalty = lam.ravel()

    def entropy(w: Floats, points: Floats, labels: Floats) -> tuple[Floats, Floats]:
        scores = points @ w.reshape(classes, -1).T
        scores = scores - scores.max(axis=1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return -logs[np.arange(len(labels)), labels], np.exp(logs)

    def losses(kept: Floats, divisor: int) -> tuple[Floats, Floats]:
        points, labels = x[kept], y[kept]
        hot = np.eye(classes)[labels]

        def objective(w: Floats) -> tuple[float, Floats]:
            each, shares = entropy(w, points, labels)
            slope = ((shares - hot).T @ points / divisor).ravel() + penalty * w
            return float(each.sum() / divisor + (penalty / 2 * w) @ w), slope

        start = np.zeros(classes * x.shape[1])
        options = {"maxiter": 5000, "ftol": 1e-16, "gtol": 1e-11, "maxls": 50}
        w = minimize(objective, start, jac=True, method="L-BFGS-B", options=options).x
        return (
            np.clip(entropy(w, x, y)[0], 0, limit),
            np.clip(entropy(w, test_x, test_y)[0], 0, limit),
        )

    return losses


def refitted(losses: Losses, m: int, deleted: list[int], retrain: bool) -> Changes:
    """Fit on all and without each example, and compare."""
    everything = np.ones(m, dtype=bool)
    base = losses(everything, m)
    rows, own, top = [], [], []
    for position in deleted:
        kept = everything.copy()
        kept[position] = False
        here = losses(kept, m - 1 if retrain else m)
        moved: list[Any] = [np.abs(a - b) for a, b in zip(here, base, strict=True)]
        rows.append(moved[1])
        own.append(moved[0][position])
        top.append(max(moved[0].max(), moved[1].max()))
    table = m * np.array(rows)
    constants = {
        "B": float(table.mean(axis=1).max()),
        "U": float(m * max(top)),
        "B1": float(table.mean()),
        "D": float(m * np.mean(own)),
    }
    return Changes(constants, float(base[0].mean()), float(base[1].mean()))
