"""Many trained networks of one kind as one object: their outputs and losses on data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.func import vmap

from stability.datasets.dataset import Dataset
from stability.own_code import OwnCodeError
from stability.training.engines.layers import perceptron_layers
from stability.training.engines.vmapped import saved_bytes
from stability.training.losses import losses
from stability.training.model import Model
from stability.training.networks.network import Network, Parameters
from stability.training.recipe import Recipe
from stability.training.start import tensors
from stability.training.torch_settings import settings
from stability.training.variants import Variants

MEMORY = 2**29
"""Default budget for the models that are trained together, in bytes."""


@dataclass(frozen=True, eq=False)
class Stack:
    """Trained models: `parameters` with a leading model axis K, one per entry of `variants`.

    `first` is the place of the first of them among all the variants that were asked for.
    """

    recipe: Recipe
    network: Network
    variants: Variants
    parameters: Parameters
    memory_bytes: int = MEMORY
    first: int = 0

    @property
    def deleted(self) -> NDArray[np.int64]:
        """The position (K,) that is deleted or replaced in each, -1 for none."""
        return self.variants.changed

    def losses(self, data: Dataset) -> NDArray[np.float64]:
        """The recipe's loss (K, n) of each model at each example, not clipped."""
        inputs, labels = tensors(self.recipe, data)
        models = len(self.variants)
        out = np.empty((models, len(data)))
        # vmap makes grouped convolutions, on a CPU slower than one model after the other.
        apart = perceptron_layers(self.network) is None and self.recipe.device == "cpu"
        apart = apart or self.recipe.together is False
        evaluate = outputs_apart if apart else stacked_outputs
        with settings(self.recipe), torch.no_grad():
            per_row = saved_bytes(self.network, self.recipe, inputs[:1], labels[:1])
            at_once = 2 * max(1, per_row) * (1 if apart else models)
            rows = max(1, self.memory_bytes // at_once)
            for start in range(0, len(data), rows):
                part = slice(start, start + rows)
                outputs = evaluate(self.network, self.parameters, inputs[part])
                found = losses(self.recipe.loss, outputs, labels[part])
                out[:, part] = found.double().cpu().numpy()
        return out

    def model(self, place: int) -> Model:
        """One of the models."""
        own = {name: values[place] for name, values in self.parameters.items()}
        return Model(self.recipe, self.network, own)


def stacked_outputs(network: Network, parameters: Parameters, inputs: Tensor) -> Tensor:
    """The outputs (K, n, classes) of K trained models at the same inputs (n, d)."""
    try:
        return vmap(network.evaluate, in_dims=(0, None))(parameters, inputs)
    except (RuntimeError, ValueError, OwnCodeError):  # a module that vmap cannot take
        return outputs_apart(network, parameters, inputs)


def outputs_apart(network: Network, parameters: Parameters, inputs: Tensor) -> Tensor:
    """The same, one model after the other."""
    models = len(next(iter(parameters.values())))
    own = ({name: values[k] for name, values in parameters.items()} for k in range(models))
    return torch.stack([network.evaluate(one, inputs) for one in own])
