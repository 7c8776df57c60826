"""Lei and Ying, "Fine-grained analysis of stability and generalization for SGD", ICML 2020.

On-average model stability: how far the weights move on average when one example is replaced,
averaged over examples, samples and the algorithm. It needs the expected training risks of the run
(training.expected_risks): before each step in the loss that is trained on, of the output in the
loss that is evaluated. Where that one is cut, the uncut loss is larger and serves for both. epsilon
is a distance of weights here, the l2 one a root mean square. The square of a slope is at most
2 gamma times the loss only where the loss is not negative on the whole space: with l = 1 - z w on
|w| <= 1, which is so on the ball and negative outside, gamma may be as small as one likes.
"""

from __future__ import annotations

import sympy

from stability.conventions import Averaged, Neighbour, Notion, Over, Quantity, Trust
from stability.setup.fields import POSITIVE
from stability.setup.setup import Setup
from stability.theorems.kinds import (
    GeneralizationStatement,
    GeneralizationTheorem,
    Source,
    StabilityStatement,
    StabilityTheorem,
)
from stability.theorems.kinds.choosers import Minimise, OverSteps
from stability.theorems.kinds.hypotheses import (
    CONVEX,
    LIPSCHITZ,
    RUN_FIXED,
    SMOOTH,
    step_at_most,
    trains_by,
)
from stability.theorems.kinds.hypothesis import Failure, Hypothesis, known
from stability.theorems.kinds.situation import Choice
from stability.theorems.statements.symbols import F, alpha, symbols, t

m, L, gamma, T, epsilon = symbols("m L gamma T epsilon")
growth, balance, training_risk = symbols("growth balance training_risk")


def _nonnegative(setup: Setup) -> Failure | None:
    if setup.loss.nonnegative is True:
        return None
    return Failure(
        "loss.nonnegative",
        setup.loss.nonnegative,
        "Set loss.nonnegative = true if l(w, z) >= 0 for every z and all weights w, also those "
        "that training never reaches.",
    )


def _costs_nonnegative(setup: Setup) -> Failure | None:
    """The same, and no ball: on it alone losses may be what they are not everywhere."""
    radius = setup.value("algorithm.radius")
    if radius is None or setup.loss.nonnegative is not True:
        return _nonnegative(setup)
    return Failure(
        "algorithm.radius",
        radius,
        "Leave algorithm.radius out if the run does not project. On a ball alone losses may be not "
        "negative and smooth without being so everywhere, and the statement is false for some.",
    )


COSTS_NONNEGATIVE = Hypothesis(
    "costs-not-negative",
    "the losses that are trained on are not negative, for all weights: also for those that "
    "training never reaches",
    _costs_nonnegative,
)
EVALUATED_NONNEGATIVE = Hypothesis(
    "losses-not-negative",
    "the losses that are evaluated are not negative, for all weights: also for those that "
    "training never reaches",
    _nonnegative,
)
SGD = (
    trains_by("sgd", order="with-replacement", batch_size=1),
    CONVEX,
    SMOOTH,
    step_at_most(2),
    COSTS_NONNEGATIVE,
    RUN_FIXED,
)
DISTANCE = {"epsilon": 0}
BELOW_PARABOLAS = known(
    "below-parabolas",
    "loss.smoothness",
    "the evaluated loss is at most gamma/2 |v - w|^2 above its tangent at w, as it is if the "
    "gradients are gamma-Lipschitz, also without a convex regulariser and cut off from above",
    "Give loss.smoothness.",
)


def _source(label: str) -> Source:
    return Source(
        "Lei and Ying",
        2020,
        "Fine-Grained Analysis of Stability and Generalization for SGD",
        label,
        "RECALLED(hi), RE-DERIVED",
    )


def convex_l1() -> StabilityTheorem:
    """epsilon <= (2 sqrt(2 gamma)/m) sum alpha_t sqrt(F_t), by Jensen from E sqrt(F_S(w_t))."""
    total = sympy.Sum(alpha(t) * sympy.sqrt(F(t)), (t, 1, T))
    return StabilityTheorem(
        id="lei2020-convex-l1",
        title="l1 on-average model stability of SGD, convex and smooth",
        source=_source("Theorem 3, l1"),
        trust=Trust.DERIVED,
        hypotheses=SGD,
        statements=(
            StabilityStatement(
                name="replacement",
                notion=Notion.ON_AVERAGE_L1,
                neighbour=Neighbour.REPLACEMENT,
                values={"epsilon": 2 * sympy.sqrt(2 * gamma) * total / m},
            ),
        ),
        averaged_over=Averaged.BOTH,
        degree=0,
        weights=DISTANCE,
        symmetric=True,
        monotone={"gamma": 1, "alpha": 1, "F": 1, "T": 1, "m": -1},
    )


def convex_l2() -> StabilityTheorem:
    """epsilon^2 <= (8 (1 + 1/g) gamma/m) sum (1 + g/m)^(T - t) alpha_t^2 F_t, any g > 0."""
    total = sympy.Sum((1 + growth / m) ** (T - t) * alpha(t) ** 2 * F(t), (t, 1, T))
    return StabilityTheorem(
        id="lei2020-convex-l2",
        title="l2 on-average model stability of SGD, convex and smooth",
        source=_source("Theorem 3, l2"),
        trust=Trust.DERIVED,
        hypotheses=SGD,
        statements=(
            StabilityStatement(
                name="replacement",
                notion=Notion.ON_AVERAGE_L2,
                neighbour=Neighbour.REPLACEMENT,
                values={"epsilon": sympy.sqrt(8 * (1 + 1 / growth) * gamma * total / m)},
            ),
        ),
        averaged_over=Averaged.BOTH,
        degree=0,
        weights=DISTANCE,
        choose=Choice({"growth": POSITIVE}, OverSteps("growth")),
        symmetric=True,
        monotone={"gamma": 1, "alpha": 1, "F": 1, "T": 1},
    )


def theorem2a() -> GeneralizationTheorem:
    """E[F - F_S] <= L epsilon for L-Lipschitz losses; the source bounds the other side as well."""
    return GeneralizationTheorem(
        id="lei2020-thm2a",
        title="expected gap from l1 on-average model stability",
        source=_source("Theorem 2(a)"),
        trust=Trust.DERIVED,
        hypotheses=(LIPSCHITZ,),
        statements=(
            GeneralizationStatement(
                takes=(Notion.ON_AVERAGE_L1, Neighbour.REPLACEMENT),
                quantity=Quantity.EXPECTED_GAP,
                values={"bound": L * epsilon},
            ),
        ),
        over=Over.NOTHING,
        averages=Averaged.BOTH,
        weights=DISTANCE,
        meanings={"epsilon": "l1 on-average model stability, a distance of weights"},
        monotone={"L": 1, "epsilon": 1},
    )


def theorem2b() -> GeneralizationTheorem:
    """E[F - F_S] <= (gamma/a) E F_S + ((gamma + a)/2) epsilon^2 for smooth losses, any a > 0."""
    return GeneralizationTheorem(
        id="lei2020-thm2b",
        title="expected gap from l2 on-average model stability",
        source=_source("Theorem 2(b)"),
        trust=Trust.DERIVED,
        hypotheses=(BELOW_PARABOLAS, EVALUATED_NONNEGATIVE),
        statements=(
            GeneralizationStatement(
                takes=(Notion.ON_AVERAGE_L2, Neighbour.REPLACEMENT),
                quantity=Quantity.EXPECTED_GAP,
                values={
                    "bound": gamma / balance * training_risk + (gamma + balance) / 2 * epsilon**2
                },
            ),
        ),
        over=Over.NOTHING,
        averages=Averaged.BOTH,
        weights=DISTANCE,
        meanings={"epsilon": "l2 on-average model stability, a root mean square distance"},
        choose=Choice({"balance": POSITIVE}, Minimise("balance")),
        monotone={"gamma": 1, "training_risk": 1, "epsilon": 1},
    )
