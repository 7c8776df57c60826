"""What is proved or certified of one model at one failure probability, and what it stands beside.

E L, E L^2 and E L^4 are certified from the training images, a hundredth of delta for all of them,
so every bound of a model rests on the same certificate. Beside the bounds stand two numbers of
another kind: Hoeffding's bound for a predictor fixed before the sample was drawn, which no bound on
a trained one can be expected to beat, and the bound that the test images give, which costs images
that nothing was trained on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from stability.bounds.analyse import analyse
from stability.conventions import Kind
from stability.estimate.statistics.independent import certified_mean
from stability.estimate.statistics.moments import Moments
from stability.setup.algorithms import Algorithm
from stability.theorems.catalogue import BY_ID, CONVERSIONS, STABILITY_THEOREMS
from stability.theorems.kinds.bound import Bound
from stability_experiments.common.softmax_setup import softmax_setup
from stability_experiments.framework.result import Row

DELTAS = (Fraction(1, 20), Fraction(1, 10**6))
LOSS_RANGE = Fraction("2.302585092994046")
"""log 10, rounded up: the loss of a uniform guess, at which the loss is cut."""
PUBLISHED = ("bousquet2002-thm12-emp", "feldman2018-chebyshev")
UNIFORM = ("uniform-split", "uniform-chebyshev")
SHARPER = ("elastic-chebyshev", "elastic-split", "elastic-chain", "elastic-variance-tail")
ELASTIC = ("elastic-finite-emp", *SHARPER)
LEFT_OUT = ("elastic-split-loo", "elastic-chebyshev-loo")
"""Theorems on R - R_loo: the leave-one-out error is not measured here."""
THEOREMS = (*PUBLISHED, *UNIFORM, *ELASTIC, *LEFT_OUT)
FLOOR, HELD_OUT = "a predictor fixed beforehand", "held-out images"
RULES = (*STABILITY_THEOREMS, *CONVERSIONS, *(BY_ID[theorem] for theorem in THEOREMS))


@dataclass(frozen=True)
class Guarantee:
    """One number at one failure probability: a theorem's, the floor, or that of held-out images."""

    by: str
    delta: Fraction
    value: float
    note: str

    @property
    def vacuous(self) -> bool:
        """Whether it says no more than the range of the losses."""
        return self.value >= LOSS_RANGE

    def row(self, setting: str) -> Row:
        """The row of the result."""
        return Row(
            name=f"{self.by}, {setting}, delta={float(self.delta):g}",
            computed=self.value,
            note=self.note + ("; vacuous" if self.vacuous else ""),
            kind=Kind.UPPER,
        )


def theorem_guarantees(
    size: int, algorithm: Algorithm, moments: Moments, delta: Fraction
) -> tuple[Guarantee, ...]:
    """The smallest bound of each theorem for a learner of softmax regression on the pixel box."""
    setup = softmax_setup(size, algorithm, moments, LOSS_RANGE)
    found = analyse(setup, delta, theorems=RULES)
    bounds = [(theorem, found.of(theorem)[0]) for theorem in THEOREMS if found.of(theorem)]
    return tuple(Guarantee(theorem, delta, bound.value, _words(bound)) for theorem, bound in bounds)


def _words(bound: Bound) -> str:
    """What it promises, first in a word and then in full."""
    return f"{bound.provenance}: {', '.join((*bound.labels.words, bound.labels.losses))}"


def floor(size: int, delta: Fraction) -> Guarantee:
    """Hoeffding's inequality for a predictor that does not depend on the sample."""
    value = float(LOSS_RANGE) * math.sqrt(math.log(1 / delta) / (2 * size)) * (1 + 1e-12)
    note = "proved, of no trained model: Hoeffding's inequality for one chosen before the sample"
    return Guarantee(FLOOR, delta, value, note)


def held_out(test_losses: np.ndarray, training_loss: float, delta: Fraction) -> Guarantee:
    """The bound on R from images that nothing was trained on, minus the training loss."""
    above = float(LOSS_RANGE) * (1 + 1e-15)
    upper = certified_mean(test_losses, 0.0, above, delta).upper
    note = (
        f"certified from {len(test_losses)} images that nothing was trained on: Hoeffding's and "
        "the empirical Bernstein inequality, each at half of delta"
    )
    return Guarantee(HELD_OUT, delta, upper - training_loss, note)
