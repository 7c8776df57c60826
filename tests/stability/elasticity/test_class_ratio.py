"""The relative ratio against plain means over pairs."""

import numpy as np
import pytest

from stability.elasticity import relative_ratio
from stability.errors import DataError
from stability.kernels import NeuralTangentKernel

NTK = NeuralTangentKernel()
random = np.random.default_rng(0)
X, Z = random.normal(size=(7, 3)), random.normal(size=(5, 3))
Y, W = np.array([0, 0, 0, 0, 1, 1, 2]), np.array([1, 0, 1, 0, 2])


def plain(K, rows, columns, y, w):
    within, across = [], []
    for i in range(len(y)):
        for j in range(len(w)):
            value = K[i, j] / np.sqrt(rows[i] * columns[j])
            (within if y[i] == w[j] else across).append(value)
    return np.mean(within) / (np.mean(within) + np.mean(across))


def test_against_plain_means():
    own, other = NTK.diagonal(X), NTK.diagonal(Z)
    assert relative_ratio(NTK.matrix(X), own, Y) == pytest.approx(
        plain(NTK.matrix(X), own, own, Y, Y), rel=1e-12
    )
    assert relative_ratio(NTK.matrix(X, Z), own, Y, other, W) == pytest.approx(
        plain(NTK.matrix(X, Z), own, other, Y, W), rel=1e-12
    )


def test_what_is_refused():
    K = NTK.matrix(X)
    with pytest.raises(DataError, match="own value"):
        relative_ratio(K, np.ones(3), Y)
    with pytest.raises(DataError, match="value -1 of input 2"):
        relative_ratio(K, [1, 1, -1, 1, 1, 1, 1], Y)
    with pytest.raises(DataError, match="two classes"):
        relative_ratio(K, np.ones(7), np.zeros(7, dtype=int))
