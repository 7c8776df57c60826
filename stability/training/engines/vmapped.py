"""Many networks of any kind trained at once: stacked parameters, `torch.func.vmap`."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.func import grad, vmap

from stability.errors import SetupError
from stability.training.engines.optimisers import Optimiser
from stability.training.losses import losses
from stability.training.networks.network import Network, Parameters
from stability.training.recipe import Recipe


class VmappedNetworks:
    """K copies of a network in training; dropout masks are the same in all of them."""

    def __init__(self, recipe: Recipe, network: Network, first: Parameters) -> None:
        self.weights = {name: values.clone() for name, values in first.items()}
        self.optimiser = Optimiser(recipe)

        def weighted(
            parameters: Parameters, inputs: Tensor, labels: Tensor, share: Tensor
        ) -> tuple[Tensor, Tensor]:
            outputs = network.forward(parameters, inputs)
            return (losses(recipe.loss, outputs, labels) * share).sum(), outputs

        self._slopes = grad(weighted, has_aux=True)

    def step(self, inputs: Tensor, labels: Tensor, share: Tensor, step_size: float) -> Tensor:
        """One step; returns the outputs (K, b, classes) before it.

        `inputs` (b, d) or (K, b, d), `labels` (b,) or (K, b), `share` (b,) or (K, b).
        Raises SetupError for a module that vmap cannot take.
        """
        where = (0, *(0 if t.dim() > least else None for t, least in
                      ((inputs, 2), (labels, 1), (share, 1))))  # fmt: skip
        try:
            slopes, outputs = vmap(self._slopes, where, randomness="same")(
                self.weights, inputs, labels, share
            )
        except (RuntimeError, ValueError) as error:
            raise SetupError(
                where="recipe.network",
                found=f"a module that cannot be trained many at a time ({_first_line(error)})",
                allowed="modules that torch.func.vmap can take",
                remedy="Use measure_training with a training function of your own.",
            ) from error
        self.optimiser.step(self.weights, slopes, step_size)
        return outputs

    def parameters(self) -> Parameters:
        """The parameters, stacked."""
        return self.weights


def saved_bytes(network: Network, recipe: Recipe, inputs: Tensor, labels: Tensor) -> int:
    """How much one step of one model keeps for its gradient: activations, not weights."""
    seen: dict[int, Tensor] = {}

    def note(tensor: Tensor) -> None:
        # Until all are counted no place may be used again. The graph gets nothing back: one that
        # holds a tensor which holds the graph is never freed.
        seen[tensor.data_ptr()] = tensor.detach()

    parameters = {name: p.detach().requires_grad_() for name, p in network.initial.items()}
    watched = torch.autograd.graph.saved_tensors_hooks(note, lambda t: t)
    with torch.enable_grad(), torch.random.fork_rng(), watched:  # nothing is saved without grad
        losses(recipe.loss, network.forward(parameters, inputs), labels).sum()
    weights = {p.data_ptr() for p in parameters.values()} | {inputs.data_ptr()}
    return sum(t.numel() * t.element_size() for place, t in seen.items() if place not in weights)


def _first_line(error: Exception) -> str:
    line = (str(error).splitlines() or [type(error).__name__])[0]
    return line if len(line) <= 160 else line[:157] + "..."
