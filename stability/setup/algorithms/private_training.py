"""Training whose privacy an accountant vouches for: known by its privacy budget alone."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from stability.conventions import Name
from stability.errors import SetupError
from stability.setup.algorithm import Algorithm
from stability.setup.fields import (
    NON_NEGATIVE,
    ONE,
    POSITIVE,
    SHARE,
    WORD,
    ZERO,
    Allowed,
    Number,
    Symbol,
    one_of,
    quantity,
)

ADD_REMOVE, REPLACE_ONE = "add-remove", "replace-one"
CHANCE = Allowed("a number from 0 to 1", ZERO, ONE)
BUDGETS: tuple[tuple[Name, ...], ...] = (
    ("epsilon", "delta"),
    ("mu",),
    ("rho",),
    ("delta_at_zero",),
)
"""The ways to give a privacy budget, by fields; `delta` may be left out, and is then 0."""


@dataclass(frozen=True, kw_only=True)
class DifferentiallyPrivate(Algorithm):
    """Any randomised algorithm with a guarantee of differential privacy, given as one budget.

    The budget is `epsilon` (with `delta`, or pure), `mu` of Gaussian differential privacy, `rho` of
    zero-concentrated differential privacy, or `delta_at_zero`, the value at epsilon = 0 of the
    curve delta(epsilon). It has to hold for any two data sets that are neighbours in the sense of
    `neighbour`, of whatever size, and not only for the one that was trained on.

    Raises SetupError unless there is exactly one budget.

    >>> DifferentiallyPrivate(
    ...     neighbour="add-remove", source="Opacus 1.5, RDP accountant", epsilon=1, delta="1e-5"
    ... ).kind
    'dp'
    """

    kind: ClassVar[Name] = "dp"
    title: ClassVar[str] = "differentially private training"
    ways: ClassVar[tuple[tuple[Name, ...], ...]] = BUDGETS
    neighbour: str = quantity(
        one_of(REPLACE_ONE, ADD_REMOVE),
        "which data sets the accountant calls neighbours: one example replaced, or one added or "
        "removed; accountants of Poisson-sampled DP-SGD (Opacus, TensorFlow Privacy) mean "
        '"add-remove" unless they say otherwise',
        example='"add-remove"',
        told="{} neighbours",
    )
    source: str = quantity(
        WORD,
        "what computed the budget: the name and version of the accountant, or the proof",
        example='"Opacus 1.5, RDP accountant"',
        told="budget by {}",
    )
    epsilon: Number | None = quantity(
        NON_NEGATIVE,
        "epsilon of (epsilon, delta)-differential privacy; one budget is needed: this one, mu, rho "
        "or delta_at_zero",
        default=None,
        example="1.0",
        shown=True,
        symbol=Symbol(
            "dp_epsilon", "epsilon of differential privacy", 0, r"\varepsilon_{\mathrm{DP}}"
        ),
        told="epsilon {}",
    )
    delta: Number | None = quantity(
        SHARE,
        "delta that goes with epsilon; left out, or 0, the guarantee is pure",
        default=None,
        example="1e-5",
        shown=True,
        symbol=Symbol("dp_delta", "delta of differential privacy", 0, r"\delta_{\mathrm{DP}}"),
        told="delta {}",
    )
    mu: Number | None = quantity(
        POSITIVE,
        "mu of Gaussian differential privacy, in place of epsilon and delta",
        default=None,
        example="0.5",
        symbol=Symbol("dp_mu", "mu of Gaussian differential privacy", 0, r"\mu_{\mathrm{DP}}"),
        told="mu {}",
    )
    rho: Number | None = quantity(
        POSITIVE,
        "rho of zero-concentrated differential privacy, in place of epsilon and delta",
        default=None,
        example="0.1",
        symbol=Symbol(
            "dp_rho", "rho of zero-concentrated differential privacy", 0, r"\rho_{\mathrm{DP}}"
        ),
        told="rho {}",
    )
    delta_at_zero: Number | None = quantity(
        CHANCE,
        "delta(0), the value at epsilon = 0 of the accountant's curve delta(epsilon): the total "
        "variation of the outputs on neighbours, in place of epsilon and delta",
        default=None,
        example="0.2",
        symbol=Symbol("dp_variation", "total variation of the outputs on neighbours", 0, r"\tau"),
        told="delta(0) {}",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        given = [names for names in self.ways if any(self._has(name) for name in names)]
        if not given:
            raise SetupError(
                where="algorithm.epsilon",
                found="no privacy budget",
                allowed="one of epsilon (with or without delta), mu, rho and delta_at_zero",
                remedy="Give what the accountant reports. Without a budget nothing follows.",
            )
        if self.epsilon is None and self.delta is not None:
            raise SetupError(
                where="algorithm.delta",
                found=f"{float(self.delta):.12g}, without epsilon",
                allowed="delta beside epsilon only",
                remedy="mu, rho and delta_at_zero have no delta: they stand for a whole curve. "
                "Give epsilon too, or leave delta out.",
            )
        if len(given) > 1:
            names = [name for group in given for name in group if self._has(name)]
            raise SetupError(
                where=f"algorithm.{names[-1]}",
                found=f"{len(given)} privacy budgets: {', '.join(names)}",
                allowed="exactly one of epsilon (with or without delta), mu, rho and delta_at_zero",
                remedy="Where the accountant gives the curve, delta_at_zero says most of them all.",
            )

    def _has(self, name: str) -> bool:
        return getattr(self, name) is not None

    @property
    def pure(self) -> bool:
        """Whether the guarantee is that of pure differential privacy: epsilon with delta 0."""
        return self.epsilon is not None and (self.delta or Fraction(0)) == 0
