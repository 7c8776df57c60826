"""relu-mlp: a ReLU perceptron; without hidden layers, softmax regression."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING, ClassVar

from stability.setup.fields import at_least, list_of, quantity
from stability.training.networks.architecture import Architecture

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True, kw_only=True)
class Perceptron(Architecture):
    """A ReLU perceptron; without widths, softmax regression.

    >>> sum(p.numel() for p in Perceptron(widths=(4,)).module((1, 2, 2), 3).parameters())
    35
    """

    kind: ClassVar[str] = "relu-mlp"
    title: ClassVar[str] = "ReLU perceptron"
    widths: tuple[int, ...] | None = quantity(
        list_of(at_least(1), "a list of whole numbers of at least 1"),
        "the hidden layers; none: softmax regression",
        default=None,
        example="[32]",
        shown=True,
    )

    def module(self, shape: tuple[int, ...], classes: int) -> nn.Module:
        """Linear layers, a ReLU between each two: "linear0", "relu0", "linear1", ..."""
        from torch import nn

        parts: OrderedDict[str, nn.Module] = OrderedDict(flatten=nn.Flatten())
        sizes = (prod(shape), *(self.widths or ()), classes)
        for layer, (inputs, outputs) in enumerate(pairwise(sizes)):
            if layer:
                parts[f"relu{layer - 1}"] = nn.ReLU()
            parts[f"linear{layer}"] = nn.Linear(inputs, outputs)
        return nn.Sequential(parts)
