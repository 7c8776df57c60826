"""Kernels of infinitely wide networks against 40 digits, wide random networks and the formula."""

import mpmath
import numpy as np
import pytest
import torch
from torch import nn

from stability.errors import DataError, SetupError
from stability.estimate.exact.kernel_ridge import KernelRidge
from stability.kernels import analytic
from stability.kernels.analytic import NeuralTangentKernel
from stability.kernels.empirical import EmpiricalKernel
from stability.training.networks.network import network_from

CASES = [
    (activation, depth, weight, bias)
    for activation in ("relu", "erf")
    for depth, weight, bias in ((1, 1.0, 0.0), (1, 1.3, 0.7), (3, 1.4, 0.0), (4, 1.2, 0.1))
] + [("erf", 1, 1e4, 0.0)]


def awkward_points():
    """Random points, and some that are equal, nearly equal, nearly opposite, or far out."""
    x = np.random.default_rng(0).normal(size=(3, 5))
    tiny = np.array([0.0, 1e-9, 0.0, 0.0, 0.0])
    points = [*x, x[0], x[0] + tiny, x[0] + 1e5 * tiny, -2 * x[0] + tiny, 3 * x[1], 40 * x[2]]
    return np.array(points)


def in_many_digits(kernel, x, y):
    """K(x, y) by the recursion of covariances, as it is printed, with 40 digits."""
    mp = mpmath.mp
    w, b = mp.mpf(kernel.weight_std) ** 2, mp.mpf(kernel.bias_std) ** 2

    def relu(q, r, s):
        norm = mp.sqrt(q * r)
        angle = mp.acos(max(-1, min(1, s / norm)))
        up = mp.pi - angle
        return norm * (mp.sin(angle) + up * mp.cos(angle)) / (2 * mp.pi), up / (2 * mp.pi)

    def erf(q, r, s):
        root = mp.sqrt((1 + 2 * q) * (1 + 2 * r))
        return 2 / mp.pi * mp.asin(2 * s / root), 4 / mp.pi / mp.sqrt(root**2 - 4 * s**2)

    means = {"relu": relu, "erf": erf}[kernel.activation]

    def dot(u, v):
        return w * mp.fsum(mp.mpf(float(i)) * mp.mpf(float(j)) for i, j in zip(u, v, strict=True))

    q, r, s = (dot(*pair) + b for pair in ((x, x), (y, y), (x, y)))
    tangent = s
    for _ in range(kernel.depth):
        covariance, slopes = means(q, r, s)
        q, r, s = w * means(q, q, q)[0] + b, w * means(r, r, r)[0] + b, w * covariance + b
        tangent = s + w * slopes * tangent
    return float(tangent)


@pytest.mark.parametrize("case", CASES)
def test_the_recursion_in_many_digits(case):
    kernel = NeuralTangentKernel(*case)
    points = awkward_points()
    with mpmath.workdps(40):
        expected = np.array([[in_many_digits(kernel, x, y) for y in points] for x in points])
    size = np.sqrt(np.outer(np.diag(expected), np.diag(expected)))
    # Angles near pi have an error of 4e-16, which E u^2 of 1e9 and more enlarges.
    error = 1e-13 if kernel.weight_std < 100 else 1e-12
    for found in (kernel.matrix(points), kernel.matrix(points, points.copy())):
        assert np.abs((found - expected) / size).max() < error
    assert np.abs(kernel.diagonal(points) / np.diag(expected) - 1).max() < 1e-13


def test_small_angles_have_all_their_digits():
    x = awkward_points()[0]
    for y in (x + np.array([0.0, 1e-9, 0.0, 0.0, 0.0]), awkward_points()[5]):
        with mpmath.workdps(40):
            u, v = mpmath.matrix(x.tolist()), mpmath.matrix(y.tolist())
            cosine = (u.T * v)[0] / (mpmath.norm(u) * mpmath.norm(v))
            expected = float(mpmath.acos(cosine))
        [[found]] = analytic.angles(x[None], y[None])
        assert abs(found / expected - 1) < 1e-14
        [[back]] = analytic.angles(x[None], -y[None])
        assert abs(back + expected - np.pi) < 1e-15


def test_the_two_layer_formula_of_the_paper():
    rng = np.random.default_rng(1)
    X, Y = rng.normal(size=(7, 4)), rng.normal(size=(5, 4))
    norms = np.linalg.norm(X, axis=1)[:, None] * np.linalg.norm(Y, axis=1)
    D = np.arccos(X @ Y.T / norms)
    expected = X @ Y.T * (np.pi - D) / (2 * np.pi)
    expected += norms * (np.sin(D) + (np.pi - D) * np.cos(D)) / (2 * np.pi)
    kernel = NeuralTangentKernel()
    assert np.abs(kernel.matrix(X, Y) - expected).max() < 1e-13
    assert np.abs(kernel.diagonal(X) - (X * X).sum(1)).max() < 1e-13


class Scaled(nn.Module):
    """A layer with N(0, 1) weights and biases, times their deviations."""

    def __init__(self, inputs, outputs, weight, bias, first):
        super().__init__()
        self.inner = nn.Linear(inputs, outputs, bias=False)
        self.offset = nn.Linear(1, outputs, bias=False)
        nn.init.normal_(self.inner.weight)
        nn.init.normal_(self.offset.weight)
        self.scale, self.bias = weight / (1 if first else inputs**0.5), bias

    def forward(self, x):
        return self.scale * self.inner(x) + self.bias * self.offset(torch.ones_like(x[:, :1]))


class Erf(nn.Module):
    def forward(self, x):
        return torch.erf(x)


def random_network(kernel, width, size):
    layers, inputs = [], size
    for layer in range(kernel.depth):
        layers += [Scaled(inputs, width, kernel.weight_std, kernel.bias_std, layer == 0)]
        layers += [nn.ReLU() if kernel.activation == "relu" else Erf()]
        inputs = width
    layers += [Scaled(inputs, 1, kernel.weight_std, kernel.bias_std, first=False)]
    return network_from(nn.Sequential(*layers).double(), (size,))


def distances(kernels, expected):
    """How many standard errors the mean of random kernels is off, entry by entry."""
    return np.abs(kernels.mean(0) - expected) / (kernels.std(0, ddof=1) / len(kernels) ** 0.5)


@pytest.mark.parametrize("activation", ["relu", "erf"])
@pytest.mark.parametrize(("depth", "width"), [(1, 64), (2, 256)])
def test_the_mean_over_wide_random_networks(activation, depth, width):
    torch.manual_seed(0)
    kernel = NeuralTangentKernel(activation, depth, 1.2, 0.6)
    X = np.random.default_rng(2).normal(size=(3, 4))
    networks = (random_network(kernel, width, 4) for _ in range(40))
    kernels = np.array([EmpiricalKernel(network).matrix(X) for network in networks])
    assert distances(kernels, kernel.matrix(X)).max() < 4
    for other in (
        NeuralTangentKernel(activation, depth + 1, 1.2, 0.6),
        NeuralTangentKernel(activation, depth, 1.2, 0.0),
    ):
        assert distances(kernels, other.matrix(X)).max() > 10


@pytest.mark.parametrize("case", CASES)
def test_blocks_equal_the_whole_and_the_matrix_is_symmetric_and_psd(case, monkeypatch):
    kernel = NeuralTangentKernel(*case)
    X = np.vstack([awkward_points(), np.random.default_rng(3).normal(size=(20, 5))])
    whole = kernel.matrix(X)
    assert np.array_equal(whole, whole.T)
    assert np.array_equal(np.diag(whole), kernel.diagonal(X))
    eigenvalues = np.linalg.eigvalsh(whole)
    assert eigenvalues[0] > -1e-13 * eigenvalues[-1]
    assert np.array_equal(whole[0], whole[3])  # points 0 and 3 are equal
    monkeypatch.setattr(analytic, "BLOCK", 7)
    monkeypatch.setattr(analytic, "NUMBERS", 12)
    for blocks in (kernel.matrix(X), kernel.matrix(X, X.copy())):
        assert np.allclose(blocks, whole, rtol=1e-13, atol=0)


def test_kernel_ridge_regression_takes_it():
    X = np.random.default_rng(4).normal(size=(6, 3))
    y = np.array([0.0, 1.0, 0.0, 1.0, 1.0, 0.0])
    fit = KernelRidge(1e-10, NeuralTangentKernel(depth=2, bias_std=1.0).matrix).fit(X, y)
    assert np.abs(fit.predict(X) - y).max() < 1e-6


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"activation": "rellu"}, "Did you mean 'relu'"),
        ({"depth": 0}, "kernel.depth: found 0"),
        ({"weight_std": 0.0}, "kernel.weight_std: found 0.0; allowed: a finite number above 0"),
        ({"bias_std": -1.0}, "kernel.bias_std: found -1.0"),
    ],
)
def test_parameters_that_are_refused(arguments, message):
    with pytest.raises(SetupError, match=message):
        NeuralTangentKernel(**arguments)


def test_inputs_that_are_refused():
    kernel = NeuralTangentKernel()
    with pytest.raises(DataError, match=r"inputs\[1\]: found an example of zeros \(1 of 2\)"):
        kernel.matrix([[1.0, 2.0], [0.0, 0.0]])
    assert NeuralTangentKernel(bias_std=0.5).diagonal([[0.0, 0.0]]) == 0.5
    with pytest.raises(DataError, match="columns: found examples of 3 numbers"):
        kernel.matrix(np.ones((2, 2)), np.ones((2, 3)))
    with pytest.raises(DataError, match="rows of different lengths"):
        kernel.matrix([[1.0, 2.0], [1.0]])
    with pytest.raises(DataError, match=r"inputs\[1\]: found a number that is not finite"):
        kernel.diagonal([[1.0], [np.inf]])
    small = NeuralTangentKernel(memory_bytes=2**10)
    with pytest.raises(SetupError, match=r"a matrix \(12, 12\), which needs .* GiB"):
        small.matrix(np.ones((12, 2)))


@pytest.mark.parametrize("activation", ["relu", "erf"])
def test_the_largest_own_value_is_attained_and_nowhere_exceeded(activation):
    rng = np.random.default_rng(0)
    for _ in range(60):
        depth, weight, bias = int(rng.integers(1, 6)), *np.exp(rng.normal(size=2)).tolist()
        kernel = NeuralTangentKernel(activation, depth, weight, float(rng.choice([0.0, bias])))
        norms = np.sort(np.exp(2 * rng.normal(size=40)))
        own = kernel.diagonal(norms[:, None])
        assert (np.diff(own) >= -1e-12 * own[1:]).all(), "it grows with the norm"
        top = kernel.largest_own_value(norms[-1])
        assert own[-1] <= top <= own[-1] * (1 + 1e-11)
        assert kernel.largest_own_value(0.0) <= own[0] * (1 + 1e-11)
