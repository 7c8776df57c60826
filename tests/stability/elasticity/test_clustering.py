"""Clusterings against plain loops and scikit-learn, and accuracy against all namings."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stability.elasticity.clustering import (
    METHODS,
    ElasticityClustering,
    cluster_accuracy,
    pca_kmeans,
    points_kmeans,
)
from stability.elasticity.kernel_clustering import kernel_kmeans
from stability.errors import DataError, SetupError


def blobs(n=30, clusters=3, seed=0, spread=0.5):
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % clusters
    centres = 6 * rng.normal(size=(clusters, 4))
    return centres[labels] + spread * rng.normal(size=(n, 4)), labels


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), min_size=1, max_size=25))
@settings(deadline=None, derandomize=True, max_examples=60)
def test_accuracy_is_the_best_naming(pairs):
    found, labels = map(np.array, zip(*pairs, strict=True))
    best = max(np.mean(np.array(naming)[found] == labels) for naming in permutations(range(4)))
    assert cluster_accuracy(found, labels) == pytest.approx(best)


def objective(points, labels):
    return sum(
        ((points[labels == c] - points[labels == c].mean(0)) ** 2).sum() for c in set(labels)
    )


@pytest.mark.parametrize("clusters", [2, 3, 4])
def test_the_objective_is_that_of_kmeans_on_the_points(clusters):
    points, _ = blobs(clusters=3, spread=2.0)
    found = kernel_kmeans(points @ points.T, clusters, starts=20)
    assert found.objective == pytest.approx(objective(points, found.labels))
    assert found.objective <= objective(points, points_kmeans(points, clusters)) * 1.05
    for labels, value in zip(found.all_labels, found.objectives, strict=True):
        assert value == pytest.approx(objective(points, labels))
        assert len(set(labels)) == clusters  # no cluster stays empty


def test_every_start_ends_where_no_round_changes_anything():
    points, _ = blobs(spread=3.0)
    found = kernel_kmeans(points @ points.T, 3, starts=5, seed=3)
    for labels in found.all_labels:
        means = np.stack([points[labels == c].mean(0) for c in range(3)])
        nearest = ((points[:, None] - means) ** 2).sum(2).argmin(1)
        assert (nearest == labels).all()


def test_one_start_is_worse_than_the_best_of_many():
    points, labels = blobs(60, clusters=4, spread=0.1, seed=5)
    K = points @ points.T
    alone = [kernel_kmeans(K, 4, starts=1, seed=s).objective for s in range(20)]
    assert max(alone) > 5 * kernel_kmeans(K, 4, starts=20).objective
    assert cluster_accuracy(kernel_kmeans(K, 4, starts=20).labels, labels) == 1.0


def test_seeds_repeat_and_more_starts_never_hurt():
    points, _ = blobs(spread=3.0)
    K = points @ points.T
    one, again = (kernel_kmeans(K, 3, starts=4, seed=9) for _ in range(2))
    assert (one.labels == again.labels).all()
    more = kernel_kmeans(K, 3, starts=8, seed=9)
    assert np.allclose(more.objectives[:4], one.objectives) and more.objective <= one.objective


@pytest.mark.parametrize("form", METHODS)
def test_the_estimator_finds_what_a_kernel_separates(form):
    points, labels = blobs(40, clusters=2, spread=0.2, seed=1)
    kernel = lambda X: np.exp(-((X[:, None] - X) ** 2).sum(2) / 20)  # noqa: E731
    clustering = ElasticityClustering(kernel, form=form)
    assert cluster_accuracy(clustering.fit_predict(points), labels) == 1.0
    assert clustering.kernel_.shape == (40, 40)


def test_baselines_find_blobs():
    points, labels = blobs(60, clusters=3, spread=0.2)
    assert cluster_accuracy(points_kmeans(points, 3), labels) == 1.0
    assert cluster_accuracy(pca_kmeans(points, 3, components=2), labels) > 0.9
    assert pca_kmeans(points, 3).shape == (60,)  # fewer components than asked for


def test_bad_input_is_named():
    with pytest.raises(DataError, match="a square matrix"):
        kernel_kmeans(np.ones((2, 3)))
    with pytest.raises(DataError, match="not finite"):
        kernel_kmeans(np.full((2, 2), np.inf))
    with pytest.raises(DataError, match=r"not symmetric.*symmetrised"):
        kernel_kmeans([[1.0, 0.5], [0.0, 1.0]])
    with pytest.raises(SetupError, match="from 2 to 3"):
        kernel_kmeans(np.eye(3), 4)
    with pytest.raises(SetupError, match="starts"):
        kernel_kmeans(np.eye(3), starts=0)
    with pytest.raises(SetupError, match="'kernelized'"):
        ElasticityClustering(lambda X: X, form="kernel")
    with pytest.raises(DataError, match="a class for each point"):
        cluster_accuracy([0, 1], [0])
