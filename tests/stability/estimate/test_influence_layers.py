"""Influence on networks of every kind of layer, and which layer is the last."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.func import functional_call

from stability.datasets import load_digits
from stability.estimate import ExactHessian, GaussNewton, measure_deletions, measure_influence
from stability.estimate.influence.curvature import gauss_newton_products, hessian
from stability.estimate.influence.influence import _problem
from stability.training import Recipe, train_one
from stability.training.networks.last_layer import last_layer
from stability.training.torch_settings import plain_attention

TRAIN, TEST = load_digits().split(16, seed=0)
TEST = TEST.subset(np.arange(5))
KEYS = {"step_size": 0.1, "epochs": 2, "batch_size": 7}


class Recurrent(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.r, self.b = nn.LSTM(8, 2, batch_first=True), nn.Linear(2, classes)

    def forward(self, x):
        return self.b(self.r(x.reshape(-1, 8, 8))[0][:, -1])


class Attention(nn.Module):
    def __init__(self, classes, need_weights):
        super().__init__()
        self.r, self.b = nn.MultiheadAttention(8, 2, batch_first=True), nn.Linear(8, classes)
        self.need = need_weights

    def forward(self, x):
        x = x.reshape(-1, 8, 8)
        return self.b(self.r(x, x, x, need_weights=self.need)[0].mean(1))


class Swapped(nn.Module):
    """The head is registered first, and an early layer last."""

    def __init__(self, classes, normalised=False):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))
        self.head, self.body, self.spare = nn.Linear(6, classes), nn.Linear(64, 6), nn.Linear(2, 2)
        if normalised:
            self.head = nn.utils.parametrizations.weight_norm(self.head)

    def forward(self, x):
        return self.head(torch.tanh(self.body(x.flatten(1) * self.scale)))


KINDS = {
    "recurrent": lambda shape, c: Recurrent(c),
    "attention": lambda shape, c: Attention(c, True),
    "attention without weights": lambda shape, c: Attention(c, False),
}


def problem_of(factory, layers="all"):
    model = train_one(Recipe(network=factory, **KEYS), TRAIN)
    return model, _problem(model, TRAIN, layers)


@pytest.mark.parametrize("kind", KINDS)
def test_gauss_newton_is_that_of_a_plain_jacobian(kind):
    model, problem = problem_of(KINDS[kind])
    x = torch.tensor(TRAIN.inputs).reshape(-1, 1, 8, 8)
    module = model.network.quiet
    names = list(model.parameters)

    def outputs(*values):
        return functional_call(module, dict(zip(names, values, strict=True)), (x,))

    values = tuple(p.clone().requires_grad_() for p in model.parameters.values())
    with plain_attention():  # the fused kernels have no second derivative
        parts = torch.autograd.functional.jacobian(outputs, values)
    p = torch.softmax(outputs(*values).detach(), dim=1)
    jacobian = torch.cat([part.reshape(16, 10, -1) for part in parts], dim=2)
    middle = torch.diag_embed(p) - p[:, :, None] * p[:, None, :]
    matrix = torch.einsum("nap,nab,nbq->pq", jacobian, middle, jacobian) / 16
    directions = torch.randn(3, matrix.shape[0], dtype=torch.float64)
    with plain_attention():
        found = gauss_newton_products(problem, directions)
    assert (found - directions @ matrix).abs().max() < 1e-10


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", [GaussNewton(0.1), GaussNewton(0.1, "last"),
                                    ExactHessian(1.0, "last")])  # fmt: skip
def test_recurrent_and_attention_layers_are_measured(kind, method):
    recipe = Recipe(network=KINDS[kind], **KEYS)
    model, truth = train_one(recipe, TRAIN), measure_deletions(recipe, TRAIN, TEST, [0, 1])
    found = measure_influence(model, TRAIN, TEST, [0, 1], truth, method)
    assert np.isfinite(found.changes).all() and np.abs(found.changes).max() > 0


def test_the_hessian_of_a_recurrent_network_is_that_of_autograd():
    model, problem = problem_of(KINDS["recurrent"], "last")
    x = torch.tensor(TRAIN.inputs).reshape(-1, 1, 8, 8)
    y = torch.tensor(TRAIN.labels)

    def objective(weight, bias):
        own = {**model.parameters, "b.weight": weight, "b.bias": bias}
        return F.cross_entropy(functional_call(model.network.quiet, own, (x,)), y)

    parts = torch.autograd.functional.hessian(
        objective, (model.parameters["b.weight"], model.parameters["b.bias"])
    )
    sizes = [20, 10]
    rows = [torch.cat([part.reshape(n, -1) for part in row], dim=1)
            for n, row in zip(sizes, parts, strict=True)]  # fmt: skip
    assert (hessian(problem) - torch.cat(rows)).abs().max() < 1e-10


@pytest.mark.parametrize(
    ("factory", "names"),
    [
        (lambda s, c: Swapped(c), ("head.weight", "head.bias")),
        (
            lambda s, c: Swapped(c, True),
            (
                "head.bias",
                "head.parametrizations.weight.original0",
                "head.parametrizations.weight.original1",
            ),
        ),
        (lambda s, c: Recurrent(c), ("b.weight", "b.bias")),
        (lambda s, c: nn.Sequential(nn.Flatten(), nn.Linear(64, 6), nn.Tanh(),
                                    nn.Linear(6, c).requires_grad_(False)),
         ("1.weight", "1.bias")),
        (lambda s, c: nn.Sequential(nn.Flatten(), nn.Linear(64, c), nn.LayerNorm(c)),
         ("2.weight", "2.bias")),
    ],
)  # fmt: skip
def test_the_last_layer_is_the_one_used_last(factory, names):
    model = train_one(Recipe(network=factory, **KEYS), TRAIN)
    inputs = torch.tensor(TRAIN.inputs)
    assert last_layer(model.network, model.parameters, inputs) == names
