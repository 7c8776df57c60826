"""lenet: two small convolutions with pooling, then three linear layers."""

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
class LeNet(Architecture):
    """Two 5 x 5 convolutions (6, 16 channels) with ReLU and pooling, then 120, 84 and outputs.

    Initial weights are torch's. It is the network of Zhang, Wang and Su (NeurIPS 2021), after LeCun
    et al. (1998) with ReLU and maxima.

    >>> sum(p.numel() for p in LeNet().module((1, 32, 32), 3).parameters())
    61111
    """

    kind: ClassVar[str] = "lenet"
    title: ClassVar[str] = "LeNet with ReLU"
    data_examples: ClassVar[Mapping[str, str]] = LARGER_IMAGES

    def module(self, shape: tuple[int, ...], classes: int) -> nn.Module:
        """The layers "convolution0", "convolution1", "linear0", "linear1" and "linear2"."""
        from torch import nn

        area = pixels_left(shape)
        parts: OrderedDict[str, nn.Module] = OrderedDict(
            convolution0=nn.Conv2d(shape[0], 6, 5),
            relu0=nn.ReLU(),
            pool0=nn.MaxPool2d(2),
            convolution1=nn.Conv2d(6, 16, 5),
            relu1=nn.ReLU(),
            pool1=nn.MaxPool2d(2),
            flatten=nn.Flatten(),
            linear0=nn.Linear(16 * area, 120),
            relu2=nn.ReLU(),
            linear1=nn.Linear(120, 84),
            relu3=nn.ReLU(),
            linear2=nn.Linear(84, classes),
        )
        return nn.Sequential(parts)

    def initialise(self, module: nn.Module, seed: int) -> None:
        """Torch's own initial weights, drawn when the module was made, stay."""
