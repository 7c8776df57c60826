"""LANTK-NTH on digits by its fast contraction, against the tensor of n^4 numbers.

The tensor and the sum over it are timed on few images and extrapolated, as it needs 8 n^4 bytes;
there both ways are compared. Then kernel regression with the kernel and without the label part.
"""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from stability.datasets import load_digits
from stability.kernels.hierarchy import fourth_order
from stability.kernels.label_aware_hierarchy import HierarchyKernel
from stability.kernels.time_weights import time_weights
from stability.kernels.two_layer import TwoLayerNetwork
from stability.runs.tasks.threads import on_one_thread

Floats = NDArray[np.float64]
SIZES = (200, 400, 1000)
SMALL = 24
NEURONS = 512
WIDTHS = (100, 1000, 40_960)
JITTER = 1e-10


def run(
    sizes: tuple[int, ...] = SIZES, small: int = SMALL, neurons: int = NEURONS, seed: int = 0
) -> Iterator[str]:
    """A line per size, one on the growth of the cost, and one per size on accuracies."""
    images = load_digits()
    order = np.random.default_rng(seed).permutation(len(images))
    pixels = np.asarray(images.inputs, dtype=np.float64).reshape(len(images), -1)
    X = np.hstack([pixels, np.ones((len(images), 1))])[order]
    y = np.where(images.labels >= 5, 1.0, -1.0)[order]
    with on_one_thread():
        whole, difference = _whole(X[:small], y[:small], neurons, seed)
        yield (
            f"LANTK-NTH, {small} digits, {neurons} neurons: {whole:.2f} s by the tensor K4; "
            f"largest relative difference of the fast contraction {difference:.1e}"
        )
        kernels, seconds = [], []
        for n in sizes:
            start = perf_counter()
            kernel = HierarchyKernel(X[:n], y[:n], neurons=neurons, seed=seed)
            kernels.append((kernel, kernel.label_part(X[:n])))
            seconds.append(perf_counter() - start)
            slow, numbers = whole * (n / small) ** 4, 8.0 * n**4
            yield (
                f"LANTK-NTH, {n:,} digits, {neurons} neurons: {seconds[-1]:.2f} s; the tensor, "
                f"extrapolated: {slow:,.0f} s and {numbers / 2**30:,.0f} GiB; ratio "
                f"{slow / seconds[-1]:,.0f}"
            )
        if len(sizes) > 1:
            growth = np.polyfit(np.log(sizes), np.log(seconds), 1)[0]
            yield f"LANTK-NTH: cost in proportion to n^{growth:.2f} from {sizes[0]} to {sizes[-1]}"
        for (kernel, label), n in zip(kernels, sizes, strict=True):
            yield _accuracies(kernel, label, X, y, n)


def _whole(X: Floats, y: Floats, neurons: int, seed: int) -> tuple[float, float]:
    """Seconds for the label part by the whole tensor, and how far the contraction is from it."""
    kernel = HierarchyKernel(X, y, neurons=neurons, seed=seed)
    fast = kernel.label_part(X)
    hidden = np.random.default_rng(seed).normal(size=(neurons, X.shape[1]))
    weights = time_weights(kernel.mean.matrix(X), y)
    start = perf_counter()
    tensor = neurons * fourth_order(TwoLayerNetwork(hidden, np.ones(neurons)), X, X, X, X)
    slow = np.einsum("abce,ce->ab", tensor, weights.left.T @ weights.right)
    return perf_counter() - start, float(np.abs(fast - slow).max() / np.abs(slow).max())


def _accuracies(kernel: HierarchyKernel, label: Floats, X: Floats, y: Floats, n: int) -> str:
    """Accuracy of kernel regression on the other digits, 0 to 4 against 5 to 9."""
    train, test = X[:n], X[n:]
    K, across = kernel.mean.matrix(train), kernel.mean.matrix(test, train)
    more = kernel.label_part(test, train)

    def accuracy(share: float) -> float:
        matrix = K + share * label
        matrix[np.diag_indices(n)] += JITTER * np.trace(matrix) / n
        found = (across + share * more) @ np.linalg.solve(matrix, y[:n])
        return float(np.mean((found > 0) == (y[n:] > 0)))

    told = "; ".join(f"width {m:,}: {accuracy(1 / m):.4f}" for m in WIDTHS)
    return (
        f"kernel regression, {n:,} digits, two classes, {len(test)} test images: NTK "
        f"{accuracy(0.0):.4f}; LANTK-NTH, {told}; mean diagonal {np.diag(K).mean():.3g}, of the "
        f"label part times the width {np.diag(label).mean():.3g}"
    )
