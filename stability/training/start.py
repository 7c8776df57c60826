"""What a training starts from: the network of a recipe, and data as tensors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stability.datasets.dataset import Dataset
from stability.errors import DataError
from stability.training.losses import training_loss
from stability.training.networks.build import make_network
from stability.training.networks.network import Network
from stability.training.recipe import Recipe
from stability.training.torch_settings import settings


def build_network(recipe: Recipe, image_shape: Sequence[int], classes: int) -> Network:
    """The recipe's network for images of a shape, initial weights drawn from `init_seed`.

    A network of the user's own: the function gets the shape of an image, (channels, height, width)
    or (d,), and the number of classes; it is called with torch's generator seeded by `init_seed`.
    The module gets inputs (n, *shape) and gives outputs (n, classes); for a binary loss, whose
    network has one output, and for real targets, of which `classes` is 0, the function is called
    with 1. It is used in the mode in which it comes. Parameters that require no gradient, and
    buffers, stay as they are.

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
            training_loss(recipe.loss, classes == 0).outputs(classes),
            seed=recipe.init_seed,
            dtype=getattr(torch, recipe.dtype),
            masks_seeded=recipe.dropout_seed is not None,
        )


def network_for(recipe: Recipe, data: Dataset) -> Network:
    """The recipe's network for data with classes or real targets. Raises as `build_network`."""
    return build_network(recipe, data.shape, classes_of(data))


def classes_of(data: Dataset) -> int:
    """The number of classes, 0 for data with real targets alone."""
    return len(data.classes) if data.has_labels else 0


def channels_first(image_shape: Sequence[int]) -> tuple[int, ...]:
    """(channels, height, width) of an image; (d,) of inputs that are none.

    >>> channels_first((28, 28)), channels_first((3, 32, 32)), channels_first((5,))
    ((1, 28, 28), (3, 32, 32), (5,))
    """
    shape = tuple(image_shape)
    return (1, *shape) if len(shape) == 2 else shape


def tensors(recipe: Recipe, data: Dataset) -> tuple[Tensor, Tensor]:
    """Inputs (n, d) in the recipe's precision and what is predicted (n,), on its device (copies).

    Labels are whole numbers; real targets, of data without labels, are in that precision too.
    Raises DataError for several targets of an example.
    """
    device, dtype = recipe.device, getattr(torch, recipe.dtype)
    inputs = torch.tensor(data.inputs, dtype=dtype, device=device).reshape(len(data), -1)
    if data.has_labels:
        return inputs, torch.tensor(data.labels, device=device)
    return inputs, torch.tensor(one_target(data), dtype=dtype, device=device)


def weights_of(recipe: Recipe, data: Dataset) -> Tensor | None:
    """The weights (n,) of the losses in the recipe's precision, None if all are 1."""
    if data.weights is None:
        return None
    return torch.tensor(data.weights, dtype=getattr(torch, recipe.dtype), device=recipe.device)


def refuse_weights(data: Dataset, where: str) -> None:
    """Raise DataError for weights where the plain mean of the losses is meant."""
    if data.weights is not None:
        raise DataError(
            where=where,
            found="weights of examples",
            allowed="data without weights: here the mean of all losses is minimised",
        )


def one_target(data: Dataset) -> NDArray[np.float64]:
    """The real targets (n,) of data. Raises DataError for several of an example."""
    assert data.targets is not None  # there are labels or targets
    if data.targets.ndim > 1:
        raise DataError(
            where=f"{data.name}.targets",
            found=f"{data.targets.shape[1]} targets for each example",
            allowed="one target for each example",
            remedy="Predict one column at a time.",
        )
    return data.targets
