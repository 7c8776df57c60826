"""Certified means: quantities in expectation over the sample, from independent samples.

Hypothesis stability and the mean gap are expectations over S. A trained network shows one S; with
K samples drawn independently, and the whole training repeated on each, the mean over them carries
a confidence. What comes out is `certified`: its failure probability is charged to every bound.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from stability.conventions import (
    Averaged,
    Convention,
    Kind,
    Neighbour,
    Notion,
    Positions,
    Provenance,
    Trust,
)
from stability.errors import DataError, SetupError
from stability.estimate.statistics.intervals import empirical_bernstein_upper
from stability.setup.fields import Exact
from stability.setup.setup import Setup, probability
from stability.theorems.kinds.constant import Stability
from stability.theorems.kinds.symbol_values import loss_range
from stability.theorems.statements.symbols import symbol
from stability.theorems.statements.term import Term

MEASURED = "measured-on-independent-samples"
METHODS = ("both", "empirical-bernstein", "hoeffding")
DeletedPositions = Literal["random", "every"] | int
"""Which position was deleted: drawn anew for every sample, each in turn, or always this one."""


@dataclass(frozen=True)
class CertifiedMean:
    """An upper bound on an expectation that fails with probability at most `failure`.

    `mean` is what was seen, over `samples` independent samples; `upper` is the bound, rounded up.
    """

    upper: float
    mean: float
    failure: Fraction
    samples: int
    method: str
    kind: Kind = Kind.UPPER
    provenance: Provenance = Provenance.CERTIFIED


def certified_mean(
    values: ArrayLike, low: float, high: float, failure: Exact, method: str = "both"
) -> CertifiedMean:
    """Bound the expectation of independent values (K,) in [low, high] from above.

    The ends are known beforehand, not read off the values. "hoeffding":
    mean + (high - low) sqrt(log(1/failure) / (2 K)); "empirical-bernstein": see
    `empirical_bernstein_upper`; "both": the smaller of the two, each at half the failure
    probability. The method is chosen before the values are seen.

    Raises DataError for fewer than 2 values or values outside, SetupError for other arguments.
    Source: Hoeffding (1963), Theorem 2; Maurer and Pontil (COLT 2009), Theorem 4.

    >>> round(certified_mean([0.0] * 200, 0.0, 1.0, "0.05", "hoeffding").upper, 4)
    0.0865
    """
    total = probability(failure, "failure")
    if method not in METHODS:
        raise SetupError(
            where="method", found=method, allowed="one of " + ", ".join(map(repr, METHODS))
        )
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise SetupError(
            where="ends", found=f"low {low} and high {high}", allowed="finite numbers, low < high"
        )
    data = np.asarray(values, dtype=np.float64)
    inside = data.ndim == 1 and len(data) >= 2 and np.isfinite(data).all()
    if not inside or data.min() < low or data.max() > high:
        raise DataError(
            where="values from independent samples",
            found=f"shape {data.shape}, or values outside [{low:g}, {high:g}]",
            allowed=f"one number in [{low:g}, {high:g}] for each of at least 2 samples",
            remedy="Cut the losses to their range, and average within each sample.",
        )
    part = total / 2 if method == "both" else total
    share = float(part)
    share = share if share <= part else math.nextafter(share, 0.0)
    width = math.nextafter(high - low, math.inf)
    shifted = np.clip(np.nextafter(data - low, math.inf), 0.0, width)
    found = []
    if method != "hoeffding":
        found.append(empirical_bernstein_upper(shifted, width, share))
    if method != "empirical-bernstein":
        mean = math.fsum(shifted) / len(data)
        spread = width * math.sqrt(-math.log(share) / (2.0 * len(data)))
        found.append(math.nextafter((mean + spread) * (1.0 + 2.0**-48), math.inf))
    upper = min(math.nextafter(low + min(found), math.inf), high)
    return CertifiedMean(upper, float(data.mean()), total, len(data), method)


def certified_mean_gap(
    gaps: ArrayLike, loss_range: float, failure: Exact, method: str = "both"
) -> CertifiedMean:
    """Bound E[R - R_emp], the mean gap over samples, from gaps (K,) on independent samples.

    Losses in [0, loss_range], so gaps in [-loss_range, loss_range]. Each gap may be the exact one
    (a known population) or that to independent test points, fresh for every sample: both have
    the same expectation.

    >>> certified_mean_gap([0.01] * 500, 1.0, "0.05").upper < 0.13
    True
    """
    return certified_mean(gaps, -loss_range, loss_range, failure, method)


def certified_hypothesis(
    changes: ArrayLike,
    setup: Setup,
    convention: Convention,
    failure: Exact,
    *,
    positions: DeletedPositions,
    symmetric: bool,
    randomised: bool,
    method: str = "both",
) -> Stability:
    """Hypothesis stability E_{S,z} |l(A_S, z) - l(A_{S without i}, z)|, certified.

    `changes` (K,): one number for each of K independent samples of the setup's size, the mean of
    |change of the loss| over test points that are independent of the sample and fresh for each.
    `randomised`: the order and initial weights were drawn anew for every sample, so that the
    expectation is over them too; else they are the same for all. Losses lie in [0, M], M the
    setup's loss range.

    `positions` says which position i was deleted, and so what is certified:
    "random" - drawn uniformly for every sample, independently of it; or several such, or all, with
    the mean over them for each sample. The constant is a mean over positions.
    "every" - each in turn: `changes` is (K, m), one column for each position. The constant holds
    at every position, for which each has its share of the failure probability.
    A number - this position, counted from 0, in every sample. That says something only of a rule
    that is symmetric: for others the constant of one position is not that of another.
    `symmetric` says whether any two examples may change places without changing what is learned,
    also after a deletion. A constant of such a rule holds at every position. Shuffling anew makes
    the law of the output symmetric, not what a deletion changes in one run: of a rule that is
    randomised one position says nothing of the others either way.

    The result is known at this sample size only; its `failure` is charged to every bound.
    Raises DataError or SetupError as `certified_mean` does, and SetupError for positions that give
    no constant.

    >>> from stability.setup.algorithms import EmpiricalRiskMinimizer
    >>> from stability.bounds.analyse import analyse
    >>> from stability.setup.setup import Loss, Sample
    >>> minimiser = EmpiricalRiskMinimizer(regularization=1)
    >>> setup = Setup(sample=Sample(1000), loss=Loss(range=1), algorithm=minimiser)
    >>> changes = np.random.default_rng(0).uniform(0.0, 0.002, size=2000)
    >>> constant = certified_hypothesis(
    ...     changes, setup, "retrain", "0.01", positions=0, symmetric=True, randomised=False
    ... )
    >>> constant.provenance.value, constant.positions.value, float(constant.failure)
    ('certified', 'every position', 0.01)
    >>> [bound] = analyse(setup, "0.05", measured=[constant]).of("bousquet2002-thm11-loo")
    >>> bound.kind.value, float(bound.failure)
    ('upper', 0.05)
    """
    how = _Certificate(setup, positions, symmetric, randomised, method)
    total = probability(failure, "failure")
    value = how.upper("changes", changes, total)
    return how.stability(Notion.HYPOTHESIS, convention, {"beta_hyp": value}, total)


def certified_pointwise(
    changes: ArrayLike,
    diagonal: ArrayLike,
    setup: Setup,
    convention: Convention,
    failure: Exact,
    *,
    positions: DeletedPositions,
    symmetric: bool,
    randomised: bool,
    method: str = "both",
) -> Stability:
    """The same with the pointwise constant E_S |l(A_S, z_i) - l(A_{S without i}, z_i)| beside it.

    `diagonal`: |change of the loss| at the deleted example, of the shape of `changes` (or the mean
    over several deleted examples). Half of `failure` goes to each of the two constants.
    """
    how = _Certificate(setup, positions, symmetric, randomised, method)
    half = probability(failure, "failure") / 2
    values = {
        "beta_hyp": how.upper("changes", changes, half),
        "beta_pt": how.upper("diagonal", diagonal, half),
    }
    return how.stability(Notion.POINTWISE, convention, values, 2 * half)


@dataclass(frozen=True)
class _Certificate:
    """What was deleted of which rule, and how means are bounded."""

    setup: Setup
    positions: DeletedPositions
    symmetric: bool
    randomised: bool
    method: str

    def __post_init__(self) -> None:
        m, found = self.setup.sample.size, self.positions
        one = isinstance(found, int) and not isinstance(found, bool)
        if not isinstance(self.symmetric, bool):
            raise SetupError(
                where="symmetric",
                found=self.symmetric,
                allowed="True or False",
                remedy="Say whether any two examples may change places without changing what is "
                "learned, also after a deletion.",
            )
        if found not in ("random", "every") and not (one and 0 <= found < m):
            raise SetupError(
                where="positions",
                found=found,
                allowed=f'"random", "every", or a position from 0 to {m - 1}',
            )
        algorithm = self.setup.algorithm
        batch, ordered = getattr(algorithm, "batch_size", m), getattr(algorithm, "order", None)
        if self.symmetric and not self.randomised and ordered is not None and (batch or 1) < m:
            raise SetupError(
                where="symmetric",
                found=True,
                allowed="False for examples visited in one order that is the same for all samples",
                remedy="Such a rule looks at the order of the examples. Draw the order anew for "
                "every sample, with randomised=True, or say symmetric=False.",
            )
        if one and (self.randomised or not self.symmetric):
            rule = "that is randomised" if self.symmetric else "that is not symmetric"
            raise SetupError(
                where="positions",
                found=found,
                allowed=f'"random" or "every", of a rule {rule}',
                remedy="Deleting at one position says nothing of the others: draw the position "
                "anew for every sample, or delete at each"
                + ("." if self.symmetric else "; or say symmetric=True, if it is."),
            )

    def upper(self, name: str, values: ArrayLike, failure: Fraction) -> float:
        """An upper bound on the expectation, or on the largest of those of all positions."""
        limit = _limit(self.setup)
        data = np.asarray(values, dtype=np.float64)
        if self.positions != "every":
            return certified_mean(data, 0.0, limit, failure, self.method).upper
        m = self.setup.sample.size
        if data.ndim != 2 or data.shape[1] != m:
            raise DataError(
                where=name,
                found=f"shape {data.shape}",
                allowed=f"(K, {m}): one column for each position, as positions is 'every'",
                remedy="For the mean over positions within each sample say positions='random'.",
            )
        columns = data.T
        share = failure / m
        return max(certified_mean(c, 0.0, limit, share, self.method).upper for c in columns)

    def stability(
        self, notion: Notion, convention: Convention, values: dict[str, float], failure: Fraction
    ) -> Stability:
        """The constant with these values."""
        return Stability(
            setup=self.setup,
            notion=notion,
            neighbour=Neighbour.DELETION,
            trust=Trust.DERIVED,
            convention=Convention(convention),
            averaged_over=Averaged.BOTH if self.randomised else Averaged.NOTHING,
            values={n: Term(symbol(n), {n: Fraction(v)}) for n, v in values.items()},
            path=(MEASURED,),
            symmetric=self.symmetric,
            positions=Positions.MEAN if self.positions == "random" else Positions.EVERY,
            kind=Kind.UPPER,
            provenance=Provenance.CERTIFIED,
            failure=failure,
            sizes="this",
        )


def _limit(setup: Setup) -> float:
    given = loss_range(setup)
    if given is None:
        raise SetupError(
            where="loss.range",
            found="nothing",
            allowed="a number above 0",
            remedy="Changes of a loss are certified by its range: give loss.range.",
        )
    limit = float(given)
    return limit if limit >= given else math.nextafter(limit, math.inf)
