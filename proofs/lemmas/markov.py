"""Markov's inequality for squares: from a second moment to a tail."""

from __future__ import annotations

from functools import cache

from proofs import checker
from proofs.checker import Theorem, assume, interpret, root_squared, substitute
from proofs.lemmas.roots import root_positive
from proofs.meaning.samples import S, m
from proofs.steps import (
    E,
    Square,
    by_cases,
    cut,
    indicator,
    linear,
    mean,
    one_over,
    sample_size_positive,
    sqrt,
)
from proofs.terms import Term, app, eq, le, lt, num, var

F = app("F", S)
V, b, delta = var("V"), var("b"), var("delta")
MOMENT, POSITIVE, ENOUGH = le(E(S, F * F), V), lt(0, b), eq(b * b * delta, V)


@cache
def _tail() -> Theorem:
    """E 1{b < F} <= delta, from E F^2 <= V, 0 < b and b^2 delta = V: 1{b < F} b^2 <= F^2."""
    event, positive = lt(b, F), assume(POSITIVE)
    one = indicator(event)

    def pointwise(known: Theorem) -> Theorem:
        value = checker.indicator(known, event)
        goal = le(one * b * b, F * F)
        if known.conclusion == event:
            return linear(goal, (known, known), (known, positive), (b * b, value))
        return linear(goal, Square(F), (b * b, value))

    squares = mean(S, by_cases(event, pointwise))
    weighed = linear(le(E(S, one) * b * b, delta * b * b), squares, assume(MOMENT), assume(ENOUGH))
    once = one_over(positive)
    return linear(le(E(S, one), delta), (weighed, once, once), nonzero=[positive])


def tail_from_moment(quantity: Term, moment: Theorem, inner: Theorem, failure: Theorem) -> Theorem:
    """P(quantity > sqrt(inner/(2 m delta))) <= delta, the root taken factor by factor.

    From E quantity^2 <= inner/(2 m), 0 < inner and 0 < delta.
    """
    size, two = sample_size_positive(), linear(lt(0, 2))
    known = (two, failure, size, inner)
    root_2, root_delta, root_m, root = map(root_positive, known)
    of_2, of_delta, of_m, of_inner = (
        root_squared(linear(le(0, t.conclusion.args[1]), t)) for t in known
    )
    d, whole = failure.conclusion.args[1], inner.conclusion.args[1]
    over_delta, over_m, top = 1 / sqrt(d), 1 / sqrt(m), sqrt(whole)
    bound = sqrt(num(2)) / 2 * over_delta * over_m * top
    positive = linear(lt(0, bound), (root_2, one_over(root_delta), one_over(root_m), root))
    shares = over_delta * over_delta * over_m * over_m
    enough = linear(
        eq(bound * bound * d, whole / 2 / m),
        (top * top * d / 4 * shares, of_2),
        (d / 2 * shares, of_inner),
        (whole / 2 * shares, of_delta),
        (whole / 2 * over_m * over_m / m, of_m),
        nonzero=[root_delta, root_m, failure, size],
    )
    lemma = interpret(_tail(), "F", (S,), quantity)
    lemma = substitute(lemma, {V: whole / 2 / m, b: bound, delta: d})
    return cut(lemma, moment, positive, enough)
