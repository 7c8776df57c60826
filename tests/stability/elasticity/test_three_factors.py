"""The three factors against a real step, and class structure where it was planted."""

import numpy as np
import pytest
import torch
from torch import nn

from stability.elasticity.class_averages import class_means
from stability.elasticity.step_factors import PARTS, kernel_blocks, three_factors
from stability.elasticity.steps import finite_steps, loss_slopes
from stability.errors import DataError
from stability.kernels.empirical import EmpiricalKernel
from stability.training.networks.network import network_from

RNG = np.random.default_rng(0)
X, Y, LABELS = RNG.normal(size=(6, 4)), RNG.normal(size=(5, 4)), RNG.integers(0, 3, 6)


def kernel(outputs=3):
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(4, 9), nn.Tanh(), nn.Linear(9, outputs)).double()
    return EmpiricalKernel(network_from(module, (4,)))


def log_probabilities(z):
    return z - np.log(np.exp(z).sum(-1, keepdims=True))


def test_changes_are_those_of_a_small_step():
    network = kernel()
    found = three_factors(network, X, LABELS, Y)
    slopes = loss_slopes("cross-entropy", network.outputs(X), LABELS)
    step = 1e-6
    lost = finite_steps(network, X, slopes, Y, step)
    before = network.outputs(Y)
    real = (log_probabilities(before - step * lost) - log_probabilities(before)) / step
    assert np.allclose(found.changes, real, atol=1e-5)
    assert np.allclose(np.linalg.norm(found.changes, axis=2), found.sizes["all"])
    assert set(found.sizes) == set(PARTS)


def test_blocks_are_transposed_when_points_are_exchanged():
    network = kernel()
    one, two = kernel_blocks(network, X, Y), kernel_blocks(network, Y, X)
    assert np.allclose(one, two.transpose(1, 0, 3, 2))


def test_the_block_is_that_of_every_pair_of_outputs():
    network, blocks = kernel(), kernel_blocks(kernel(), X, Y)
    for a in range(3):

        def pick(outputs, a=a):
            return np.eye(3)[np.full(len(outputs), a)]

        own = EmpiricalKernel(network.network, slopes=pick).matrix(X, Y)
        assert np.allclose(blocks[:, :, a, a], own)


def test_contrasts_see_planted_classes():
    """Points of two classes far apart through a linear model: the kernel carries structure."""
    torch.manual_seed(0)
    linear = EmpiricalKernel(network_from(nn.Linear(4, 2, bias=False).double(), (4,)))
    labels = np.arange(10) % 2
    points = np.eye(4)[2 * labels] + 0.01 * RNG.normal(size=(10, 4))
    contrasts = three_factors(linear, points, labels).contrasts(labels)
    assert contrasts["kernel"] > 2 and contrasts["all"] > 2
    shuffled = three_factors(linear, points, labels).contrasts(RNG.permutation(labels))
    assert abs(shuffled["kernel"]) < contrasts["kernel"] / 4


def test_means_against_a_plain_loop():
    S, rows, columns = RNG.normal(size=(8, 6)), RNG.integers(0, 3, 8), RNG.integers(0, 3, 6)
    found = class_means(S, rows, columns, classes=4)
    for a in range(4):
        for b in range(4):
            cell = [S[i, j] for i in range(8) for j in range(6) if (rows[i], columns[j]) == (a, b)]
            assert found.pairs[a, b] == len(cell)
            if cell:
                assert found.values[a, b] == pytest.approx(np.mean(cell))
            else:
                assert np.isnan(found.values[a, b])
    same = [S[i, j] for i in range(8) for j in range(6) if rows[i] == columns[j]]
    assert found.within == pytest.approx(np.mean(same))


def test_pairs_with_itself_are_left_out():
    S = np.where(np.eye(4) > 0, 100.0, 1.0)
    assert class_means(S, [0, 0, 1, 1]).within == 1.0
    assert class_means(S, [0, 0, 1, 1], [0, 0, 1, 1]).within > 1.0
    assert np.isnan(class_means(S, [0, 0, 0, 0]).contrast)  # nothing across


def test_bad_input_is_named():
    with pytest.raises(DataError, match="one output"):
        three_factors(kernel(1), X, LABELS)
    with pytest.raises(DataError, match="whole numbers from 0 to 2"):
        three_factors(kernel(), X, [3] * 6)
    with pytest.raises(DataError, match="a label for each row"):
        class_means(np.ones((2, 2)), [0])
    with pytest.raises(DataError, match="whole numbers from 0 to 1"):
        class_means(np.ones((2, 2)), [0, 2], classes=2)
