"""Two runs on samples that differ in one example: their distance, from the slopes at it alone.

For convex smooth losses: a step on the rest of the batch does not move the runs apart, so that they
part by at most the share of the example times the slopes at it, each at the weights of its own run.
"""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, substitute
from stability_proofs.kernel.families import family, picked
from stability_proofs.kernel.notation import dot, every, indicator, norm, square, total
from stability_proofs.kernel.terms import Term, at, eq, implies, le, lt, num, replace, var
from stability_proofs.lemmas.analysis.indicators import between
from stability_proofs.lemmas.convexity.gradient_steps import (
    POSITIVE,
    at_function,
    descent,
    non_expansive,
)
from stability_proofs.lemmas.convexity.gradient_steps import step as step_symbol
from stability_proofs.lemmas.convexity.vectors import (
    cauchy_schwarz,
    norm_by_products,
    norm_nonnegative,
    triangle,
)
from stability_proofs.lemmas.sgd.batch_slopes import NEW, OWN, own_share
from stability_proofs.lemmas.sgd.batch_steps import HERE as POINT
from stability_proofs.lemmas.sgd.batch_steps import (
    SHARE,
    after,
    gamma,
    share_nonnegative,
    shares_sum,
    step_positive,
)
from stability_proofs.lemmas.sgd.two_runs import projected_apart, replacement
from stability_proofs.semantics import on_average, regularity, training
from stability_proofs.semantics.regularity import full_slope
from stability_proofs.semantics.samples import S, y, z
from stability_proofs.semantics.training import (
    PLACE,
    batch_slope,
    cost,
    k,
    penalty,
    pull,
    r,
    run,
    skipped_slope,
    slope,
    step_size,
    t,
    v,
    w,
)
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import at_same, by_cases, cut, for_all, linear, summed, use

ELSE = 1 - indicator(eq(PLACE, k))
"""1 at the other examples."""
COSTS, PENALTY = map(assume, regularity.convex())
FAR = square(v - w)


def _parabola(value: Term, gradient: Term) -> Term:
    """value(v) <= value(w) + <gradient(w), v - w> + gamma/2 |v - w|^2."""
    bound = value + dot(gradient, v - w) + gamma / 2 * FAR
    return le(replace(value, {w: v}), bound)


@cache
def _objective_below() -> Theorem:
    """Loss plus regulariser lie below the parabolas on their tangents."""
    (smooth,) = regularity.smooth(gamma)
    whole = cost(w, z) + penalty(w)
    lemma = at_function(descent(), whole, full_slope(w, z))
    tangent = whole + dot(full_slope(w, z), v - w)
    convex = linear(le(tangent, replace(whole, {w: v})), use(COSTS, w, v, z), use(PENALTY, w, v))
    return cut(lemma, for_all(convex, w, v), for_all(use(assume(smooth), w, v, z), w, v))


@lemma(
    given=(
        POSITIVE,
        PENALTY.conclusion,
        COSTS.conclusion,
        every(v, w, z, le(square(slope(v, z) + pull(v) - (slope(w, z) + pull(w))), gamma**2 * FAR)),
    ),
    shows=le(cost(v, z), cost(w, z) + dot(slope(w, z), v - w) + gamma / 2 * FAR),
)
def cost_below() -> Theorem:
    """The loss does: the regulariser lies above its tangents."""
    goal = _parabola(cost(w, z), slope(w, z))
    return linear(goal, _objective_below(), use(PENALTY, w, v))


@cache
def _penalty_below() -> Theorem:
    """And so does the regulariser."""
    goal = _parabola(penalty(w), pull(w))
    return linear(goal, _objective_below(), use(COSTS, w, v, z))


@lemma(
    given=(
        POSITIVE,
        on_average.costs_nonnegative(),
        PENALTY.conclusion,
        COSTS.conclusion,
        every(
            w,
            v,
            z,
            le(square(slope(w, z) + pull(w) - (slope(v, z) + pull(v))), gamma**2 * square(w - v)),
        ),
    ),
    shows=le(square(slope(w, z)), 2 * gamma * cost(w, z)),
)
def slope_bounded() -> Theorem:
    """|slope(w, z)|^2 <= 2 gamma cost(w, z): a step of 1/gamma cannot take the loss below 0."""
    positive, lower = assume(lt(0, gamma)), w - (1 / gamma) * slope(w, z)
    least = use(assume(on_average.costs_nonnegative()), lower, z)
    below = substitute(cost_below(), {v: lower})
    once = linear(le(square(slope(w, z)) / gamma, 2 * cost(w, z)), below, least, nonzero=[positive])
    goal = le(square(slope(w, z)), 2 * gamma * cost(w, z))
    return linear(goal, (once, positive), nonzero=[positive])


REST = total(PLACE, ELSE * SHARE * cost(w, POINT)) + penalty(w)
REST_SLOPE = skipped_slope(w, S, r, k, after) + pull(w)


def _rest(weights: Term) -> Term:
    """The weights after a step on the rest of the batch, before they are projected."""
    return weights - step_size(after) * replace(REST_SLOPE, {w: weights})


@lemma(
    given=(
        POSITIVE,
        PENALTY.conclusion,
        COSTS.conclusion,
        every(t, le(step_size(t), 2 / gamma)),
        every(t, implies(le(1, t), lt(0, step_size(t)))),
        every(r, t, k, le(0, training.visit(r, t, k))),
        every(r, t, eq(total(k, training.visit(r, t, k)), 1)),
        every(
            w,
            v,
            z,
            le(square(slope(w, z) + pull(w) - (slope(v, z) + pull(v))), gamma**2 * square(w - v)),
        ),
    ),
    shows=le(norm(_rest(w) - _rest(v)), norm(w - v)),
)
def rest_non_expansive() -> Theorem:
    """Steps on the rest of the batch and the regulariser do not move two points apart."""
    inside, outside = between(eq(PLACE, k))
    others = linear(le(0, ELSE), outside)
    shared = lambda fact: _times(SHARE, share_nonnegative(), fact)  # noqa: E731
    one = {z: POINT}
    low, high = use(COSTS, w, v, POINT).conclusion.args
    costs = summed(
        PLACE, shared(linear(le(ELSE * low, ELSE * high), (others, use(COSTS, w, v, POINT))))
    )
    tangent = REST + dot(REST_SLOPE, v - w)
    convex = linear(le(tangent, replace(REST, {w: v})), costs, use(PENALTY, w, v))
    value, gradient = ELSE * cost(w, POINT) + penalty(w), ELSE * slope(w, POINT) + pull(w)
    single = linear(
        _parabola(value, gradient),
        (others, substitute(_objective_below(), one)),
        (inside, substitute(_penalty_below(), one)),
    )
    everything = summed(PLACE, shared(single))
    pulled = penalty(w) + dot(pull(w), v - w) + gamma / 2 * FAR - penalty(v)
    below = linear(_parabola(REST, REST_SLOPE), everything, (pulled, shares_sum()))
    lemma = at_function(non_expansive(), REST, REST_SLOPE)
    (limit,) = training.steps_at_most(2 / gamma)
    lemma = substitute(lemma, {step_symbol: step_size(after)})
    small = use(assume(limit), after)
    return cut(lemma, for_all(convex, w, v), for_all(below, w, v), step_positive(), small)


def _times(factor: Term, sign: Theorem, fact: Theorem) -> Theorem:
    """factor a <= factor b, from 0 <= factor and a <= b."""
    low, high = fact.conclusion.args
    return linear(le(factor * low, factor * high), (sign, fact))


x = var("x", w.sort)
OLD = at(S, k)


def _own_part(weights: Term, sample: Term, point: Term) -> Theorem:
    """<batch slope - rest, x> = share <slope at the point, x>, for the sample with it at k."""
    own = eq(PLACE, k)
    product = lambda there: dot(slope(weights, there), x)  # noqa: E731
    gain = product(point)

    def single(known: Theorem) -> Theorem:
        goal = eq(
            SHARE * product(at(sample, PLACE)),
            ELSE * SHARE * product(POINT) + (1 - ELSE) * SHARE * gain,
        )
        value = checker.indicator(known, own)
        mark = (SHARE * (product(POINT) - gain), value)
        if known.conclusion.head != "=":
            kept = family("at-put-other", S, k, point, PLACE, known)
            moved = checker.same(product(POINT), product(POINT))
            if sample != S:
                moved = at_same(kept, product)
            return linear(goal, (SHARE, moved), mark)
        moved = at_same(known, lambda place: product(at(sample, place)))
        read = at_same(family("at-put", S, k, point), product)
        return linear(goal, (SHARE, moved), (SHARE, read), mark)

    sums = checker.congruence(total(PLACE, num(0)), PLACE, by_cases(own, single))
    whole = batch_slope(weights, sample, r, after) - skipped_slope(weights, S, r, k, after)
    return linear(eq(dot(whole, x), OWN * gain), sums, (gain, picked(PLACE, SHARE, k)))


@lemma(
    given=(
        POSITIVE,
        PENALTY.conclusion,
        training.projection(),
        COSTS.conclusion,
        training.run_moves(),
        every(t, le(step_size(t), 2 / gamma)),
        every(t, implies(le(1, t), lt(0, step_size(t)))),
        every(r, t, k, le(0, training.visit(r, t, k))),
        every(r, t, eq(total(k, training.visit(r, t, k)), 1)),
        every(
            w,
            v,
            z,
            le(square(slope(w, z) + pull(w) - (slope(v, z) + pull(v))), gamma**2 * square(w - v)),
        ),
    ),
    shows=le(
        norm(run(S, r, after) - run(NEW, r, after)),
        norm(run(S, r, t) - run(NEW, r, t))
        + step_size(after)
        * OWN
        * (norm(slope(run(S, r, t), OLD)) + norm(slope(run(NEW, r, t), y))),
    ),
)
def own_step() -> Theorem:
    """|w' - v'| <= |w - v| + alpha share (|slope(w, z_k)| + |slope(v, y)|) for a replacement.

    w and v are the weights before the step of the runs on S and on the sample with y at k.
    """
    other, size = replacement(), step_size(after)
    here, there = run(S, r, t), other.at(t)
    first, second = (
        weights - size * (batch_slope(weights, sample, r, after) + pull(weights))
        for weights, sample in ((here, S), (there, NEW))
    )
    apart = first - second - (_rest(here) - _rest(there))
    slopes = slope(here, OLD), slope(there, y)
    most = size * OWN * (norm(slopes[0]) + norm(slopes[1]))
    positive = step_positive()
    ways = [
        (positive, own_share(), cauchy_schwarz(-1 * slopes[0], x)),
        (positive, own_share(), cauchy_schwarz(slopes[1], x)),
    ]
    parts = _own_part(here, S, OLD), _own_part(there, NEW, y)
    products = linear(le(dot(apart, x), most * norm(x)), *((size, part) for part in parts), *ways)
    sign = linear(le(0, most), *((positive, own_share(), norm_nonnegative(s)) for s in slopes))
    away = norm_by_products(products, x, sign)
    kept = substitute(rest_non_expansive(), {w: here, v: there})
    closer = projected_apart(other, first, second)
    ahead = triangle(_rest(here) - _rest(there), apart)
    goal = le(other.distance(after), other.distance(t) + most)
    return linear(goal, closer, ahead, away, kept)
