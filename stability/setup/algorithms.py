"""The training algorithms a setup can name: frozen data with allowed values, no mathematics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stability.errors import SetupError
from stability.setup.fields import (
    NON_NEGATIVE,
    POSITIVE,
    Exact,
    Number,
    at_least,
    check_fields,
    one_of,
    quantity,
)


@dataclass(frozen=True)
class ConstantStep:
    """The same step size at every step.

    >>> ConstantStep("0.01").size
    Fraction(1, 100)
    """

    size: Number = quantity(POSITIVE, "the step size of every step")

    def __post_init__(self) -> None:
        check_fields(self, "algorithm.step_size")


@dataclass(frozen=True)
class DecayingStep:
    """Step size c/t at step t = 1, 2, ...

    >>> DecayingStep("0.1").c
    Fraction(1, 10)
    """

    c: Number = quantity(POSITIVE, "the c of the step size c/t")

    def __post_init__(self) -> None:
        check_fields(self, "algorithm.step_size")


StepSize = ConstantStep | DecayingStep


def step_size(value: StepSize | Exact) -> StepSize:
    """A step size as data; a plain number means that size at every step."""
    if isinstance(value, (ConstantStep, DecayingStep)):
        return value
    try:
        return ConstantStep(value)  # type: ignore[arg-type]
    except SetupError as error:
        raise SetupError(
            where="algorithm.step_size",
            found=error.found,
            allowed='a number above 0, or { schedule = "decay", c = 0.1 } for steps c/t',
            remedy="Theorems for smooth losses want at most 2 divided by the smoothness.",
        ) from None


@dataclass(frozen=True)
class Algorithm:
    """Base of the algorithms. `kind` is the name used in setup files."""

    kind: ClassVar[str] = ""
    title: ClassVar[str] = ""

    def __post_init__(self) -> None:
        check_fields(self, "algorithm")

    def check_size(self, size: int) -> None:
        """Raise SetupError if it cannot train on a sample of this size."""


@dataclass(frozen=True, kw_only=True)
class _Iterative(Algorithm):
    """What all gradient methods share: a step size, and a number of steps or of epochs."""

    step_size: Number
    steps: int | None = quantity(at_least(1), "the number of steps", default=None)
    epochs: int | None = quantity(
        at_least(1), "the number of passes (steps then follow the sample size)", default=None
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "step_size", step_size(self.step_size))
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
class GradientDescent(_Iterative):
    """Full-batch gradient descent; one epoch is one step.

    `strong_convexity`: each objective is f = l + r, r free of data and that strongly convex
    (weight decay), `loss.lipschitz` that of l alone and `loss.smoothness` that of f; or the losses
    are strongly convex on the ball of `radius` on which the iterates are projected.

    >>> GradientDescent(step_size="0.1", steps=100).kind
    'gd'
    """

    kind: ClassVar[str] = "gd"
    title: ClassVar[str] = "full-batch gradient descent"
    strong_convexity: Number | None = quantity(
        POSITIVE, "mu, the strong convexity of the regulariser or the losses", default=None
    )
    radius: Number | None = quantity(
        POSITIVE, "the radius of the ball on which iterates are projected", default=None
    )


@dataclass(frozen=True, kw_only=True)
class StochasticGradientDescent(_Iterative):
    """Stochastic gradient descent. Start, steps and order do not depend on the sample.

    `order`: "shuffled" passes over the sample in a fresh random order each (constants in
    expectation average over it, others hold for every order), the last batch of a pass may be
    short; "with-replacement" draws every batch uniformly. With `epochs`, constants of retraining on
    m - 1 examples are given only if passes over m - 1 take as many steps as passes over m, that is
    if `batch_size` does not divide m - 1. `strong_convexity`: as for gradient descent.

    >>> StochasticGradientDescent(step_size="0.01", epochs=1).order
    'shuffled'
    """

    kind: ClassVar[str] = "sgd"
    title: ClassVar[str] = "stochastic gradient descent"
    batch_size: int = quantity(at_least(1), "the number of examples per step", default=1)
    order: str = quantity(
        one_of("shuffled", "with-replacement"), "how examples are visited", default="shuffled"
    )
    strong_convexity: Number | None = quantity(
        POSITIVE, "mu, the strong convexity of the regulariser or the losses", default=None
    )
    radius: Number | None = quantity(
        POSITIVE, "the radius of the ball on which iterates are projected", default=None
    )


@dataclass(frozen=True, kw_only=True)
class LangevinDynamics(_Iterative):
    """Stochastic gradient Langevin dynamics, one example per step, drawn with replacement.

    w <- w - step grad f(w; z) + sqrt(2 step / inverse_temperature) N(0, I).

    >>> LangevinDynamics(step_size="0.001", steps=10, inverse_temperature=100).title
    'stochastic gradient Langevin dynamics'
    """

    kind: ClassVar[str] = "sgld"
    title: ClassVar[str] = "stochastic gradient Langevin dynamics"
    inverse_temperature: Number = quantity(POSITIVE, "the inverse temperature of the noise")


@dataclass(frozen=True, kw_only=True)
class EmpiricalRiskMinimizer(Algorithm):
    """The exact minimiser of (1/m) sum l(w, z_i) + r(w), r strongly convex and free of data.

    `regularization` is lambda of r(w) = lambda/2 |w|^2; `strong_convexity` is mu of any other r.

    >>> EmpiricalRiskMinimizer(regularization="0.01").kind
    'erm'
    """

    kind: ClassVar[str] = "erm"
    title: ClassVar[str] = "regularised empirical risk minimisation"
    regularization: Number | None = quantity(
        POSITIVE, "lambda of the regulariser lambda/2 |w|^2", default=None
    )
    strong_convexity: Number | None = quantity(
        POSITIVE, "mu, the strong convexity of a regulariser of another form", default=None
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.regularization is None and self.strong_convexity is None:
            raise SetupError(
                where="algorithm.regularization",
                found="nothing",
                allowed="a number above 0 (or strong_convexity for another regulariser)",
                remedy="Without strong convexity a minimiser need not be stable at all.",
            )


@dataclass(frozen=True, kw_only=True)
class KernelMinimizer(Algorithm):
    """The minimiser of (1/m) sum c(f(x_i), y_i) + lambda |f|_K^2 over a kernel's space.

    `kernel_bound` is kappa, the supremum of sqrt(K(x, x)); `admissibility` is sigma, the Lipschitz
    constant of the convex cost c in the prediction.

    >>> KernelMinimizer(regularization="0.1", kernel_bound=1, admissibility=1).kind
    'kernel-erm'
    """

    kind: ClassVar[str] = "kernel-erm"
    title: ClassVar[str] = "kernel empirical risk minimisation"
    regularization: Number = quantity(POSITIVE, "lambda of the regulariser lambda |f|^2")
    kernel_bound: Number = quantity(POSITIVE, "kappa, the supremum of sqrt(K(x, x))")
    admissibility: Number = quantity(
        POSITIVE, "sigma, the Lipschitz constant of the cost in the prediction"
    )
    mean_sqrt_kernel: Number | None = quantity(
        POSITIVE, "E sqrt(K(x, x)), taken as known; at most kernel_bound", default=None
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.mean_sqrt_kernel is not None and self.mean_sqrt_kernel > self.kernel_bound:
            raise SetupError(
                where="algorithm.mean_sqrt_kernel",
                found=self.mean_sqrt_kernel,
                allowed=f"at most kernel_bound = {float(self.kernel_bound):g}",
                remedy="A mean is never above the supremum.",
            )


@dataclass(frozen=True, kw_only=True)
class GibbsAveraging(Algorithm):
    """Averaging over the distribution that minimises mean loss + lambda relative entropy.

    >>> GibbsAveraging(regularization=1, base_range=1).kind
    'gibbs'
    """

    kind: ClassVar[str] = "gibbs"
    title: ClassVar[str] = "relative-entropy regularised averaging"
    regularization: Number = quantity(POSITIVE, "lambda, the weight of the relative entropy")
    base_range: Number = quantity(POSITIVE, "the range of the base loss, which lies in [0, it]")


@dataclass(frozen=True, kw_only=True)
class NearestNeighbours(Algorithm):
    """Majority vote of the k nearest neighbours, 0-1 loss.

    >>> NearestNeighbours(neighbours=5).kind
    'knn'
    """

    kind: ClassVar[str] = "knn"
    title: ClassVar[str] = "k nearest neighbours"
    neighbours: int = quantity(at_least(1), "k, the number of neighbours")


@dataclass(frozen=True, kw_only=True)
class _Bags(Algorithm):
    """What bagging and subbagging share."""

    subsample: int = quantity(at_least(1), "the number of examples drawn for each bag")
    base_stability: Number | None = quantity(
        NON_NEGATIVE,
        "gamma: the base prediction moves at most gamma when one of `subsample` points is "
        "deleted (with k distinct points in a bag: at most gamma subsample / k)",
        default=None,
    )
    bags: int | None = quantity(
        at_least(1), "the number of bags (missing: the average over all bags)", default=None
    )
    prediction_range: Number | None = quantity(
        POSITIVE, "base predictions lie in an interval of this length", default=None
    )


@dataclass(frozen=True, kw_only=True)
class Bagging(_Bags):
    """The average of base predictions over bags drawn with replacement.

    >>> Bagging(subsample=100, base_stability="0.01").kind
    'bagging'
    """

    kind: ClassVar[str] = "bagging"
    title: ClassVar[str] = "bagging"


@dataclass(frozen=True, kw_only=True)
class Subbagging(_Bags):
    """The average of base predictions over subsets drawn without replacement.

    `subsample` is at most the sample size.

    >>> Subbagging(subsample=100, base_stability="0.01").kind
    'subbagging'
    """

    kind: ClassVar[str] = "subbagging"
    title: ClassVar[str] = "subbagging"

    def check_size(self, size: int) -> None:
        """Raise SetupError if a subset would be larger than the sample."""
        if self.subsample > size:
            raise SetupError(
                where="algorithm.subsample",
                found=self.subsample,
                allowed=f"at most sample.size = {size}",
                remedy="Subsets are drawn without replacement; bagging draws with replacement.",
            )


@dataclass(frozen=True, kw_only=True)
class PolyakLojasiewicz(Algorithm):
    """Any algorithm that comes near the nearest global minimiser of a PL objective.

    >>> PolyakLojasiewicz(pl_constant="0.1", optimization_error=0).kind
    'pl'
    """

    kind: ClassVar[str] = "pl"
    title: ClassVar[str] = "minimisation of a Polyak-Lojasiewicz objective"
    pl_constant: Number = quantity(POSITIVE, "mu, the Polyak-Lojasiewicz constant")
    optimization_error: Number = quantity(
        NON_NEGATIVE, "the distance of the output to the nearest global minimiser"
    )


KINDS: dict[str, type[Algorithm]] = {
    kind.kind: kind
    for kind in (
        GradientDescent,
        StochasticGradientDescent,
        LangevinDynamics,
        EmpiricalRiskMinimizer,
        KernelMinimizer,
        GibbsAveraging,
        NearestNeighbours,
        Bagging,
        Subbagging,
        PolyakLojasiewicz,
    )
}
"""Every algorithm by the name that setup files use."""
