"""Divergences of predictions: the limit against steps that are made."""

import numpy as np
import pytest
import torch
from torch import nn

from stability.elasticity.divergences import (
    divergence,
    finite_step_divergence,
    relative_divergence,
    small_step_divergence,
)
from stability.elasticity.steps import relative_steps
from stability.errors import DataError
from stability.kernels.empirical import EmpiricalKernel
from stability.training.networks.network import network_from

RNG = np.random.default_rng(0)
X, Y, LABELS = RNG.normal(size=(5, 4)), RNG.normal(size=(6, 4)), RNG.integers(0, 3, 5)


def kernel(outputs=3, scale=1.0):
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(4, 9), nn.Tanh(), nn.Linear(9, outputs)).double()
    with torch.no_grad():
        module[2].weight *= scale
    return EmpiricalKernel(network_from(module, (4,)))


def test_divergence_is_that_of_the_probabilities():
    z, w = RNG.normal(size=(2, 7, 3))
    p, q = (np.exp(v) / np.exp(v).sum(1, keepdims=True) for v in (z, w))
    assert np.allclose(divergence(z, w), (p * np.log(p / q)).sum(1))
    assert (divergence(z, w) > 0).all() and np.allclose(divergence(z, z + 5.0), 0)


def test_the_limit_is_reached_with_slope_one():
    network = kernel()
    limit = small_step_divergence(network, X, LABELS, Y)
    shares, errors = np.array([1e-2, 1e-3, 1e-4]), []
    for share in shares:
        steps = relative_steps(network, X, share)
        found = 2 * finite_step_divergence(network, X, LABELS, Y, share) / steps[:, None] ** 2
        errors.append(np.abs(found - limit).max())
    assert abs(np.polyfit(np.log(shares), np.log(errors), 1)[0] - 1) < 0.1


def test_relative_divergence_is_one_at_the_point_itself():
    network = kernel()
    whole = relative_divergence(network, X, LABELS)
    assert np.allclose(np.diagonal(whole), 1) and (whole >= 0).all()
    assert np.allclose(relative_divergence(network, X, LABELS, X), whole)


def test_certain_points_and_single_outputs_are_refused():
    with pytest.raises(DataError, match="The network is certain there"):
        relative_divergence(kernel(scale=1e6), X, LABELS)
    with pytest.raises(DataError, match="one output"):
        small_step_divergence(kernel(1), X, [0] * 5, Y)
