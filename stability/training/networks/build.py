"""Networks as functions of a dictionary of parameters; no hidden state."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod

import numpy as np
import torch
from torch import Tensor

from stability.errors import SetupError
from stability.training.networks.network import Network, Parameters
from stability.training.recipe import Recipe


def build_network(recipe: Recipe, image_shape: Sequence[int], classes: int) -> Network:
    """The recipe's network for images of a shape, initial weights drawn from `init_seed`.

    A network of the user's own: the function gets the shape of an image, (channels, height, width)
    or (d,), and the number of classes; it is called with torch's generator seeded by `init_seed`.
    The module gets inputs (n, *shape) and gives outputs (n, classes). It is used in the mode in
    which it comes. Parameters that require no gradient, and buffers, stay as they are.

    Raises SetupError for a network that does not fit the images and for one whose deletions
    would mean nothing (see `stability.training.networks.user_module`).
    """
    if callable(recipe.network):
        from stability.training.networks.user_module import module_network

        return module_network(recipe, recipe.network, channels_first(image_shape), classes)
    initial = initial_parameters(recipe, image_shape, classes)
    if recipe.network == "relu-mlp":
        return Network(initial, forward, forward)
    shape = channels_first(image_shape)

    def convolve(parameters: Parameters, inputs: Tensor) -> Tensor:
        return convolutional_forward(parameters, inputs.reshape(-1, *shape))

    return Network(initial, convolve, convolve)


def initial_parameters(recipe: Recipe, image_shape: Sequence[int], classes: int) -> Parameters:
    """He's initial weights: normal with variance 2 / fan-in in every layer, biases 0.

    Drawn in float64 from `recipe.init_seed` alone and then rounded to `recipe.dtype`.
    Source: He, Zhang, Ren, Sun (ICCV 2015).

    >>> recipe = Recipe(widths=(8,), step_size=0.1, epochs=1, batch_size=4)
    >>> [tuple(p.shape) for p in initial_parameters(recipe, (5,), 3).values()]
    [(8, 5), (8,), (3, 8), (3,)]
    """
    generator = np.random.default_rng(recipe.init_seed)
    dtype = getattr(torch, recipe.dtype)
    shapes = (
        _convolutional_shapes(recipe.widths, image_shape, classes)
        if recipe.network == "cnn"
        else [(b, a) for a, b in pairwise((prod(image_shape), *recipe.widths, classes))]
    )
    parameters: Parameters = {}
    for layer, shape in enumerate(shapes):
        weight = generator.normal(0.0, np.sqrt(2.0 / prod(shape[1:])), size=shape)
        parameters[f"weight{layer}"] = torch.tensor(weight, dtype=dtype)
        parameters[f"bias{layer}"] = torch.zeros(shape[0], dtype=dtype)
    return parameters


def forward(parameters: Parameters, inputs: Tensor) -> Tensor:
    """The outputs (n, classes) of a ReLU perceptron at `inputs` (n, d).

    >>> forward({"weight0": torch.eye(2), "bias0": torch.ones(2)}, torch.zeros(1, 2)).tolist()
    [[1.0, 1.0]]
    """
    layers = len(parameters) // 2
    values = inputs
    for layer in range(layers):
        values = torch.nn.functional.linear(
            values, parameters[f"weight{layer}"], parameters[f"bias{layer}"]
        )
        if layer < layers - 1:
            values = torch.relu(values)
    return values


def convolutional_forward(parameters: Parameters, images: Tensor) -> Tensor:
    """The outputs (n, classes) of the convolutional network at images (n, channels, h, w)."""
    last = len(parameters) // 2 - 1
    values = images
    for layer in range(last):
        values = torch.nn.functional.conv2d(
            values, parameters[f"weight{layer}"], parameters[f"bias{layer}"], padding=1
        )
        values = torch.nn.functional.max_pool2d(torch.relu(values), 2)
    return torch.nn.functional.linear(
        values.flatten(1), parameters[f"weight{last}"], parameters[f"bias{last}"]
    )


def perturbed(parameters: Parameters, relative: float, seed: int) -> Parameters:
    """Every weight times 1 + relative * a standard normal number.

    >>> moved = perturbed({"w": torch.ones(3, dtype=torch.float64)}, 1e-7, seed=0)
    >>> bool(((moved["w"] - 1).abs() < 1e-6).all())
    True
    """
    generator = np.random.default_rng(seed)
    moved: Parameters = {}
    for name, p in parameters.items():
        noise = torch.tensor(generator.standard_normal(tuple(p.shape)), device=p.device)
        moved[name] = (p.double() * (1.0 + relative * noise)).to(p.dtype)
    return moved


def channels_first(image_shape: Sequence[int]) -> tuple[int, ...]:
    """(channels, height, width) of an image; (d,) of inputs that are none.

    >>> channels_first((28, 28)), channels_first((3, 32, 32)), channels_first((5,))
    ((1, 28, 28), (3, 32, 32), (5,))
    """
    shape = tuple(image_shape)
    return (1, *shape) if len(shape) == 2 else shape


def _convolutional_shapes(
    widths: tuple[int, ...], image_shape: Sequence[int], classes: int
) -> list[tuple[int, ...]]:
    shape = channels_first(image_shape)
    smallest = 2 ** len(widths)
    if len(shape) != 3 or min(shape[1:]) < smallest:
        raise SetupError(
            where="recipe.network",
            found=f"a convolutional network with {len(widths)} halvings for inputs {shape}",
            allowed=f"images of at least {smallest} x {smallest} pixels",
            remedy="Use fewer widths, or network = 'relu-mlp' for inputs that are not images.",
        )
    channels, height, width = shape
    shapes: list[tuple[int, ...]] = [(b, a, 3, 3) for a, b in pairwise((channels, *widths))]
    area = (height // smallest) * (width // smallest)
    return [*shapes, (classes, widths[-1] * area)]
