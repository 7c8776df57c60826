"""Networks for colour photographs, as modules: pixels centred first, average pooling.

Average pooling has fewer kinks than maximum pooling, so that training amplifies meaningless changes
less.
"""

from __future__ import annotations

import math

from torch import Tensor, nn


class Centred(nn.Module):
    """Pixels in [0, 1] to [-2, 2]: about mean 0 and variance 1 for photographs."""

    def forward(self, images: Tensor) -> Tensor:
        """The same images, shifted and scaled."""
        return (images - 0.5) * 4.0


def convolutional(shape: tuple[int, ...], classes: int) -> nn.Module:
    """Two 3 x 3 convolutions with 8 and 16 channels, each with ReLU and 2 x 2 averages; linear."""
    channels, height, width = shape
    return nn.Sequential(
        Centred(),
        nn.Conv2d(channels, 8, 3, padding=1),
        nn.ReLU(),
        nn.AvgPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1),
        nn.ReLU(),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(16 * (height // 4) * (width // 4), classes),
    )


def perceptron(shape: tuple[int, ...], classes: int) -> nn.Module:
    """One hidden layer of 64 ReLU units."""
    return nn.Sequential(
        Centred(),
        nn.Flatten(),
        nn.Linear(math.prod(shape), 64),
        nn.ReLU(),
        nn.Linear(64, classes),
    )


NETWORKS = {"perceptron": perceptron, "convolutional": convolutional}
"""The networks by name."""
