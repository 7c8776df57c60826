"""What a network with a name declares: its fields, how its module is made and where it starts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from stability.setup.fields import at_least, check_fields, quantity

if TYPE_CHECKING:
    from torch import nn

LARGER_IMAGES: Mapping[str, str] = MappingProxyType({"name": '"geomnist"', "size": "200"})
"""`data_examples` of networks for which the usual images are too small."""


@dataclass(frozen=True, kw_only=True)
class Architecture(ABC):
    """Base of the networks with a name; a subclass in `architectures/` is all that a new one needs.

    `kind` is the name in run files and recipes, `title` its words there. Fields made with
    `quantity` are the keys of `[network]` in a run file. An instance is also a function of the
    shape of an example and the number of classes, as `Recipe.network` takes it.
    """

    kind: ClassVar[str] = ""
    title: ClassVar[str] = ""
    data_examples: ClassVar[Mapping[str, str]] = MappingProxyType({})
    init_seed: int = quantity(
        at_least(0), "the seed of the initial weights", default=0, example="0"
    )

    def __post_init__(self) -> None:
        check_fields(self, "network")

    @abstractmethod
    def module(self, shape: tuple[int, ...], classes: int) -> nn.Module:
        """The module for examples of a shape, (channels, height, width) or (d,).

        It gets inputs (n, *shape) and gives outputs (n, classes). Raises SetupError for a shape
        that it cannot take. torch is imported inside, so that reading a run file does without it.
        """

    def initialise(self, module: nn.Module, seed: int) -> None:
        """Set the initial weights of a module in float64: by default those of He et al."""
        from stability.training.networks.initial import he_normal

        he_normal(module, seed)

    def __call__(self, shape: tuple[int, ...], classes: int) -> nn.Module:
        """The same as `module`."""
        return self.module(shape, classes)
