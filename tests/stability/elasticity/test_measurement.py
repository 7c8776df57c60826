"""One look at a network: its parts add up, and bad points are refused."""

import numpy as np
import pytest
import torch
from torch import nn

from stability.elasticity.class_averages import class_means
from stability.elasticity.measurement import measure_elasticity
from stability.elasticity.similarity import relative
from stability.elasticity.step_factors import kernel_blocks
from stability.elasticity.trace_kernel import trace_kernel
from stability.errors import DataError
from stability.kernels.empirical import EmpiricalKernel
from stability.training.networks.network import network_from

RNG = np.random.default_rng(0)
LABELS = np.arange(12) % 3
POINTS = RNG.normal(size=(12, 4)) / 3 + 2 * np.eye(4)[LABELS]


def kernel(block=None):
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(4, 9), nn.ReLU(), nn.Linear(9, 3)).double()
    return EmpiricalKernel(network_from(module, (4,)), block_rows=block)


@pytest.mark.parametrize("block", [None, 5])
def test_the_trace_is_that_of_the_blocks(block):
    layers = trace_kernel(kernel(block), POINTS)
    blocks = kernel_blocks(kernel(), POINTS, POINTS)
    assert np.allclose(sum(layers.values()), np.einsum("ijkk->ij", blocks))
    assert list(layers) == ["0.weight, 0.bias", "2.weight, 2.bias"]


def test_parts_of_a_measurement():
    found = measure_elasticity(kernel(), POINTS, LABELS)
    assert np.allclose(found.similarity, relative(found.kernel))
    assert np.allclose(np.diagonal(found.normalised), 1)
    assert found.accuracy == 1.0 and len(set(found.clusters)) == 3
    assert found.separation.names[0] == "before 0" and found.fell_back == ()
    assert found.means(3).within == pytest.approx(class_means(found.similarity, LABELS).within)
    assert all(np.isfinite(v) for v in found.layer_contrasts().values())


def test_labels_that_are_shuffled_have_no_structure():
    real = measure_elasticity(kernel(), POINTS, LABELS).means(3).contrast
    mixed = measure_elasticity(kernel(), POINTS, RNG.permutation(LABELS)).means(3).contrast
    assert real > 3 * abs(mixed)


def test_bad_points_are_named():
    with pytest.raises(DataError, match="points of 1 class"):
        measure_elasticity(kernel(), POINTS, np.zeros(12, int))
    dead = kernel()
    for values in dead.weights.values():
        values.zero_()
    dead.weights["2.bias"].fill_(1.0)
    found = measure_elasticity(dead, POINTS, LABELS)  # the output bias still moves
    assert np.allclose(found.similarity, 1)
    bare = nn.Sequential(nn.Linear(4, 3, bias=False), nn.ReLU(), nn.Linear(3, 2, bias=False))
    with torch.no_grad():
        for values in bare.parameters():
            values.zero_()
    with pytest.raises(DataError, match=r"updated point 0 and 11 more.*a dead network"):
        measure_elasticity(EmpiricalKernel(network_from(bare.double(), (4,))), POINTS, LABELS)
