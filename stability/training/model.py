"""A trained network and what it says; the settings of torch under which it is trained."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stability.datasets.dataset import Dataset
from stability.errors import SetupError
from stability.training.losses import losses
from stability.training.networks import Network, Parameters
from stability.training.recipe import Recipe

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
        return losses(self.recipe.loss, outputs, torch.tensor(data.labels)).numpy()


def tensors(recipe: Recipe, data: Dataset) -> tuple[Tensor, Tensor]:
    """Inputs (n, d) in the recipe's precision and labels (n,) on its device (copies)."""
    device = recipe.device
    inputs = torch.tensor(data.inputs, dtype=getattr(torch, recipe.dtype), device=device)
    return inputs, torch.tensor(data.labels, device=device)


def check_device(recipe: Recipe) -> None:
    """Raise SetupError if the recipe's device is not there."""
    if recipe.device == "cuda" and not torch.cuda.is_available():
        raise SetupError(
            where="recipe.device",
            found="cuda",
            allowed="'cpu' on this machine",
            remedy="torch sees no GPU here.",
        )


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seed torch's generators inside the block and restore them afterwards."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        yield


def masks(recipe: Recipe, step: int, random: bool) -> AbstractContextManager[None]:
    """Where a step is computed: torch seeded by the dropout seed and the step, if need be."""
    if not random or recipe.dropout_seed is None:
        return nullcontext()
    words = np.random.SeedSequence([recipe.dropout_seed, step]).generate_state(1, np.uint32)
    return seeded(int(words[0]))


@contextmanager
def settings(recipe: Recipe) -> Iterator[None]:
    """The recipe's threads and, on a GPU, deterministic full-precision convolutions."""
    flags = torch.backends.cudnn.flags(
        enabled=True, benchmark=False, deterministic=True, allow_tf32=False
    )
    with limited_threads(recipe.threads), flags:
        yield


@contextmanager
def limited_threads(count: int) -> Iterator[None]:
    """Let torch use `count` threads inside the block and restore its number afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
