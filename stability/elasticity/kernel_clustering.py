"""Kernel K-means: Lloyd's algorithm on the points that a kernel matrix implies, many starts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.errors import DataError, SetupError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class KernelClusters:
    """The best of several starts: `labels` (n,), its objective, and those of all starts."""

    labels: Integers
    objective: float
    objectives: Floats
    all_labels: Integers


def kernel_kmeans(
    kernel: ArrayLike, clusters: int = 2, *, starts: int = 20, seed: int = 0, iterations: int = 300
) -> KernelClusters:
    """Cluster n points by their kernel matrix (n, n): the lowest objective of all starts.

    Every start draws labels at random and then moves every point to the nearest mean, in the
    geometry of the kernel, until nothing changes. The objective is the sum of squared distances
    to the means, trace K - sum over clusters c of 1_c^T K 1_c / n_c. A cluster that runs empty gets
    the point that is farthest from its mean. From one start alone it is unreliable: take 20.
    A matrix that is not positive semidefinite gives distances that may be negative; moving points
    then need not lower the objective, and a start ends after `iterations` rounds at the latest.

    Raises DataError for a matrix that is not square, symmetric and finite, SetupError for numbers
    that are not allowed.

    >>> points = np.array([0.0, 0.1, 5.0, 5.1])
    >>> kernel_kmeans(np.outer(points, points)).labels.tolist()
    [0, 0, 1, 1]
    """
    K = _checked(kernel, clusters)
    if starts < 1:
        raise SetupError(where="starts", found=starts, allowed="a whole number of at least 1")
    streams = np.random.default_rng(seed).spawn(starts)
    runs = [_one_start(K, clusters, stream, iterations) for stream in streams]
    labels = np.stack([_in_order(found) for found in runs])
    objectives = np.array([_objective(K, found, clusters) for found in labels])
    best = int(objectives.argmin())
    return KernelClusters(labels[best], float(objectives[best]), objectives, labels)


def _one_start(K: Floats, clusters: int, generator: np.random.Generator, rounds: int) -> Integers:
    labels = generator.integers(0, clusters, len(K))
    for _ in range(rounds):
        members = _members(labels, clusters)
        counts = np.maximum(members.sum(axis=0), 1.0)
        towards = K @ members / counts
        own = np.einsum("ic,ic->c", members, towards) / counts
        distances = own - 2 * towards
        distances[:, members.sum(axis=0) == 0] = np.inf
        moved = distances.argmin(axis=1)
        _refill(moved, distances + np.diagonal(K)[:, None], clusters)
        if (moved == labels).all():
            break
        labels = moved
    return labels


def _refill(labels: Integers, distances: Floats, clusters: int) -> None:
    """Give every empty cluster the point that is farthest from the mean of its own."""
    for empty in np.flatnonzero(np.bincount(labels, minlength=clusters) == 0):
        sizes = np.bincount(labels, minlength=clusters)
        far = distances[np.arange(len(labels)), labels].copy()
        far[sizes[labels] < 2] = -np.inf
        labels[int(far.argmax())] = empty


def _members(labels: Integers, clusters: int) -> Floats:
    return np.eye(clusters)[labels]


def _objective(K: Floats, labels: Integers, clusters: int) -> float:
    members = _members(labels, clusters)
    within = np.einsum("ic,ij,jc->c", members, K, members, optimize=True)
    return float(np.trace(K) - (within / np.maximum(members.sum(axis=0), 1.0)).sum())


def _in_order(labels: Integers) -> Integers:
    """The same clusters, numbered in the order in which they first occur."""
    _, first = np.unique(labels, return_index=True)
    rank = {int(labels[i]): k for k, i in enumerate(sorted(first))}
    return np.array([rank[int(label)] for label in labels])


def _checked(kernel: ArrayLike, clusters: int) -> Floats:
    K = np.asarray(kernel, dtype=np.float64)
    if K.ndim != 2 or K.shape[0] != K.shape[1] or not np.isfinite(K).all():
        raise DataError(
            where="kernel",
            found=f"an array of shape {K.shape}"
            + ("" if np.isfinite(K).all() else " with numbers that are not finite"),
            allowed="a square matrix of finite numbers",
        )
    if not np.allclose(K, K.T, rtol=1e-8, atol=1e-12 * float(np.abs(K).max())):
        raise DataError(
            where="kernel",
            found="a matrix that is not symmetric",
            allowed="a symmetric one",
            remedy="Use symmetrised(similarity).",
        )
    if not 2 <= clusters <= len(K):
        raise SetupError(
            where="clusters", found=clusters, allowed=f"a whole number from 2 to {len(K)}"
        )
    return K
