"""Similarities, their limits, and the closed forms they must agree with."""

import numpy as np
import pytest
import torch
from torch import nn

from stability.elasticity.formulas import (
    activation_cosines,
    coactivation_kernel,
    coactivation_similarity,
    leverage_similarity,
)
from stability.elasticity.links import sigmoid
from stability.elasticity.similarity import (
    FORMS,
    LocalElasticity,
    normalised,
    relative,
    symmetrised,
)
from stability.elasticity.steps import finite_steps, loss_slopes, relative_steps, small_steps
from stability.errors import DataError, SetupError
from stability.kernels.empirical import EmpiricalKernel
from stability.training.networks.network import network_from


def kernel(outputs=1, width=20, seed=0, activation=nn.Tanh, **fields):
    torch.manual_seed(seed)
    module = nn.Sequential(nn.Linear(4, width), activation(), nn.Linear(width, outputs)).double()
    return EmpiricalKernel(network_from(module, (4,)), **fields)


RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(5, 4)), RNG.normal(size=(7, 4))


@pytest.mark.parametrize("loss", ["squared", "cross-entropy"])
@pytest.mark.parametrize("outputs", [1, 3])
def test_finite_steps_tend_to_the_limit_with_slope_one(loss, outputs):
    """The error is proportional to the step: slope 1 on log axes over four powers of ten."""
    network = kernel(outputs)
    labels = RNG.integers(0, max(2, outputs), len(X))
    slopes = loss_slopes(loss, network.outputs(X), labels)
    limit = small_steps(network, X, slopes, Y)
    shares = np.array([1e-1, 1e-2, 1e-3, 1e-4])
    errors = [
        np.abs(finite_steps(network, X, slopes, Y, relative_steps(network, X, share)) - limit).max()
        for share in shares
    ]
    fitted = np.polyfit(np.log(shares), np.log(errors), 1)[0]
    assert abs(fitted - 1) < 0.05


def test_small_steps_are_the_block_of_the_kernel():
    """Linear in the slopes; on the diagonal of the block the kernel of one output."""
    network = kernel(3)
    slopes = RNG.normal(size=(5, 3))
    found = small_steps(network, X, slopes, Y)
    for j in range(3):
        one = np.zeros((5, 3))
        one[:, j] = 1.0
        part = small_steps(network, X, one, Y)

        def pick(outputs, j=j):
            return np.eye(3)[np.full(len(outputs), j)]

        own = EmpiricalKernel(network.network, slopes=pick).matrix(X, Y)
        assert np.allclose(part[:, :, j], own, atol=1e-12)
        found -= slopes[:, [j], None] * part
    assert np.abs(found).max() < 1e-11


def test_finite_relative_similarity_forgets_loss_and_label():
    """In the limit |change| / |own change| is |K| / K(x, x) whatever the loss and the label."""
    network = kernel()
    expected = LocalElasticity(network).matrix(X, Y)
    for loss in ("squared", "cross-entropy"):
        for label in (0, 1):
            slopes = loss_slopes(loss, network.outputs(X), np.full(len(X), label))
            steps = relative_steps(network, X, 1e-7)
            there = finite_steps(network, X, slopes, Y, steps)[:, :, 0]
            own = np.diagonal(finite_steps(network, X, slopes, X, steps)[:, :, 0])
            assert np.allclose(np.abs(there) / np.abs(own)[:, None], expected, atol=1e-5)


def test_the_link_scales_relative_and_leaves_normalised():
    """S_prob(x, x') = s(x')/s(x) S_logit(x, x') with s = p (1 - p); normalised is the same."""
    logit, probability = kernel(), kernel(slopes=sigmoid)
    s_up, s_seen = (sigmoid(logit.outputs(points))[:, 0] for points in (X, Y))
    one, two = (LocalElasticity(k).matrix(X, Y) for k in (logit, probability))
    assert np.allclose(two, s_seen[None, :] / s_up[:, None] * one)
    same = [LocalElasticity(k).matrix(X, Y, form="normalised") for k in (logit, probability)]
    assert np.allclose(*same)


def test_forms_of_one_matrix():
    K = kernel().matrix(X)
    assert np.allclose(np.diagonal(relative(K)), 1) and np.allclose(np.diagonal(normalised(K)), 1)
    assert (np.abs(normalised(K)) <= 1 + 1e-12).all()
    S = symmetrised(relative(K))
    assert np.array_equal(S, S.T)
    for form in FORMS:
        whole = LocalElasticity(kernel()).matrix(X, form=form)
        apart = LocalElasticity(kernel()).matrix(X, X, form=form)
        assert np.allclose(whole, apart)


def test_linear_models_have_the_leverage_formula():
    torch.manual_seed(0)
    linear = EmpiricalKernel(network_from(nn.Linear(4, 1).double(), (4,)))
    assert np.allclose(LocalElasticity(linear).matrix(X, Y), leverage_similarity(X, Y))


def test_coactivation_is_the_kernel_of_the_first_layer():
    network = kernel(width=50, activation=nn.ReLU)
    w = {name: values.numpy() for name, values in network.weights.items()}
    first = network.layers(X, Y)["0.weight, 0.bias"]
    formula = coactivation_kernel(w["0.weight"], w["0.bias"], X, Y, output_weights=w["2.weight"][0])
    assert np.allclose(first, formula, atol=1e-12)


def test_coactivation_is_the_published_formula():
    """Output weights +-1, the first layer trained: He and Su's ratio of counts."""
    rng = np.random.default_rng(1)
    weights, biases = rng.normal(size=(300, 4)), rng.normal(size=300)
    found = coactivation_similarity(weights, biases, X, Y)
    left, right = (points @ weights.T + biases > 0 for points in (X, Y))
    both = left.astype(float) @ right.T
    expected = np.abs(X @ Y.T + 1) * both
    expected /= ((X**2).sum(1) + 1)[:, None] * left.sum(1)[:, None]
    assert np.allclose(found, expected)
    cosines = activation_cosines(weights, biases, X)
    assert np.allclose(np.diagonal(cosines), 1) and cosines.min() >= 0


def test_dead_points_are_refused():
    module = nn.Sequential(nn.Linear(4, 3, bias=False), nn.ReLU(), nn.Linear(3, 1, bias=False))
    bare = EmpiricalKernel(network_from(module.double(), (4,)))
    for values in bare.weights.values():
        values.zero_()
    for form in ("relative", "normalised"):
        with pytest.raises(DataError, match=r"updated point 0 and 4 more.*K\(x, x\) = 0"):
            LocalElasticity(bare).matrix(X, form=form)
    with pytest.raises(DataError, match=r"K\(x, x\) = 0"):
        relative_steps(bare, X, 0.1)


def test_bad_input_is_named():
    with pytest.raises(DataError, match=r"form: found 'rel'.*'relative'"):
        LocalElasticity(kernel()).matrix(X, form="rel")
    with pytest.raises(DataError, match="kernel: found an array of shape"):
        relative(np.ones((2, 3)))
    with pytest.raises(SetupError, match="'squared' or 'cross-entropy'"):
        loss_slopes("hinge", np.zeros((1, 1)), [0])
    with pytest.raises(DataError, match="whole numbers from 0 to 1"):
        loss_slopes("squared", np.zeros((1, 1)), [2])
    with pytest.raises(DataError, match="slopes"):
        small_steps(kernel(), X, np.zeros(5), Y)
    with pytest.raises(DataError, match="step_sizes"):
        finite_steps(kernel(), X, np.ones((5, 1)), Y, 0.0)
