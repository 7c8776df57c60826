"""Constants of the model itself, and the bounds that follow from them when they are given."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import inf, nextafter

import numpy as np

from stability.bounds.analyse import Analysis, analyse
from stability.dynamics import LocallyElasticSDE, Strengths, mean_features, shift_limits
from stability.report.compared import COMPARED
from stability.setup.own_constant import AssumedStability
from stability.setup.setup import Loss, Sample, Setup
from stability.theorems.catalogue import CATALOGUE
from stability.theorems.kinds import Conversion
from stability_experiments.dynamics.le_sde_stability.cases import (
    DELTA,
    LIPSCHITZ,
    RADIUS,
    TIME,
    Case,
)

TUPLE = "uniform-split"
"""The theorem whose bound is the smallest for examples that are tuples."""
THEOREMS = tuple(
    theorem for theorem in CATALOGUE
    if isinstance(theorem, Conversion) or theorem.id in (TUPLE, *(name for _, name in COMPARED))
)  # fmt: skip
"""Those whose bounds are told, and what leads to them."""
SLACK = 1e-6
"""Added to constants, as a share: they come from an ODE that is solved to 1e-10."""


@dataclass(frozen=True)
class Limits:
    """The largest shifts at the end: of the own class of a deleted sample, of another class."""

    own: float
    other: float

    @classmethod
    def of(cls, case: Case, samples: int) -> Limits:
        """Of a case with so many samples in each class."""
        found = shift_limits(case.model, case.classes, samples, [TIME], RADIUS)
        return cls(*((1 + SLACK) * float(v[0]) for v in (found.own, found.other)))


def by_class(case: Case, samples: int) -> Analysis:
    """The bounds of m = K n samples, classes balanced, with the elastic constant of the model.

    |change of the loss| <= sqrt(2) times the shift, so that beta(z', z)/m is sqrt(2) own for z of
    the class of z' and sqrt(2) other elsewhere. Theorems ask for independent examples; that all
    classes have n samples is one thing more, so the constant is given to them as assumed.
    """
    limits, m = Limits.of(case, samples), case.classes * samples
    same, elsewhere = (m * LIPSCHITZ * v for v in (limits.own, limits.other))
    mean = (same + (case.classes - 1) * elsewhere) / case.classes
    top = max(same, elsewhere)
    values = {"B": _above(mean), "U": _above(top), "B1": _above(mean), "D": _above(same)}
    return _given(case, m, "elastic", values)


def of_tuples(case: Case, samples: int) -> Analysis:
    """The bounds of n independent examples, each of them one sample of every class.

    An example's loss is the mean over its classes. Here nothing but the model is assumed: any
    deletion moves features by at most what `tuple_limit` says.
    """
    limit = LIPSCHITZ * tuple_limit(case, samples) * (1 + SLACK)
    return _given(case, samples, "uniform", {"beta": _above(limit)})


def tuple_limit(case: Case, samples: int) -> float:
    """How far a class can move if one sample of every class is deleted, features in the ball.

    The others follow the ODE with strengths 1 - 1/n times as large. The move is linear in the
    means of the others and in what is deleted; the limit is the sum of the norms.

    >>> round(tuple_limit(Case(3, 0.0), 100), 4)
    0.0538
    """
    K, n = case.classes, samples
    unit = np.eye(2 * K).reshape(2 * K, 2, K, 1)  # of each coordinate, which do not mix
    others, gone = unit[:, 0], unit[:, 1]
    means = ((n - 1) * others + gone) / n
    fewer = LocallyElasticSDE(_weaker(case.model.strengths, 1 - 1 / n))
    without = mean_features(fewer, others, [TIME])[0] - others
    moved = without - (mean_features(case.model, means, [TIME])[0] - means)
    return float(np.abs(moved[..., 0]).sum(axis=0).max()) * RADIUS


def _weaker(strengths: Strengths, factor: float) -> Strengths:
    def totals(t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        A, B = strengths.accumulated(t)
        return factor * A, factor * B

    return Strengths(
        lambda t: factor * strengths.at(t)[0], lambda t: factor * strengths.at(t)[1], totals
    )


def _given(case: Case, size: int, notion: str, values: dict[str, float]) -> Analysis:
    pairs = tuple((name, Fraction(value)) for name, value in values.items())
    own = AssumedStability(notion=notion, values=pairs, convention="null-step", symmetric=True)
    loss = Loss(range=_above(case.limit))
    setup = Setup(sample=Sample(size), loss=loss, stability=own)
    return analyse(setup, DELTA, theorems=THEOREMS)


def _above(value: float) -> float:
    return nextafter(value, inf)
