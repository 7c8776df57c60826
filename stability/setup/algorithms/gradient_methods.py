"""Gradient methods: of the whole sample, of random batches, and with noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stability.conventions import Name
from stability.errors import SetupError
from stability.setup.algorithm import Algorithm
from stability.setup.fields import POSITIVE, Number, Symbol, at_least, one_of, quantity
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


@dataclass(frozen=True, kw_only=True)
class GradientDescent(Iterative):
    """Full-batch gradient descent; one epoch is one step.

    `strong_convexity`: each objective is f = l + r, r free of data and that strongly convex
    (weight decay), `loss.lipschitz` that of l alone and `loss.smoothness` that of f; or, with
    `radius`, the losses are strongly convex on the ball on which the iterates are projected. Left
    out, it says that no regulariser is strongly convex.

    >>> GradientDescent(step_size="0.1", steps=100).kind
    'gd'
    """

    kind: ClassVar[Name] = "gd"
    title: ClassVar[str] = "full-batch gradient descent"
    strong_convexity: Number | None = quantity(
        POSITIVE,
        "mu, the strong convexity of the regulariser (lambda of weight decay), which has to be "
        "given if there is one; with radius, that of the losses on the ball will do",
        default=None,
        example="0.01",
        symbol="mu",
        told="strong convexity {}",
    )
    radius: Number | None = quantity(
        POSITIVE,
        "the radius of the ball on which iterates are projected",
        default=None,
        example="10.0",
        symbol="radius",
    )


@dataclass(frozen=True, kw_only=True)
class StochasticGradientDescent(Iterative):
    """Stochastic gradient descent. Start, steps and order do not depend on the sample.

    `order`: "shuffled" passes over the sample in a fresh random order each (constants in
    expectation average over it, others hold for every order), the last batch of a pass may be
    short; "with-replacement" draws every batch uniformly. With `epochs`, constants of retraining on
    m - 1 examples are given only if passes over m - 1 take as many steps as passes over m, that is
    if `batch_size` does not divide m - 1. `strong_convexity`: as for gradient descent.

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
        "how examples are visited",
        default="shuffled",
        example='"shuffled"',
        shown=True,
    )
    strong_convexity: Number | None = quantity(
        POSITIVE,
        "mu, the strong convexity of the regulariser (lambda of weight decay), which has to be "
        "given if there is one; with radius, that of the losses on the ball will do",
        default=None,
        example="0.01",
        symbol="mu",
        told="strong convexity {}",
    )
    radius: Number | None = quantity(
        POSITIVE,
        "the radius of the ball on which iterates are projected",
        default=None,
        example="10.0",
        symbol="radius",
    )

    def check_size(self, size: int) -> None:
        """Raise SetupError if a batch would be larger than the sample."""
        if self.batch_size > size:
            raise SetupError(
                where="algorithm.batch_size",
                found=self.batch_size,
                allowed=f"at most sample.size = {size}",
                remedy=f"Batches of the whole sample are batch_size = {size}.",
            )


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
