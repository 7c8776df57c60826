"""The second-order solution against the printed formulas, the whole tensor, and true training."""

import numpy as np
import pytest

from stability.errors import DataError, SetupError
from stability.kernels import neurons as neuron_blocks
from stability.kernels.hierarchy import fourth_order, third_order
from stability.kernels.kernel_motion import predicted_motion
from stability.kernels.label_aware_hierarchy import HierarchyKernel
from stability.kernels.time_weights import time_weights
from stability.kernels.two_layer import TwoLayerNetwork

TIMES = [1e-4, 0.3, 5.0, 200.0, np.inf]


def points(n, seed=0):
    return np.random.default_rng(seed).normal(size=(n, 4))


def as_printed(K3, K4, H, r, time):
    """Both terms of the proposition, with r for y: K3 (.., n), K4 (.., n, n)."""
    d, P = np.linalg.eigh(H)
    decay = np.exp(-time * d / len(r))
    once = P @ ((1 - decay) / d * (P.T @ r))
    both = np.exp(-time / len(r) * (d[:, None] + d))
    inverse = P @ np.diag(1 / d) @ P.T
    Q = (1 - both) * (P.T @ K4 @ P / d) / (d[:, None] + d)
    second = np.einsum("c,abce,e->ab", once, K4, inverse @ r)
    return K3 @ once, second - np.einsum("i,abij,j->ab", P.T @ r, Q, P.T @ r)


@pytest.mark.parametrize("time", TIMES)
@pytest.mark.parametrize("activation", ["relu", "erf"])
def test_the_printed_solution_with_the_whole_tensor(activation, time, monkeypatch):
    network = TwoLayerNetwork.random(40, 4, activation, seed=1)
    X, A, y = points(9), points(3, 1), np.resize([1.0, -1.0, -1.0], 9)
    H, r = network.matrix(X), y - network.outputs(X)
    monkeypatch.setattr(neuron_blocks, "NUMBERS", 1500)  # several blocks of neurons
    for rows, columns in ((X, None), (A, X)):
        other = rows if columns is None else columns
        K3, K4 = third_order(network, rows, other, X), fourth_order(network, rows, other, X, X)
        third, fourth = as_printed(K3, K4, H, r, time)
        if time < 1e-2:  # the printed form loses digits: it is a difference
            fourth = np.einsum("c,abce,e->ab", r, K4, r) * (time / 9) ** 2 / 2
        motion = predicted_motion(network, X, y, time, rows, columns)
        error = 1e-3 if time < 1e-2 else 1e-8
        assert np.abs(motion.third - third).max() < 1e-9 * np.abs(third).max()
        assert np.abs(motion.fourth - fourth).max() < error * np.abs(fourth).max()
        assert np.allclose(motion.start, network.matrix(rows, columns), atol=1e-14)
        whole = motion.start + motion.third + motion.fourth
        assert np.array_equal(motion.of_order(2), whole)


def test_weights_are_the_integrals_over_time():
    H, r = points(6) @ points(6).T + 0.01 * np.eye(6), np.arange(6.0) - 2
    d, P = np.linalg.eigh(H)
    nodes, shares = np.polynomial.legendre.leggauss(60)
    for time in (1e-5, 0.5, 20.0):
        found = time_weights(H, r, time)
        u = time / 6 * (nodes + 1) / 2
        left = P @ (np.exp(-np.outer(d, u)) * (P.T @ r)[:, None])
        right = P @ (-np.expm1(-np.outer(d, u)) / d[:, None] * (P.T @ r)[:, None])
        expected = (left * shares * time / 12) @ right.T
        product = found.left.T @ found.right
        assert np.abs(product - expected).max() < 1e-9 * np.abs(expected).max()
        assert np.allclose(found.once, left @ shares * time / 12, rtol=1e-10)
    far, end = time_weights(H, r, 1e9), time_weights(H, r)
    assert np.allclose(far.left.T @ far.right, end.left.T @ end.right, rtol=1e-6, atol=1e-9)


def test_a_singular_kernel_has_finite_weights():
    H, r = np.ones((3, 3)), np.array([1.0, -1.0, 2.0])
    end = time_weights(H, r)
    assert np.allclose(end.once, (r @ np.ones(3)) / 9)
    soon = time_weights(H, r, 3.0)
    assert np.isfinite(soon.left).all() and not np.allclose(soon.once, soon.once[0])
    with pytest.raises(DataError, match=r"matrix: found shape \(3, 2\)"):
        time_weights(H[:, :2], r)
    with pytest.raises(SetupError, match="time: found -1"):
        time_weights(H, r, -1)


@pytest.mark.parametrize("activation", ["erf", "softplus"])
def test_errors_fall_like_one_over_the_width_squared(activation):
    X, y = points(3) / 2, [1.0, -1.0, 1.0]
    found = []
    for width in (200, 3200):
        errors = []
        for seed in range(4):
            network = TwoLayerNetwork.random(width, 4, activation, seed)
            motion = predicted_motion(network, X, y, 1.0, X)
            [end] = network.trained(X, y, [1.0])
            errors.append([np.abs(motion.of_order(k) - end.matrix(X)).max() for k in range(3)])
        found.append(np.mean(errors, axis=0))
    slopes = np.log(found[0] / found[1]) / np.log(16)
    assert np.all(np.abs(slopes - [1, 1, 2]) < 0.35), slopes


def test_the_kernel_object_against_a_network_of_the_same_neurons():
    X, y, A = points(7), np.resize([1.0, -1.0], 7), points(2, 3)
    kernel = HierarchyKernel(X, y, width=50, neurons=300, seed=4)
    hidden = np.random.default_rng(4).normal(size=(300, 4))
    K4 = 300 * fourth_order(TwoLayerNetwork(hidden, np.ones(300)), A, X, X, X)
    K3 = np.zeros((2, 7, 7))
    _, expected = as_printed(K3, K4, kernel.mean.matrix(X), y, np.inf)
    assert np.allclose(kernel.label_part(A, X), expected, rtol=1e-8, atol=0)
    assert np.allclose(kernel.matrix(A, X), kernel.mean.matrix(A, X) + expected / 50, rtol=1e-10)
    whole = kernel.matrix(X)
    assert np.allclose(whole, whole.T, rtol=1e-13) and kernel.knows_labels
    assert np.allclose(kernel.diagonal(X), np.diag(whole), rtol=1e-10)
    assert not np.allclose(HierarchyKernel(X, -y * [2, 1, 1, 1, 1, 1, 1]).matrix(X), whole)


def test_the_kernel_object_is_the_mean_over_random_networks():
    X, y, A = points(4) / 2, np.array([1.0, -1.0, 1.0, -1.0]), points(2, 3)
    kernel = HierarchyKernel(X, y, "erf", neurons=10_000, time=4.0)
    H = kernel.mean.matrix(X)
    values = []
    for seed in range(16):
        network = TwoLayerNetwork.random(2000, 4, "erf", seed)
        K4 = 2000 * fourth_order(network, A, X, X, X)
        values.append(as_printed(np.zeros((2, 4, 4)), K4, H, y, 4.0)[1])
    error = np.std(values, axis=0, ddof=1) / 16**0.5
    gap = np.abs(np.mean(values, axis=0) - kernel.label_part(A, X))
    assert np.all(gap < 4.5 * error) and np.abs(np.mean(values, axis=0) / error).max() > 10


def test_what_the_kernel_object_refuses():
    X, y = points(3), [1.0, -1.0, 1.0]
    assert dict(HierarchyKernel(X, y).parameters)["examples"] == 3
    with pytest.raises(DataError, match=r"targets: found an array of shape \(2,\)"):
        HierarchyKernel(X, y[:2])
    with pytest.raises(DataError, match="an example of zeros"):
        HierarchyKernel(0 * X, y)
    with pytest.raises(SetupError, match=r"kernel\.neurons: found 0"):
        HierarchyKernel(X, y, neurons=0)
    with pytest.raises(SetupError, match="allowed: 'relu', 'erf'"):
        HierarchyKernel(X, y, "tanh")
    with pytest.raises(SetupError, match=r"a matrix \(3, 3\)"):
        HierarchyKernel(X, y, memory_bytes=8).label_part(X)
    with pytest.raises(DataError, match="found examples of 2 numbers"):
        HierarchyKernel(X, y).matrix(X[:, :2])
