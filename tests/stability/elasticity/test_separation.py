"""Fuzziness against its definition with a pseudo-inverse, and features of every layer."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from stability.elasticity.separation import data_separation, fuzziness, layer_features
from stability.errors import DataError
from stability.kernels.empirical import EmpiricalKernel
from stability.training.networks.network import network_from


@settings(deadline=None, derandomize=True, max_examples=40)
@given(d=st.integers(1, 8), classes=st.integers(2, 4), seed=st.integers(0, 99))
def test_it_is_the_trace_of_within_times_inverse_between(d, classes, seed):
    rng = np.random.default_rng(seed)
    y = np.r_[np.arange(classes), rng.integers(0, classes, 15)]
    X = rng.normal(size=(len(y), d)) + 2 * rng.normal(size=(classes, d))[y]
    centre = X.mean(0)
    within, between = np.zeros((d, d)), np.zeros((d, d))
    for c in range(classes):
        part = X[y == c]
        mean = part.mean(0)
        within += (part - mean).T @ (part - mean) / len(y)
        between += len(part) * np.outer(mean - centre, mean - centre) / len(y)
    expected = np.trace(within @ np.linalg.pinv(between, rcond=1e-10, hermitian=True))
    assert fuzziness(X, y) == pytest.approx(expected, rel=1e-6)


def test_scale_and_shift_do_not_matter_and_distance_does():
    rng = np.random.default_rng(0)
    y = np.arange(20) % 2
    X = rng.normal(size=(20, 3)) + 3 * y[:, None]
    assert fuzziness(5 * X + 7, y) == pytest.approx(fuzziness(X, y))
    assert fuzziness(X + 3 * y[:, None], y) < fuzziness(X, y)
    assert fuzziness(np.ones((4, 2)), [0, 0, 1, 1]) == float("inf")


def test_features_are_what_enters_every_layer():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)).double()
    X = np.random.default_rng(0).normal(size=(5, 3))
    features = layer_features(EmpiricalKernel(network_from(module, (3,))), X)
    assert list(features) == ["before 0", "before 2", "outputs"]
    hidden = module[1](module[0](torch.tensor(X))).detach().numpy()
    assert np.allclose(features["before 0"], X) and np.allclose(features["before 2"], hidden)
    assert np.allclose(features["outputs"], module(torch.tensor(X)).detach().numpy())
    assert not module[0]._forward_pre_hooks  # hooks are taken off again


def test_a_planted_law_is_found():
    """Every layer takes two thirds of what is within classes: a ninth of the fuzziness is left."""

    class Gather(nn.Module):
        def __init__(self):
            super().__init__()
            self.share = nn.Parameter(torch.tensor(1.0 / 3.0))

        def forward(self, x):
            centre = torch.sign(x)
            return centre + self.share * (x - centre)

    y = np.arange(40) % 2
    X = (2 * y - 1)[:, None] + np.repeat([0.5, -0.5], 20)[:, None]
    network = network_from(nn.Sequential(*[Gather() for _ in range(4)]).double(), (1,))
    found = data_separation(EmpiricalKernel(network), X, y)
    assert np.allclose(found.fuzziness[1:] / found.fuzziness[:-1], 1 / 9)
    assert found.factor == pytest.approx(1 / 9) and found.correlation == pytest.approx(-1)


def test_one_class_is_refused():
    with pytest.raises(DataError, match="two classes"):
        fuzziness(np.ones((3, 2)), [1, 1, 1])
