"""The formulas that each named hypothesis of the library stands for.

A hypothesis that is not in the table has no meaning here, and a theorem with it is not proved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from stability.theorems.kinds.hypotheses import (
    CONVEX,
    LIPSCHITZ,
    PROJECTED,
    SMOOTH,
    STRONGLY_CONVEX_STEPS,
    SYMMETRIC,
    Condition,
    Hypothesis,
    averages_all_bags,
    carries_draws,
    constant_steps,
    decaying_steps,
    predictions_in_unit_interval,
    range_is_one,
    step_at_most,
    step_is_inverse_strong_convexity,
    trains_by,
)
from stability.theorems.lei2020 import BELOW_PARABOLAS
from stability.theorems.statements.closed_sums import CONSTANT, DECAY
from stability_proofs.kernel.notation import every, num_over, square
from stability_proofs.kernel.terms import ProofError, Term, app, implies, le, num
from stability_proofs.semantics import (
    algorithms,
    bagging,
    batches,
    gibbs,
    minimisers,
    neighbours,
    on_average,
    randomised,
    regularity,
    samples,
    slack,
    training,
)
from stability_proofs.semantics.constants import weights_inside
from stability_proofs.semantics.reading import symbol_facts, symbol_term

Formulas = tuple[Term, ...]
Meaning = Callable[[], Formulas]
Together = frozenset[str]
"""The texts of all hypotheses of a statement."""


def _symbols(*names: str) -> list[Term]:
    return list(map(symbol_term, names))


def _lipschitz() -> Formulas:
    constants = regularity.lipschitz(*_symbols("L", "L_mean", "L_rms"))
    return (*constants, *minimisers.minimisers_inside(), *weights_inside())


def _projected() -> Formulas:
    """A ball of this radius holds the iterates: any two are within its diameter."""
    w, v, inside = training.w, training.v, training.inside
    (radius,) = _symbols("radius")
    near = le(square(w - v), (2 * radius) ** 2)
    return (every(w, v, implies(inside(w), inside(v), near)),)


def _erm() -> Formulas:
    return (*minimisers.minimisation(), *minimisers.penalty_strongly_convex(symbol_term("mu")))


def _kernel() -> Formulas:
    return minimisers.kernel_minimisation(symbol_term("lam"))


def _gibbs() -> Formulas:
    return (*gibbs.averaging(symbol_term("lam")), *gibbs.base_range(symbol_term("M")))


BAGS = (
    "{}; the loss is L-Lipschitz in the prediction, and the base prediction moves at most gamma "
    "n/k when one of k distinct points of a bag is deleted"
)
OF_BAGS = frozenset((trains_by("bagging").text, trains_by("subbagging").text))


def _base_predictions() -> Formulas:
    return bagging.base_stability(*_symbols("base", "subsample"))


def _runs() -> Formulas:
    return (*training.runs(), *batches.shares())


def _drawn(size: Term) -> Formulas:
    """Batches drawn uniformly; or, for one example per step, visited in random passes."""
    return (*_runs(), batches.uniform(), batches.at_least(size))


def _limit(numerator: int, with_strong_convexity: bool) -> Meaning:
    def formulas() -> Formulas:
        gamma, mu = _symbols("gamma", "mu")
        bound = num_over(numerator, gamma + mu if with_strong_convexity else gamma)
        return training.steps_at_most(bound)

    return formulas


LARGE = "m is large enough, depending on eta, delta and beta"

PROMISED: Mapping[str, Meaning] = MappingProxyType(
    {
        "the cost is convex and sigma-Lipschitz in the prediction": lambda: minimisers.admissible(
            symbol_term("sigma")
        ),
        "sqrt(K(x, x)) <= kappa for every x": lambda: minimisers.kernel_bounds(
            symbol_term("kappa")
        ),
        "the loss is the average over the returned distribution": gibbs.loss_is_average,
        BAGS.format("bags drawn with replacement"): _base_predictions,
        BAGS.format("subsets drawn without replacement"): _base_predictions,
        LARGE: slack.sample_large,
        "two examples are equally far from a third with probability 0, as they are if each "
        "carries a random mark that breaks ties": neighbours.no_ties,
        "start, step sizes and number of steps do not depend on the sample": training.starts_alike,
        "start, step sizes, number of steps and order do not depend on the sample; projection on a "
        "fixed convex set is allowed, momentum and adaptive steps are not": training.starts_alike,
        "losses are not negative": on_average.evaluated_nonnegative,
        "losses are not negative; start and steps do not depend on the sample": lambda: (
            on_average.costs_nonnegative(),
            *training.starts_alike(),
        ),
        "losses lie in [0, rho] on the ball; rho is loss.range": lambda: (
            regularity.losses_inside_at_most(symbol_term("rho"))
        ),
    }
)
"""Hypotheses that no check can read off a setup: describing training so promises them."""

MEANINGS: Mapping[str, Meaning] = MappingProxyType(
    {
        **PROMISED,
        CONVEX.text: regularity.convex,
        LIPSCHITZ.text: _lipschitz,
        SMOOTH.text: lambda: regularity.smooth(symbol_term("gamma")),
        STRONGLY_CONVEX_STEPS.text: lambda: regularity.strongly_convex(symbol_term("mu")),
        PROJECTED.text: _projected,
        SYMMETRIC.text: samples.symmetric,
        carries_draws().text: lambda: randomised.influence(symbol_term("rho")),
        trains_by("erm").text: _erm,
        trains_by("kernel-erm").text: _kernel,
        trains_by("gibbs").text: _gibbs,
        trains_by("bagging").text: lambda: (
            *bagging.bags(),
            *bagging.dropping(),
            *bagging.with_replacement(symbol_term("subsample")),
            bagging.drawn_independently(symbol_term("subsample")),
        ),
        trains_by("subbagging").text: lambda: (
            *bagging.bags(),
            *bagging.dropping(),
            *bagging.subsets(symbol_term("subsample")),
            bagging.pairs_alike(),
        ),
        trains_by("bagging", "subbagging").text: bagging.fresh_bags,
        averages_all_bags().text: lambda: (),
        predictions_in_unit_interval().text: bagging.predictions_in_unit_interval,
        trains_by("knn").text: neighbours.voting,
        range_is_one("it speaks of the 0-1 loss").text: neighbours.zero_one,
        trains_by("gd").text: lambda: (*_runs(), batches.full()),
        trains_by("sgd", batch_size=1).text: lambda: _drawn(num(1)),
        trains_by("sgd", order="with-replacement", batch_size=1).text: lambda: (
            *_drawn(num(1)),
            on_average.drawn(),
        ),
        trains_by("sgd", order="with-replacement").text: lambda: _drawn(symbol_term("batch")),
        trains_by("sgd", order="shuffled").text: lambda: (
            *_runs(),
            *batches.shuffled(symbol_term("batch")),
        ),
        step_at_most(1).text: _limit(1, False),
        step_at_most(2).text: _limit(2, False),
        constant_steps().text: training.constant_steps,
        decaying_steps().text: lambda: training.decaying_steps(symbol_term("c")),
        step_is_inverse_strong_convexity().text: lambda: training.decaying_steps(
            num_over(1, symbol_term("mu"))
        ),
        BELOW_PARABOLAS.text: lambda: on_average.evaluated_smooth(symbol_term("gamma")),
        "no strong convexity is known: linear losses have none": lambda: (
            regularity.no_regulariser(),
        ),
        "iterates are not projected": lambda: (training.not_projected(),),
        "no regulariser beside the loss moves the weights": lambda: (regularity.no_regulariser(),),
    }
)


def of_symbols(names: Iterable[str]) -> Formulas:
    """What the table of symbols says that no hypothesis speaks of."""
    kappa, kappa_mean, M = _symbols("kappa", "kappa_mean", "M")
    said = {
        "kappa_mean": (*minimisers.kernel_bounds(kappa), *minimisers.kernel_mean(kappa_mean)),
        "M": algorithms.outputs_in_range(M),
        "F": (on_average.risks_before(app("F", training.t + 1)),),
        "weight": batches.weigh_at_most(symbol_term("weight"), algorithms.LAST),
        "prediction_range": bagging.in_an_interval(symbol_term("prediction_range")),
    }
    return tuple(
        formula for name, formulas in said.items() if name in names for formula in formulas
    )


def of_schedule(schedule: str | None) -> Formulas:
    """How step sizes go."""
    if schedule is None:
        return ()
    decaying = (*training.decaying_steps(symbol_term("c")), *symbol_facts("c"))
    return {CONSTANT: training.constant_steps(), DECAY: decaying}[schedule]


EITHER_LIMIT = step_at_most(2, with_strong_convexity=True).text
"""A limit with mu = 0 where no strong convexity is assumed."""


def formulas(hypothesis: Hypothesis | Condition, together: Together) -> Formulas:
    """What a hypothesis says beside the others. Raises ProofError for one without a formula."""
    if hypothesis.text == LIPSCHITZ.text and together & OF_BAGS:
        return bagging.lipschitz(symbol_term("L"))
    if hypothesis.text == EITHER_LIMIT:
        return _limit(2, STRONGLY_CONVEX_STEPS.text in together)()
    if hypothesis.text not in MEANINGS:
        raise ProofError(f"no formula for the hypothesis: {hypothesis.text}")
    return MEANINGS[hypothesis.text]()
