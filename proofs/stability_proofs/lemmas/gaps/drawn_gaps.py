"""The exponential moment of the gap of a hypothesis that is drawn from a law of the sample."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.axioms import EXPONENTIAL_DIFFERENCES
from stability_proofs.kernel.checker import Theorem, assume, elementary, exp_log
from stability_proofs.kernel.notation import E, exp, indicator, log, size, total
from stability_proofs.kernel.terms import Term, at, eq, le, lt, num, put, replace, var
from stability_proofs.lemmas.analysis.exponential import exp_positive
from stability_proofs.lemmas.probability.marginals import at_index
from stability_proofs.lemmas.probability.replaced_sums import sum_with_another
from stability_proofs.semantics.gibbs import base, h
from stability_proofs.semantics.one_draw import densities, gap, law, moves, standing
from stability_proofs.semantics.samples import INDEX, S, i, y
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    added,
    at_same,
    averaged,
    by_cases,
    for_all,
    linear,
    mean,
    one_over,
    restated,
    sample_size_positive,
    sides,
    use,
)

M, change, rate = var("M"), var("change"), var("rate")
level, quantity = var("level"), var("quantity")
m = size()
DENSITIES, GAP = densities(), gap(S, h)
POINTWISE = log(law(S, h))
MOVED = rate * M / m + change
MOMENT = E(S, E(h, law(S, h) * exp(rate * GAP)))
MOST = exp(m * MOVED * MOVED / 8)
MEAN = E(h, law(S, h) * GAP)
GIVEN = (*DENSITIES, moves(POINTWISE, change), *standing(M), lt(0, rate))


@lemma(given=(moves(POINTWISE, change), *standing(M), lt(0, rate)), shows=le(
    rate * GAP + POINTWISE - replace(rate * GAP + POINTWISE, {S: put(S, i, y)}), MOVED
))  # fmt: skip
def moved() -> Theorem:
    """Another example moves rate gap(h) + log q(h) by at most rate M/m + change."""
    up, _ = sides(use(assume(moves(POINTWISE, change)), S, i, y, h))
    low, high = map(assume, standing(M))
    sums = sum_with_another(lambda point: base(h, point), S, i, y)
    scale = assume(lt(0, rate)), one_over(sample_size_positive())
    here = rate * GAP + POINTWISE
    goal = le(here - replace(here, {S: put(S, i, y)}), MOVED)
    new, old = use(high, h, y), use(low, h, at(S, i))
    return linear(goal, up, (rate / m, sums), (*scale, new), (*scale, old))


@lemma(shows=eq(E(S, GAP), 0))
def mean_is_zero() -> Theorem:
    """The gap of a hypothesis that is fixed beforehand has mean 0."""
    losses = E(S, total(INDEX, base(h, at(S, INDEX))))
    each = added(INDEX, at_index(lambda point: base(h, point), INDEX))
    size_positive = sample_size_positive()
    apart = checker.exchange(losses)
    return linear(eq(E(S, GAP), 0), (1 / m, apart), (1 / m, each), nonzero=[size_positive])


@cache
def _of_one_hypothesis() -> Theorem:
    """E_S q(h) exp(rate gap(h)) <= MOST E_S q(h), for each h.

    e^a (1 + log q - a) <= q for a = E_S log q, so that e^a <= E_S q; and q exp(rate gap) is e^a
    times the exponential of a function that is centred and has bounded differences.
    """
    here = rate * GAP + POINTWISE
    a = E(S, POINTWISE)
    axiom = checker.substitute(EXPONENTIAL_DIFFERENCES.theorem(), {var("c"): MOVED})
    axiom = checker.interpret(axiom, "F", (S,), here)
    concentrated = use(axiom, for_all(moved(), S, i, y))
    centre = linear(eq(E(S, here), a), (rate, mean_is_zero()))
    back = exp_log(use(assume(DENSITIES[0]), S, h))
    apart = at_same(centre, lambda x: exp(here - x))
    whole = restated(elementary("exp-sum", a, here - a), eq(exp(here), exp(a) * exp(here - a)))
    parts = elementary("exp-sum", rate * GAP, POINTWISE)
    product = linear(
        eq(law(S, h) * exp(rate * GAP), exp(a) * exp(here - E(S, here))),
        (-1 * exp(rate * GAP), back),
        (num(-1), parts),
        whole,
        (-1 * exp(a), apart),
    )
    scaled = averaged(S, equation=product)
    factor = exp_positive(a)
    left = E(S, law(S, h) * exp(rate * GAP))
    most = linear(le(left, exp(a) * MOST), scaled, (factor, concentrated))
    tangent = elementary("exp-tangent", POINTWISE - a)
    split = restated(
        elementary("exp-sum", a, POINTWISE - a),
        eq(exp(POINTWISE), exp(a) * exp(POINTWISE - a)),
    )
    pointwise = linear(le(exp(a) * (1 + POINTWISE - a), law(S, h)), (factor, tangent), split, back)
    jensen = mean(S, pointwise)
    few = linear(le(exp(a), E(S, law(S, h))), jensen)
    return linear(
        le(left, MOST * E(S, law(S, h))), most, (few, exp_positive(m * MOVED * MOVED / 8))
    )


@lemma(given=GIVEN, shows=le(MOMENT, MOST))
def exponential_moment() -> Theorem:
    """E_S E_(h ~ Q_S) exp(rate gap(h)) <= exp(m (rate M/m + change)^2/8)."""
    each = mean(h, _of_one_hypothesis())
    sides_changed = checker.exchange(MOMENT)
    weights = checker.exchange(E(h, E(S, law(S, h))))
    one = averaged(S, equation=use(assume(DENSITIES[1]), S))
    return linear(le(MOMENT, MOST), each, sides_changed, (MOST, weights), (MOST, one))


@lemma(
    at=(quantity, level, lt(0, rate)),
    shows=le(indicator(lt(level, quantity)), exp(rate * quantity) * exp(-(rate * level))),
)
def rare(quantity: Term, level: Term, positive: Theorem) -> Theorem:
    """1{level < x} <= exp(rate x) exp(-rate level), for 0 < rate."""
    rate = positive.conclusion.args[1]
    event = lt(level, quantity)
    ratio = exp(rate * quantity) * exp(-(rate * level))
    split = elementary("exp-sum", rate * quantity, -(rate * level))
    goal = le(indicator(event), ratio)

    def decide(known: Theorem) -> Theorem:
        value = checker.indicator(known, event)
        if known.conclusion.head == "<" and value.conclusion.args[1] == num(1):
            tangent = elementary("exp-tangent", rate * quantity - rate * level)
            return linear(goal, value, tangent, split, (positive, known))
        return linear(goal, value, exp_positive(rate * quantity - rate * level), split)

    return by_cases(event, decide)


@lemma(
    given=GIVEN,
    shows=le(
        E(S, E(h, law(S, h) * indicator(lt(level, GAP)))), MOST * exp(-(rate * level))
    ),
)  # fmt: skip
def one_draw_above() -> Theorem:
    """P(gap of one draw > level) <= MOST exp(-rate level), by Markov's inequality."""
    weight = use(assume(DENSITIES[0]), S, h)
    event = indicator(lt(level, GAP))
    bound = exp(rate * GAP) * exp(-(rate * level))
    often = rare(GAP, level, assume(lt(0, rate)))
    pointwise = linear(le(law(S, h) * event, law(S, h) * bound), (weight, often))
    share = exp_positive(-(rate * level))
    return linear(
        le(E(S, E(h, law(S, h) * event)), MOST * exp(-(rate * level))),
        mean(S, mean(h, pointwise)),
        (exponential_moment(), share),
    )


@lemma(
    given=GIVEN,
    shows=le(E(S, indicator(lt(level, MEAN))), MOST * exp(-(rate * level))),
)
def mean_above() -> Theorem:
    """P(mean gap over the draw > level) <= MOST exp(-rate level): exp of a mean is at most the
    mean of exp."""
    weight = use(assume(DENSITIES[0]), S, h)
    factor = exp_positive(rate * MEAN)
    tangent = elementary("exp-tangent", rate * GAP - rate * MEAN)
    split = restated(
        elementary("exp-sum", rate * MEAN, rate * GAP - rate * MEAN),
        eq(exp(rate * GAP), exp(rate * MEAN) * exp(rate * GAP - rate * MEAN)),
    )
    pointwise = linear(
        le(
            law(S, h) * exp(rate * MEAN) * (1 + rate * GAP - rate * MEAN),
            law(S, h) * exp(rate * GAP),
        ),
        (weight, factor, tangent),
        (law(S, h), split),
    )
    one = use(assume(DENSITIES[1]), S)
    inner = E(h, law(S, h) * exp(rate * GAP))
    weights = exp(rate * MEAN) * (1 - rate * MEAN)
    jensen = linear(le(exp(rate * MEAN), inner), mean(h, pointwise), (weights, one))
    often = rare(MEAN, level, assume(lt(0, rate)))
    share = exp_positive(-(rate * level))
    below = linear(
        le(indicator(lt(level, MEAN)), inner * exp(-(rate * level))), often, (jensen, share)
    )
    return linear(
        le(E(S, indicator(lt(level, MEAN))), MOST * exp(-(rate * level))),
        mean(S, below),
        (exponential_moment(), share),
    )
