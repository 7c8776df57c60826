"""cnn: blocks of a 3 x 3 convolution, ReLU and 2 x 2 max-pooling, then a linear layer."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from stability.errors import SetupError
from stability.setup.fields import at_least, list_of, quantity
from stability.training.networks.architecture import Architecture

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True, kw_only=True)
class Convolutional(Architecture):
    """Blocks of a 3 x 3 convolution, ReLU and 2 x 2 max-pooling, then a linear layer.

    >>> sum(p.numel() for p in Convolutional(widths=(2,)).module((1, 4, 4), 3).parameters())
    47
    """

    kind: ClassVar[str] = "cnn"
    title: ClassVar[str] = "convolutional network"
    widths: tuple[int, ...] = quantity(
        list_of(at_least(1), "a list of whole numbers of at least 1"),
        "the channels of the blocks, each of which halves the image",
        example="[32]",
    )

    def module(self, shape: tuple[int, ...], classes: int) -> nn.Module:
        """The blocks "convolution0", "relu0", "pool0", ..., then "flatten" and "linear"."""
        from torch import nn

        smallest = 2 ** len(self.widths)
        if len(shape) != 3 or min(shape[1:]) < smallest:
            raise SetupError(
                where="recipe.network",
                found=f"a convolutional network with {len(self.widths)} halvings for inputs "
                f"{shape}",
                allowed=f"images of at least {smallest} x {smallest} pixels",
                remedy="Use fewer widths, or network = 'relu-mlp' for inputs that are not images.",
            )
        channels, height, width = shape
        parts: OrderedDict[str, nn.Module] = OrderedDict()
        for block, (before, after) in enumerate(pairwise((channels, *self.widths))):
            parts[f"convolution{block}"] = nn.Conv2d(before, after, 3, padding=1)
            parts[f"relu{block}"] = nn.ReLU()
            parts[f"pool{block}"] = nn.MaxPool2d(2)
        area = (height // smallest) * (width // smallest)
        parts["flatten"] = nn.Flatten()
        parts["linear"] = nn.Linear(self.widths[-1] * area, classes)
        return nn.Sequential(parts)
