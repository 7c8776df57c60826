"""Powers are convex: tangents, two values, and the mean over the indices.

As x^p >= w^p + p w^(p - 1) (x - w), from a tangent of exp, for every x.
"""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel.checker import (
    Theorem,
    assume,
    elementary,
    exp_log,
    interpret,
    substitute,
)
from stability_proofs.kernel.notation import E, average, exp, log
from stability_proofs.kernel.terms import Term, app, eq, le, lt, var
from stability_proofs.lemmas.analysis.exponential import exp_minus, exp_positive
from stability_proofs.lemmas.analysis.positive_powers import (
    P,
    of_none,
    of_positive,
    p,
    positive_power,
    sign,
    t,
    u,
    w,
    x,
    y,
)
from stability_proofs.semantics.samples import INDEX
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    by_cases,
    cut,
    linear,
    mean,
    one_over,
    restated,
    sample_size_positive,
    summed,
)

first, second = var("first"), var("second")

POINT = var("fresh", "example")
"""Bound in means over one example, as in `pairs.over`."""
a, b, c = var("a"), var("b"), var("c")


@cache
def _divided() -> Theorem:
    """a <= b, from c a <= c b and 0 < c."""
    known, positive = assume(le(c * a, c * b)), assume(lt(0, c))
    return linear(le(a, b), (known, one_over(positive)), nonzero=[positive])


@lemma(at=(le(c * a, c * b), lt(0, c), le(a, b)), shows=le(a, b))
def divided(known: Theorem, positive: Theorem, goal: Term) -> Theorem:
    """a <= b, from c a <= c b and 0 < c."""
    first, second = goal.args
    factor = positive.conclusion.args[1]
    lemma = substitute(_divided(), {a: first, b: second, c: factor})
    return cut(lemma, restated(known, le(factor * first, factor * second)), positive)


@cache
def _tangent() -> Theorem:
    """P(w) (w + p (u - w)) <= w P(u) for every u, from 0 < w and 1 <= p.

    With d = log u - log w: exp(p d) >= exp(d) (1 + (p - 1) d), and exp(-d) >= 1 - d.
    """
    positive, order = assume(lt(0, w)), assume(le(1, p))
    goal = le(P(w) * (w + p * (u - w)), w * P(u))

    def at_sign(known: Theorem) -> Theorem:
        here = positive_power(positive)
        if known.conclusion != lt(0, u):
            none = (here, linear(le(0, p), order), known)
            return linear(goal, none, (here, order, positive), (w, of_none(known)))
        d = log(u) - log(w)
        ratio = linear(
            eq(u, w * exp(d)),
            restated(elementary("exp-sum", log(w), d), eq(exp(log(u)), exp(log(w)) * exp(d))),
            exp_log(known),
            (exp(d), exp_log(positive)),
        )
        powers = restated(
            elementary("exp-sum", p * log(w), p * d),
            eq(exp(p * log(u)), exp(p * log(w)) * exp(p * d)),
        )
        parts = restated(
            elementary("exp-sum", d, (p - 1) * d), eq(exp(p * d), exp(d) * exp((p - 1) * d))
        )
        steep = linear(
            le(exp(d) * (1 + (p - 1) * d), exp(p * d)),
            parts,
            (elementary("exp-tangent", (p - 1) * d), exp_positive(d)),
        )
        flat = linear(
            le(exp(d) * (1 - d), 1), (elementary("exp-tangent", -d), exp_positive(d)), exp_minus(d)
        )
        less = linear(le(1 + p * (exp(d) - 1), exp(p * d)), steep, (flat, order))
        return linear(
            goal,
            (less, positive, here),
            (p * P(w), ratio),
            (w, of_positive(known)),
            (w, powers),
            (w * exp(p * d), of_positive(positive)),
        )

    return by_cases(lt(0, u), at_sign)


@lemma(at=(lt(0, a), le(1, p), x), shows=le(P(a) * (a + p * (x - a)), a * P(x)))
def tangent(positive: Theorem, order: Theorem, at: Term) -> Theorem:
    """P(w) (w + p (u - w)) <= w P(u), from 0 < w and 1 <= p."""
    lemma = substitute(_tangent(), {w: positive.conclusion.args[1], u: at})
    return cut(lemma, positive, order)


@cache
def _convex() -> Theorem:
    """P(t x + (1 - t) y) <= t P(x) + (1 - t) P(y), for 0 <= t <= 1 and 1 <= p."""
    low, high, order = assume(le(0, t)), assume(le(t, 1)), assume(le(1, p))
    between_them = t * x + (1 - t) * y
    goal = le(P(between_them), t * P(x) + (1 - t) * P(y))

    def at_sign(known: Theorem) -> Theorem:
        if known.conclusion != lt(0, between_them):
            return linear(goal, of_none(known), (low, sign(x)), (high, sign(y)))
        first, second = tangent(known, order, x), tangent(known, order, y)
        over = one_over(known)
        return linear(goal, (first, low, over), (second, high, over), nonzero=[known])

    return by_cases(lt(0, between_them), at_sign)


@lemma(
    at=(le(0, c), le(c, 1), le(1, p), first, second),
    shows=le(P(c * first + (1 - c) * second), c * P(first) + (1 - c) * P(second)),
)
def convex(low: Theorem, high: Theorem, order: Theorem, first: Term, second: Term) -> Theorem:
    """P(t x + (1 - t) y) <= t P(x) + (1 - t) P(y), from 0 <= t, t <= 1 and 1 <= p."""
    lemma = substitute(_convex(), {t: low.conclusion.args[1], x: first, y: second})
    return cut(lemma, low, high, order)


@cache
def _average_of_powers() -> Theorem:
    """P(mean of f_i) <= the mean of P(f_i), from 1 <= p: by the tangent at the mean."""
    order, body, size = assume(le(1, p)), app("f", INDEX), sample_size_positive()
    whole, share = average(INDEX, body), one_over(size)
    goal = le(P(whole), average(INDEX, P(body)))

    def at_sign(known: Theorem) -> Theorem:
        if known.conclusion != lt(0, whole):
            return linear(goal, of_none(known), (summed(INDEX, sign(body)), share))
        tangents = summed(INDEX, tangent(known, order, body))
        scaled = linear(
            le(whole * P(whole), whole * average(INDEX, P(body))), (tangents, share), nonzero=[size]
        )
        return divided(scaled, known, goal)

    return by_cases(lt(0, whole), at_sign)


@cache
def _mean_of_powers() -> Theorem:
    """P(E f(z)) <= E P(f(z)), from 1 <= p: by the tangent at the mean."""
    order, body = assume(le(1, p)), app("f", POINT)
    whole = E(POINT, body)
    goal = le(P(whole), E(POINT, P(body)))

    def at_sign(known: Theorem) -> Theorem:
        if known.conclusion != lt(0, whole):
            return linear(goal, of_none(known), mean(POINT, sign(body)))
        tangents = mean(POINT, tangent(known, order, body))
        scaled = linear(le(whole * P(whole), whole * E(POINT, P(body))), tangents)
        return divided(scaled, known, goal)

    return by_cases(lt(0, whole), at_sign)


@lemma(
    at=(app("body", POINT), le(1, p)),
    shows=le(P(E(POINT, app("body", POINT))), E(POINT, P(app("body", POINT)))),
)
def mean_of_powers(body: Term, order: Theorem) -> Theorem:
    """P(E f(z)) <= E P(f(z)), for a term in `POINT`, from 1 <= p."""
    return cut(interpret(_mean_of_powers(), "f", (POINT,), body), order)


@lemma(
    at=(app("body", INDEX), le(1, p)),
    shows=le(P(average(INDEX, app("body", INDEX))), average(INDEX, P(app("body", INDEX)))),
)
def average_of_powers(body: Term, order: Theorem) -> Theorem:
    """P(mean of f_i) <= the mean of P(f_i), for a term in the index of risk, from 1 <= p."""
    return cut(interpret(_average_of_powers(), "f", (INDEX,), body), order)
