"""How networks are trained: as far as setups have words for it, and with a loss of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from stability.runs.learners.own_function import OwnFunction
from stability.setup.algorithm import Algorithm
from stability.setup.algorithms import StochasticGradientDescent
from stability.training.loss_function import LossFunction
from stability.training.settings import TrainingSettings


@dataclass(frozen=True)
class NetworkTraining(Algorithm):
    """The training of a network in a way of which no theorem on stability speaks."""

    title: ClassVar[str] = "training of a network"


def algorithm_of(training: TrainingSettings, weighted: bool = False) -> Algorithm:
    """Stochastic gradient descent, if its steps are plain; else what no theorem speaks of.

    Momentum, Adam, AdamW, schedules, the clipping of whole batches and weights of examples make
    other steps than those that theorems on gradient descent bound.

    >>> algorithm_of(TrainingSettings(step_size="0.1", epochs=1, batch_size=2)).title
    'stochastic gradient descent'
    >>> adamw = TrainingSettings(step_size="0.1", epochs=1, batch_size=2, optimiser="adamw")
    >>> algorithm_of(adamw).title
    'training of a network'
    """
    if weighted or not training.plain:
        return NetworkTraining()
    return StochasticGradientDescent(
        step_size=training.step_size,
        epochs=training.epochs,
        batch_size=training.batch_size,
        weight_decay=training.weight_decay,
    )


@dataclass(frozen=True)
class OwnTrainingLoss(OwnFunction):
    """A function (outputs, truth) of torch that gives the loss of each example."""

    place: ClassVar[str] = "training.loss"
    allowed: ClassVar[str] = (
        "the name of a loss, or FILE.py:FUNCTION, a function of torch from outputs (n, K) and "
        "classes or real targets (n,) to losses (n,)"
    )
    module: ClassVar[str] = "training_loss_of_the_user"

    def load(self) -> LossFunction:
        """The function. Runs the file, once. Raises SetupError if that is not possible."""
        self.run()

        def loss(outputs: Any, truth: Any) -> Any:
            return self.called(outputs, truth, allowed="losses (n,) for outputs (n, K)")

        return loss
