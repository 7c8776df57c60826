"""Many networks of any kind trained at once: stacked parameters, `torch.func.vmap`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.func import grad, vmap

from stability.own_code import OwnCodeError, called
from stability.training.engines.optimisers import Optimiser
from stability.training.losses import losses
from stability.training.networks.guarded import WHERE
from stability.training.networks.network import Network, Parameters
from stability.training.recipe import Recipe


class VmappedNetworks:
    """K copies of a network in training; random masks are the same in all of them.

    Modules that vmap cannot take (control flow that looks at numbers, numpy) are trained side by
    side instead, step by step one after the other. So are those whose masks under vmap are not
    those that one model draws alone, as dropout inside torch's attention layers.
    """

    def __init__(self, recipe: Recipe, network: Network, first: Parameters) -> None:
        self.weights = {name: values.clone() for name, values in first.items()}
        self.optimiser = Optimiser(recipe, stacked=True)
        self.apart = False
        self._random = network.random

        def weighted(
            parameters: Parameters, inputs: Tensor, labels: Tensor, share: Tensor
        ) -> tuple[Tensor, Tensor]:
            outputs = network.forward(parameters, inputs)
            return (losses(recipe.loss, outputs, labels) * share).sum(), outputs

        self._weighted = weighted
        self._slopes = grad(weighted, has_aux=True)

    def step(self, inputs: Tensor, labels: Tensor, share: Tensor, step_size: float) -> Tensor:
        """One step; returns the outputs (K, b, classes) before it.

        `inputs` (b, d) or (K, b, d), `labels` (b,) or (K, b), `share` (b,) or (K, b).
        Raises SetupError for a module that fails.
        """
        slopes, outputs = self._together(inputs, labels, share)
        self.optimiser.step(self.weights, slopes, step_size)
        return outputs

    def parameters(self) -> Parameters:
        """The parameters, stacked."""
        return self.weights

    def _together(self, inputs: Tensor, labels: Tensor, share: Tensor) -> tuple[Parameters, Tensor]:
        where = (0, *(0 if t.dim() > least else None for t, least in
                      ((inputs, 2), (labels, 1), (share, 1))))  # fmt: skip
        if not self.apart:
            try:
                with torch.random.fork_rng():
                    found = vmap(self._slopes, where, randomness="same")(
                        self.weights, inputs, labels, share
                    )
            except (RuntimeError, ValueError, OwnCodeError):
                self.apart = True
            else:
                if not self._random or self._masked_as_alone(
                    found[1], where, inputs, labels, share
                ):
                    return found
                self.apart = True
        models = range(len(next(iter(self.weights.values()))))
        each = [self._one(k, where, inputs, labels, share) for k in models]
        slopes = {name: torch.stack([one[0][name] for one in each]) for name in self.weights}
        return slopes, torch.stack([one[1] for one in each])

    def _masked_as_alone(
        self, outputs: Tensor, where: tuple[int | None, ...], *data: Tensor
    ) -> bool:
        """Whether the first model gives what it gives alone, from the same random numbers."""
        alone = self._one(0, where, *data)[1]
        scale = float(alone.abs().max()) + 1.0
        allowed = 1e3 * torch.finfo(alone.dtype).eps * scale
        return bool((outputs[0].detach() - alone).abs().max() <= allowed)

    def _one(
        self, k: int, where: tuple[int | None, ...], *data: Tensor
    ) -> tuple[Parameters, Tensor]:
        """Gradients and outputs of the model at one place, alone."""
        own = {name: values[k] for name, values in self.weights.items()}
        mine = (t if axis is None else t[k] for t, axis in zip(data, where[1:], strict=True))
        return self._alone(own, *mine)

    def _alone(
        self, own: Parameters, inputs: Tensor, labels: Tensor, share: Tensor
    ) -> tuple[Parameters, Tensor]:
        """Gradients and outputs of one model, by autograd."""
        own = {name: values.detach().clone().requires_grad_() for name, values in own.items()}
        with torch.enable_grad(), torch.random.fork_rng():
            loss, outputs = self._weighted(own, inputs.clone(), labels, share)
        return gradients(loss, own), outputs.detach()


def gradients(loss: Tensor, parameters: Mapping[str, Tensor]) -> Parameters:
    """The gradient of a loss in every parameter, 0 in those that take no part in it.

    Raises OwnCodeError for a module that cannot be differentiated.

    >>> w, other = torch.ones(2, requires_grad=True), torch.ones(1, requires_grad=True)
    >>> [g.tolist() for g in gradients(w.sum(), {"w": w, "other": other}).values()]
    [[1.0, 1.0], [0.0]]
    """

    def slopes() -> Any:
        values = list(parameters.values())
        return torch.autograd.grad(loss, values, allow_unused=True, materialize_grads=True)

    found = called(WHERE, slopes, allowed="a module that can be differentiated")
    return dict(zip(parameters, found, strict=True))


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
