"""A network: a torch module, and the same as a function of a dictionary of its parameters."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from stability.training.networks.guarded import outputs_of

Parameters = dict[str, Tensor]
"""The parameters that are trained, by their names in the module, in its order."""


@dataclass(frozen=True, eq=False)
class Network:
    """A module for inputs (n, *shape), and the weights from which it starts.

    `module` is in the mode in which it is trained, `quiet` the same with dropout off. `initial` are
    the parameters that are trained, `fixed` those that are not, and buffers. `random` says whether
    training draws dropout masks.
    """

    module: nn.Module
    quiet: nn.Module
    shape: tuple[int, ...]
    initial: Parameters
    fixed: Mapping[str, Tensor]
    random: bool = False

    def forward(self, parameters: Parameters, inputs: Tensor) -> Tensor:
        """The outputs (n, classes) in training at inputs (n, ...), however they are shaped."""
        return self._call(self.module, parameters, inputs)

    def evaluate(self, parameters: Parameters, inputs: Tensor) -> Tensor:
        """The outputs (n, classes) afterwards, dropout off. The module gets a copy of `inputs`."""
        return self._call(self.quiet, parameters, inputs.clone())

    def alone(self, parameters: Parameters) -> nn.Module:
        """A copy of the module, ready to be trained from these parameters, on their device."""
        device = next(iter(parameters.values())).device
        module = copy.deepcopy(self.module).to(device)
        known = dict(module.named_parameters())
        for name, values in parameters.items():
            known[name].data = values.detach().clone()
        return module

    def _call(self, module: nn.Module, parameters: Parameters, inputs: Tensor) -> Tensor:
        fixed = {
            name: in_precision(values, inputs.dtype).to(inputs.device)
            for name, values in self.fixed.items()
        }
        return outputs_of(module, inputs.reshape(-1, *self.shape), {**parameters, **fixed})


def in_precision(values: Tensor, dtype: torch.dtype) -> Tensor:
    """A tensor in the precision of a real `dtype`: real stays real, complex complex, whole whole.

    >>> in_precision(torch.zeros(2, dtype=torch.complex128), torch.float32).dtype
    torch.complex64
    """
    if values.is_floating_point():
        return values.to(dtype)
    return values.to(dtype.to_complex()) if values.is_complex() else values


def network_from(module: nn.Module, shape: tuple[int, ...], random: bool = False) -> Network:
    """A module as a network that starts from the module's own weights.

    >>> import torch
    >>> network = network_from(nn.Linear(2, 3, bias=False), (2,))
    >>> network.evaluate({"weight": torch.ones(3, 2)}, torch.ones(1, 2)).tolist()
    [[2.0, 2.0, 2.0]]
    """
    initial = {n: p.detach().clone() for n, p in module.named_parameters() if p.requires_grad}
    fixed = {n: p.detach() for n, p in module.named_parameters() if not p.requires_grad}
    fixed |= dict(module.named_buffers())
    return Network(module, copy.deepcopy(module).eval(), shape, initial, fixed, random)
