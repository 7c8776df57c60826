"""Bousquet and Elisseeff (2002), Theorems 22 and 24: how stable algorithms are."""

from __future__ import annotations

from stability.conventions import Convention
from stability_proofs.kernel.checker import Theorem, assume, elementary
from stability_proofs.kernel.families import picked
from stability_proofs.kernel.notation import E, exp, indicator, log
from stability_proofs.kernel.terms import Term, at, eq, le, lt, num, put
from stability_proofs.lemmas.analysis.exponential import exp_increasing, exp_positive
from stability_proofs.lemmas.analysis.indicators import between
from stability_proofs.lemmas.convexity.vectors import norm_nonnegative
from stability_proofs.lemmas.regularised_erm.gibbs import close_averages, tilted_averages
from stability_proofs.lemmas.regularised_erm.kernels import kernel_losses, lam, loss_change, sigma
from stability_proofs.semantics import gibbs, minimisers
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.gibbs import h
from stability_proofs.semantics.minimisers import feature
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, y, z
from stability_proofs.semantics.training import PLACE, k, m
from stability_proofs.tactics.vocabulary import (
    at_same,
    averaged,
    for_all,
    linear,
    one_over,
    put_equal,
    sample_size_positive,
    summed,
    turned,
    use,
)


def theorem22(claim: Claim) -> Derived:
    """2 lambda d^2 <= the change of the two objectives' difference, at most sigma kappa d/m or
    twice that; the loss moves by sigma kappa d."""
    kappa = symbol_term("kappa")
    losses = kernel_losses(kappa)
    bound = assume(minimisers.kernel_bounds(kappa)[0])
    deleted, new, tested = (use(bound, point) for point in (at(S, k), y, z))
    count = one_over(sample_size_positive())
    weight, positive = one_over(assume(lt(0, lam))), assume(lt(0, sigma))
    if claim.convention is Convention.KEEP:
        after, moved, factor = minimisers.kept(S, k), losses.after_keeping(), 1
    elif claim.convention is Convention.RETRAIN:
        more = linear(lt(0, m - 1), assume(le(2, m)))
        after, moved, factor = minimisers.refitted(S, k), losses.after_retraining(more), 2
    else:
        after, moved, factor = minimisers.minimiser(put(S, k, y)), losses.after_replacing(), 2
    scale = (positive, weight, count)
    distance = moved.conclusion.args[0]
    near = linear(
        le(distance, factor * sigma * kappa / (2 * lam * m)),
        moved,
        (*scale, deleted),
        (*scale, new),
    )
    loss = loss_change(minimisers.minimiser(S), after, z)
    value = factor * sigma**2 * kappa**2 / (2 * lam * m)
    goal = le(loss.conclusion.args[0], value)
    length = norm_nonnegative(feature(z))
    sign = linear(le(0, kappa), assume(lt(0, kappa)))
    change = linear(goal, loss, (near, positive, length), (*scale, positive, sign, tested))
    outer = (S, k, z) if claim.convention else (S, k, y, z)
    return Derived((for_all(change, *outer),))


def theorem24(claim: Claim) -> Derived:
    """Densities in proportion to exp(-cost/lambda), of costs that are at most M/m apart: neither is
    below exp(-M/(lambda m)) times the other, or not that of smaller normaliser."""
    M = symbol_term("M")
    (best, cost), *deleted = gibbs.costs()
    retrained = claim.convention is Convention.RETRAIN
    after, other = deleted[retrained]
    positive, count = assume(lt(0, lam)), one_over(sample_size_positive())
    low, high = (use(assume(formula), h, z) for formula in gibbs.base_range(M))
    range_sign = linear(le(0, M), low, high)
    slack = M / (lam * m)
    ranged = for_all(low, h), for_all(high, h)

    def proportional(distribution: Term, cost: Term) -> Theorem:
        """The loss of the chosen distribution is the average with weights exp(-cost/lambda)."""
        shape = use(assume(gibbs.in_proportion(distribution, cost, lam)), S, k, h)
        least = assume(gibbs.least(distribution, cost, lam))
        objective = use(least, S, k, gibbs.tilted(distribution))
        q = shape.conclusion.args[1]
        of_cost = averaged(h, equation=at_same(shape, lambda x: x * cost))
        of_log = averaged(h, equation=at_same(shape, lambda x: x * log(x)))
        chosen = gibbs.density(distribution, h)
        better = le(
            E(h, chosen * cost) + lam * E(h, chosen * log(chosen)),
            E(h, q * cost) + lam * E(h, q * log(q)),
        )
        density, one = (assume(f) for f in gibbs.densities())
        same = tilted_averages(
            cost,
            chosen,
            gibbs.base(h, z),
            positive,
            for_all(use(density, distribution, h), h),
            use(one, distribution),
            linear(better, objective, of_cost, (lam, of_log)),
            *ranged,
        )
        weight, values = exp(-cost / lam), gibbs.base(h, z)
        whole = eq(gibbs.loss(distribution, z), E(h, weight * values) / E(h, weight))
        return linear(whole, use(assume(gibbs.loss_is_average()[0]), distribution, z), same)

    def tilt(apart: Theorem, smaller: Term, larger: Term) -> Theorem:
        """exp(-slack) exp(-smaller/lambda) <= exp(-larger/lambda), from larger - smaller <= M/m."""
        low_cost, high_cost = -slack - smaller / lam, -larger / lam
        order = linear(le(low_cost, high_cost), (apart, one_over(positive)))
        split = elementary("exp-sum", -slack, -smaller / lam)
        goal = le(exp(-slack) * exp(-smaller / lam), exp(high_cost))
        return for_all(linear(goal, exp_increasing(order), split), h)

    before, changed = proportional(best, cost), proportional(after, other)
    up, down = _costs_apart(M, retrained)
    weights = exp(-cost / lam), exp(-other / lam)
    close = close_averages(
        *weights,
        gibbs.base(h, z),
        slack,
        linear(le(0, slack), (range_sign, one_over(positive), count)),
        for_all(exp_positive(-cost / lam), h),
        for_all(exp_positive(-other / lam), h),
        tilt(up, other, cost),
        tilt(down, cost, other),
        *ranged,
    )
    shown = put_equal(turned(changed), put_equal(turned(before), close))
    return Derived((for_all(shown, S, k, z),))


def _costs_apart(M: Term, retrained: bool) -> tuple[Theorem, Theorem]:
    """cost - cost after deletion <= M/m, and the other way round."""
    low, high = (use(assume(formula), h, at(S, k)) for formula in gibbs.base_range(M))
    count = one_over(sample_size_positive())
    cost = gibbs.mean_cost(S, h)
    if not retrained:
        other = gibbs.kept_cost(S, k, h)
        up = linear(le(cost - other, M / m), (high, count))
        return up, linear(
            le(other - cost, M / m), (low, count), (linear(le(0, M), low, high), count)
        )
    other = gibbs.refitted_cost(S, k, h)
    more = linear(lt(0, m - 1), assume(le(2, m)))
    here = 1 - indicator(eq(PLACE, k))
    row = gibbs.base(h, at(S, PLACE))
    bottom, top = (use(assume(formula), h, at(S, PLACE)) for formula in gibbs.base_range(M))
    share = linear(le(0, here), between(eq(PLACE, k))[1])
    least = summed(PLACE, linear(le(0, here * row), (share, bottom)))
    most = summed(PLACE, linear(le(here * row, here * M), (share, top)))
    own, one = picked(PLACE, row, k), picked(PLACE, num(1), k)
    divisors = [more, sample_size_positive()]
    scale = (count, one_over(more))
    up = linear(
        le(cost - other, M / m),
        (high, count),
        (least, *scale),
        (1 / m / (m - 1), own),
        nonzero=divisors,
    )
    down = linear(
        le(other - cost, M / m),
        (low, count),
        (most, *scale),
        (1 / m / (m - 1), own),
        (M / m / (m - 1), one),
        nonzero=divisors,
    )
    return up, down
