"""How a network is trained, as frozen data, and the order in which it sees its examples."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stability.errors import SetupError

if TYPE_CHECKING:
    import torch

Factory = Callable[[tuple[int, ...], int], "torch.nn.Module"]
"""Makes a network for images of a shape and a number of classes."""

NETWORKS = ("relu-mlp", "cnn")
LOSSES = ("cross-entropy", "squared")
OPTIMISERS = ("sgd", "adam")
SCHEDULES = ("constant", "cosine", "step")
DTYPES = ("float64", "float32")
DEVICES = ("cpu", "cuda")


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A complete description of one training run, apart from the data.

    `network`: "relu-mlp", a perceptron with hidden layers of the given `widths` (none: softmax
    regression); "cnn", blocks of a 3 x 3 convolution with the given numbers of channels, ReLU and
    2 x 2 max-pooling, then a linear layer; or a function of (shape of an image, number of
    classes) that makes a `torch.nn.Module` (see `stability.training.networks.build`).
    `loss`: "cross-entropy" in nats, or "squared", |f - e_y|^2 with e_y = 1 at the class, else 0.

    Initial weights come from `init_seed` alone and the order of the examples from `order_seed`
    alone, so that deleting an example changes neither. Every epoch visits a fresh random order in
    batches of `batch_size`; a short last batch is used and its mean is over its own size.
    `optimiser` "sgd": v <- momentum v + g, w <- w - step_size v; "adam": Kingma and Ba (2015)
    with 0.9, 0.999 and 1e-8. Here g is the mean gradient over the batch + weight_decay w, the
    decay acting on every parameter, biases included: objective + (weight_decay / 2) |w|^2.
    `schedule`: what `step_size` is multiplied with at step t = 0, 1, ... of T: "constant" 1;
    "cosine" (1 + cos(pi t / T)) / 2; "step" `decay_factor`, once every `decay_every` epochs.
    Modules with dropout need a `dropout_seed`: the masks of step t follow from it and t alone.
    `threads` is the number of threads of one training; results are bit-identical for the same
    recipe, data and machine.

    Raises SetupError that names the field.

    >>> Recipe(widths=(32,), step_size=0.1, epochs=2, batch_size=50).steps(120)
    6
    """

    widths: tuple[int, ...] = ()
    step_size: float
    epochs: int
    batch_size: int
    weight_decay: float = 0.0
    momentum: float = 0.0
    order_seed: int = 0
    init_seed: int = 0
    network: str | Factory = "relu-mlp"
    loss: str = "cross-entropy"
    optimiser: str = "sgd"
    schedule: str = "constant"
    decay_every: int = 10
    decay_factor: float = 0.1
    dropout_seed: int | None = None
    dtype: str = "float64"
    device: str = "cpu"
    threads: int = 1

    def __post_init__(self) -> None:
        widths: Any = self.widths
        for width in widths if isinstance(widths, (tuple, list)) else (None,):
            _whole("widths", width, 1)
        object.__setattr__(self, "widths", tuple(int(w) for w in widths))
        _number("step_size", self.step_size, above_zero=True)
        _number("decay_factor", self.decay_factor, above_zero=True)
        _number("weight_decay", self.weight_decay, above_zero=False)
        _number("momentum", self.momentum, above_zero=False, below=1.0)
        for field in ("epochs", "batch_size", "threads", "decay_every"):
            _whole(field, getattr(self, field), 1)
        for field in ("order_seed", "init_seed", "dropout_seed"):
            if field != "dropout_seed" or self.dropout_seed is not None:
                _whole(field, getattr(self, field), 0)
        choices = {
            "network": NETWORKS, "loss": LOSSES, "optimiser": OPTIMISERS, "dtype": DTYPES,
            "schedule": SCHEDULES, "device": DEVICES,
        }  # fmt: skip
        for field, allowed in choices.items():
            value = getattr(self, field)
            if value not in allowed and not (field == "network" and callable(value)):
                raise SetupError(
                    where=f"recipe.{field}",
                    found=value,
                    allowed="one of " + ", ".join(repr(a) for a in allowed)
                    + (", or a function that makes a module" if field == "network" else ""),
                    remedy="For other training use measure_training with your own function.",
                )  # fmt: skip
        self._check_combinations()

    def _check_combinations(self) -> None:
        if self.network == "cnn" and not self.widths:
            raise SetupError(
                where="recipe.widths",
                found="no channels",
                allowed="at least one number of channels for a convolutional network",
                remedy="Give for example widths = (8, 16).",
            )
        if callable(self.network) and self.widths:
            raise SetupError(
                where="recipe.widths",
                found=self.widths,
                allowed="nothing beside a network of your own",
                remedy="Build the widths into the function that makes the module.",
            )
        if self.optimiser == "adam" and self.momentum:
            raise SetupError(
                where="recipe.momentum",
                found=self.momentum,
                allowed="0 for Adam, which has its own averages",
                remedy="Leave it out, or use optimiser = 'sgd'.",
            )

    def steps(self, sample_size: int) -> int:
        """The number of steps on `sample_size` examples."""
        return self.epochs * self.steps_per_epoch(sample_size)

    def steps_per_epoch(self, sample_size: int) -> int:
        """The number of batches that hold `sample_size` examples."""
        return math.ceil(sample_size / self.batch_size)

    def step_size_at(self, step: int, sample_size: int) -> float:
        """The step size of step 0, 1, ... on `sample_size` examples.

        >>> recipe = Recipe(step_size=0.2, epochs=4, batch_size=5, schedule="cosine")
        >>> [round(recipe.step_size_at(t, 10), 3) for t in (0, 4)]
        [0.2, 0.1]
        """
        factor = 1.0
        if self.schedule == "cosine":
            factor = (1.0 + math.cos(math.pi * step / self.steps(sample_size))) / 2.0
        elif self.schedule == "step":
            epoch = step // self.steps_per_epoch(sample_size)
            factor = self.decay_factor ** (epoch // self.decay_every)
        return self.step_size * factor


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


def _whole(field: str, value: Any, minimum: int) -> None:
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < minimum:
        raise SetupError(
            where=f"recipe.{field}",
            found=value,
            allowed=f"whole numbers of at least {minimum}",
            remedy="Give a list such as (32, 32)." if field == "widths" else "",
        )


def _number(field: str, value: Any, *, above_zero: bool, below: float = math.inf) -> None:
    real = isinstance(value, numbers.Real) and not isinstance(value, bool)
    number = float(value) if real else math.nan
    if not 0.0 <= number < below or (above_zero and number == 0.0):
        raise SetupError(
            where=f"recipe.{field}",
            found=value,
            allowed="a finite number "
            + ("above 0" if above_zero else "of at least 0")
            + (f" and below {below:g}" if below < math.inf else ""),
            remedy="",
        )
