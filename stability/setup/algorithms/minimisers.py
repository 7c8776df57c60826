"""Exact minimisers, over weights, over the space of a kernel, and over distributions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stability.conventions import Name
from stability.errors import SetupError
from stability.setup.algorithm import Algorithm
from stability.setup.fields import POSITIVE, Number, Symbol, quantity


@dataclass(frozen=True, kw_only=True)
class EmpiricalRiskMinimizer(Algorithm):
    """The exact minimiser of (1/m) sum l(w, z_i) + r(w), r strongly convex and free of data.

    `regularization` is lambda of r(w) = lambda/2 |w|^2; `strong_convexity` is mu of any other r.

    >>> EmpiricalRiskMinimizer(regularization="0.01").kind
    'erm'
    """

    kind: ClassVar[Name] = "erm"
    title: ClassVar[str] = "regularised empirical risk minimisation"
    ways: ClassVar[tuple[tuple[Name, ...], ...]] = (("regularization",), ("strong_convexity",))
    regularization: Number | None = quantity(
        POSITIVE,
        "lambda of the regulariser lambda/2 |w|^2 beside the mean (not the sum) of the losses",
        default=None,
        example="0.1",
        shown=True,
        symbol="lam",
        told="regularisation {}",
    )
    strong_convexity: Number | None = quantity(
        POSITIVE,
        "mu, the strong convexity of a regulariser of another form, in place of regularization: "
        "2 lambda for lambda |w|^2",
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
                found="nothing given, neither regularization nor strong_convexity",
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
        "lambda of the regulariser lambda |f|^2 (not lambda/2) beside the mean of the costs",
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
        "sigma: the cost c(f(x), y) is convex and sigma-Lipschitz in the prediction f(x), of "
        "whatever size",
        example="1.0",
        symbol=Symbol("sigma", "Lipschitz constant of the cost in the prediction", 1, r"\sigma"),
    )
    mean_sqrt_kernel: Number | None = quantity(
        POSITIVE,
        "E sqrt(K(x, x)), the mean over the population, or an upper bound on it; if it was "
        "measured, loss.measured_failure says how surely",
        default=None,
        example="0.8",
        symbol=Symbol("kappa_mean", "mean of sqrt(K(x, x))", 0, r"\bar\kappa"),
    )


@dataclass(frozen=True, kw_only=True)
class GibbsAveraging(Algorithm):
    """Averaging over the distribution that minimises mean loss + lambda relative entropy.

    Bounds on one draw (`gibbs-one-draw`) speak of the loss of one hypothesis that is drawn from
    that distribution, the others of the average.

    >>> GibbsAveraging(regularization=1, base_range=1).kind
    'gibbs'
    """

    kind: ClassVar[Name] = "gibbs"
    title: ClassVar[str] = "relative-entropy regularised averaging"
    regularization: Number = quantity(
        POSITIVE,
        "lambda, the weight of the relative entropy beside the mean of the base losses",
        example="0.1",
        symbol="lam",
        told="regularisation {}",
    )
    base_range: Number = quantity(
        POSITIVE,
        "the range of the base loss, which lies in [0, it]; so do its averages, the losses, and "
        "loss.range follows",
        example="1.0",
        symbol="M",
    )
