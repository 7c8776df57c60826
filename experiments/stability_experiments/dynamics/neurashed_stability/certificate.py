"""Hypothesis stability of neurashed, certified: one deletion in each of many samples."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from stability.bounds.analyse import Analysis, analyse
from stability.conventions import Convention
from stability.dynamics import losses, passes, train_factors
from stability.dynamics.neurashed.orders import without
from stability.estimate.statistics.independent import certified_pointwise
from stability.runs.neurashed.stability_reading import FactorTraining
from stability.setup.setup import Loss, Sample, Setup
from stability.theorems.kinds.constant import Stability
from stability_experiments.dynamics.neurashed_stability.cases import DELTA, RULE, START, Case

Floats = NDArray[np.float64]

FAILURE = Fraction(1, 100)
"""The share of the failure probability that the certificate takes."""
FRESH = 20
"""Fresh test instances for each sample."""
TOGETHER = 500
"""Samples that are trained at a time."""
SAMPLES, TESTS, POSITIONS = 3, 4, 5
"""What a generator is for."""


def changes(case: Case, seed: int, first: int) -> dict[str, Floats]:
    """`TOGETHER` independent samples, from number `first`.

    Of each sample an instance is deleted whose position is drawn, and the order of its passes is
    drawn anew. `changes`: mean |change of the loss| over fresh test instances; `diagonal`: the
    change at the deleted instance. Losses are cut to [0, log(classes)].
    """
    population, count = case.population, TOGETHER
    own = [_seed(seed, SAMPLES, first + k) for k in range(count)]
    train = population.sample(case.m, own)
    test = population.sample(FRESH, [_seed(seed, TESTS, first + k) for k in range(count)])
    order = passes(case.m, case.epochs, 1, own)
    gone = np.random.default_rng([seed, POSITIONS, first]).integers(case.m, size=count)
    limit = math.log(len(population.graph.classes))
    at_test, at_own = [], []
    for each in (order, without(order, gone)):
        found = train_factors(train, each, RULE, start=START).last
        at_test.append(np.minimum(losses(test, found), limit))
        at_own.append(np.minimum(losses(train, found), limit)[np.arange(count), gone])
    return {
        "changes": np.abs(at_test[1] - at_test[0]).mean(axis=1),
        "diagonal": np.abs(at_own[1] - at_own[0]),
    }


def certified(case: Case, found: dict[str, Floats]) -> tuple[Stability, Analysis]:
    """The constants that these `changes` and `diagonal` (K,) certify, and what follows from them.

    Passes are shuffled anew for every sample, so that the law of what is learned does not depend
    on the order of the instances. The range of the loss is rounded up.
    """
    classes = len(case.population.graph.classes)
    above = Fraction(math.nextafter(math.log(classes), math.inf))
    setup = Setup(sample=Sample(case.m), loss=Loss(range=above), algorithm=FactorTraining())
    constant = certified_pointwise(
        found["changes"], found["diagonal"], setup, Convention.NULL_STEP, FAILURE,
        positions="random", symmetric=True, randomised=True,
    )  # fmt: skip
    return constant, analyse(setup, DELTA, measured=[constant])


def _seed(seed: int, what: int, number: int) -> int:
    """A seed of its own for each sample and use."""
    return int(np.random.SeedSequence([seed, what, number]).generate_state(1, np.uint64)[0])
