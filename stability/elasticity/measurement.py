"""Everything that one look at a trained network says about its local elasticity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.elasticity.class_averages import ClassMeans, class_means
from stability.elasticity.clustering import cluster_accuracy
from stability.elasticity.kernel_clustering import kernel_kmeans
from stability.elasticity.separation import DataSeparation, data_separation
from stability.elasticity.similarity import normalised, relative
from stability.elasticity.trace_kernel import trace_kernel
from stability.errors import DataError
from stability.kernels.empirical import EmpiricalKernel

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ElasticityMeasurement:
    """The elasticity of a network among n labelled points, in the limit of small steps.

    `layers`: each layer's part (n, n) of the tangent kernel of all outputs (the trace of its
    blocks). `clusters` (n,): normalised kernel K-means into as many clusters as there are classes
    among the points, and their `accuracy`. `separation`: the law of data separation, layer by
    layer. `fell_back`: parameters whose gradients were formed one by one.
    """

    labels: NDArray[np.int64]
    layers: dict[str, Floats]
    clusters: NDArray[np.int64]
    accuracy: float
    separation: DataSeparation
    fell_back: tuple[str, ...]

    @property
    def kernel(self) -> Floats:
        """The tangent kernel (n, n) of all outputs."""
        return np.sum(list(self.layers.values()), axis=0)

    @property
    def similarity(self) -> Floats:
        """The relative similarity (n, n); row: updated point, column: observed point."""
        return relative(self.kernel)

    @property
    def normalised(self) -> Floats:
        """The kernel with ones on its diagonal (n, n)."""
        return normalised(self.kernel)

    def means(self, classes: int) -> ClassMeans:
        """The relative similarity by classes, pairs of a point with itself left out."""
        return class_means(self.similarity, self.labels, classes=classes)

    def layer_contrasts(self) -> dict[str, float]:
        """log(mean within / mean across classes) of each layer's part, in absolute value.

        NaN for a layer that does not move anything across or within classes.
        """
        return {
            name: class_means(np.abs(part), self.labels).contrast
            for name, part in self.layers.items()
        }


def measure_elasticity(
    kernel: EmpiricalKernel, points: ArrayLike, labels: ArrayLike, *, seed: int = 0
) -> ElasticityMeasurement:
    """The local elasticity of a network among points (n, ...) with labels (n,).

    `seed` draws the starts of the clustering. Raises DataError for points of fewer than two
    classes, and for points that no step moves (a dead network).

    >>> from torch import nn
    >>> from stability.training.networks.network import network_from
    >>> kernel = EmpiricalKernel(network_from(nn.Linear(1, 2), (1,)))
    >>> found = measure_elasticity(kernel, [[-1.0], [-2.0], [1.0], [2.0]], [0, 0, 1, 1])
    >>> found.kernel[0].tolist(), found.accuracy  # 2 (x x' + 1)
    ([4.0, 6.0, 0.0, -2.0], 1.0)
    """
    y = np.asarray(labels, dtype=np.int64)
    present = len(np.unique(y))
    if present < 2:
        raise DataError(
            where="labels",
            found=f"points of {present} class",
            allowed="points of two classes at least, so that within and across can be compared",
        )
    layers = trace_kernel(kernel, points)
    apart = normalised(np.sum(list(layers.values()), axis=0))
    clusters = kernel_kmeans(apart, present, seed=seed).labels
    return ElasticityMeasurement(
        labels=y,
        layers=layers,
        clusters=clusters,
        accuracy=cluster_accuracy(clusters, y),
        separation=data_separation(kernel, points, y),
        fell_back=kernel.fell_back(points),
    )
