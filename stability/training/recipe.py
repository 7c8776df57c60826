"""How a network is trained, as frozen data, and the order in which it sees its examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from stability.errors import SetupError
from stability.setup.fields import at_least, list_of, quantity
from stability.training.losses import NAMES
from stability.training.networks.architecture import Architecture
from stability.training.networks.registry import architectures
from stability.training.settings import SEED, TrainingSettings

if TYPE_CHECKING:
    import torch

Factory = Callable[[tuple[int, ...], int], "torch.nn.Module"]
"""Makes a network for images of a shape and a number of classes."""


@dataclass(frozen=True, kw_only=True)
class Recipe(TrainingSettings):
    """A complete description of one training run, apart from the data.

    `network`: "relu-mlp", a perceptron with hidden layers of the given `widths` (none: softmax
    regression); "cnn", blocks of a 3 x 3 convolution with the given numbers of channels, ReLU and
    2 x 2 max-pooling, then a linear layer; or a function of (shape of an image, number of
    classes) that makes a `torch.nn.Module` (see `stability.training.build_network`), such as a
    declared `Architecture` with its own fields.

    Initial weights come from `init_seed` alone and the order of the examples from `order_seed`
    alone, so that deleting an example changes neither. The other fields are those of
    `TrainingSettings`. `threads` is the number of threads of one training; results are
    bit-identical for the same recipe, data and machine.

    Raises SetupError that names the field.

    >>> Recipe(widths=(32,), step_size=0.1, epochs=2, batch_size=50).steps(120)
    6
    """

    place: ClassVar[str] = "recipe"

    widths: tuple[int, ...] = quantity(
        list_of(at_least(1), "a list of whole numbers of at least 1, such as (32, 32)", empty=True),
        "the widths of the hidden layers, or the numbers of channels",
        default=(),
    )
    init_seed: int = quantity(SEED, "the seed of the initial weights", default=0)
    network: str | Factory = "relu-mlp"
    threads: int = quantity(at_least(1), "the number of threads of one training", default=1)

    def __post_init__(self) -> None:
        super().__post_init__()
        network: Any = self.network
        if not callable(network) and network not in tuple(architectures()):
            raise SetupError(
                where=f"{self.place}.network",
                found=network,
                allowed="one of " + ", ".join(repr(a) for a in architectures())
                + ", or a function that makes a module",
                remedy="For other training write a function, for stability.measure or a run file.",
            )  # fmt: skip
        if callable(network) and self.widths:
            raise SetupError(
                where=f"{self.place}.widths",
                found=self.widths,
                allowed="nothing beside a network of your own",
                remedy="Build the widths into the function that makes the module.",
            )
        if isinstance(network, Architecture) and network.init_seed not in (
            0, self.init_seed
        ):  # fmt: skip
            raise SetupError(
                where=f"{self.place}.init_seed",
                found=f"{self.init_seed} beside a network with {network.init_seed}",
                allowed="one seed of the initial weights",
                remedy="Say it in the recipe.",
            )
        if isinstance(self.loss, str) and self.loss not in NAMES:
            raise SetupError(
                where=f"{self.place}.loss",
                found=self.loss,
                allowed="one of " + ", ".join(map(repr, NAMES)) + ", or a function",
                remedy="Import the function, and give it.",
            )
        _ = self.factory

    @property
    def factory(self) -> Factory:
        """The function that makes the network: for a name, the declared one with the `widths`.

        Raises SetupError for widths that the network does not take, or needs.
        """
        if not isinstance(self.network, str):
            return self.network
        kind = architectures()[self.network]
        known = any(item.name == "widths" for item in fields(kind))
        if self.widths and not known:
            raise SetupError(
                where=f"{self.place}.widths",
                found=self.widths,
                allowed=f"nothing beside the network {self.network!r}",
            )
        given: dict[str, Any] = {"widths": self.widths or None} if known else {}
        try:
            return kind(**given)
        except SetupError as error:
            raise SetupError(
                where=f"{self.place}.widths",
                found=error.found,
                allowed=error.allowed,
                remedy=error.remedy,
            ) from None


def epoch_orders(sample_size: int, epochs: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """For every epoch a new permutation of 0 .. sample_size - 1."""
    generator = np.random.default_rng(seed)
    for _ in range(epochs):
        yield generator.permutation(sample_size)


def batch_order(
    sample_size: int, batch_size: int, epochs: int, seed: int
) -> Iterator[NDArray[np.int64]]:
    """The batches of indices, in order: every epoch a new permutation of 0 .. sample_size - 1.

    The last batch of an epoch is shorter when `batch_size` does not divide `sample_size`.

    >>> [len(batch) for batch in batch_order(5, 2, 2, seed=0)]
    [2, 2, 1, 2, 2, 1]
    """
    for order in epoch_orders(sample_size, epochs, seed):
        for start in range(0, sample_size, batch_size):
            yield order[start : start + batch_size]
