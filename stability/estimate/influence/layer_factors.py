"""Products of per-example gradients of a perceptron, from the factors of its layers.

The gradient of example i in a layer's weights is the outer product of delta_i (slope of the loss
at what leaves the layer) and h_i (what enters it), so that
    grad_i . grad_j = sum over layers (delta_i . delta_j) (h_i . h_j + 1),
the 1 from the bias. No gradient of the size of the network is ever formed.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stability.datasets.dataset import Dataset
from stability.errors import SetupError
from stability.training.model import Model, tensors
from stability.training.networks.network import Parameters
from stability.training.torch_settings import settings

Floats = NDArray[np.float64]


def gradient_products(
    model: Model, data: Dataset, other: Dataset | None = None, block_rows: int = 4096
) -> Floats:
    """grad_i . grad_j (n, n') of the losses at examples of `data` and of `other` (default: same).

    Gradients in all weights, without weight decay, in float64. Memory: the result and a few
    arrays (block_rows, n'). Raises SetupError for networks that are not perceptrons.

    >>> from stability.datasets import load_digits
    >>> from stability.training import Recipe, train_one
    >>> train, test = load_digits().split(50, seed=0)
    >>> model = train_one(Recipe(widths=(8,), step_size=0.1, epochs=1, batch_size=10), train)
    >>> gradient_products(model, train, test.subset([0, 1])).shape
    (50, 2)
    """
    if not callable(model.recipe.network) and model.recipe.network != "relu-mlp":
        _refuse(model.recipe.network)
    if callable(model.recipe.network):
        _refuse("a network of your own")
    with settings(model.recipe), torch.no_grad():
        rows = _factors(model, data)
        columns = rows if other is None else _factors(model, other)
        out = np.empty((len(data), len(data if other is None else other)))
        for start in range(0, len(data), block_rows):
            part = slice(start, start + block_rows)
            total: Tensor | None = None
            for (h, d), (g, e) in zip(rows, columns, strict=True):
                term = (h[part] @ g.T).mul_(d[part] @ e.T)
                total = term if total is None else total.add_(term)
            assert total is not None
            out[part] = total.cpu().numpy()
    return out


def _factors(model: Model, data: Dataset) -> list[tuple[Tensor, Tensor]]:
    """For every layer what enters, with a last 1 if there is a bias, and the slopes there."""
    x, y = tensors(model.recipe, data)
    x = x.double()
    weights: Parameters = {n: p.double() for n, p in model.parameters.items()}
    layers = sum(name.startswith("weight") for name in weights)
    entering, values = [], x
    for layer in range(layers):
        entering.append(values)
        values = values @ weights[f"weight{layer}"].T
        if f"bias{layer}" in weights:
            values = values + weights[f"bias{layer}"]
        if layer < layers - 1:
            values = values.relu_()
    target = torch.nn.functional.one_hot(y, values.shape[1])
    if model.recipe.loss == "cross-entropy":
        slope = torch.softmax(values, dim=1) - target
    else:
        slope = 2.0 * (values - target)
    found: list[tuple[Tensor, Tensor]] = []
    for layer in range(layers - 1, -1, -1):
        enters = entering[layer]
        if f"bias{layer}" in weights:
            enters = torch.cat([enters, enters.new_ones(len(enters), 1)], dim=1)
        found.append((enters, slope))
        if layer:
            slope = (slope @ weights[f"weight{layer}"]) * (entering[layer] > 0)
    return found


def _refuse(found: str) -> None:
    raise SetupError(
        where="influence.method",
        found=f"layer factors for {found}",
        allowed="perceptrons and linear models, whose gradients are outer products",
        remedy="Use GaussNewton, or ExactHessian with layers = 'last'.",
    )
