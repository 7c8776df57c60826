"""Which modules are perceptrons: linear layers with a ReLU between each two, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn

from stability.training.networks.network import Network


def perceptron_layers(network: Network) -> tuple[tuple[str, str | None], ...] | None:
    """The names of weight and bias (None without one) of every layer; None for other networks.

    What counts is what the module is made of: an `nn.Sequential`, nested or not, of nothing but an
    `nn.Flatten` at the start, `nn.Linear`, `nn.ReLU` and `nn.Identity`, all parameters trained,
    none of them shared, no hooks and no `forward` of one part's own.

    >>> from stability.training.networks.network import network_from
    >>> module = nn.Sequential(nn.Linear(2, 5, bias=False), nn.ReLU(), nn.Linear(5, 3))
    >>> perceptron_layers(network_from(module, (2,)))
    (('0.weight', None), ('2.weight', '2.bias'))
    >>> perceptron_layers(network_from(nn.Sequential(module, nn.Tanh()), (2,)))
    """
    parts = [(name, part) for name, part in _leaves("", network.module)]
    kinds = [type(part) for _, part in parts if type(part) is not nn.Identity]
    if any(_changed(part) for part in network.module.modules()):
        return None
    if kinds[:1] == [nn.Flatten]:
        flatten = next(part for _, part in parts if type(part) is nn.Flatten)
        if (flatten.start_dim, flatten.end_dim) != (1, -1):
            return None
        kinds = kinds[1:]
    elif len(network.shape) != 1:
        return None
    alternate = kinds[::2] == [nn.Linear] * (len(kinds) // 2 + 1)
    if not alternate or kinds[1::2] != [nn.ReLU] * (len(kinds) // 2):
        return None
    linear = [(name, part) for name, part in parts if isinstance(part, nn.Linear)]
    layers = tuple(
        (f"{name}weight", None if part.bias is None else f"{name}bias") for name, part in linear
    )
    names = [name for layer in layers for name in layer if name is not None]
    return layers if names == list(network.initial) else None


def _changed(part: nn.Module) -> bool:
    """Whether a part computes something else than its class says."""
    hooks = (
        part._forward_hooks,
        part._forward_pre_hooks,
        part._backward_hooks,
        part._backward_pre_hooks,
    )
    return any(hooks) or "forward" in vars(part)


def _leaves(name: str, module: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """The parts of nested sequences in order, with the prefix of the names of their parameters."""
    if type(module) is nn.Sequential:
        for own, part in module._modules.items():  # named_children leaves out what is shared
            assert part is not None
            yield from _leaves(f"{name}{own}.", part)
    else:
        yield name, module
