"""The last layer of a network: the one whose weights are used last when it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from stability.errors import SetupError
from stability.training.networks.guarded import WHERE
from stability.training.networks.network import Network, Parameters


def last_layer(network: Network, parameters: Parameters, inputs: Tensor) -> tuple[str, ...]:
    """The trained parameters of the layer that is used last, in the order of the module.

    `inputs` (n, d): one example is enough. A layer is a part of the module that holds parameters
    itself; where one operation uses those of several, as attention does, all of them count. The
    order in which layers are registered does not matter. Raises SetupError if none is used.

    >>> from torch import nn
    >>> from stability.training.networks.network import network_from
    >>> module = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 3))
    >>> network = network_from(module, (2,))
    >>> last_layer(network, network.initial, torch.ones(1, 2))
    ('2.weight', '2.bias')
    """
    own = {name: values.detach().clone() for name, values in parameters.items()}
    watch = _Uses({id(values): name for name, values in own.items()})
    with torch.no_grad(), watch:
        network.evaluate(own, inputs[:1])
    layers = {_layer(name) for name in watch.last}
    found = tuple(name for name in parameters if _layer(name) in layers)
    if not found:
        raise SetupError(
            where=WHERE,
            found="no trained parameter that forward hands to an operation of torch",
            allowed="for layers = 'last', a layer with trained parameters of its own",
            remedy="Use layers = 'all'.",
        )
    return found


def _layer(name: str) -> str:
    """The part of a module that a parameter belongs to; a normalised weight belongs to its layer.

    >>> _layer("a.0.weight"), _layer("a.0.parametrizations.weight.original0")
    ('a.0', 'a.0')
    """
    return name.rpartition(".")[0].partition(".parametrizations")[0]


class _Uses(TorchFunctionMode):
    """Notes the known parameters that the last operation to use any has used."""

    def __init__(self, names: Mapping[int, str]) -> None:
        super().__init__()
        self.names = names
        self.last: tuple[str, ...] = ()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if not getattr(func, "__name__", "").startswith("__get"):  # asking for a shape is no use
            used = (self.names.get(id(t)) for t in _tensors((*args, *kwargs.values())))
            self.last = tuple(name for name in used if name is not None) or self.last
        return func(*args, **kwargs)


def _tensors(values: Any) -> Iterator[Tensor]:
    for value in values:
        if isinstance(value, Tensor):
            yield value
        elif isinstance(value, (tuple, list)):
            yield from _tensors(value)
