"""Gradient methods: of the whole sample, of random batches, and with noise."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from stability.conventions import Name
from stability.errors import SetupError
from stability.setup.algorithm import Algorithm
from stability.setup.fields import (
    NON_NEGATIVE,
    POSITIVE,
    Number,
    Symbol,
    at_least,
    one_of,
    quantity,
)
from stability.setup.step_sizes import STEP_SIZES


@dataclass(frozen=True, kw_only=True)
class Iterative(Algorithm):
    """What all gradient methods share: a step size, and a number of steps or of epochs."""

    step_size: Number = quantity(
        STEP_SIZES,
        "the step size; theorems for smooth losses want at most 2/smoothness",
        example="1e-5",
    )
    steps: int | None = quantity(
        at_least(1), "the number of steps", default=None, example="60000", shown=True
    )
    epochs: int | None = quantity(
        at_least(1),
        "the number of passes (steps then follow the sample size)",
        default=None,
        example="1",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.steps is None) == (self.epochs is None):
            both = self.steps is not None
            raise SetupError(
                where="algorithm.steps",
                found="both steps and epochs" if both else "neither steps nor epochs",
                allowed="exactly one of steps and epochs",
                remedy="Say how long training runs; with epochs the steps follow the sample size.",
            )

    def steps_at(self, size: int) -> int:
        """The number of steps: as given, or those of the passes over so many examples."""
        return self.steps if self.epochs is None else self.epochs * self._steps_of_a_pass(size)  # type: ignore[return-value]

    def _steps_of_a_pass(self, size: int) -> int:
        return size


@dataclass(frozen=True, kw_only=True)
class Descent(Iterative):
    """Gradient steps on l(., z) + weight_decay/2 |w|^2, projected on a ball if there is a radius.

    `weight_decay` is lambda of the only regulariser beside the loss; 0 says that there is none. One
    of another form counts as part of the loss: lipschitz, smoothness and strong_convexity are then
    those of the sum. `strong_convexity` is that of the losses alone, where iterates go: on the ball
    of `radius`, if there is one. Theorems get the sums: smoothness + weight_decay as gamma,
    strong_convexity + weight_decay as mu.
    """

    weight_decay: Number = quantity(
        NON_NEGATIVE,
        "lambda of weight decay: steps follow the gradients of l(w, z) + lambda/2 |w|^2; 0 says "
        "that no regulariser stands beside the loss",
        default=Fraction(0),
        example="0.0",
        shown=True,
        told="weight decay {}",
        untold="no weight decay",
    )
    strong_convexity: Number | None = quantity(
        POSITIVE,
        "mu: the losses l(., z), without weight decay, are mu-strongly convex where iterates go "
        "(with radius, on that ball), for every z; what weight_decay adds is added by itself",
        default=None,
        example="0.01",
        symbol="mu",
        told="losses of strong convexity {}",
    )
    radius: Number | None = quantity(
        POSITIVE,
        "the radius of the ball on which iterates are projected; loss.lipschitz and "
        "strong_convexity then speak of this ball",
        default=None,
        example="10.0",
        symbol="radius",
        told="projected on a ball of radius {}",
    )
    clipping: Number | None = quantity(
        POSITIVE,
        "C, if the gradient of each example's loss is cut to norm C by itself, before averaging "
        "and without weight decay, C fixed beforehand; left out, gradients are not cut",
        default=None,
        example="1.0",
        symbol=Symbol("clipping", "norm to which gradients of examples are cut", 1, "C"),
        told="gradients cut to norm {}",
    )
    scores: int | None = quantity(
        at_least(1),
        "for clipping: how many scores the model has. 1 says that the loss is phi(<w, x>, y), phi "
        "convex and differentiable in the score <w, x>; softmax over K classes has K",
        default=None,
        example="1",
        told="scores: {}",
    )


@dataclass(frozen=True, kw_only=True)
class GradientDescent(Descent):
    """Full-batch gradient descent; one epoch is one step.

    >>> GradientDescent(step_size="0.1", steps=100).kind
    'gd'
    """

    kind: ClassVar[Name] = "gd"
    title: ClassVar[str] = "full-batch gradient descent"

    def _steps_of_a_pass(self, size: int) -> int:
        return 1


@dataclass(frozen=True, kw_only=True)
class StochasticGradientDescent(Descent):
    """Stochastic gradient descent. Start, steps and order do not depend on the sample.

    `order`: "shuffled" passes over the sample in a fresh random order each (constants in
    expectation average over it, others hold for every order), the last batch of a pass may be
    short; "with-replacement" draws every batch uniformly. With `epochs`, constants of retraining on
    m - 1 examples are given only if passes over m - 1 take as many steps as passes over m, that is
    if `batch_size` does not divide m - 1. `batch_size` is at most the sample size.

    >>> StochasticGradientDescent(step_size="0.01", epochs=1).order
    'shuffled'
    """

    kind: ClassVar[Name] = "sgd"
    title: ClassVar[str] = "stochastic gradient descent"
    batch_size: int = quantity(
        at_least(1), "the number of examples per step", default=1, example="1", shown=True
    )
    order: str = quantity(
        one_of("shuffled", "with-replacement"),
        "how examples are visited: in passes, each in a fresh random order, or every batch drawn "
        "uniformly from the whole sample; no order may look at the examples",
        default="shuffled",
        example='"shuffled"',
        shown=True,
    )

    def _steps_of_a_pass(self, size: int) -> int:
        return -(-size // self.batch_size)


@dataclass(frozen=True, kw_only=True)
class LangevinDynamics(Iterative):
    """Stochastic gradient Langevin dynamics, one example per step, drawn with replacement.

    w <- w - step grad f(w; z) + sqrt(2 step / inverse_temperature) N(0, I).

    >>> LangevinDynamics(step_size="0.001", steps=10, inverse_temperature=100).title
    'stochastic gradient Langevin dynamics'
    """

    kind: ClassVar[Name] = "sgld"
    title: ClassVar[str] = "stochastic gradient Langevin dynamics"
    inverse_temperature: Number = quantity(
        POSITIVE,
        "the inverse temperature of the noise",
        example="100.0",
        symbol=Symbol("inverse_temperature", "inverse temperature", -1, r"\beta_{\mathrm{inv}}"),
        told="inverse temperature {}",
    )
