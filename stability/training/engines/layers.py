"""Which modules are perceptrons, with nothing before them or with pooled convolutions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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


@dataclass(frozen=True)
class PooledLayers:
    """The names of weight and bias: convolutions with ReLU and pooling, then linear layers."""

    blocks: tuple[tuple[str, str], ...]
    linear: tuple[tuple[str, str], ...]


def pooled_layers(network: Network) -> PooledLayers | None:
    """The layers of a network whose every convolution is followed by ReLU and 2 x 2 max-pooling.

    An `nn.Sequential`, nested or not, of square convolutions (stride 1, nothing padded), each with
    `nn.ReLU` and `nn.MaxPool2d(2)`, then `nn.Flatten` and linear layers with a ReLU between each
    two; every layer has a bias, all parameters are trained, none of them shared, no hooks. None
    for other networks.

    >>> from stability.training.networks.architectures.lenet import LeNet
    >>> from stability.training.networks.network import network_from
    >>> shape = (1, 16, 16)
    >>> layers = pooled_layers(network_from(LeNet().module(shape, 3), shape))
    >>> len(layers.blocks), layers.linear[-1]
    (2, ('linear2.weight', 'linear2.bias'))
    """
    parts = [p for p in _leaves("", network.module) if type(p[1]) is not nn.Identity]
    if any(_changed(part) for part in network.module.modules()) or len(network.shape) != 3:
        return None
    kinds = [type(part) for _, part in parts]
    count = kinds.count(nn.Conv2d)
    before, after = kinds[: 3 * count], kinds[3 * count + 1 :]
    rest = len(after) // 2
    if (
        not count
        or before != [nn.Conv2d, nn.ReLU, nn.MaxPool2d] * count
        or not all(_pools(part) for _, part in parts[: 3 * count + 1])
        or kinds[3 * count : 3 * count + 1] != [nn.Flatten]
        or after[::2] != [nn.Linear] * (rest + 1)
        or after[1::2] != [nn.ReLU] * rest
    ):
        return None
    named = [(f"{n}weight", f"{n}bias") for n, p in parts if isinstance(p, nn.Conv2d | nn.Linear)]
    if [name for pair in named for name in pair] != list(network.initial):
        return None
    return PooledLayers(tuple(named[:count]), tuple(named[count:]))


def _pools(part: nn.Module) -> bool:
    """Whether a part, if it has kinds, is of the plain kind."""
    if isinstance(part, nn.Conv2d):
        plain = (part.stride, part.padding, part.dilation) == ((1, 1), (0, 0), (1, 1))
        square = part.kernel_size[0] == part.kernel_size[1]
        return plain and square and part.groups == 1
    if isinstance(part, nn.Flatten):
        return (part.start_dim, part.end_dim) == (1, -1)
    if isinstance(part, nn.MaxPool2d):
        plain = (part.kernel_size, part.stride, part.padding, part.dilation) == (2, 2, 0, 1)
        return plain and not part.ceil_mode and not part.return_indices
    return True


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
