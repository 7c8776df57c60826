"""Watching a module at work: every linear layer and convolution that uses known parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode


@dataclass(frozen=True)
class Call:
    """One use of a layer: names of its weight and bias, None for what is none of the known.

    `window` are the settings of a convolution (kernel, stride, padding before and after in both
    directions, dilation), None for a linear layer; `shape` is that of what leaves.
    """

    weight: str | None
    bias: str | None
    window: Window | None
    groups: int
    shape: torch.Size

    def positions(self, entered: Tensor, slopes: Tensor) -> tuple[Tensor, Tensor]:
        """What entered (n, T, G, I) and the slopes (n, T, G, O), from those of n examples."""
        n = len(entered)
        if self.window is None:
            inputs, outputs = entered.shape[-1], slopes.shape[-1]
            return entered.reshape(n, -1, 1, inputs), slopes.reshape(n, -1, 1, outputs)
        places = self.window.places(entered.reshape(-1, *entered.shape[-3:]))  # (n b, C k, L)
        left = places.unflatten(1, (self.groups, -1)).movedim(3, 1)  # (n b, L, G, I)
        right = slopes.reshape(-1, *slopes.shape[-3:]).flatten(2)
        right = right.unflatten(1, (self.groups, -1)).movedim(3, 1)
        return (
            left.reshape(n, -1, *left.shape[2:]),
            right.reshape(n, -1, *right.shape[2:]),
        )


@dataclass(frozen=True)
class Window:
    """Where a convolution looks: kernel, stride and dilation (height, width), and padding.

    `padding` (left, right, top, bottom), as `torch.nn.functional.pad` takes it.
    """

    kernel: tuple[int, int]
    stride: tuple[int, int]
    dilation: tuple[int, int]
    padding: tuple[int, int, int, int]

    def places(self, images: Tensor) -> Tensor:
        """What the kernel sees (n, channels * kernel, places) in images (n, channels, h, w)."""
        padded = functional.pad(images, self.padding)
        return functional.unfold(padded, self.kernel, self.dilation, 0, self.stride)


class Watch(TorchFunctionMode):
    """Notes every `Call`, and hands what enters and what leaves a layer to `leave`.

    `names`: the known parameters by the identity of their tensors. `leave(index, entered, result)`
    gives what is computed with from there on. With `cut`, layers use their parameters without
    telling autograd: a derivative in a parameter then comes from other uses alone.
    """

    def __init__(
        self,
        names: Mapping[int, str],
        leave: Callable[[int, Tensor, Tensor], Tensor],
        *,
        cut: bool = False,
    ) -> None:
        super().__init__()
        self.names, self.leave, self.cut = names, leave, cut
        self.calls: list[Call] = []

    def __torch_function__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        read = _READERS.get(func)
        if read is None:
            return func(*args, **kwargs)
        entered, weight, bias, window, groups = read(*args, **kwargs)
        name, own = self.names.get(id(weight)), self.names.get(id(bias))
        if name is None and own is None:
            return func(*args, **kwargs)
        if self.cut:
            # Only what is known: a weight computed from parameters is another use of them.
            pairs = ((name, weight), (own, bias))
            cut = {id(value): value.detach() for known, value in pairs if known is not None}
            args = [cut.get(id(value), value) for value in args]
            kwargs = {key: cut.get(id(value), value) for key, value in kwargs.items()}
        result = func(*args, **kwargs)
        self.calls.append(Call(name, own, window, groups, result.shape))
        return self.leave(len(self.calls) - 1, entered, result)


def _linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> tuple[Any, ...]:
    return input, weight, bias, None, 1


def _conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> tuple[Any, ...]:
    kernel, wide = _pair(weight.shape[2:]), _pair(dilation)
    if padding == "same":
        total = [d * (k - 1) for d, k in zip(wide, kernel, strict=True)]
        pads = [(all_ // 2, all_ - all_ // 2) for all_ in total]
    else:
        pads = [(p, p) for p in _pair(0 if padding == "valid" else padding)]
    window = Window(kernel, _pair(stride), wide, (*pads[1], *pads[0]))
    return input, weight, bias, window, groups


def _pair(value: Any) -> tuple[int, int]:
    both = (value, value) if isinstance(value, int) else tuple(value)
    return both * 2 if len(both) == 1 else both


_READERS: Mapping[Any, Callable[..., tuple[Any, ...]]] = {
    functional.linear: _linear,
    functional.conv2d: _conv2d,
}
