"""The labels of constants and bounds, as enumerations: notion, neighbour, deletion, provenance."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

Name = Annotated[str, "name"]
"""A string for programs: an id, the name of a symbol, a place in a setup. Code compares names and
no other strings: every other `str` is words for people and may be put otherwise."""


class Notion(StrEnum):
    """What a stability constant speaks of."""

    UNIFORM = "uniform"
    ARGUMENT = "argument"
    ELASTIC_ARGUMENT = "elastic argument"
    HYPOTHESIS = "hypothesis"
    POINTWISE = "pointwise hypothesis"
    ELASTIC = "elastic"
    PER_INDEX = "per-index uniform"
    ON_AVERAGE_L1 = "on-average model, l1"
    ON_AVERAGE_L2 = "on-average model, l2"
    AVERAGE = "average"
    UNIFORM_AVERAGE = "uniform average"
    TOTAL_LIPSCHITZ = "total Lipschitz"
    LQ = "L_q coefficients"
    FRACTION = "fraction of points"
    SMOOTH_MINIMIZER = "smooth regularised minimiser"
    EXPONENT = "Gibbs exponent"
    PURE_PRIVACY = "pure differential privacy"
    PRIVACY = "approximate differential privacy"
    GAUSSIAN_PRIVACY = "Gaussian differential privacy"
    CONCENTRATED_PRIVACY = "zero-concentrated differential privacy"
    TOTAL_VARIATION = "total variation of outputs"


MEANS = frozenset(
    (
        Notion.HYPOTHESIS,
        Notion.POINTWISE,
        Notion.ON_AVERAGE_L1,
        Notion.ON_AVERAGE_L2,
        Notion.AVERAGE,
        Notion.UNIFORM_AVERAGE,
    )
)
"""Notions that are means over the sample: only these can be means over sample and algorithm too.
The others are suprema over samples, from which nothing of the sample is left, or norms."""


AT_POSITIONS = frozenset((Notion.HYPOTHESIS, Notion.POINTWISE))
"""Means over the sample of what happens to the example at one position: see `Positions`."""


OF_LAWS = frozenset(
    (
        Notion.EXPONENT,
        Notion.PURE_PRIVACY,
        Notion.PRIVACY,
        Notion.GAUSSIAN_PRIVACY,
        Notion.CONCENTRATED_PRIVACY,
        Notion.TOTAL_VARIATION,
    )
)
"""Notions that speak of the law of what a randomised algorithm returns, for a fixed sample."""


class Neighbour(StrEnum):
    """Which samples are neighbours: one example deleted, or one replaced by another."""

    DELETION = "deletion"
    REPLACEMENT = "replacement"


class Convention(StrEnum):
    """What deletion means.

    Null step: the same run with the deleted example's update skipped. Keep-1/m: the objective
    loses a term and keeps its 1/m. Retrain: train on the other m - 1 examples with 1/(m - 1).
    """

    NULL_STEP = "null-step"
    KEEP = "keep-1/m"
    RETRAIN = "retrain"


class Averaged(StrEnum):
    """What randomness a statement averages over."""

    NOTHING = "nothing"
    ALGORITHM = "algorithm"
    BOTH = "sample and algorithm"


class Positions(StrEnum):
    """At which positions of the deleted or replaced example a mean over the sample is bounded.

    For a rule that is symmetric in the examples the two are the same.
    """

    EVERY = "every position"
    MEAN = "mean over positions"


class Over(StrEnum):
    """What the probability of a statement is over."""

    NOTHING = "nothing"
    SAMPLE = "sample"
    BOTH = "sample and algorithm"


class Kind(StrEnum):
    """What a number promises. Only `upper` and `exact` promise an upper bound."""

    EXACT = "exact"
    UPPER = "upper"
    LOWER = "lower"
    ASYMPTOTIC = "asymptotic"
    ESTIMATE = "estimate"


class Provenance(StrEnum):
    """Where a constant comes from, strongest first.

    Proved from hypotheses on the setup; certified: measured, with a confidence that is part of the
    failure probability; assumed: the user's own; plug-in: measured, nothing promised.
    """

    PROVED = "proved"
    CERTIFIED = "certified"
    ASSUMED = "assumed"
    PLUG_IN = "plug-in"


class Trust(StrEnum):
    """Whether a theorem is derived in this project, down to named inequalities, or taken on trust.

    `OWN` is that of a theorem that is not in the catalogue of this library: nobody but you vouches
    for it. A path is trusted as far as its least trusted theorem. `verdict` is the word of the
    ledger that `stability prove` prints: a test holds every theorem of the catalogue to it.

    >>> Trust.SECOND_HAND.value, Trust.SECOND_HAND.verdict
    ('second hand', 'undecided')
    """

    DERIVED = "derived here"
    SECOND_HAND = "second hand"
    OWN = "of your own"

    @property
    def verdict(self) -> str:
        """What the ledger says of such a theorem: "proved" or "undecided"."""
        return "proved" if self is Trust.DERIVED else "undecided"


class Scope(StrEnum):
    """Whether a statement holds for every problem, or shows that some problem is this bad."""

    EVERY = "every problem"
    SOME = "some problem"


class Quantity(StrEnum):
    """What a bound bounds. R population, R_emp training, R_loo leave-one-out risk.

    A(S) the trained weights. Q: weights with Gaussian noise, h one draw of them; the risks of Q are
    means over the noise. kl(p, q) = p log(p/q) + (1 - p) log((1 - p)/(1 - q)), of risks over M.

    For cross-validation with K folds: R_cv is the mean of the losses of the examples, each under
    the model that is fitted without its fold, R_K the mean of the population risks of these models,
    over the examples. Neither speaks of what is fitted on the whole sample.
    """

    GAP = "gap"
    LOO_GAP = "loo-gap"
    ABSOLUTE_GAP = "absolute-gap"
    EXPECTED_GAP = "expected-gap"
    SQUARED_GAP = "squared-gap"
    LOO_SQUARED_GAP = "loo-squared-gap"
    LOO_ABSOLUTE_GAP = "loo-abs-gap"
    KFOLD_SQUARED_GAP = "kfold-squared-gap"
    MOMENT = "moment"
    EXCESS_RISK = "excess-risk"
    RANDOMISED_GAP = "randomised-gap"
    RANDOMISED_KL = "randomised-kl"
    DRAWN_KL = "drawn-kl"
    DISTANCE = "weights-distance"
    SQUARED_DISTANCE = "squared-weights-distance"


TWO_SIDED = frozenset(
    (
        Quantity.ABSOLUTE_GAP,
        Quantity.SQUARED_GAP,
        Quantity.LOO_SQUARED_GAP,
        Quantity.LOO_ABSOLUTE_GAP,
        Quantity.KFOLD_SQUARED_GAP,
        Quantity.MOMENT,
        Quantity.RANDOMISED_KL,
        Quantity.DRAWN_KL,
        Quantity.DISTANCE,
        Quantity.SQUARED_DISTANCE,
    )
)
"""Quantities of which a bound holds on both sides: for test losses above training losses and below.
Bounds on the others are one-sided: they say how far the first may be above the second."""

DISTANCES = frozenset((Quantity.DISTANCE, Quantity.SQUARED_DISTANCE))
"""Quantities of the trained weights, and not of losses: norms, which have no side."""

KL = frozenset((Quantity.RANDOMISED_KL, Quantity.DRAWN_KL))
"""Binary relative entropies of training and test risks over M, the range of the loss that is
evaluated: 1 for the 0-1 loss, whatever is trained on. The range itself is not needed."""

OPEN_ENDED = DISTANCES | KL
"""Quantities that may be as large as you like: the range of the loss alone says nothing of them."""

LINEAR = frozenset((Quantity.EXPECTED_GAP, Quantity.EXCESS_RISK))
"""Quantities of which a mean is taken and no power: that of the mean over the algorithm is the mean
over sample and algorithm. The square of a mean over the algorithm is not the mean of the square."""

_STRENGTH = list(Provenance)


def weakest(*provenances: Provenance) -> Provenance:
    """The provenance of a path: that of its weakest step.

    >>> weakest(Provenance.PROVED, Provenance.PLUG_IN).value
    'plug-in'
    """
    return max(provenances, key=_STRENGTH.index)


def least_trusted(*theorems: Trust) -> Trust:
    """How far a path is trusted: as far as the least trusted theorem on it.

    >>> least_trusted(Trust.DERIVED, Trust.SECOND_HAND).value
    'second hand'
    """
    return max(theorems, key=_FROM_MOST_TRUSTED.index)


_FROM_MOST_TRUSTED = tuple(Trust)


VALUES: Mapping[tuple[str, str], tuple[str, ...]] = {
    (Notion.UNIFORM, Neighbour.DELETION): ("beta",),
    (Notion.UNIFORM, Neighbour.REPLACEMENT): ("epsilon",),
    (Notion.ARGUMENT, Neighbour.DELETION): ("distance",),
    (Notion.ARGUMENT, Neighbour.REPLACEMENT): ("distance",),
    (Notion.ELASTIC_ARGUMENT, Neighbour.DELETION): ("u_sup", "u_mean", "u_rms"),
    (Notion.HYPOTHESIS, Neighbour.DELETION): ("beta_hyp",),
    (Notion.POINTWISE, Neighbour.DELETION): ("beta_hyp", "beta_pt"),
    (Notion.POINTWISE, Neighbour.REPLACEMENT): ("epsilon_pt",),
    (Notion.ELASTIC, Neighbour.DELETION): ("B", "U", "B1", "D"),
    (Notion.ELASTIC, Neighbour.REPLACEMENT): ("B", "U", "B1"),
    (Notion.PER_INDEX, Neighbour.REPLACEMENT): ("epsilon_rms",),
    (Notion.ON_AVERAGE_L1, Neighbour.REPLACEMENT): ("epsilon",),
    (Notion.ON_AVERAGE_L2, Neighbour.REPLACEMENT): ("epsilon",),
    (Notion.AVERAGE, Neighbour.REPLACEMENT): ("epsilon",),
    (Notion.UNIFORM_AVERAGE, Neighbour.REPLACEMENT): ("epsilon",),
    (Notion.TOTAL_LIPSCHITZ, Neighbour.REPLACEMENT): ("beta", "mean_distance", "D_SG"),
    (Notion.LQ, Neighbour.DELETION): ("beta_hyp", "beta_2", "u1", "w1"),
    (Notion.SMOOTH_MINIMIZER, Neighbour.REPLACEMENT): ("lam", "c1", "c2", "c3", "gap_variance"),
    (Notion.EXPONENT, Neighbour.REPLACEMENT): ("exponent",),
    (Notion.PURE_PRIVACY, Neighbour.DELETION): ("dp_epsilon",),
    (Notion.PURE_PRIVACY, Neighbour.REPLACEMENT): ("dp_epsilon",),
    (Notion.PRIVACY, Neighbour.DELETION): ("dp_epsilon", "dp_delta"),
    (Notion.PRIVACY, Neighbour.REPLACEMENT): ("dp_epsilon", "dp_delta"),
    (Notion.GAUSSIAN_PRIVACY, Neighbour.DELETION): ("dp_mu",),
    (Notion.GAUSSIAN_PRIVACY, Neighbour.REPLACEMENT): ("dp_mu",),
    (Notion.CONCENTRATED_PRIVACY, Neighbour.DELETION): ("dp_rho",),
    (Notion.CONCENTRATED_PRIVACY, Neighbour.REPLACEMENT): ("dp_rho",),
    (Notion.TOTAL_VARIATION, Neighbour.DELETION): ("dp_variation",),
    (Notion.TOTAL_VARIATION, Neighbour.REPLACEMENT): ("dp_variation",),
}
"""The names of the values that each notion carries: of a user's constants and of computed ones."""

FURTHER_VALUES: Mapping[tuple[str, str], tuple[str, ...]] = {
    (Notion.ELASTIC, Neighbour.DELETION): (
        *("b_rms", "c_rms", "d_rms", "beta_rms", "beta_4", "c_sup"),
    ),
}
"""Values that a constant may carry beside those; theorems that use one say what it is at most."""
