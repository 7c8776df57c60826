"""residual-mlp: two hidden layers of one width, the second added to the first."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, ClassVar

from stability.setup.fields import at_least, one_of, quantity
from stability.training.networks.activations import ACTIVATIONS, activation
from stability.training.networks.architecture import Architecture

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True, kw_only=True)
class ResidualPerceptron(Architecture):
    """linear2(h1 + h2) with h1 = a(linear0 x) and h2 = a(linear1 h1).

    Initial weights are torch's. It is the "ResNet" of He and Su (ICLR 2020).

    >>> sum(p.numel() for p in ResidualPerceptron(width=4).module((3,), 1).parameters())
    41
    """

    kind: ClassVar[str] = "residual-mlp"
    title: ClassVar[str] = "residual perceptron"
    width: int = quantity(at_least(1), "the width of both hidden layers", example="32", shown=True)
    activation: str = quantity(
        one_of(*ACTIVATIONS), "what follows both", default="relu", example='"relu"'
    )

    def module(self, shape: tuple[int, ...], classes: int) -> nn.Module:
        """The layers "linear0", "linear1" and "linear2"."""
        from torch import Tensor, nn

        class Residual(nn.Module):
            def __init__(self, inputs: int, width: int, outputs: int, name: str) -> None:
                super().__init__()
                self.linear0 = nn.Linear(inputs, width)
                self.linear1 = nn.Linear(width, width)
                self.linear2 = nn.Linear(width, outputs)
                self.activation = activation(name)

            def forward(self, x: Tensor) -> Tensor:
                first = self.activation(self.linear0(x.flatten(1)))
                return self.linear2(first + self.activation(self.linear1(first)))

        return Residual(prod(shape), self.width, classes, self.activation)

    def initialise(self, module: nn.Module, seed: int) -> None:
        """Torch's own initial weights, drawn when the module was made, stay."""
