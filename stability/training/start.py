"""What a training starts from: the network of a recipe, and data as tensors."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from stability.datasets.dataset import Dataset
from stability.training.losses import LOSSES
from stability.training.networks.build import make_network
from stability.training.networks.network import Network
from stability.training.recipe import Recipe
from stability.training.torch_settings import settings


def build_network(recipe: Recipe, image_shape: Sequence[int], classes: int) -> Network:
    """The recipe's network for images of a shape, initial weights drawn from `init_seed`.

    A network of the user's own: the function gets the shape of an image, (channels, height, width)
    or (d,), and the number of classes; it is called with torch's generator seeded by `init_seed`.
    The module gets inputs (n, *shape) and gives outputs (n, classes); for a binary loss, whose
    network has one output, the function is called with 1. It is used in the mode in which it
    comes. Parameters that require no gradient, and buffers, stay as they are.

    Raises SetupError for a network that does not fit the images and for one whose deletions
    would mean nothing (see `stability.training.networks.refusals`).

    >>> recipe = Recipe(widths=(8,), step_size=0.1, epochs=1, batch_size=4)
    >>> [tuple(p.shape) for p in build_network(recipe, (5,), 3).initial.values()]
    [(8, 5), (8,), (3, 8), (3,)]
    """
    with settings(recipe):
        return make_network(
            recipe.factory,
            channels_first(image_shape),
            LOSSES[recipe.loss].outputs(classes),
            seed=recipe.init_seed,
            dtype=getattr(torch, recipe.dtype),
            masks_seeded=recipe.dropout_seed is not None,
        )


def channels_first(image_shape: Sequence[int]) -> tuple[int, ...]:
    """(channels, height, width) of an image; (d,) of inputs that are none.

    >>> channels_first((28, 28)), channels_first((3, 32, 32)), channels_first((5,))
    ((1, 28, 28), (3, 32, 32), (5,))
    """
    shape = tuple(image_shape)
    return (1, *shape) if len(shape) == 2 else shape


def tensors(recipe: Recipe, data: Dataset) -> tuple[Tensor, Tensor]:
    """Inputs (n, d) in the recipe's precision and labels (n,) on its device (copies)."""
    device = recipe.device
    inputs = torch.tensor(data.inputs, dtype=getattr(torch, recipe.dtype), device=device)
    return inputs.reshape(len(data), -1), torch.tensor(data.labels, device=device)
