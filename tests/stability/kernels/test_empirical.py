"""The tangent kernel of a network against per-example gradients formed by torch.func."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.func import jacrev

from stability.elasticity.links import class_probability, margin, one_output, sigmoid
from stability.errors import DataError
from stability.kernels.empirical import EmpiricalKernel
from stability.training.networks.architectures.residual_mlp import ResidualPerceptron
from stability.training.networks.network import network_from


def dense(width, outputs):
    return nn.Sequential(nn.Flatten(), nn.Linear(18, width), nn.Tanh(), nn.Linear(width, outputs))


def convolutional(width, outputs):
    return nn.Sequential(
        nn.Conv2d(2, width, 2, stride=1), nn.Tanh(), nn.Flatten(), nn.Linear(4 * width, outputs)
    )


def residual(width, outputs):
    return ResidualPerceptron(width=width, activation="tanh").module((2, 3, 3), outputs)


def normalised(width, outputs):
    return nn.Sequential(nn.Flatten(), nn.Linear(18, 4), nn.LayerNorm(4), nn.Linear(4, outputs))


KINDS = {"dense": dense, "convolutional": convolutional, "residual": residual, "norm": normalised}


def points(n, seed=0):
    return np.random.default_rng(seed).normal(size=(n, 2, 3, 3))


def jacobians(network, inputs):
    """(n, K, p): every output's gradient, one example after the other."""
    rows = []
    for x in torch.tensor(inputs.reshape(len(inputs), -1)):
        parts = jacrev(lambda w, x=x: network.evaluate(w, x[None])[0])(network.initial)
        rows.append(torch.cat([parts[name].flatten(1) for name in network.initial], dim=1))
    return torch.stack(rows).detach().numpy()


def built(kind, width, outputs, seed=0):
    torch.manual_seed(seed)
    return network_from(KINDS[kind](width, outputs).double(), (2, 3, 3))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    kind=st.sampled_from(sorted(KINDS)),
    width=st.integers(1, 7),
    outputs=st.integers(1, 4),
    rows=st.integers(1, 5),
    columns=st.integers(1, 5),
    block=st.sampled_from([None, 1, 2]),
)
def test_matrix_diagonal_and_layers(kind, width, outputs, rows, columns, block):
    network = built(kind, width, outputs)
    X, Y = points(rows), points(columns, seed=1)
    J, J2 = jacobians(network, X)[:, 0], jacobians(network, Y)[:, 0]
    kernel = EmpiricalKernel(network, block_rows=block)
    assert np.abs(kernel.matrix(X, Y) - J @ J2.T).max() < 1e-10
    assert np.abs(kernel.matrix(X) - J @ J.T).max() < 1e-10
    assert np.abs(kernel.diagonal(X) - (J * J).sum(1)).max() < 1e-10
    for other in (None, Y):
        layers = kernel.layers(X, other)
        assert np.abs(sum(layers.values()) - kernel.matrix(X, other)).max() < 1e-10
        names = [name for layer in layers for name in layer.split(", ")]
        assert sorted(names) == sorted(network.initial)


@pytest.mark.parametrize("kind", KINDS)
def test_links_are_the_gradients_of_what_they_say(kind):
    network = built(kind, 3, 3)
    X = points(4)
    J, z = jacobians(network, X), EmpiricalKernel(network).outputs(X)
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    for slopes, expected in (
        (one_output(2), J[:, 2]),
        (margin(0, 1), J[:, 0] - J[:, 1]),
        (
            class_probability(1),
            p[:, 1, None] * (J[:, 1] - np.einsum("nk,nkp->np", p, J)),
        ),
    ):
        found = EmpiricalKernel(network, slopes=slopes).matrix(X)
        assert np.abs(found - expected @ expected.T).max() < 1e-10


def test_a_sure_network_has_probability_slopes_that_are_no_nan():
    z = np.array([[800.0], [-800.0], [30.0]])
    assert np.isfinite(sigmoid(z)).all() and sigmoid(z)[2] > 0
    wide = np.array([[40.0, 0.0]])
    assert class_probability(0)(wide)[0, 0] > 0  # 1 - p is a sum of the others, not 1 minus 1


def test_the_network_is_looked_at_with_dropout_off_and_in_float64():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(3, 5), nn.Dropout(0.5), nn.Linear(5, 1))
    kernel = EmpiricalKernel(network_from(module, (3,), random=True))
    X = np.eye(3)
    assert np.array_equal(kernel.matrix(X), kernel.matrix(X)) and kernel.matrix(X).dtype == float
    quiet = nn.Sequential(module[0], module[2])
    assert np.allclose(kernel.matrix(X), EmpiricalKernel(network_from(quiet, (3,))).matrix(X))


def test_fallbacks_are_named():
    kernel = EmpiricalKernel(built("norm", 3, 2))
    assert kernel.fell_back(points(2)) == ("2.weight (LayerNorm)", "2.bias (LayerNorm)")
    assert EmpiricalKernel(built("dense", 3, 2)).fell_back(points(2)) == ()


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        (np.ones((2, 5)), r"inputs: found an array of shape \(2, 5\).*flat \(n, 18\)"),
        (np.ones(18), "at least one example"),
        (np.full((3, 18), np.nan), r"inputs\[0\]: found a number that is not finite"),
        (np.ones((0, 18)), "at least one example"),
    ],
)
def test_inputs_that_do_not_fit(inputs, words):
    with pytest.raises(DataError, match=words):
        EmpiricalKernel(built("dense", 3, 1)).matrix(inputs)


def test_slopes_of_another_shape_are_refused():
    kernel = EmpiricalKernel(built("dense", 3, 2), slopes=lambda outputs: outputs[:, :1])
    with pytest.raises(DataError, match="slopes"):
        kernel.matrix(points(2))
