"""Elastic constants of exact minimisers: derivations of `stability.theorems.elastic_algorithms`."""

from __future__ import annotations

from collections.abc import Mapping

from stability.conventions import Convention
from stability_proofs.kernel.checker import Theorem, assume, root_squared
from stability_proofs.kernel.notation import E, norm, sqrt
from stability_proofs.kernel.terms import Term, at, le, lt
from stability_proofs.lemmas.analysis.roots import root_positive
from stability_proofs.lemmas.convexity.vectors import cauchy_schwarz, norm_at_most, norm_nonnegative
from stability_proofs.lemmas.elastic.product_form import Product, steepness_product
from stability_proofs.lemmas.elastic.product_norms import norms
from stability_proofs.lemmas.regularised_erm.kernels import (
    kernel_losses,
    lam,
    loss_change,
    sigma,
    size,
)
from stability_proofs.lemmas.regularised_erm.objectives import Losses
from stability_proofs.semantics import minimisers, regularity, training
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.minimisers import feature
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, z
from stability_proofs.semantics.training import cost, k, m, slope, steepness
from stability_proofs.tactics.vocabulary import (
    absolute_below,
    for_all,
    linear,
    mean,
    one_over,
    sides,
    use,
)

INSIDE: Mapping[str, Term] = dict(
    zip(("minimiser", "kept", "refitted"), minimisers.minimisers_inside(), strict=True)
)
"""That minimisers are inside, by the head of their terms."""


def _inside(best: Term) -> Theorem:
    return use(assume(INSIDE[best.head]), *best.args)


def _more() -> Theorem:
    """0 < m - 1, from 2 <= m."""
    return linear(lt(0, m - 1), assume(le(2, m)))


def _regularised() -> Losses:
    """Costs that are Lipschitz in the weights, and a regulariser that is strongly convex."""
    L, mu = map(symbol_term, ("L", "mu"))
    nonnegative, below = (
        assume(regularity.steepness_nonnegative()),
        assume(regularity.steepness_at_most(L)),
    )
    convex = assume(regularity.convex()[0])

    def change(first: Term, second: Term, point: Term) -> Theorem:
        bounded = use(assume(regularity.slopes_bounded()), first, point, _inside(first))
        reach = use(nonnegative, point)
        gradient = norm_at_most(slope(first, point), steepness(point), bounded, reach)
        return linear(
            le(cost(first, point) - cost(second, point), steepness(point) * norm(first - second)),
            use(convex, first, second, point),
            cauchy_schwarz(slope(first, point), first - second),
            (gradient, norm_nonnegative(first - second)),
        )

    return Losses(
        slope=slope,
        pull=training.pull,
        convex=convex,
        curved=assume(minimisers.penalty_strongly_convex(mu)[0]),
        strongly=assume(lt(0, mu)),
        reach=steepness,
        change=change,
        reaches=nonnegative,
        top=below,
    )


def erm(claim: Claim) -> Derived:
    """mu d^2 <= the change of the two objectives' difference, a Lipschitz function; divide by d."""
    losses = _regularised()
    retrained = claim.convention is Convention.RETRAIN
    moved = losses.after_retraining(_more()) if retrained else losses.after_keeping()
    factor = linear(le(0, 1 / losses.curvature), one_over(losses.strongly))
    product = steepness_product(factor, with_base=retrained)
    before = minimisers.minimiser(S)
    after = minimisers.refitted(S, k) if retrained else minimisers.kept(S, k)
    loss = use(assume(regularity.loss_changes()), before, after, z, _inside(before), _inside(after))
    upper, lower = sides(loss)
    bound = product.own() / m
    scaled = (moved, use(losses.reaches, z))
    both = (linear(le(t.conclusion.args[0], bound), t, scaled) for t in (upper, lower))
    changes = for_all(absolute_below(*both), S, k, z)
    return Derived((changes, *product.values(), *norms(product)), product.functions)


def argument(claim: Claim) -> Derived:
    """The distance of the two minimisers alone, and the sizes of u(z) = L(z)/mu."""
    losses = _regularised()
    L, L_mean, L_rms, mu = map(symbol_term, ("L", "L_mean", "L_rms", "mu"))
    factor = linear(le(0, 1 / mu), one_over(losses.strongly))
    u, own = steepness(z) / mu, steepness(at(S, k)) / mu
    moved = losses.after_keeping()
    distance = moved.conclusion.args[0]
    top, average = use(losses.top, z), assume(regularity.steepness_mean(L_mean))
    square = assume(regularity.steepness_mean_square(L_rms))
    sign = linear(le(0, factor.conclusion.args[1] ** 2), (factor, factor))
    return Derived(
        (
            for_all(linear(le(distance, own / m), moved), S, k),
            for_all(linear(le(0, u), (factor, use(losses.reaches, z))), z),
            for_all(linear(le(u, L / mu), (factor, top)), z),
            linear(le(E(z, u), L_mean / mu), (factor, average)),
            linear(le(E(z, u**2), (L_rms / mu) ** 2), (sign, square)),
        ),
        {"reach": u},
    )


def kernel(claim: Claim) -> Derived:
    """The same for predictions: sigma sqrt(K(z, z)) is Lipschitz in the weights, mu is 2 lambda."""
    kappa, kappa_mean = map(symbol_term, ("kappa", "kappa_mean"))
    retrained = claim.convention is Convention.RETRAIN
    losses = kernel_losses(kappa)
    moved = losses.after_retraining(_more()) if retrained else losses.after_keeping()
    positive, weight = assume(lt(0, sigma)), one_over(assume(lt(0, lam)))
    length = norm_nonnegative(feature(z))
    below = use(assume(minimisers.kernel_bounds(kappa)[0]), z)
    average = assume(minimisers.kernel_mean(kappa_mean)[0])
    sign = linear(le(0, kappa), assume(lt(0, kappa)))
    positives = assume(lt(0, kappa)), assume(lt(0, kappa_mean))
    rms = sqrt(kappa) * sqrt(kappa_mean)
    of_kappa, of_mean = (root_squared(linear(le(0, p.conclusion.args[1]), p)) for p in positives)
    roots = (sqrt(kappa_mean) ** 2, of_kappa), (kappa, of_mean)
    thrice = (length, below)
    cubes = (*thrice, sign, sign), (*thrice, length, sign), (*thrice, length, length)
    squares = mean(z, linear(le(size(z) ** 2, kappa * size(z)), (length, below)))
    square = linear(le(E(z, size(z) ** 2), kappa * kappa_mean), squares, (sign, average))
    product = Product(
        u=size,
        factor=linear(le(0, sigma**2 / (2 * lam)), (positive, positive, weight)),
        nonnegative=for_all(length, z),
        below=assume(minimisers.kernel_bounds(kappa)[0]),
        average=average,
        average_sign=linear(le(0, kappa_mean), assume(lt(0, kappa_mean))),
        square=square,
        of_rms=linear(le(E(z, size(z) ** 2), rms**2), square, *roots),
        rms_sign=linear(lt(0, rms), tuple(map(root_positive, positives))),
        fourth=linear(
            le(E(z, size(z) ** 4), (kappa * rms) ** 2),
            mean(z, linear(le(size(z) ** 4, kappa**3 * size(z)), *cubes)),
            (sign, sign, sign, average),
            *((kappa**2 * of, root) for of, root in roots),
        ),
        fourth_sign=linear(lt(0, kappa * rms), (positives[0], *map(root_positive, positives))),
        with_base=retrained,
    )
    after = minimisers.refitted(S, k) if retrained else minimisers.kept(S, k)
    loss = loss_change(minimisers.minimiser(S), after, z)
    goal = le(loss.conclusion.args[0], product.own() / m)
    change = for_all(linear(goal, loss, (moved, positive, length)), S, k, z)
    return Derived((change, *product.values(), *norms(product)), product.functions)
