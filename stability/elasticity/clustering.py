"""Clustering by local elasticity (He and Su 2020, algorithm 1), and the baselines beside it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment

from stability.elasticity.kernel_clustering import kernel_kmeans
from stability.elasticity.similarity import normalised, relative, symmetrised
from stability.errors import DataError, SetupError

Integers = NDArray[np.int64]


def cluster_accuracy(found: ArrayLike, labels: ArrayLike) -> float:
    """The share of points whose cluster is their class, for the best naming of the clusters.

    With two clusters and classes of equal size at least 1/2.

    >>> cluster_accuracy([1, 1, 0, 0], ["a", "a", "b", "b"])
    1.0
    """
    one, own = np.unique(np.asarray(found), return_inverse=True)
    two, classes = np.unique(np.asarray(labels), return_inverse=True)
    if own.shape != classes.shape or not own.size:
        raise DataError(
            where="labels",
            found=f"{classes.size} beside {own.size} clusters",
            allowed="a class for each point",
        )
    table = np.zeros((len(one), len(two)))
    np.add.at(table, (own, classes), 1)
    rows, columns = linear_sum_assignment(-table)
    return float(table[rows, columns].sum() / own.size)


def rows_kmeans(similarity: ArrayLike, clusters: int = 2, *, seed: int = 0) -> Integers:
    """K-means on the rows of a symmetrised similarity: for the relative similarity."""
    return points_kmeans(symmetrised(similarity), clusters, seed=seed)


def points_kmeans(points: ArrayLike, clusters: int = 2, *, seed: int = 0) -> Integers:
    """K-means on points (n, d) themselves, the best of ten starts: the baseline.

    >>> points_kmeans([[0.0], [0.1], [5.0], [5.1]]).shape
    (4,)
    """
    from sklearn.cluster import KMeans

    found = KMeans(clusters, n_init=10, random_state=seed).fit(np.asarray(points))
    return np.asarray(found.labels_, dtype=np.int64)


def pca_kmeans(
    points: ArrayLike, clusters: int = 2, *, components: int = 100, seed: int = 0
) -> Integers:
    """K-means on the leading principal components of points (n, d).

    `components`: as published 100, or as many as there are (min of n and d).
    """
    from sklearn.decomposition import PCA

    values = np.asarray(points, dtype=np.float64)
    kept = min(components, *values.shape)
    return points_kmeans(PCA(kept, svd_solver="full").fit_transform(values), clusters, seed=seed)


METHODS: dict[str, Callable[[NDArray[np.float64], int, int, int], Integers]] = {
    "relative": lambda K, c, starts, seed: rows_kmeans(relative(K), c, seed=seed),
    "kernelized": lambda K, c, starts, seed: kernel_kmeans(K, c, starts=starts, seed=seed).labels,
    "normalised": lambda K, c, starts, seed: (
        kernel_kmeans(normalised(K), c, starts=starts, seed=seed).labels
    ),
}
"""Form of the similarity to the clustering of a kernel matrix."""


class ElasticityClustering:
    """Clusters points by how an update at one moves the prediction at another.

    `kernel_of`: a function of the points (n, ...) that gives their kernel matrix (n, n), such as
    `EmpiricalKernel.of(model).matrix` of a network that was trained to tell the points from others.
    `form`: "relative" (K-means on the rows of the symmetrised similarity), "kernelized" or
    "normalised" (kernel K-means, the lowest objective of `starts`). Used like a clusterer of
    scikit-learn: after `fit`, `labels_` (n,) and `kernel_` (n, n).

    >>> points = np.array([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.9]])
    >>> clustering = ElasticityClustering(lambda X: X @ X.T, form="kernelized")
    >>> clustering.fit_predict(points).tolist()
    [0, 0, 1, 1]
    """

    def __init__(
        self,
        kernel_of: Callable[[ArrayLike], NDArray[np.float64]],
        *,
        n_clusters: int = 2,
        form: str = "kernelized",
        starts: int = 20,
        random_state: int = 0,
    ) -> None:
        if form not in METHODS:
            raise SetupError(
                where="form", found=form, allowed="one of " + ", ".join(map(repr, METHODS))
            )
        self.kernel_of, self.n_clusters, self.form = kernel_of, n_clusters, form
        self.starts, self.random_state = starts, random_state

    def fit(self, X: ArrayLike, y: None = None) -> ElasticityClustering:
        """Cluster the points (n, ...). Raises DataError for points that no step moves."""
        K = np.asarray(self.kernel_of(X), dtype=np.float64)
        self.kernel_ = K
        self.labels_ = METHODS[self.form](K, self.n_clusters, self.starts, self.random_state)
        return self

    def fit_predict(self, X: ArrayLike, y: None = None) -> Integers:
        """The clusters (n,) of the points."""
        return self.fit(X).labels_
