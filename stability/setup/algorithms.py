"""The training algorithms a setup can name: frozen data with allowed values, no mathematics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from stability.conventions import Name
from stability.errors import SetupError
from stability.setup.fields import (
    NON_NEGATIVE,
    POSITIVE,
    ZERO,
    Allowed,
    Number,
    Symbol,
    at_least,
    check_fields,
    one_of,
    quantity,
    unquoted,
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
SCHEDULES: dict[str, tuple[type[StepSize], str]] = {
    "constant": (ConstantStep, "size"),
    "decay": (DecayingStep, "c"),
}
"""The schedules of step sizes by the names that setup files use, each with its one key."""


class StepSizes(Allowed):
    """Step sizes as data; a plain number means that size at every step."""

    def convert(self, value: Any) -> StepSize:
        """The step size; ValueError if it is not allowed."""
        if isinstance(value, (ConstantStep, DecayingStep)):
            return value
        return ConstantStep(POSITIVE.convert(value))

    def read(self, where: str, value: Any) -> Any:
        """A number, or a table with a schedule. Raises SetupError for any other table."""
        if not isinstance(value, Mapping):
            return unquoted(where, value)
        schedule = value.get("schedule")
        if not isinstance(schedule, str) or schedule not in SCHEDULES:
            raise SetupError(
                where=f"{where}.schedule",
                found="nothing (it is required)" if schedule is None else schedule,
                allowed="one of " + ", ".join(repr(s) for s in SCHEDULES),
            )
        kind, key = SCHEDULES[schedule]
        for other in value:
            if other not in ("schedule", key):
                raise SetupError(
                    where=f"{where}.{other}",
                    found="an unknown key",
                    allowed=f"schedule and {key}",
                    remedy=f"Did you mean {key}?",
                )
        if key not in value:
            raise SetupError(
                where=f"{where}.{key}", found="nothing (it is required)", allowed="a number above 0"
            )
        return kind(unquoted(f"{where}.{key}", value[key]))


STEP_SIZES = StepSizes(
    'a number above 0, or { schedule = "decay", c = 0.1 } for steps c/t', low=ZERO, open_low=True
)


@dataclass(frozen=True)
class Algorithm:
    """Base of the algorithms. `kind` is the name used in setup files."""

    kind: ClassVar[Name] = ""
    title: ClassVar[str] = ""

    def __post_init__(self) -> None:
        check_fields(self, "algorithm")

    def check_size(self, size: int) -> None:
        """Raise SetupError if it cannot train on a sample of this size."""


@dataclass(frozen=True, kw_only=True)
class _Iterative(Algorithm):
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
class GradientDescent(_Iterative):
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
class LangevinDynamics(_Iterative):
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


@dataclass(frozen=True, kw_only=True)
class EmpiricalRiskMinimizer(Algorithm):
    """The exact minimiser of (1/m) sum l(w, z_i) + r(w), r strongly convex and free of data.

    `regularization` is lambda of r(w) = lambda/2 |w|^2; `strong_convexity` is mu of any other r.

    >>> EmpiricalRiskMinimizer(regularization="0.01").kind
    'erm'
    """

    kind: ClassVar[Name] = "erm"
    title: ClassVar[str] = "regularised empirical risk minimisation"
    regularization: Number | None = quantity(
        POSITIVE,
        "lambda of the regulariser lambda/2 |w|^2",
        default=None,
        example="0.1",
        shown=True,
        symbol="lam",
        told="regularisation {}",
    )
    strong_convexity: Number | None = quantity(
        POSITIVE,
        "mu, the strong convexity of a regulariser of another form",
        default=None,
        example="0.01",
        symbol="mu",
        told="strong convexity {}",
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
        if self.regularization is not None and self.strong_convexity is not None:
            raise SetupError(
                where="algorithm.strong_convexity",
                found=f"{float(self.strong_convexity):.12g}, beside regularization",
                allowed="one of regularization and strong_convexity",
                remedy="If there are two regularisers, give the sum of both as strong_convexity.",
            )


@dataclass(frozen=True, kw_only=True)
class KernelMinimizer(Algorithm):
    """The minimiser of (1/m) sum c(f(x_i), y_i) + lambda |f|_K^2 over a kernel's space.

    `kernel_bound` is kappa, the supremum of sqrt(K(x, x)); `admissibility` is sigma, the Lipschitz
    constant of the convex cost c in the prediction.

    >>> KernelMinimizer(regularization="0.1", kernel_bound=1, admissibility=1).kind
    'kernel-erm'
    """

    kind: ClassVar[Name] = "kernel-erm"
    title: ClassVar[str] = "kernel empirical risk minimisation"
    regularization: Number = quantity(
        POSITIVE,
        "lambda of the regulariser lambda |f|^2",
        example="0.1",
        symbol="lam",
        told="regularisation {}",
    )
    kernel_bound: Number = quantity(
        POSITIVE,
        "kappa, the supremum of sqrt(K(x, x))",
        example="1.0",
        symbol=Symbol("kappa", "supremum of sqrt(K(x, x))", 0, r"\kappa"),
    )
    admissibility: Number = quantity(
        POSITIVE,
        "sigma, the Lipschitz constant of the cost in the prediction",
        example="1.0",
        symbol=Symbol("sigma", "Lipschitz constant of the cost in the prediction", 1, r"\sigma"),
    )
    mean_sqrt_kernel: Number | None = quantity(
        POSITIVE,
        "E sqrt(K(x, x)), taken as known; at most kernel_bound",
        default=None,
        example="0.8",
        symbol=Symbol("kappa_mean", "mean of sqrt(K(x, x))", 0, r"\bar\kappa"),
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

    kind: ClassVar[Name] = "gibbs"
    title: ClassVar[str] = "relative-entropy regularised averaging"
    regularization: Number = quantity(
        POSITIVE,
        "lambda, the weight of the relative entropy",
        example="0.1",
        symbol="lam",
        told="regularisation {}",
    )
    base_range: Number = quantity(
        POSITIVE, "the range of the base loss, which lies in [0, it]", example="1.0"
    )


@dataclass(frozen=True, kw_only=True)
class NearestNeighbours(Algorithm):
    """Majority vote of the k nearest neighbours, 0-1 loss.

    >>> NearestNeighbours(neighbours=5).kind
    'knn'
    """

    kind: ClassVar[Name] = "knn"
    title: ClassVar[str] = "k nearest neighbours"
    neighbours: int = quantity(
        at_least(1),
        "k, the number of neighbours",
        example="5",
        symbol=Symbol("k", "number of neighbours", 0, "k"),
        told="k = {}",
    )

    def check_size(self, size: int) -> None:
        """Raise SetupError if there are fewer examples than neighbours."""
        if self.neighbours > size:
            raise SetupError(
                where="algorithm.neighbours",
                found=self.neighbours,
                allowed=f"at most sample.size = {size}",
                remedy="An example has no more neighbours than there are examples.",
            )


@dataclass(frozen=True, kw_only=True)
class _Bags(Algorithm):
    """What bagging and subbagging share."""

    subsample: int = quantity(
        at_least(1),
        "the number of examples drawn for each bag",
        example="100",
        symbol=Symbol("subsample", "examples per bag", 0, "n"),
        told="bags of {}",
    )
    base_stability: Number | None = quantity(
        NON_NEGATIVE,
        "gamma: the base prediction moves at most gamma when one of `subsample` points is "
        "deleted (with k distinct points in a bag: at most gamma subsample / k)",
        default=None,
        example="0.01",
        symbol=Symbol("base", "stability of the base predictions", 0, r"\gamma_n"),
    )
    bags: int | None = quantity(
        at_least(1),
        "the number of bags (missing: the average over all bags)",
        default=None,
        example="50",
        symbol="draws",
    )
    prediction_range: Number | None = quantity(
        POSITIVE,
        "the length of an interval in which base predictions lie",
        default=None,
        example="1.0",
        symbol=Symbol("prediction_range", "length of the interval of base predictions", 0, "Y"),
    )


@dataclass(frozen=True, kw_only=True)
class Bagging(_Bags):
    """The average of base predictions over bags drawn with replacement.

    >>> Bagging(subsample=100, base_stability="0.01").kind
    'bagging'
    """

    kind: ClassVar[Name] = "bagging"
    title: ClassVar[str] = "bagging"


@dataclass(frozen=True, kw_only=True)
class Subbagging(_Bags):
    """The average of base predictions over subsets drawn without replacement.

    `subsample` is at most the sample size.

    >>> Subbagging(subsample=100, base_stability="0.01").kind
    'subbagging'
    """

    kind: ClassVar[Name] = "subbagging"
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

    kind: ClassVar[Name] = "pl"
    title: ClassVar[str] = "minimisation of a Polyak-Lojasiewicz objective"
    pl_constant: Number = quantity(
        POSITIVE,
        "mu, the Polyak-Lojasiewicz constant",
        example="0.1",
        symbol="mu",
        told="constant {}",
    )
    optimization_error: Number = quantity(
        NON_NEGATIVE,
        "the distance of the output to the nearest global minimiser",
        example="0.0",
        symbol=Symbol("optimization_error", "distance to the nearest minimiser", 0, r"\epsilon_A"),
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
