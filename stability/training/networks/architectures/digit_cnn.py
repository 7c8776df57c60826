"""digit-cnn: the convolutional network of torch's MNIST example of 2019."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from stability.training.networks.architecture import LARGER_IMAGES, Architecture
from stability.training.networks.two_convolutions import pixels_left

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True, kw_only=True)
class DigitCnn(Architecture):
    """Two 5 x 5 convolutions (20, 50 channels) with ReLU and pooling, then 500 ReLU and outputs.

    Initial weights are torch's. It is the "CNN" of He and Su (ICLR 2020).

    >>> [tuple(p.shape) for p in DigitCnn().module((1, 28, 28), 1).parameters()][4]
    (500, 800)
    """

    kind: ClassVar[str] = "digit-cnn"
    title: ClassVar[str] = "convolutional network of torch's MNIST example"
    data_examples: ClassVar[Mapping[str, str]] = LARGER_IMAGES

    def module(self, shape: tuple[int, ...], classes: int) -> nn.Module:
        """The layers "convolution0", "convolution1", "linear0" and "linear1"."""
        from torch import nn

        area = pixels_left(shape)
        parts: OrderedDict[str, nn.Module] = OrderedDict(
            convolution0=nn.Conv2d(shape[0], 20, 5),
            relu0=nn.ReLU(),
            pool0=nn.MaxPool2d(2),
            convolution1=nn.Conv2d(20, 50, 5),
            relu1=nn.ReLU(),
            pool1=nn.MaxPool2d(2),
            flatten=nn.Flatten(),
            linear0=nn.Linear(50 * area, 500),
            relu2=nn.ReLU(),
            linear1=nn.Linear(500, classes),
        )
        return nn.Sequential(parts)

    def initialise(self, module: nn.Module, seed: int) -> None:
        """Torch's own initial weights, drawn when the module was made, stay."""
