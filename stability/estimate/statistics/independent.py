"""Certified means: quantities in expectation over the sample, from independent samples.

Hypothesis stability and the mean gap are expectations over S. A trained network shows one S; with
K samples drawn independently, and the whole training repeated on each, the mean over them carries
a confidence. What comes out is `certified`: its failure probability is charged to every bound.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.conventions import Averaged, Convention, Kind, Neighbour, Notion, Provenance
from stability.errors import DataError, SetupError
from stability.estimate.statistics.intervals import empirical_bernstein_upper
from stability.setup.fields import Exact
from stability.setup.setup import Setup, probability
from stability.theorems.kinds.constant import Stability
from stability.theorems.statements.symbols import symbol
from stability.theorems.statements.term import Term

MEASURED = "measured-on-independent-samples"
METHODS = ("both", "empirical-bernstein", "hoeffding")


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
    randomised: bool,
    symmetric: bool = True,
    method: str = "both",
) -> Stability:
    """Hypothesis stability E_{S,z} |l(A_S, z) - l(A_{S without i}, z)|, certified.

    `changes` (K,): one number for each of K independent samples of the setup's size, the mean of
    |change of the loss| over test points that are independent of the sample and fresh for each.
    The deleted position i is fixed beforehand, or drawn at random (or averaged over) if the rule
    is symmetric. `randomised`: the order and initial weights were drawn anew for every sample, so
    that the expectation is over them too; else they are the same for all. `symmetric`: whether the
    law of the output ignores the order of the examples; shuffling anew makes it so. Losses lie
    in [0, M], M the setup's loss range.

    The result is known at this sample size only; its `failure` is charged to every bound.
    Raises DataError or SetupError as `certified_mean` does.

    >>> from stability.setup.algorithms import EmpiricalRiskMinimizer
    >>> from stability.bounds.analyse import analyse
    >>> from stability.setup.setup import Sample
    >>> setup = Setup(sample=Sample(1000), algorithm=EmpiricalRiskMinimizer(regularization=1))
    >>> changes = np.random.default_rng(0).uniform(0.0, 0.002, size=2000)
    >>> constant = certified_hypothesis(changes, setup, "retrain", "0.01", randomised=False)
    >>> constant.provenance.value, float(constant.failure)
    ('certified', 0.01)
    >>> [bound] = analyse(setup, "0.05", measured=[constant]).of("bousquet2002-thm11-loo")
    >>> bound.kind.value, float(bound.failure)
    ('upper', 0.05)
    """
    limit = _limit(setup)
    value = certified_mean(changes, 0.0, limit, failure, method)
    return _stability(
        setup, Notion.HYPOTHESIS, convention, {"beta_hyp": value.upper}, value.failure,
        randomised, symmetric,
    )  # fmt: skip


def certified_pointwise(
    changes: ArrayLike,
    diagonal: ArrayLike,
    setup: Setup,
    convention: Convention,
    failure: Exact,
    *,
    randomised: bool,
    symmetric: bool = True,
    method: str = "both",
) -> Stability:
    """The same with the pointwise constant E_S |l(A_S, z_i) - l(A_{S without i}, z_i)| beside it.

    `diagonal` (K,): |change of the loss| at the deleted example, one for each sample (or the mean
    over several deleted examples). Half of `failure` goes to each of the two constants.
    """
    limit, half = _limit(setup), probability(failure, "failure") / 2
    values: dict[str, NDArray[np.float64]] = {
        "beta_hyp": np.asarray(changes, dtype=np.float64),
        "beta_pt": np.asarray(diagonal, dtype=np.float64),
    }
    upper = {n: certified_mean(v, 0.0, limit, half, method).upper for n, v in values.items()}
    return _stability(setup, Notion.POINTWISE, convention, upper, 2 * half, randomised, symmetric)


def _limit(setup: Setup) -> float:
    limit = float(setup.loss.range)
    return limit if limit >= setup.loss.range else math.nextafter(limit, math.inf)


def _stability(
    setup: Setup,
    notion: Notion,
    convention: Convention,
    values: dict[str, float],
    failure: Fraction,
    randomised: bool,
    symmetric: bool,
) -> Stability:
    return Stability(
        setup=setup,
        notion=notion,
        neighbour=Neighbour.DELETION,
        convention=Convention(convention),
        averaged_over=Averaged.BOTH if randomised else Averaged.NOTHING,
        values={n: Term(symbol(n), {n: Fraction(v)}) for n, v in values.items()},
        path=(MEASURED,),
        kind=Kind.UPPER,
        provenance=Provenance.CERTIFIED,
        failure=failure,
        sizes="this",
        symmetric=symmetric,
    )
