"""Limits: what holds up to an error of c/(n + 1) for every natural number n holds without it."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel.checker import (
    Theorem,
    assume,
    contradiction,
    elementary,
    next_integer,
    specialise,
    substitute,
)
from stability_proofs.kernel.notation import every
from stability_proofs.kernel.terms import NATURAL, Term, app, le, lt, num, term, var
from stability_proofs.tactics.lemma import for_any, lemma
from stability_proofs.tactics.vocabulary import (
    by_cases,
    cut,
    discharge,
    for_all,
    linear,
    one_over,
    use,
)

bound, error = var("bound"), var("error")

a, b, c = var("a"), var("b"), var("c")
n = var("n", NATURAL)


def floor(x: Term) -> Term:
    """The largest integer that is at most x."""
    return app("floor", x)


@lemma(at=(le(0, a),), shows=le(0, floor(a)))
def floor_nonnegative(nonnegative: Theorem) -> Theorem:
    """0 <= floor x, from 0 <= x."""
    x = nonnegative.conclusion.args[1]
    above = linear(lt(0, floor(x) + 1), nonnegative, elementary("floor-above", x))
    return linear(le(0, floor(x)), next_integer(above))


@cache
def _limit() -> Theorem:
    """a <= b, or some n would be above c/(a - b)."""
    approximately = assume(every(n, le(a, b + c / (n + 1))))
    goal = le(a, b)
    at_zero = linear(le(a, b + c), use(approximately, num(0)))

    def if_positive(above_zero: Theorem) -> Theorem:
        larger = assume(lt(b, a))
        gap = linear(lt(0, a - b), larger)
        ratio = c / (a - b)
        positive = linear(lt(0, ratio), (above_zero, one_over(gap)))
        whole = floor_nonnegative(linear(le(0, ratio), positive))
        near = specialise(approximately, floor(ratio), whole)
        count = linear(lt(0, floor(ratio) + 1), whole)
        low = linear(
            le((a - b) * (floor(ratio) + 1), c),
            (linear(le(0, b + c / (floor(ratio) + 1) - a), near), count),
            nonzero=[count],
        )
        high = linear(
            lt(c, (a - b) * (floor(ratio) + 1)),
            (elementary("floor-above", ratio), gap),
            nonzero=[gap],
        )
        return contradiction(low, high, goal)

    def decide(sign: Theorem) -> Theorem:
        if sign.conclusion.head == "<=":
            return linear(goal, at_zero, sign)
        return by_cases(
            goal, lambda known: known if known.conclusion == goal else if_positive(sign)
        )

    return by_cases(le(c, 0), decide)


@lemma(at=(every(n, le(a, bound + error / (n + 1))), bound, error), shows=le(a, bound))
def limit(approximately: Theorem, bound: Term, error: Term) -> Theorem:
    """a <= bound, from a <= bound + error/(n + 1) for all natural n."""
    low = specialise(approximately, num(0)).conclusion.args[0]
    lemma = substitute(_limit(), {a: low, b: term(bound), c: term(error)})
    return cut(lemma, approximately)


@lemma(at=(for_any(le(app("f", n), b), n), n, le(0, a)), shows=le(app("f", floor(a)), b))
def at_whole_part(theorem: Theorem, count: Term, nonnegative: Theorem) -> Theorem:
    """The theorem for count = floor x, from 0 <= x; it may rest on count <= x < count + 1."""
    x = nonnegative.conclusion.args[1]
    between = le(count, x), lt(x, count + 1)
    lemma = for_all(discharge(theorem, *between), count)
    chosen = specialise(lemma, floor(x), floor_nonnegative(nonnegative))
    return use(chosen, elementary("floor-below", x), elementary("floor-above", x))
