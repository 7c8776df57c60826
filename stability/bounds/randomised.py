"""Certified test risks of trained weights with Gaussian noise: PAC-Bayes bounds, inverted.

A training risk that was measured at each of several levels of noise, fixed before the data were
seen, gives a test risk at each of them, all at once with probability 1 - delta; the smallest may be
taken. What is said of the noise does not speak of the weights without it, with one exception: the
0-1 risk of the largest of linear scores is at most twice that of the scores of noisy weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from stability.bounds.paths import assumed_constant
from stability.bounds.relative_entropy import kl_inverse
from stability.conventions import Neighbour
from stability.errors import SetupError
from stability.setup.fields import Exact, exact
from stability.setup.setup import Setup, probability
from stability.theorems import elastic_argument, elastic_pac_bayes
from stability.theorems.kinds.bound import Bound
from stability.theorems.statements.term import float_above


@dataclass(frozen=True, eq=False)
class RandomisedBound:
    """What is certified of the weights with noise of one level.

    `training_risk`: an upper bound of the training risk in the mean over the noise; `test_risk`:
    the upper bound of the test risk that follows; both in the units of the loss. `entropy`: the
    bound on their relative entropy, with its labels and what was chosen.
    """

    noise: Fraction
    training_risk: float
    test_risk: float
    entropy: Bound

    @property
    def gap(self) -> float:
        """How far the test risk may be above the training risk."""
        return self.test_risk - self.training_risk

    @property
    def risk_without_noise(self) -> float:
        """An upper bound of the test risk of the weights without noise, at most 1.

        It is for the 0-1 loss, the largest of linear scores, noise of one level on all weights: an
        example on which a wrong score is not below the right one stays so with probability 1/2.
        """
        return min(1.0, 2.0 * self.test_risk)


def randomised_bounds(
    setup: Setup,
    training_risks: Mapping[Exact, float],
    delta: Exact = Fraction(1, 20),
    *,
    charged: Exact = 0,
) -> tuple[RandomisedBound, ...]:
    """Test risks at every level of noise, all at once with probability at least 1 - delta.

    `training_risks` maps each level s of the grid that was fixed beforehand to an upper bound of
    the training risk of weights with noise N(0, s^2) on each, in the mean over the noise. Where
    that was found by draws, the probability that any of them is too small is `charged`. The number
    of levels and `training.noise_offset` enter; `setup.training.noise` is not looked at. The
    argument constant is that of `elastic-argument-erm`, or your own in `setup.stability`. The loss
    has to lie in [0, loss.range] for all weights.

    Raises SetupError for no level, for risks outside [0, M] and for a charge that leaves nothing,
    Refusal if a hypothesis fails.

    Source: this project, Sharper elastic bounds, after Maurer (2004).

    >>> from stability.setup.algorithms import EmpiricalRiskMinimizer
    >>> from stability.setup.setup import Loss, Sample
    >>> setup = Setup(
    ...     sample=Sample(60000),
    ...     loss=Loss(range=1, lipschitz="1.4143", rms_lipschitz="0.48", convex=True),
    ...     algorithm=EmpiricalRiskMinimizer(regularization="0.0001"),
    ... )
    >>> (found,) = randomised_bounds(setup, {"1.28": 0.17})
    >>> round(found.test_risk, 3)
    0.241
    """
    levels = {exact(level): float(risk) for level, risk in training_risks.items()}
    if not levels:
        raise SetupError(where="training_risks", found="no level", allowed="one level at least")
    left = probability(delta) - exact(charged)
    if left <= 0 or exact(charged) < 0:
        raise SetupError(
            where="charged",
            found=float(exact(charged)),
            allowed=f"from 0 to below delta = {float(probability(delta)):g}",
            remedy="Draw more often, or allow a larger failure probability.",
        )
    known = replace(setup, training=replace(setup.training, noise_levels=len(levels)))
    return tuple(_bound(known, level, risk, left) for level, risk in sorted(levels.items()))


def best_randomised(bounds: tuple[RandomisedBound, ...]) -> RandomisedBound:
    """The bound with the smallest test risk: they hold at once, so that the data may choose."""
    return min(bounds, key=lambda bound: (bound.test_risk, bound.noise))


def _bound(setup: Setup, level: Fraction, risk: float, delta: Fraction) -> RandomisedBound:
    here = replace(setup, training=replace(setup.training, noise=level))
    top = here.loss.range
    if top is None or not 0.0 <= risk <= top:
        raise SetupError(
            where=f"training risk at noise {float(level):g}",
            found=risk,
            allowed="a risk, and loss.range"
            if top is None
            else f"risks from 0 to {float(top):g}, the range of the loss",
        )
    entropy = _entropy(here, delta)
    share = min(1.0, float_above(Fraction(risk) / top))
    found = float_above(Fraction(kl_inverse(share, entropy.value)) * top)
    return RandomisedBound(level, risk, found, entropy)


def _entropy(setup: Setup, delta: Fraction) -> Bound:
    """The bound on the relative entropy, from the setup's own constant or from its algorithm."""
    if setup.stability is None:
        (constant,) = elastic_argument.erm().apply(setup)
        return elastic_pac_bayes.elastic().apply(constant, delta)
    own = assumed_constant(setup)
    replaces = own.neighbour is Neighbour.REPLACEMENT
    theorem = elastic_pac_bayes.uniform() if replaces else elastic_pac_bayes.elastic()
    return theorem.apply(own, delta)
