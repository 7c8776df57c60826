"""The activations that networks with a name may have."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn

ACTIVATIONS = ("relu", "sigmoid", "tanh", "identity")


def activation(name: str) -> nn.Module:
    """The module of one of `ACTIVATIONS`."""
    from torch import nn

    kinds = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "identity": nn.Identity}
    return kinds[name]()
