"""mlp: a perceptron with a chosen activation and torch's own initial weights."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING, ClassVar

from stability.setup.fields import at_least, list_of, one_of, quantity
from stability.training.networks.activations import ACTIVATIONS, activation
from stability.training.networks.architecture import Architecture

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True, kw_only=True)
class MultilayerPerceptron(Architecture):
    """A perceptron with a chosen activation; with the identity, a deep linear network.

    Initial weights and biases are torch's: uniform up to 1/sqrt(fan-in), with no factor
    1/sqrt(width) at the output. These are the networks of He and Su (ICLR 2020).

    >>> network = MultilayerPerceptron(widths=(4,), activation="identity")
    >>> [type(part).__name__ for part in network.module((3,), 1)]
    ['Flatten', 'Linear', 'Identity', 'Linear']
    """

    kind: ClassVar[str] = "mlp"
    title: ClassVar[str] = "perceptron with torch's initial weights"
    widths: tuple[int, ...] = quantity(
        list_of(at_least(1), "a list of whole numbers of at least 1"),
        "the hidden layers",
        example="[32]",
        shown=True,
    )
    activation: str = quantity(
        one_of(*ACTIVATIONS),
        'what follows every hidden layer; "identity" makes a linear network',
        default="relu",
        example='"relu"',
    )

    def module(self, shape: tuple[int, ...], classes: int) -> nn.Module:
        """Linear layers, an activation between each two: "linear0", "activation0", ..."""
        from torch import nn

        parts: OrderedDict[str, nn.Module] = OrderedDict(flatten=nn.Flatten())
        sizes = (prod(shape), *self.widths, classes)
        for layer, (inputs, outputs) in enumerate(pairwise(sizes)):
            if layer:
                parts[f"activation{layer - 1}"] = activation(self.activation)
            parts[f"linear{layer}"] = nn.Linear(inputs, outputs)
        return nn.Sequential(parts)

    def initialise(self, module: nn.Module, seed: int) -> None:
        """Torch's own initial weights, drawn when the module was made, stay."""
