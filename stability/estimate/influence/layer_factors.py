"""Products of the gradients of single losses, from the factors of a network's layers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from stability.datasets.dataset import Dataset
from stability.training.losses import losses
from stability.training.model import Model
from stability.training.networks.factors.collect import warn_of_fallback
from stability.training.networks.factors.tiles import products_in_tiles
from stability.training.start import tensors
from stability.training.torch_settings import settings

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class GradientProducts:
    """`values` (n, n') and the parameters whose gradients `fell_back` to being formed, named."""

    values: Floats
    fell_back: tuple[str, ...]


def gradient_products(
    model: Model, data: Dataset, other: Dataset | None = None, block_rows: int | None = None
) -> Floats:
    """grad_i . grad_j (n, n') of the losses at examples of `data` and of `other` (default: same).

    Gradients in all weights, without weight decay, in float64. For linear layers and convolutions
    they are never formed where a product of layer factors is less work; a warning names the
    parameters of other layers. Memory: the result, and the factors of `block_rows` examples (by
    default as many as fit a gigabyte).

    >>> from stability.datasets import load_digits
    >>> from stability.training import Recipe, train_one
    >>> train, test = load_digits().split(50, seed=0)
    >>> model = train_one(Recipe(widths=(8,), step_size=0.1, epochs=1, batch_size=10), train)
    >>> gradient_products(model, train, test.subset([0, 1])).shape
    (50, 2)
    """
    found = loss_gradient_products(model, data, other, block_rows)
    warn_of_fallback(found.fell_back)
    return found.values


def loss_gradient_products(
    model: Model, data: Dataset, other: Dataset | None = None, block_rows: int | None = None
) -> GradientProducts:
    """The same, with what fell back in the result."""
    weights = {name: p.double() for name, p in model.parameters.items()}

    def points(part: Dataset) -> tuple[Tensor, Tensor]:
        inputs, labels = tensors(model.recipe, part)
        return inputs.double(), labels

    def loss(outputs: Tensor, label: Tensor) -> Tensor:
        return losses(model.recipe.loss, outputs, label).sum()

    with settings(model.recipe):
        columns = None if other is None else points(other)
        values, fell_back = products_in_tiles(
            model.network, weights, points(data), columns, loss, block_rows
        )
    return GradientProducts(values, fell_back)
