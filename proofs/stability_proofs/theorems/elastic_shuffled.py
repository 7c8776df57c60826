"""SGD in shuffled passes: derivations of `stability.theorems.elastic_algorithms`.

For every order. First for any bound `weight` of the sum of alpha_t/s_t over the steps that see an
example, then for what the library puts in its place: what shuffled passes can cost at most.
"""

from __future__ import annotations

from stability.theorems.statements.closed_sums import CONSTANT, DECAY
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.terms import le, lt
from stability_proofs.lemmas.elastic.product_form import steepness_product
from stability_proofs.lemmas.elastic.product_norms import norms
from stability_proofs.lemmas.sgd import run_losses, two_runs
from stability_proofs.lemmas.sgd.batch_slopes import steep
from stability_proofs.lemmas.sgd.batch_steps import (
    gamma,
    mu,
    same_batch_convex,
    same_batch_strongly_convex,
)
from stability_proofs.lemmas.sgd.run_losses import Weights
from stability_proofs.lemmas.sgd.two_runs import Other, further
from stability_proofs.lemmas.shuffled_sgd.constant_paces import constant, contracted
from stability_proofs.lemmas.shuffled_sgd.decaying_pace import decaying
from stability_proofs.lemmas.shuffled_sgd.shuffled import Pace, cost_nonnegative, distance
from stability_proofs.semantics import batches, training
from stability_proofs.semantics.algorithms import LAST
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, z
from stability_proofs.semantics.training import k, m, r, step_size, t
from stability_proofs.tactics.vocabulary import (
    cut,
    for_all,
    linear,
    one_over,
    sample_size_positive,
    use,
)


def _constants(other: Other, apart: Theorem, sign: Theorem) -> Derived:
    """The elastic constant m w L(y) L(z), from distance <= reach w and 0 <= w."""
    w = sign.conclusion.args[1]
    examples = sample_size_positive()
    product = steepness_product(linear(le(0, m * w), (examples, sign)), with_base=False)
    change = run_losses.loss_change(other)
    goal = le(change.conclusion.args[0], product.own() / m)
    bound = linear(goal, change, (steep(z), apart), nonzero=[examples])
    return Derived(
        (for_all(bound, S, r, k, z), *product.values(), *norms(product)), product.functions
    )


def _of_weight(other: Other, weights: Weights) -> Derived:
    """For a given bound of the sum of alpha_t share_t."""
    weight = symbol_term("weight")
    known = use(assume(batches.weigh_at_most(weight, LAST)[0]), r, k)
    goal = le(other.distance(LAST), other.reach * weight)
    apart = linear(goal, weights.distance, (other.sign, known))
    return _constants(other, apart, linear(le(0, weight), assume(lt(0, weight))))


def _of_pace(other: Other, pace: Pace) -> Derived:
    """For what so many shuffled passes cost at most."""
    return _constants(other, distance(other, pace), cost_nonnegative(pace))


def convex(claim: Claim) -> Derived:
    """Steps do not expand: the distance is at most L(y) times the sum of alpha_t share_t."""
    other = two_runs.null_step()
    if claim.schedule is None:
        return _of_weight(other, run_losses.convex(other))
    pace = {CONSTANT: constant, DECAY: decaying}[claim.schedule]
    return _of_pace(other, pace(for_all(further(other, same_batch_convex()), t)))


def strongly_convex(claim: Claim) -> Derived:
    """They contract; with `weight` given nothing is made of it."""
    other = two_runs.null_step()
    if claim.schedule is None:
        return _of_weight(other, run_losses.convex(other, _less()))
    small = use(run_losses.contracts(), t), run_losses.steps_small()
    step = further(other, cut(same_batch_strongly_convex(), *small))
    return _of_pace(other, contracted(other, for_all(step, t)))


def _less() -> Theorem:
    """Every step size is at most 2/gamma, as it is at most 2/(gamma + mu)."""
    (limit,) = training.steps_at_most(2 / (gamma + mu))
    smooth, curvature = assume(lt(0, gamma)), assume(lt(0, mu))
    both = linear(lt(0, gamma + mu), smooth, curvature)
    lower = linear(
        le(2 / (gamma + mu), 2 / gamma),
        (curvature, one_over(smooth), one_over(both)),
        nonzero=[smooth, both],
    )
    return for_all(linear(le(step_size(t), 2 / gamma), use(assume(limit), t), lower), t)
