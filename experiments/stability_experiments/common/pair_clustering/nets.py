"""The networks that are clustered by, and how each is trained, with the size of its steps."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from stability.datasets.dataset import Dataset
from stability.elasticity.step_limits import step_limit
from stability.errors import SetupError
from stability.kernels.empirical import EmpiricalKernel
from stability.training.batched import train_batched
from stability.training.model import Model
from stability.training.networks.architecture import Architecture
from stability.training.networks.architectures.digit_cnn import DigitCnn
from stability.training.networks.architectures.mlp import MultilayerPerceptron
from stability.training.networks.architectures.residual_mlp import ResidualPerceptron
from stability.training.observing import Recording
from stability.training.recipe import Recipe
from stability.training.single import train_one
from stability.training.start import build_network

SQUARED, BCE = "binary-squared", "binary-cross-entropy"
WIDE, RESIDUAL_WIDE = 40_960, 4096
"""The published widths."""

STEP, LINEAR_STEP = 3e-3, 3e-5
"""The published step sizes; the second for the linear network with squared loss alone."""

HALVINGS = 20
TRIAL_STEPS = 60
"""After so many steps it is looked whether a network has died, so that little time is lost."""

ALIVE = 1e-6
"""Outputs that differ by less than this share of the largest are all the same."""

LIMIT_POINTS = 200
"""So many training images decide where 2/lambda_max is."""

EARLY = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
"""After these steps the training loss is looked at: does it rise at first?"""


@dataclass(frozen=True)
class Net:
    """A network with one output, trained by plain SGD to tell primary from auxiliary images.

    `kind`: "fnn", "linear", "cnn" or "residual"; `step_size` the first one tried.
    """

    name: str
    kind: str
    width: int
    step_size: float
    epochs: int
    batch_size: int
    loss: str = SQUARED
    threads: int = 1

    @property
    def architecture(self) -> Architecture:
        """The network itself."""
        if self.kind == "cnn":
            return DigitCnn()
        if self.kind == "residual":
            return ResidualPerceptron(width=self.width)
        linear = "identity" if self.kind == "linear" else "relu"
        return MultilayerPerceptron(widths=(self.width,), activation=linear)

    def recipe(self, seed: int) -> Recipe:
        """How it is trained, with the step size that is tried first."""
        return Recipe(
            network=self.architecture,
            step_size=self.step_size,
            epochs=self.epochs,
            batch_size=self.batch_size,
            loss=self.loss,
            init_seed=seed,
            order_seed=seed,
            dtype="float32",
            threads=self.threads,
        )


@dataclass(frozen=True, eq=False)
class Trained:
    """A network before and after training.

    `of_limit`: the step size over 2/lambda_max at the start; `peak`: the largest training loss of
    the first steps over that at the start; `halvings`: how often the step had to be halved.
    """

    start: Model
    model: Model
    of_limit: float
    halvings: int
    peak: float


def fit(net: Net, data: Dataset, seed: int) -> Trained:
    """Train, with half the step size as often as numbers do not stay finite or the network dies.

    Dead: every image gets the same output, after a few steps or at the end. Raises SetupError if no
    size trains it.
    """
    recipe = net.recipe(seed)
    network = build_network(recipe, data.shape, 2)
    start = Model(recipe, network, dict(network.initial))
    some = data.random_subset(min(LIMIT_POINTS, len(data)), seed).inputs
    limit = step_limit(EmpiricalKernel.of(start), some, recipe.loss)
    for halvings in range(HALVINGS + 1):
        tried = replace(recipe, step_size=recipe.step_size / 2**halvings)
        epochs = -(-TRIAL_STEPS // recipe.steps_per_epoch(len(data)))
        peak = _trial(net, replace(tried, epochs=min(epochs, recipe.epochs)), data)
        if peak is None:
            continue
        try:
            model = _train(net, tried, data)
        except SetupError:  # it leaves the finite numbers later
            continue
        if not _alive(model, data):
            continue
        rise = peak / float(start.losses(data).mean())
        return Trained(start, model, tried.step_size / limit, halvings, rise)
    raise SetupError(
        where=f"training of {net.name}",
        found=f"no step size from {recipe.step_size:g} down to {tried.step_size:g} that trains it",
        allowed="a network that stays alive",
        remedy="Begin with smaller steps.",
    )


def _trial(net: Net, recipe: Recipe, data: Dataset) -> float | None:
    """The largest mean loss of the first steps; None for a network that diverges or dies."""
    steps = [step for step in EARLY if step <= recipe.steps(len(data))]
    early = Recording(steps, lambda model: model.losses(data).mean())
    try:
        model = _train(net, recipe, data, early)
    except SetupError:
        return None
    return max(float(early[step][0]) for step in steps) if _alive(model, data) else None


def _alive(model: Model, data: Dataset) -> bool:
    outputs = model.outputs(data)
    return bool(np.ptp(outputs) > ALIVE * np.abs(outputs).max())


def _train(net: Net, recipe: Recipe, data: Dataset, early: Recording | None = None) -> Model:
    if net.kind != "fnn":
        return train_one(recipe, data, observe=early)
    [stack] = train_batched(recipe, data, [-1], observe=early)  # one model, in half the time
    return stack.model(0)


def fnn(name: str, width: int, epochs: int, batch_size: int, loss: str = SQUARED) -> Net:
    """A ReLU perceptron; step size times width is as published, so that outputs move as far."""
    return Net(name, "fnn", width, STEP * WIDE / width, epochs, batch_size, loss)


def linear(name: str, width: int, epochs: int, batch_size: int, loss: str = SQUARED) -> Net:
    """Its linear twin; step size times width is as published."""
    step = LINEAR_STEP if loss == SQUARED else STEP
    return Net(name, "linear", width, step * WIDE / width, epochs, batch_size, loss)


def residual(name: str, width: int, epochs: int, batch_size: int) -> Net:
    """The perceptron with one skip, "ResNet" in the paper; step size times width as there."""
    step = STEP * RESIDUAL_WIDE / width
    return Net(name, "residual", width, step, epochs, batch_size)


def cnn(name: str, epochs: int, batch_size: int) -> Net:
    """The convolutional network, as published."""
    return Net(name, "cnn", 0, STEP, epochs, batch_size)
