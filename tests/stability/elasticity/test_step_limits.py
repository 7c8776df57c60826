"""The largest stable step against the Hessian of the mean loss, and against training itself."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from stability.datasets.dataset import Dataset
from stability.elasticity import EmpiricalKernel, largest_curvature, step_limit
from stability.errors import DataError, SetupError
from stability.training import Recipe, train_one
from stability.training.losses import losses
from stability.training.networks.network import network_from

LOSSES = ("squared", "cross-entropy", "binary-squared", "binary-cross-entropy")


def network(loss: str, linear: bool) -> nn.Module:
    torch.manual_seed(0)
    outputs = 1 if loss.startswith("binary") else 3
    if linear:
        return nn.Linear(4, outputs).double()
    return nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, outputs)).double()


@pytest.mark.parametrize("loss", LOSSES)
def test_it_is_the_largest_eigenvalue_of_the_hessian_of_a_linear_model(loss: str) -> None:
    module = network(loss, linear=True)
    x = np.random.default_rng(1).normal(size=(7, 4))
    labels = torch.arange(7) % (2 if loss.startswith("binary") else 3)
    shapes = [p.shape for p in module.parameters()]
    sizes = [p.numel() for p in module.parameters()]

    def mean_loss(flat: torch.Tensor) -> torch.Tensor:
        weight, bias = (p.reshape(s) for p, s in zip(flat.split(sizes), shapes, strict=True))
        return losses(loss, torch.tensor(x) @ weight.T + bias, labels).mean()

    flat = torch.cat([p.detach().reshape(-1) for p in module.parameters()])
    hessian = torch.autograd.functional.hessian(mean_loss, flat)
    kernel = EmpiricalKernel(network_from(module, (4,)))
    expected = float(torch.linalg.eigvalsh(hessian)[-1])
    assert largest_curvature(kernel, x, loss) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("loss", LOSSES)
def test_it_is_that_of_the_gauss_newton_matrix(loss: str) -> None:
    module = network(loss, linear=False)
    x = torch.tensor(np.random.default_rng(2).normal(size=(5, 4)))
    outputs = module(x)
    rows = []
    for z in outputs.reshape(-1):
        slopes = torch.autograd.grad(z, list(module.parameters()), retain_graph=True)
        rows.append(torch.cat([s.reshape(-1) for s in slopes]))
    J = torch.stack(rows)
    curvature = torch.autograd.functional.hessian(
        lambda z: losses(loss, z, torch.zeros(5, dtype=torch.int64)).mean(), outputs.detach()
    ).reshape(len(J), len(J))
    expected = float(torch.linalg.eigvals(curvature @ J @ J.T).real.max())
    kernel = EmpiricalKernel(network_from(module, (4,)))
    assert largest_curvature(kernel, x.numpy(), loss) == pytest.approx(expected, rel=1e-10)


def test_descent_just_below_the_limit_settles_and_above_it_explodes() -> None:
    points = np.random.default_rng(3).normal(size=(20, 2))
    data = Dataset(points, np.arange(20) % 2, ("a", "b"))

    def recipe(step: float) -> Recipe:
        return Recipe(step_size=step, epochs=200, batch_size=20, loss="binary-squared")

    limit = step_limit(EmpiricalKernel.of(train_one(recipe(1e-9), data)), points, "binary-squared")
    below, above = (train_one(recipe(r * limit), data).losses(data).mean() for r in (0.98, 1.02))
    assert below < 0.3 and above > 1.0


def test_a_dead_network_and_an_unknown_loss_are_refused() -> None:
    module = nn.Linear(2, 1, bias=False)
    kernel = EmpiricalKernel(network_from(module, (2,)))
    with pytest.raises(DataError, match="no curvature"):
        step_limit(kernel, np.zeros((2, 2)), "binary-squared")
    with pytest.raises(SetupError, match="'hinge'"):
        largest_curvature(kernel, np.ones((2, 2)), "hinge")
