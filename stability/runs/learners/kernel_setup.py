"""Kernel ridge regression as a kernel minimiser: its constants, and what they rest on."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from stability.errors import SetupError
from stability.rounding import rounded_up
from stability.runs.data import Parts
from stability.runs.learners.kernel_keys import OWN, QUICK, KernelKeys
from stability.runs.learners.kernel_table import own_values
from stability.runs.learners.learner import FromSetup
from stability.runs.study.study import Study
from stability.setup.algorithms import KernelMinimizer
from stability.setup.setup import Loss, Sample, Setup

UP = 1.0 + 2.0**-40
"""Makes up for rounding: no constant is below its exact value."""
LARGEST = 1e100
"""Suprema beyond are of no use: no bound below the range of the loss follows from them."""


def kernel_setup(study: Study[Any], parts: Parts) -> FromSetup | None:
    """kappa = sup sqrt(K(x, x)) over all inputs, sigma of `cost_slope`, and E sqrt(K(x, x)).

    kappa follows from the range of inputs that the data declare, for a kernel of the user's own
    from `kernel_bound`; with neither, the largest value of the sample stands in its place and every
    bound is an estimate. E sqrt(K(x, x)) is certified from the sample, its share of delta charged.
    None where kappa is 0 or enormous.
    """
    learner, data = study.learner, parts.train
    own = np.sqrt(own_values(learner.kernel_for(data.shape), data))
    rests: list[str] = []
    seen: list[str] = []
    top = _supremum(learner, parts, float(own.max()), rests, seen)
    if not 0.0 < top <= LARGEST:
        return None
    reach, sigma = cost_slope(top, float(learner.regularization))
    rests.append(
        f"minimisers predict within kappa/(2 sqrt(lambda)) = {reach:.4g} of 0, where the square "
        f"has the slope sigma = {sigma:.4g}"
    )
    mean, risk = None, Fraction(0)
    values = np.minimum(own, top)
    if seen:
        mean = float(values.mean())
    elif values.min() < top / UP:
        from stability.estimate.statistics.moments import CERTIFICATE_SHARE, certified_moments

        risk = study.bound.delta * CERTIFICATE_SHARE
        mean = certified_moments(values, top, risk, orders=(1,)).mean
        rests.append(
            f"E sqrt(K(x, x)) <= {rounded_up(mean)} but with probability {float(risk):g}, "
            f"certified from the {len(data)} training examples for the population that the "
            f"examples of {data.name} are independent draws from"
        )
    setup = Setup(
        sample=Sample(study.data.size),
        loss=Loss(range=Fraction(1), measured_failure=risk),
        algorithm=KernelMinimizer(
            regularization=learner.regularization,
            kernel_bound=top,
            admissibility=sigma,
            mean_sqrt_kernel=mean,
        ),
    )
    return FromSetup(setup, tuple(rests), tuple(seen))


def cost_slope(kappa: float, regularization: float) -> tuple[float, float]:
    """How far from 0 minimisers predict at most, and the Lipschitz constant sigma of their cost.

    Every minimiser, with targets in [0, 1] and any examples, has |f| <= 1/(2 sqrt(lambda)): the
    eigenvalues of K (K + m lambda)^-2 are at most 1/(4 m lambda), and those of a sample without an
    example, with m or m - 1, likewise. So predictions lie within R = kappa/(2 sqrt(lambda)) of 0,
    where the square (f - y)^2 has the slope sigma = 2 (1 + R) at most: continued with that slope
    outside, it is a convex cost with the same minimisers that is sigma-Lipschitz everywhere, and
    the loss that is evaluated, of predictions cut to [0, 1], is 2-Lipschitz. That is what the
    theorems on kernel minimisers ask for. sigma is rounded up.

    >>> [round(value, 9) for value in cost_slope(1.0, regularization=0.25)]
    [1.0, 4.0]
    """
    reach = kappa / (2.0 * math.sqrt(regularization))
    return reach, 2.0 * (1.0 + reach) * UP


def _supremum(
    learner: KernelKeys, parts: Parts, largest: float, rests: list[str], seen: list[str]
) -> float:
    """kappa; `rests` and `seen` get what it rests on. `largest` is that of the sample."""
    data = parts.train
    declared = learner.kernel_bound
    if learner.kind_of_kernel == OWN:
        rests.append(
            f"{learner.kernel} is positive semidefinite, which was looked at on the training "
            "examples only"
        )
        if declared is None:
            seen.append(
                "the supremum of K(x, x) (model.kernel_bound and model.kernel_bound_source "
                "declare one)"
            )
            return largest
        rests.append(f"sqrt(K(x, x)) <= {float(declared):g}: {learner.kernel_bound_source}")
        return _declared(float(declared), largest)
    if learner.kernel in QUICK[:2]:
        return 1.0
    if data.range is None:
        seen.append("the range of the inputs (data.range and data.range_source declare one)")
        return largest
    from stability.runs.learners.named_kernels import largest_own_value

    rests.append(f"inputs lie in {data.range}, as {data.range.by} says")
    return math.sqrt(largest_own_value(learner, data.range, data.shape)) * UP


def _declared(declared: float, largest: float) -> float:
    """The supremum that the user declares. Raises SetupError if the sample contradicts it."""
    if largest > declared * UP:
        raise SetupError(
            where="model.kernel_bound",
            found=declared,
            allowed=f"at least {largest:.6g}, the largest sqrt(K(x, x)) of the training examples",
            remedy="It is the supremum over every input that there can be.",
        )
    return declared
