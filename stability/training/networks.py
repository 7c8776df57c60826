"""Networks as functions of a dictionary of parameters; no hidden state, no modules."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from stability.training.recipe import Recipe

Parameters = dict[str, Tensor]
"""`weight0` (width, inputs), `bias0` (width,), `weight1`, `bias1`, ... in the order of layers."""


def initial_parameters(recipe: Recipe, input_size: int, classes: int) -> Parameters:
    """He's initial weights: normal with variance 2 / fan-in in every layer, biases 0.

    Drawn in float64 from `recipe.init_seed` alone and then rounded to `recipe.dtype`.
    Source: He, Zhang, Ren, Sun (ICCV 2015).

    >>> recipe = Recipe(widths=(8,), step_size=0.1, epochs=1, batch_size=4)
    >>> [tuple(p.shape) for p in initial_parameters(recipe, 5, 3).values()]
    [(8, 5), (8,), (3, 8), (3,)]
    """
    generator = np.random.default_rng(recipe.init_seed)
    dtype = getattr(torch, recipe.dtype)
    sizes = (input_size, *recipe.widths, classes)
    parameters: Parameters = {}
    for layer, (inputs, outputs) in enumerate(pairwise(sizes)):
        weight = generator.normal(0.0, np.sqrt(2.0 / inputs), size=(outputs, inputs))
        parameters[f"weight{layer}"] = torch.tensor(weight, dtype=dtype)
        parameters[f"bias{layer}"] = torch.zeros(outputs, dtype=dtype)
    return parameters


def forward(parameters: Parameters, inputs: Tensor) -> Tensor:
    """The logits (n, classes) of a ReLU perceptron at `inputs` (n, d).

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
