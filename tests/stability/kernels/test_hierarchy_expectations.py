"""Means of the fourth-order kernel against networks that are drawn, and against scipy."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from stability.errors import DataError
from stability.kernels.hierarchy import fourth_order
from stability.kernels.hierarchy_expectations import expected_fourth_order
from stability.kernels.orthants import orthant, second_moment
from stability.kernels.two_layer import TwoLayerNetwork

X = np.array(
    [[1.0, 0.2, 0.1, 0.0], [0.3, 0.9, 0.0, 0.2], [-0.2, 0.5, 0.8, 0.1], [0.4, -0.3, 0.3, 0.7]]
)


def covariance(seed=0):
    A = np.random.default_rng(seed).normal(size=(4, 4))
    return A @ A.T + 0.1 * np.eye(4)


def test_orthants_of_two_to_four_numbers_against_numerical_integration():
    for seed in range(3):
        C = covariance(seed)
        for places in ([0, 2], [1, 2, 3], [0, 1, 2, 3]):
            part = C[np.ix_(places, places)]
            oracle = multivariate_normal.cdf(
                np.zeros(len(places)), cov=part, abseps=1e-7, releps=1e-7, maxpts=400_000, rng=0
            )
            assert abs(orthant(C, places) - oracle) < 2e-6


def test_second_moments_against_draws():
    C = covariance(1)
    draws = np.random.default_rng(0).normal(size=(400_000, 4)) @ np.linalg.cholesky(C).T
    for c, e, places in ((0, 1, [0, 1, 2, 3]), (2, 2, [0, 2, 3]), (0, 3, [1, 2]), (1, 0, [0])):
        values = draws[:, c] * draws[:, e] * (draws[:, places] > 0).all(axis=1)
        error = values.std() / len(values) ** 0.5
        assert abs(values.mean() - second_moment(C, c, e, places)) < 4 * error


@pytest.mark.parametrize("activation", ["relu", "erf", "softplus"])
@pytest.mark.parametrize(
    "places", [(0, 1, 2, 3), (2, 0, 3, 1), (0, 0, 1, 2), (0, 1, 0, 1), (1,) * 4]
)
def test_the_mean_over_networks_that_are_drawn(activation, places):
    networks = [TwoLayerNetwork.random(8000, 4, activation, seed) for seed in range(12)]

    def distance(drawn, expected):
        one = [X[[i]] for i in drawn]
        values = np.array([8000 * fourth_order(network, *one).item() for network in networks])
        found = expected_fourth_order(X[list(expected)], activation)
        return abs(values.mean() - found) / (values.std(ddof=1) / len(values) ** 0.5)

    assert distance(places, places) < 4.5
    other = tuple(places[i] for i in (2, 1, 0, 3))  # K4 is not symmetric in these
    assert other == places or distance(places, other) > 4.5


def test_equal_opposite_and_dependent_directions_of_relu():
    near = X[0] + 1e-4 * X[1]
    one, other = (expected_fourth_order([X[0], p, X[2], X[3]]) for p in (X[0], near))
    assert one == pytest.approx(other, rel=1e-3)
    assert expected_fourth_order([X[0], -2 * X[0], X[2], X[3]]) == 0.0
    with pytest.raises(DataError, match="linearly dependent"):
        expected_fourth_order([X[0], X[1], X[0] + X[1], X[3]])
    with pytest.raises(DataError, match="found 3 points; allowed: four points"):
        expected_fourth_order(X[:3])
