"""Similarity of classifiers by the Kullback-Leibler divergence of predictions before and after.

He and Su (2020), section 4, look at KL(prediction before || prediction after) at an observed point.
For a step of size s it is, to leading order, s^2/2 times the quadratic form of d = K(x', x) g with
diag(p) - p p^T at the observed point, so that the ratio to its value at the updated point itself
has a limit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_softmax, softmax

from stability.elasticity.steps import finite_steps, loss_slopes, relative_steps, small_steps
from stability.errors import DataError
from stability.kernels.empirical import EmpiricalKernel

Floats = NDArray[np.float64]


def divergence(before: ArrayLike, after: ArrayLike) -> Floats:
    """KL(p || q) (...) in nats of the softmax p of logits (..., K) before, q of those after.

    >>> divergence([0.0, 0.0], [0.0, 0.0]).item()
    0.0
    """
    first, second = log_softmax(before, axis=-1), log_softmax(after, axis=-1)
    return np.maximum((np.exp(first) * (first - second)).sum(axis=-1), 0.0)


def small_step_divergence(
    kernel: EmpiricalKernel, updated: ArrayLike, labels: ArrayLike, observed: ArrayLike
) -> Floats:
    """lim 2 KL / s^2 (n, n') for a step of cross-entropy at each updated point (n, ...).

    For a network with K > 1 outputs that are logits, `labels` (n,), `observed` (n', ...).
    Raises DataError for a network with one output.
    """
    z = _logits(kernel, updated)
    moved = small_steps(kernel, updated, loss_slopes("cross-entropy", z, labels), observed)
    p = softmax(kernel.outputs(observed), axis=1)
    mean = np.einsum("jk,ijk->ij", p, moved)
    return np.einsum("jk,ijk->ij", p, (moved - mean[:, :, None]) ** 2)


def relative_divergence(
    kernel: EmpiricalKernel,
    updated: ArrayLike,
    labels: ArrayLike,
    observed: ArrayLike | None = None,
) -> Floats:
    """KL at x' over KL at x (n, n') in the limit of small steps: 1 where they are the same point.

    Raises DataError for points whose own prediction a step does not move, such as those that the
    network classifies with certainty.
    """
    across = small_step_divergence(
        kernel, updated, labels, updated if observed is None else observed
    )
    points = kernel.tensor(updated)
    if observed is None:
        own = np.diagonal(across)
    else:
        y = np.asarray(labels)
        own = np.array(
            [
                small_step_divergence(kernel, one, y[[i]], one)[0, 0]
                for i, one in enumerate(points[:, None].cpu().numpy())
            ]
        )
    if not (own > 0).all():
        raise DataError(
            where=f"updated point {int(np.flatnonzero(~(own > 0))[0])}",
            found="a step there leaves its own prediction as it is",
            allowed="points whose prediction a step at them moves",
            remedy="The network is certain there: leave such points out, or look at the kernel.",
        )
    return across / own[:, None]


def finite_step_divergence(
    kernel: EmpiricalKernel,
    updated: ArrayLike,
    labels: ArrayLike,
    observed: ArrayLike,
    share: float,
) -> Floats:
    """KL (n, n') after a step of cross-entropy of size share / K(x, x) at each updated point."""
    z = _logits(kernel, updated)
    steps = relative_steps(kernel, updated, share)
    lost = finite_steps(kernel, updated, loss_slopes("cross-entropy", z, labels), observed, steps)
    before = kernel.outputs(observed)
    return divergence(before, before - steps[:, None, None] * lost)


def _logits(kernel: EmpiricalKernel, points: ArrayLike) -> Floats:
    z = kernel.outputs(points)
    if z.shape[1] < 2:
        raise DataError(
            where="network",
            found="one output",
            allowed="a classifier with two logits at least",
            remedy="Look at LocalElasticity for networks with one output.",
        )
    return z
