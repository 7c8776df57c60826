"""How a network is trained, as frozen data, and the order in which it sees its examples."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stability.errors import SetupError

NETWORKS = ("relu-mlp",)
LOSSES = ("cross-entropy",)
OPTIMISERS = ("sgd",)
DTYPES = ("float64", "float32")


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A complete description of one training run, apart from the data.

    The network is a ReLU multilayer perceptron; `widths` are those of the hidden layers (an
    empty tuple is softmax regression), input and output sizes come from the data. Initial
    weights come from `init_seed` alone and the order of the examples from `order_seed` alone,
    so that deleting an example changes neither. Every epoch visits a fresh random order in
    batches of `batch_size`; a short last batch is used and its mean is over its own size.
    One step is  w <- w - step_size * (mean gradient over the batch + weight_decay * w),  the
    decay acting on every parameter, biases included: objective + (weight_decay / 2) |w|^2.
    `threads` is the number of threads of one training; results are bit-identical for the same
    recipe, data and machine.

    Raises SetupError that names the field.

    >>> Recipe(widths=(32,), step_size=0.1, epochs=2, batch_size=50).steps(120)
    6
    """

    widths: tuple[int, ...]
    step_size: float
    epochs: int
    batch_size: int
    weight_decay: float = 0.0
    order_seed: int = 0
    init_seed: int = 0
    network: str = "relu-mlp"
    loss: str = "cross-entropy"
    optimiser: str = "sgd"
    dtype: str = "float64"
    threads: int = 1

    def __post_init__(self) -> None:
        widths: Any = self.widths
        for width in widths if isinstance(widths, (tuple, list)) else (None,):
            _whole("widths", width, 1)
        object.__setattr__(self, "widths", tuple(int(w) for w in widths))
        _number("step_size", self.step_size, above_zero=True)
        _number("weight_decay", self.weight_decay, above_zero=False)
        for field, minimum in (("epochs", 1), ("batch_size", 1), ("threads", 1)):
            _whole(field, getattr(self, field), minimum)
        for field in ("order_seed", "init_seed"):
            _whole(field, getattr(self, field), 0)
        choices = {
            "network": NETWORKS, "loss": LOSSES, "optimiser": OPTIMISERS, "dtype": DTYPES,
        }  # fmt: skip
        for field, allowed in choices.items():
            if getattr(self, field) not in allowed:
                raise SetupError(
                    where=f"recipe.{field}",
                    found=getattr(self, field),
                    allowed="one of " + ", ".join(repr(a) for a in allowed),
                    remedy="Others are not covered yet.",
                )

    def steps(self, sample_size: int) -> int:
        """The number of steps on `sample_size` examples."""
        return self.epochs * math.ceil(sample_size / self.batch_size)


def batch_order(
    sample_size: int, batch_size: int, epochs: int, seed: int
) -> Iterator[NDArray[np.int64]]:
    """The batches of indices, in order: every epoch a new permutation of 0 .. sample_size - 1.

    The last batch of an epoch is shorter when `batch_size` does not divide `sample_size`.

    >>> [len(batch) for batch in batch_order(5, 2, 2, seed=0)]
    [2, 2, 1, 2, 2, 1]
    """
    generator = np.random.default_rng(seed)
    for _ in range(epochs):
        order = generator.permutation(sample_size)
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


def _number(field: str, value: Any, *, above_zero: bool) -> None:
    good = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not good or not math.isfinite(value) or value < 0 or (above_zero and value == 0):
        raise SetupError(
            where=f"recipe.{field}",
            found=value,
            allowed="a finite number " + ("above 0" if above_zero else "of at least 0"),
            remedy="",
        )
