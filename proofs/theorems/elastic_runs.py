"""Elastic constants of training runs: derivations of `stability.theorems.elastic_algorithms`.

The distance of the two runs is bounded for every order, by a sum over the steps that see the
deleted example; an average is taken, if at all, of that sum.
"""

from __future__ import annotations

from proofs.checker import Theorem, assume
from proofs.lemmas import run_losses, two_runs
from proofs.lemmas.product_form import Product
from proofs.lemmas.run_losses import Weights
from proofs.lemmas.two_runs import Other
from proofs.meaning import regularity
from proofs.meaning.claims import Claim, Derived
from proofs.meaning.reading import symbol_term
from proofs.meaning.samples import S, z
from proofs.meaning.training import k, r, steepness
from proofs.steps import for_all, linear
from proofs.terms import le, lt
from stability.conventions import Convention
from stability.hypotheses import STRONGLY_CONVEX_STEPS
from stability.theorem import Form


def steepness_product(factor: Theorem, *, with_base: bool) -> Product:
    """factor (base + L(y)) L(z), from 0 <= factor."""
    L, L_mean, L_rms = map(symbol_term, ("L", "L_mean", "L_rms"))
    return Product(
        u=steepness,
        factor=factor,
        nonnegative=assume(regularity.steepness_nonnegative()),
        below=assume(regularity.steepness_at_most(L)),
        average=assume(regularity.steepness_mean(L_mean)),
        average_sign=linear(le(0, L_mean), assume(lt(0, L_mean))),
        square=assume(regularity.steepness_mean_square(L_rms)),
        with_base=with_base,
    )


def _runs(claim: Claim) -> tuple[Other, Weights]:
    """The other run of a claim, and what the shares of an example weigh."""
    form = claim.statement
    other = two_runs.retrain() if _retrains(claim) else two_runs.null_step()
    contracted = isinstance(form, Form) and STRONGLY_CONVEX_STEPS in form.hypotheses
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
    return Derived((change, *product.values()), product.functions)


def sgd(claim: Claim) -> Derived:
    """By alpha_t reach times the share of the example, which is 1/m on average."""
    other, weights = _runs(claim)
    product = steepness_product(weights.sign, with_base=_retrains(claim))
    change = for_all(run_losses.change_on_average(other, weights), S, k, z)
    return Derived((change, *product.values()), product.functions)
