"""One trained network: its outputs and losses on data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from stability.datasets.dataset import Dataset
from stability.training.losses import losses
from stability.training.networks.network import Network, Parameters
from stability.training.recipe import Recipe
from stability.training.start import one_target, tensors
from stability.training.torch_settings import settings

ROWS = 2048
"""Examples that are evaluated at once."""


@dataclass(frozen=True, eq=False)
class Model:
    """One trained network: `parameters` for `network`, made by `recipe`."""

    recipe: Recipe
    network: Network
    parameters: Parameters

    def outputs(self, data: Dataset) -> NDArray[np.float64]:
        """The outputs (n, classes), for cross-entropy the logits; dropout is off."""
        inputs, _ = tensors(self.recipe, data)
        with settings(self.recipe), torch.no_grad():
            parts = [self.network.evaluate(self.parameters, part) for part in inputs.split(ROWS)]
        return torch.cat(parts).double().cpu().numpy()

    def losses(self, data: Dataset) -> NDArray[np.float64]:
        """The recipe's loss (n,) at every example, not clipped."""
        outputs = torch.tensor(self.outputs(data))
        truth = data.labels if data.has_labels else one_target(data)
        return losses(self.recipe.loss, outputs, torch.tensor(truth)).numpy()

    def accuracy(self, data: Dataset) -> float:
        """The share of examples whose class is named; a single output decides between two.

        Raises DataError for data without labels.
        """
        outputs = self.outputs(data)
        if outputs.shape[1] == 1:  # 1/2 is halfway between labels 0 and 1, 0 for a logit
            named = outputs[:, 0] > (0.5 if self.recipe.loss == "binary-squared" else 0.0)
        else:
            named = outputs.argmax(axis=1)
        return float((named == data.labels).mean())
