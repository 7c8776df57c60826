"""Third- and fourth-order kernels against nested automatic differentiation, and gradient flow."""

import numpy as np
import pytest
import torch
from torch.func import grad

from stability.errors import DataError, SetupError
from stability.kernels.activation_slopes import ACTIVATIONS
from stability.kernels.empirical import EmpiricalKernel
from stability.kernels.hierarchy import fourth_order, third_order
from stability.kernels.two_layer import TwoLayerNetwork
from stability.training.networks.network import network_from

FUNCTIONS = {
    "relu": torch.relu,
    "erf": torch.erf,
    "softplus": torch.nn.functional.softplus,
    "tanh": torch.tanh,
}


def differentiated(network, points):
    """K2, K3, ... at lists of points, each the derivative of the one before along grad f."""
    weights = torch.tensor(network.output), torch.tensor(network.hidden)
    function = FUNCTIONS[network.activation]

    def f(weights, x):
        return weights[0] @ function(weights[1] @ x) / network.width**0.5

    def kernel(weights, *xs):
        if len(xs) == 1:
            return f(weights, xs[0])
        one, other = grad(kernel)(weights, *xs[:-1]), grad(f)(weights, xs[-1])
        return sum((u * v).sum() for u, v in zip(one, other, strict=True))

    tensors = [torch.tensor(x) for x in points]
    found = np.empty([len(x) for x in points])
    for index in np.ndindex(*found.shape):
        found[index] = kernel(weights, *(x[i] for x, i in zip(tensors, index, strict=True)))
    return found


def close(found, expected):
    return np.abs(found - expected).max() < 1e-12 * max(1.0, np.abs(expected).max())


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_nested_automatic_differentiation(activation):
    network = TwoLayerNetwork.random(5, 3, activation, seed=0)
    rng = np.random.default_rng(1)
    a, b, c, e = (rng.normal(size=(n, 3)) for n in (2, 1, 1, 2))
    assert close(network.matrix(a, b), differentiated(network, (a, b)))
    assert close(third_order(network, a, b, c), differentiated(network, (a, b, c)))
    assert close(fourth_order(network, a, b, c, e), differentiated(network, (a, b, c, e)))
    same = differentiated(network, (b, b, b, b))  # all four arguments equal
    assert close(fourth_order(network, b, b, b, b), same)


def test_the_fourth_order_kernel_is_symmetric_in_the_first_two_arguments_only():
    network = TwoLayerNetwork.random(20, 3, "erf", seed=0)
    x = np.random.default_rng(1).normal(size=(4, 3))
    K = fourth_order(network, x, x, x, x)
    assert np.allclose(K, K.transpose(1, 0, 2, 3), atol=1e-13)
    assert np.abs(K - K.transpose(0, 1, 3, 2)).max() > 0.01 * np.abs(K).max()


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_the_tangent_kernel_of_the_same_module(activation):
    network = TwoLayerNetwork.random(6, 3, activation, seed=2)
    inner, outer = torch.nn.Linear(3, 6, bias=False), torch.nn.Linear(6, 1, bias=False)

    class Same(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.inner, self.outer = inner, outer

        def forward(self, x):
            return self.outer(FUNCTIONS[activation](self.inner(x))) / 6**0.5

    module = Same().double()
    with torch.no_grad():
        inner.weight.copy_(torch.tensor(network.hidden))
        outer.weight.copy_(torch.tensor(network.output)[None])
    kernel = EmpiricalKernel(network_from(module, (3,)))
    x = np.random.default_rng(3).normal(size=(4, 3))
    assert np.allclose(kernel.matrix(x), network.matrix(x), atol=1e-13)
    assert np.allclose(kernel.outputs(x)[:, 0], network.outputs(x), atol=1e-13)


def test_gradient_flow_is_the_limit_of_small_steps_of_automatic_gradients():
    network = TwoLayerNetwork.random(8, 2, "softplus", seed=0)
    x, y = np.random.default_rng(1).normal(size=(3, 2)), np.array([1.0, -1.0, 1.0])
    start, middle, end = network.trained(x, y, [0.0, 0.5, 1.0])
    assert np.allclose(start.hidden, network.hidden, atol=1e-15)
    assert not np.allclose(middle.hidden, end.hidden, atol=1e-3)
    ends = []
    for steps in (100, 200):
        weights = [torch.tensor(w).requires_grad_() for w in (network.output, network.hidden)]
        for _ in range(steps):
            outputs = FUNCTIONS["softplus"](torch.tensor(x) @ weights[1].T) @ weights[0] / 8**0.5
            loss = ((outputs - torch.tensor(y)) ** 2).sum() / 6
            slopes = torch.autograd.grad(loss, weights)
            weights = [
                (w - g / steps).detach().requires_grad_()
                for w, g in zip(weights, slopes, strict=True)
            ]
        ends.append(weights[1].detach().numpy())
    extrapolated = 2 * ends[1] - ends[0]  # steps of size h have an error of order h
    error = np.abs(ends[1] - end.hidden).max()
    assert np.abs(extrapolated - end.hidden).max() < 0.02 * error < 1e-5


def test_what_is_refused():
    network = TwoLayerNetwork.random(5, 3, "erf", seed=0)
    with pytest.raises(DataError, match=r"found examples of 2 numbers; allowed: .* 3 numbers"):
        third_order(network, np.ones((2, 2)), np.ones((2, 3)), np.ones((2, 3)))
    with pytest.raises(SetupError, match=r"needs .* GiB"):
        fourth_order(network, *[np.ones((9, 3))] * 4, memory_bytes=2**10)
    with pytest.raises(SetupError, match="Did you mean 'tanh'"):
        TwoLayerNetwork.random(5, 3, "tahn", seed=0)
    with pytest.raises(SetupError, match=r"network\.output: found 2 weights; allowed: .* 3 neur"):
        TwoLayerNetwork(np.ones((3, 1)), np.ones(2))
    with pytest.raises(SetupError, match="times: found"):
        network.trained(np.ones((1, 3)), [1.0], [1.0, 0.5])
    with pytest.raises(DataError, match=r"targets: found an array of shape \(2,\)"):
        network.trained(np.ones((1, 3)), [1.0, 2.0], [1.0])
