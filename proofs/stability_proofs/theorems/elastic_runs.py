"""Elastic constants of training runs: derivations of `stability.theorems.elastic_algorithms`.

The distance of the two runs is bounded for every order, by a sum over the steps that see the
deleted example; an average is taken, if at all, of that sum.
"""

from __future__ import annotations

from stability.conventions import Convention
from stability.theorems.kinds import StabilityStatement
from stability.theorems.kinds.hypotheses import STRONGLY_CONVEX_STEPS
from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import assume, substitute
from stability_proofs.kernel.notation import log
from stability_proofs.kernel.terms import le, lt
from stability_proofs.lemmas.analysis.exponential import exp_positive
from stability_proofs.lemmas.analysis.growth_sums import grown_steps
from stability_proofs.lemmas.analysis.powers import power
from stability_proofs.lemmas.analysis.recursions import s
from stability_proofs.lemmas.elastic.product_form import steepness_product
from stability_proofs.lemmas.elastic.product_norms import norms
from stability_proofs.lemmas.sgd import burn_in, ranges, run_losses, two_runs
from stability_proofs.lemmas.sgd.batch_slopes import steep
from stability_proofs.lemmas.sgd.batch_steps import gamma
from stability_proofs.lemmas.sgd.run_losses import Weights
from stability_proofs.lemmas.sgd.two_runs import Other
from stability_proofs.semantics.algorithms import LAST
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, z
from stability_proofs.semantics.training import k, m, r
from stability_proofs.tactics.vocabulary import for_all, linear, one_over, sample_size_positive


def _runs(claim: Claim) -> tuple[Other, Weights]:
    """The other run of a claim, and what the shares of an example weigh."""
    form = claim.statement
    other = two_runs.retrain() if _retrains(claim) else two_runs.null_step()
    contracted = isinstance(form, StabilityStatement) and STRONGLY_CONVEX_STEPS in form.hypotheses
    if contracted:
        return other, run_losses.strongly_convex(other, run_losses.steps_small())
    return other, run_losses.convex(other)


def _retrains(claim: Claim) -> bool:
    return claim.convention is Convention.RETRAIN


def gradient_descent(claim: Claim) -> Derived:
    """Every step moves the runs apart by alpha_t reach/m at most."""
    other, weights = _runs(claim)
    product = steepness_product(weights.sign, with_base=_retrains(claim))
    change = for_all(run_losses.change_for_every_order(other, weights), S, r, k, z)
    return Derived((change, *product.values(), *norms(product)), product.functions)


def sgd(claim: Claim) -> Derived:
    """By alpha_t reach times the share of the example, which is 1/m on average."""
    other, weights = _runs(claim)
    product = steepness_product(weights.sign, with_base=_retrains(claim))
    change = for_all(run_losses.change_on_average(other, weights), S, k, z)
    return Derived((change, *product.values(), *norms(product)), product.functions)


def nonconvex(claim: Claim) -> Derived:
    """The example is met in the first t0 steps, on average in t0 batch/m of the runs, or not.

    If not, distances grow by 1 + c gamma/t in later steps, which (T/t0)^(c gamma) is above.
    """
    M, t0, batch, c = map(symbol_term, ("M", "t0", "batch", "c"))
    other = two_runs.retrain()
    met = linear(lt(0, batch), assume(le(1, batch)))
    change = burn_in.burnt_in(other, met, ranges.of_trained(other, M), burn_in.growing(other))
    growth = power(LAST / t0, c * gamma) / gamma
    whole = grown_steps(t0, LAST)
    sure = exp_positive(c * gamma * log(LAST / t0))
    positive = linear(le(0, growth), (sure, one_over(assume(lt(0, gamma)))))
    added = linear(le(0, t0 * batch * M), (checker.natural(t0), met, assume(lt(0, M))))
    product = steepness_product(positive, with_base=True, added=added)
    change = substitute(change, {s: t0})
    examples = one_over(sample_size_positive())
    goal = le(change.conclusion.args[0], product.own() / m)
    bound = linear(goal, change, (steep(z), other.sign, whole, examples))
    return Derived((for_all(bound, S, k, z), *product.values(), *norms(product)), product.functions)
