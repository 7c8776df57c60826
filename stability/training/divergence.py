"""Trainings that end in finite numbers and have diverged all the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stability.datasets.dataset import Dataset
from stability.errors import SetupError
from stability.training.losses import natural_range
from stability.training.model import Model
from stability.training.recipe import Recipe
from stability.training.start import classes_of, network_for

EXPLODED = 10.0
"""How many times the loss it began with, or that of a uniform guess, a mean training loss may be.

Whichever is larger. No training that is of use ends above; cut to the range of the loss such a
model would look like one whose losses never move.
"""


def largest_mean_loss(recipe: Recipe, train: Dataset) -> float:
    """The mean training loss, not cut, above which a training has diverged."""
    network = network_for(recipe, train)
    began = Model(recipe, network, network.initial).losses(train)
    usual = max(natural_range(recipe.loss, classes_of(train)) or 0.0, float(began.mean()))
    return EXPLODED * usual


def refuse_exploded(
    recipe: Recipe, losses: NDArray[np.float64], limit: float, where: str = "training"
) -> None:
    """Raise SetupError if the mean of the training losses (m,), not cut, is above `limit`.

    >>> recipe = Recipe(step_size=9.0, epochs=1, batch_size=1)
    >>> refuse_exploded(recipe, np.array([3e5, 0.0]), 23.0)
    Traceback (most recent call last):
    stability.errors.SetupError: training: found a model that has diverged: its mean training \
loss is 1.5e+05; allowed: a mean training loss of at most 23, ten times that of a uniform guess or \
of the initial weights. Use a step_size below 9.
    """
    mean = float(losses.mean())
    if mean <= limit:
        return
    raise SetupError(
        where=where,
        found=f"a model that has diverged: its mean training loss is {mean:.3g}",
        allowed=f"a mean training loss of at most {limit:.3g}, ten times that of a uniform guess "
        "or of the initial weights",
        remedy=f"Use a step_size below {recipe.step_size:g}.",
    )
