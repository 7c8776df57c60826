"""How many networks are trained apart from each other, and what each of them draws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stability.setup.fields import POSITIVE, at_least, check_fields, one_of, quantity
from stability.training.recipe import Recipe
from stability.training.settings import SEED

if TYPE_CHECKING:
    import torch

    Real = Any
else:
    Real = float

Factory = Callable[[tuple[int, ...], int], "torch.nn.Module"]


@dataclass(frozen=True, kw_only=True)
class IndependentTraining:
    """`trials` trainings of one kind of network, each with its own initial weights and draws.

    Every step is one of plain SGD on the cross-entropy of a single example, drawn uniformly and
    with replacement. What trial k draws follows from `seed` and k alone, whatever the other trials.
    `network`: a declared architecture or a function, as in `Recipe`.

    Raises SetupError that names the field.

    >>> from stability.training.networks.architectures.lenet import LeNet
    >>> training = IndependentTraining(network=LeNet(), step_size=0.005, steps=4, trials=100)
    >>> training.draws(7, sample_size=1500).shape
    (4,)
    """

    network: Factory
    step_size: Real = quantity(POSITIVE, "the step size", example="0.005")
    steps: int = quantity(at_least(1), "the number of steps", example="10_000")
    trials: int = quantity(at_least(1), "the number of trainings", example="100")
    seed: int = quantity(SEED, "decides every draw", default=0, example="0")
    dtype: str = quantity(
        one_of("float64", "float32"), "the precision", default="float64", example='"float64"'
    )

    def __post_init__(self) -> None:
        check_fields(self, "independent training", floats=True)
        _ = self.recipe

    @property
    def recipe(self) -> Recipe:
        """What a single step is made by."""
        return Recipe(
            network=self.network, step_size=self.step_size, epochs=1, batch_size=1, dtype=self.dtype
        )

    def init_seed(self, trial: int) -> int:
        """The seed of the initial weights of a trial."""
        return int(self._words(trial)[0])

    def draws(self, trial: int, sample_size: int) -> NDArray[np.int64]:
        """The positions (steps,) of the examples that a trial draws, one after the other."""
        generator = np.random.default_rng(int(self._words(trial)[1]))
        return generator.integers(sample_size, size=self.steps)

    def _words(self, trial: int) -> NDArray[np.uint32]:
        words = np.random.SeedSequence([self.seed, trial]).generate_state(2, np.uint32)
        return words.astype(np.uint32)
