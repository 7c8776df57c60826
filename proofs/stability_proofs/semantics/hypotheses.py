"""The formulas that each hypothesis of the library stands for, found by its id.

A hypothesis that is not in the tables has no meaning here, and a theorem with it is not proved.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from types import MappingProxyType

from stability.conventions import Averaged, Neighbour, Notion
from stability.theorems.deng2021 import LARGE_SAMPLE
from stability.theorems.elastic_algorithms import INDEPENDENT
from stability.theorems.kinds.hypotheses import (
    ADMISSIBLE_COST,
    CONVEX,
    LIPSCHITZ,
    LOSS_ALONE,
    PROJECTED,
    RUN_FIXED,
    SMOOTH,
    STRONGLY_CONVEX_STEPS,
    SYMMETRIC,
    TRAINED_LIPSCHITZ,
    ZERO_ONE_LOSS,
    TrainedBy,
    averages_all_bags,
    carries_draws,
    constant_steps,
    decaying_steps,
    predictions_in_unit_interval,
    step_at_most,
    step_is_inverse_strong_convexity,
    trains_by,
)
from stability.theorems.kinds.hypothesis import Hypothesis
from stability.theorems.lei2020 import (
    BELOW_PARABOLAS,
    COSTS_NONNEGATIVE,
    EVALUATED_NONNEGATIVE,
)
from stability.theorems.one_draw import DENSITIES
from stability.theorems.private_outputs import BUDGETS, WORDS, guaranteed
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
    one_draw,
    privacy,
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
Together = Collection[Hypothesis]
"""All hypotheses of a statement."""
OF_BAGS = frozenset((trains_by("bagging").id, trains_by("subbagging").id))


def _symbols(*names: str) -> list[Term]:
    return list(map(symbol_term, names))


def _lipschitz() -> Formulas:
    constants = regularity.lipschitz(*_symbols("L", "L_mean", "L_rms", "L_4"))
    return (*constants, *minimisers.minimisers_inside(), *weights_inside())


def _trained_lipschitz() -> Formulas:
    """Of the loss that is trained on alone; nothing is said of the one that is evaluated."""
    L, L_mean, L_rms = _symbols("L", "L_mean", "L_rms")
    return (
        regularity.slopes_bounded(),
        regularity.steepness_nonnegative(),
        regularity.steepness_at_most(L),
        regularity.steepness_mean(L_mean),
        regularity.steepness_mean_square(L_rms),
        *minimisers.minimisers_inside(),
    )


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


def _guaranteed(notion: Notion, neighbour: Neighbour) -> Meaning:
    """The outputs on neighbours are as close as the budget of the setup says."""

    def formulas() -> Formulas:
        values = {name: symbol_term(name) for name in BUDGETS[notion][1]}
        return privacy.premise(notion, neighbour, Averaged.ALGORITHM, values)

    return formulas


PROMISED: Mapping[str, Meaning] = MappingProxyType(
    {
        ADMISSIBLE_COST.id: lambda: minimisers.admissible(symbol_term("sigma")),
        "kernel-bounded": lambda: minimisers.kernel_bounds(symbol_term("kappa")),
        "loss-is-average": gibbs.loss_is_average,
        "bagging-base-stability": _base_predictions,
        "subbagging-base-stability": _base_predictions,
        LARGE_SAMPLE.id: slack.sample_large,
        "no-ties": neighbours.no_ties,
        RUN_FIXED.id: training.starts_alike,
        INDEPENDENT.id: training.starts_alike,
        DENSITIES.id: one_draw.densities,
        "losses-at-most-rho": lambda: regularity.losses_inside_at_most(symbol_term("rho")),
    }
)
"""Hypotheses, by id, that no check can read off a setup: describing training so promises them."""

TRAINED: Mapping[tuple[tuple[str, ...], str | None, int | None], Meaning] = MappingProxyType(
    {
        (("erm",), None, None): _erm,
        (("kernel-erm",), None, None): _kernel,
        (("gibbs",), None, None): _gibbs,
        (("bagging",), None, None): lambda: (
            *bagging.bags(),
            *bagging.dropping(),
            *bagging.with_replacement(symbol_term("subsample")),
            bagging.drawn_independently(symbol_term("subsample")),
            bagging.all_averaged(symbol_term("subsample")),
        ),
        (("subbagging",), None, None): lambda: (
            *bagging.bags(),
            *bagging.dropping(),
            *bagging.subsets(symbol_term("subsample")),
            bagging.pairs_alike(),
        ),
        (("bagging", "subbagging"), None, None): bagging.fresh_bags,
        (("knn",), None, None): neighbours.voting,
        (("dp",), None, None): lambda: (),
        (("gd",), None, None): lambda: (*_runs(), batches.full()),
        (("sgd",), None, 1): lambda: _drawn(num(1)),
        (("sgd",), "with-replacement", 1): lambda: (*_drawn(num(1)), *on_average.drawn()),
        (("sgd",), "with-replacement", None): lambda: _drawn(symbol_term("batch")),
        (("sgd",), "shuffled", None): lambda: (*_runs(), *batches.shuffled(symbol_term("batch"))),
    }
)
"""What training by kinds of algorithm, in an order, with batches of a size means."""

MEANINGS: Mapping[str, Meaning] = MappingProxyType(
    {
        **PROMISED,
        CONVEX.id: regularity.convex,
        LIPSCHITZ.id: _lipschitz,
        TRAINED_LIPSCHITZ.id: _trained_lipschitz,
        SMOOTH.id: lambda: regularity.smooth(symbol_term("gamma")),
        STRONGLY_CONVEX_STEPS.id: lambda: regularity.strongly_convex(symbol_term("mu")),
        PROJECTED.id: _projected,
        SYMMETRIC.id: samples.symmetric,
        carries_draws().id: lambda: randomised.influence(symbol_term("rho")),
        averages_all_bags().id: lambda: (),
        predictions_in_unit_interval().id: bagging.predictions_in_unit_interval,
        ZERO_ONE_LOSS.id: neighbours.zero_one,
        step_at_most(1).id: _limit(1, False),
        step_at_most(2).id: _limit(2, False),
        constant_steps().id: training.constant_steps,
        decaying_steps().id: lambda: training.decaying_steps(symbol_term("c")),
        step_is_inverse_strong_convexity().id: lambda: training.decaying_steps(
            num_over(1, symbol_term("mu"))
        ),
        COSTS_NONNEGATIVE.id: lambda: (on_average.costs_nonnegative(),),
        EVALUATED_NONNEGATIVE.id: on_average.evaluated_nonnegative,
        BELOW_PARABOLAS.id: lambda: on_average.evaluated_smooth(symbol_term("gamma")),
        "no-strong-convexity": lambda: (regularity.no_regulariser(),),
        "not-projected": lambda: (training.not_projected(),),
        LOSS_ALONE.id: lambda: (regularity.no_regulariser(),),
        **{
            guaranteed(notion, word).id: _guaranteed(notion, neighbour)
            for notion in BUDGETS
            for word, neighbour in WORDS.items()
        },
    }
)
"""What hypotheses mean, by id; what training by an algorithm means stands in TRAINED."""


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


EITHER_LIMIT = step_at_most(2, with_strong_convexity=True).id
"""A limit with mu = 0 where no strong convexity is assumed."""


def formulas(hypothesis: Hypothesis, together: Together) -> Formulas:
    """What a hypothesis says beside the others. Raises ProofError for one without a formula."""
    if hypothesis.id == LIPSCHITZ.id and any(h.id in OF_BAGS for h in together):
        return bagging.lipschitz(symbol_term("L"))
    if hypothesis.id == EITHER_LIMIT:
        return _limit(2, any(h.id == STRONGLY_CONVEX_STEPS.id for h in together))()
    if isinstance(hypothesis, TrainedBy) and hypothesis.clipped:
        raise ProofError(f"no formula for clipped gradients: {hypothesis.text}")
    if isinstance(hypothesis, TrainedBy):
        meaning = TRAINED.get((hypothesis.kinds, hypothesis.order, hypothesis.batch_size))
    else:
        meaning = MEANINGS.get(hypothesis.id)
    if meaning is None:
        raise ProofError(f"no formula for the hypothesis {hypothesis.id}: {hypothesis.text}")
    return meaning()
