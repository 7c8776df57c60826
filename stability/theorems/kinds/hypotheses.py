"""The hypotheses that several theorems share: on losses, steps, algorithms, and on constants."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from stability.conventions import Averaged, Name, Provenance
from stability.setup.algorithms import KINDS, ConstantStep, DecayingStep
from stability.setup.setup import Setup
from stability.theorems.kinds.constant import Stability
from stability.theorems.kinds.hypothesis import Failure, Hypothesis, Reads, known, promised
from stability.theorems.kinds.symbol_values import (
    loss_range,
    smoothness,
    strong_convexity,
    weight_decay,
)


@dataclass(frozen=True, eq=False, kw_only=True)
class TrainedBy(Hypothesis):
    """The algorithm is one of these kinds, visits examples so, and may clip their gradients."""

    kinds: tuple[Name, ...]
    order: Name | None
    batch_size: int | None
    clipped: bool


def trains_by(
    *kinds: str, order: str | None = None, batch_size: int | None = None, clipped: bool = False
) -> TrainedBy:
    """The algorithm is one of these kinds (and visits examples in this order).

    Its steps follow the gradients of the losses as they are; `clipped`: or cut, each by itself.

    >>> trains_by("sgd", order="with-replacement", batch_size=1).id
    'trained-by-sgd-with-replacement-batches-of-1'
    """
    parts = [f"trained-by-{'-or-'.join(kinds)}", order]
    parts += [None if batch_size is None else f"batches-of-{batch_size}"]
    parts += ["clipped"] if clipped else []
    text = "trained by " + " or ".join(KINDS[k].title for k in kinds)
    if order == "with-replacement":
        text += ", examples drawn uniformly with replacement"
    if order == "shuffled":
        text += ", examples visited in shuffled passes"
    if batch_size is not None:
        text += f", {batch_size} per step"
    if clipped:
        text += ", the gradient of each example as it is or clipped by itself"

    def check(setup: Setup) -> Failure | None:
        found = getattr(setup.algorithm, "kind", None)
        if found not in kinds:
            what = found or "nothing (the setup gives its own [stability])"
            return Failure(
                "algorithm.kind", what, "It speaks of " + " or ".join(map(repr, kinds)) + "."
            )
        if order is not None and setup.value("algorithm.order") != order:
            return Failure(
                "algorithm.order", setup.value("algorithm.order"), f'Use order = "{order}".'
            )
        size = setup.value("algorithm.batch_size")
        if batch_size is not None and size != batch_size:
            return Failure("algorithm.batch_size", size, f"Use batch_size = {batch_size}.")
        cut = setup.value("algorithm.clipping")
        if cut is not None and not clipped:
            remedy = "It speaks of gradients as they are, not of clipped ones."
            return Failure("algorithm.clipping", cut, remedy)
        return None

    return TrainedBy(
        id="-".join(filter(None, parts)),
        text=text,
        check=check,
        kinds=kinds,
        order=order,
        batch_size=batch_size,
        clipped=clipped,
    )


def _convex(setup: Setup) -> Failure | None:
    if setup.loss.convex is True:
        return None
    return Failure(
        "loss.convex",
        setup.loss.convex,
        "If l(., z), as it is trained on, is convex in the weights for every z, say so with "
        "convex = true in [loss]. If it is not, other theorems apply: those on SGD with steps c/t.",
    )


CONVEX = Hypothesis("convex", "the loss that is trained on is convex in the weights", _convex)
LIPSCHITZ = known(
    "lipschitz",
    "loss.lipschitz",
    "the loss that is trained on, without weight decay, and the one that is evaluated are "
    "L-Lipschitz on a convex set that holds all iterates",
    "Give loss.lipschitz, the supremum over z of the Lipschitz constants.",
)
TRAINED_LIPSCHITZ = known(
    "trained-lipschitz",
    "loss.lipschitz",
    "the loss that is trained on, without weight decay, is L-Lipschitz on a convex set that holds "
    "the minimisers",
    "Give loss.lipschitz, the supremum over z of the Lipschitz constants.",
)
SMOOTH = known(
    "smooth",
    "loss.smoothness",
    "the gradients of the loss plus its regulariser are gamma-Lipschitz, for all weights: gamma is "
    "loss.smoothness, that of the loss alone, plus algorithm.weight_decay",
    "Give loss.smoothness, that of the loss alone.",
)


def _strongly_convex(setup: Setup) -> Failure | None:
    if strong_convexity(setup) is not None:
        return None
    return Failure(
        "algorithm.strong_convexity",
        None,
        "Give algorithm.weight_decay, or algorithm.strong_convexity if the losses are so.",
    )


STRONGLY_CONVEX_STEPS = Hypothesis(
    "strongly-convex",
    "the objectives are mu-strongly convex where iterates go (with algorithm.radius, on that "
    "ball): mu is algorithm.strong_convexity, of the losses alone, plus algorithm.weight_decay",
    _strongly_convex,
)


def _loss_alone(setup: Setup) -> Failure | None:
    decay = weight_decay(setup)
    if not decay:
        return None
    return Failure(
        "algorithm.weight_decay",
        decay,
        "It is for algorithm.weight_decay = 0: count the regulariser as part of the loss, in "
        "loss.lipschitz too.",
    )


LOSS_ALONE = Hypothesis(
    "loss-alone", "no regulariser beside the loss moves the weights (no weight decay)", _loss_alone
)
PROJECTED = known(
    "projected",
    "algorithm.radius",
    "iterates are projected on a ball, on which loss.lipschitz holds",
    "Give algorithm.radius, and loss.lipschitz on that ball.",
)
ADMISSIBLE_COST = promised(
    "admissible-cost", "the cost is convex and sigma-Lipschitz in the prediction"
)
RUN_FIXED = promised(
    "run-fixed", "start, step sizes and number of steps do not depend on the sample"
)


def step_at_most(numerator: int, *, with_strong_convexity: bool = False) -> Hypothesis:
    """Every step size is at most numerator/gamma (or numerator/(gamma + mu))."""
    text = f"{numerator}/(gamma + mu)" if with_strong_convexity else f"{numerator}/gamma"
    words = f"every step size is at most {text}, weight decay included"

    def check(setup: Setup) -> Failure | None:
        gamma = smoothness(setup)
        if gamma is None:
            return Failure("loss.smoothness", None, "Give loss.smoothness.")
        mu = strong_convexity(setup) if with_strong_convexity else 0
        limit = Fraction(numerator) / (gamma + (mu or 0))
        largest = _largest_step(setup)
        if largest is None or largest <= limit:
            return None
        return Failure(
            "algorithm.step_size",
            largest,
            f"Use a step size of at most {text} = {float(limit):.6g}.",
        )

    over = "gamma-plus-mu" if with_strong_convexity else "gamma"
    return Hypothesis(f"step-at-most-{numerator}-over-{over}", words, check)


def _largest_step(setup: Setup) -> Fraction | None:
    step = setup.value("algorithm.step_size")
    return step.c if isinstance(step, DecayingStep) else getattr(step, "size", None)


def constant_steps() -> Hypothesis:
    """The step size does not change."""

    def check(setup: Setup) -> Failure | None:
        if isinstance(setup.value("algorithm.step_size"), ConstantStep):
            return None
        return Failure("algorithm.step_size", "c/t", "Use a constant step size.")

    return Hypothesis("constant-steps", "a constant step size", check)


def decaying_steps() -> Hypothesis:
    """The step size is c/t."""

    def check(setup: Setup) -> Failure | None:
        step = setup.value("algorithm.step_size")
        if isinstance(step, DecayingStep):
            return None
        found = getattr(step, "size", None)
        return Failure(
            "algorithm.step_size", found, 'Use step_size = { schedule = "decay", c = 0.1 }.'
        )

    return Hypothesis("decaying-steps", "step sizes c/t", check)


def _unit_range(setup: Setup) -> Failure | None:
    found = loss_range(setup)
    if found == 1:
        return None
    return Failure("loss.range", found, "Give loss.range = 1: it speaks of the 0-1 loss.")


ZERO_ONE_LOSS = Hypothesis(
    "zero-one-loss", "losses in [0, 1] (it speaks of the 0-1 loss)", _unit_range
)


def _symmetric(stability: Stability) -> Failure | None:
    if stability.symmetric:
        return None
    others = "the theorems of Elisseeff et al. do without symmetry."
    if stability.provenance is Provenance.ASSUMED:
        remedy = (
            "Write symmetric = true in [stability] if any two examples may change places without "
            f"changing what is learned, also after a deletion; {others}"
        )
        return Failure("stability.symmetric", stability.symmetric, remedy)
    if stability.setup.value("algorithm.order") == "shuffled":
        remedy = f"For one fixed visiting order the rule is not symmetric in the examples; {others}"
        return Failure("algorithm.order", "shuffled", remedy)
    kind = stability.setup.value("algorithm.kind")
    remedy = f"Nothing says that this rule does not look at the order of the examples; {others}"
    return Failure("algorithm.kind", kind, remedy)


SYMMETRIC = Hypothesis(
    "symmetric", "the rule is symmetric in the examples", _symmetric, Reads.CONSTANT
)


@dataclass(frozen=True, eq=False, kw_only=True)
class AveragedOver(Hypothesis):
    """The constant averages over one of these."""

    allowed: tuple[Averaged, ...]


def averaged_over(*allowed: Averaged) -> AveragedOver:
    """The constant averages over the right randomness."""
    words = {
        Averaged.NOTHING: "for every realisation of the algorithm",
        Averaged.ALGORITHM: "in expectation over the algorithm",
        Averaged.BOTH: "in expectation over sample and algorithm",
    }

    def check(stability: Stability) -> Failure | None:
        if stability.averaged_over in allowed:
            return None
        return Failure(
            "averaged_over",
            str(stability.averaged_over),
            "It needs a constant that holds " + " or ".join(words[a] for a in allowed) + ".",
        )

    names = "-or-".join(a.name.lower() for a in Averaged if a in allowed)
    return AveragedOver(
        id=f"averaged-over-{names}",
        text="a constant that holds " + " or ".join(words[a] for a in allowed),
        check=check,
        reads=Reads.CONSTANT,
        allowed=allowed,
    )


def step_is_inverse_strong_convexity() -> Hypothesis:
    """Steps c/t with c = 1/mu exactly."""

    def check(setup: Setup) -> Failure | None:
        mu, step = strong_convexity(setup), setup.value("algorithm.step_size")
        c = getattr(step, "c", None)
        if mu is None:
            return Failure("algorithm.strong_convexity", None, "Give algorithm.strong_convexity.")
        if c == 1 / mu:
            return None
        found = getattr(step, "size", None) if c is None else c
        remedy = f"Use step sizes c/t with c = 1/mu = {float(1 / mu):.12g} exactly."
        return Failure("algorithm.step_size", found, remedy)

    words = "step sizes 1/(mu t), mu with algorithm.weight_decay"
    return Hypothesis("decaying-steps-from-one-over-mu", words, check)


def carries_draws() -> Hypothesis:
    """The constant comes with rho, the largest change of the loss when one draw changes."""

    def check(stability: Stability) -> Failure | None:
        if "rho" in stability.values and "draws" in stability.values:
            return None
        return Failure(
            "algorithm",
            stability.setup.value("algorithm.kind"),
            "It needs rho, the change of the loss when one random draw changes: known for convex "
            "SGD with replacement, and for (sub)bagging with bags and prediction_range given.",
        )

    words = "the influence rho of one draw is known"
    return Hypothesis("carries-draws", words, check, Reads.CONSTANT)


def averages_all_bags() -> Hypothesis:
    """The prediction averages over every bag, not over finitely many."""

    def check(setup: Setup) -> Failure | None:
        bags = setup.value("algorithm.bags")
        if bags is None:
            return None
        return Failure(
            "algorithm.bags",
            bags,
            "Leave bags out for the average over all bags; finitely many add "
            "sqrt(2 log(4/x)/bags) to eps and x to the share, for any x.",
        )

    return Hypothesis("averages-all-bags", "the prediction is the average over all bags", check)


def predictions_in_unit_interval() -> Hypothesis:
    """Base predictions lie in [0, 1]."""

    def check(setup: Setup) -> Failure | None:
        width = setup.value("algorithm.prediction_range")
        if width is not None and width <= 1:
            return None
        return Failure(
            "algorithm.prediction_range", width, "Use predictions in [0, 1]: prediction_range = 1."
        )

    words = "base predictions lie in [0, 1]"
    return Hypothesis("predictions-in-unit-interval", words, check)
