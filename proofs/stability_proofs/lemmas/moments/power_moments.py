"""Moments of order p: E P(|X|) <= P(a) says that the L_p norm of X is at most a.

Minkowski's inequality, from the convexity of P.
"""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, interpret, substitute
from stability_proofs.kernel.notation import E, absolute
from stability_proofs.kernel.terms import Term, app, eq, le, lt, var
from stability_proofs.lemmas.analysis.convex_powers import a, b, convex, divided
from stability_proofs.lemmas.analysis.positive_powers import (
    P,
    increasing,
    limit,
    p,
    positive_power,
    product,
    t,
)
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    absolute_below,
    at_same,
    below_absolute,
    discharge,
    equal,
    for_all,
    linear,
    mean,
    one_over,
    use,
)

B, first, second, supremum_norm = var("B"), var("first"), var("second"), var("supremum_norm")
z = var("z", "example")


def moment(x: Term, body: Term, bound: Term) -> Term:
    """That E |body|^p over x is at most bound^p."""
    return le(E(x, P(absolute(body))), P(bound))


@lemma(at=(first, second), shows=le(absolute(first + second), absolute(first) + absolute(second)))
def absolute_sum(first: Term, second: Term) -> Theorem:
    """|x + y| <= |x| + |y|."""
    bound = absolute(first) + absolute(second)
    up = linear(le(first + second, bound), below_absolute(first), below_absolute(second))
    down = linear(le(-(first + second), bound), *(below_absolute(f, -1) for f in (first, second)))
    return absolute_below(up, down)


def _over(bound: Theorem, value: Term) -> Theorem:
    """P(a) P(|x|/a) = P(|x|), from 0 < a."""
    level = bound.conclusion.args[1]
    whole = equal(level * (value / level), value, nonzero=[bound])
    split = product(linear(le(0, level), bound), value / level)
    return linear(eq(P(level) * P(value / level), P(value)), split, at_same(whole, P))


@cache
def _minkowski_of_positive(x: Term) -> Theorem:
    """E |X + Y|^p <= (a + b)^p, for positive a and b: |X + Y|/(a + b) is at most a mean."""
    X, Y = app("X", x), app("Y", x)
    premises = moment(x, X, a), moment(x, Y, b), lt(0, a), lt(0, b), le(1, p)
    first, second, of_a, of_b, order = map(assume, premises)
    both = linear(lt(0, a + b), of_a, of_b)
    share = a / (a + b)
    low = linear(le(0, share), (of_a, one_over(both)))
    high = linear(le(share, 1), (of_b, one_over(both)), nonzero=[both])
    left, right, whole = absolute(X) / a, absolute(Y) / b, absolute(X + Y)
    near = linear(
        le(whole / (a + b), share * left + (1 - share) * right),
        (absolute_sum(X, Y), one_over(both)),
        nonzero=[both, of_a, of_b],
    )
    powers = increasing(near, linear(le(0, p), order))
    mixed = convex(low, high, order, left, right)
    signs = [positive_power(known) for known in (of_a, of_b, both)]
    parts = _over(of_a, absolute(X)), _over(of_b, absolute(Y)), _over(both, whole)
    weights = P(a), P(b), P(a + b)
    goal = le(
        weights[0] * weights[1] * P(whole),
        weights[2]
        * (share * weights[1] * P(absolute(X)) + (1 - share) * weights[0] * P(absolute(Y))),
    )
    pointwise = linear(
        goal,
        (linear(le(P(whole / (a + b)), mixed.conclusion.args[1]), powers, mixed), *signs),
        (-weights[0] * weights[1], parts[2]),
        (share * weights[1] * weights[2], parts[0]),
        ((1 - share) * weights[0] * weights[2], parts[1]),
    )
    averaged = mean(x, pointwise)
    known = linear(
        le(weights[0] * weights[1] * E(x, P(whole)), weights[0] * weights[1] * weights[2]),
        averaged,
        (first, low, signs[1], signs[2]),
        (second, high, signs[0], signs[2]),
    )
    factor = linear(lt(0, weights[0] * weights[1]), (signs[0], signs[1]))
    return discharge(divided(known, factor, moment(x, X + Y, a + b)), *premises)


@cache
def _minkowski(x: Term) -> Theorem:
    """The same for a and b that are not negative: each may be larger by t/2, for every t > 0."""
    X, Y = app("X", x), app("Y", x)
    premises = moment(x, X, a), moment(x, Y, b), le(0, a), le(0, b), le(1, p)
    first, second, a_sign, b_sign, order = map(assume, premises)
    more, order_sign = assume(lt(0, t)), linear(le(0, p), order)

    def larger(known: Theorem, value: Term, least: Theorem) -> tuple[Theorem, Theorem]:
        top = value + t / 2
        above = increasing(linear(le(value, top), more), order_sign)
        left, _ = known.conclusion.args
        return linear(le(left, P(top)), known, above), linear(lt(0, top), least, more)

    (of_X, a_more), (of_Y, b_more) = larger(first, a, a_sign), larger(second, b, b_sign)
    lemma = substitute(_minkowski_of_positive(x), {a: a + t / 2, b: b + t / 2})
    near = use(lemma, of_X, of_Y, a_more, b_more, order)
    whole = E(x, P(absolute(X + Y)))
    top = at_same(checker.same(a + t / 2 + (b + t / 2), a + b + t), P)
    reached = linear(le(whole, P(a + b + t)), near, top)
    for_each = for_all(discharge(reached, lt(0, t)), t)
    final = limit(for_each, a + b, linear(lt(0, p), order))
    return discharge(final, *premises)


@lemma(given=(le(2, p),), shows=le(1, p))
def order_at_least_one() -> Theorem:
    """1 <= p, from 2 <= p."""
    return linear(le(1, p), assume(le(2, p)))


@lemma(
    at=(
        z,
        (le(E(z, P(absolute(B))), E(z, P(B))), le(0, B), B),
        (le(E(z, P(absolute(app("a", z)))), P(supremum_norm)), le(0, supremum_norm), app("a", z)),
    ),
    given=(le(2, p),),
    shows=le(E(z, P(absolute(B + app("a", z)))), P(B + supremum_norm)),
)
def minkowski(
    variable: Term, first: tuple[Theorem, Theorem, Term], second: tuple[Theorem, Theorem, Term]
) -> Theorem:
    """E |X + Y|^p <= (a + b)^p, from (E |X|^p <= a^p, 0 <= a, X) and the same for Y."""
    (of_X, a_sign, X), (of_Y, b_sign, Y) = first, second
    values = {a: a_sign.conclusion.args[1], b: b_sign.conclusion.args[1]}
    lemma = substitute(_minkowski(variable), values)
    lemma = interpret(interpret(lemma, "X", (variable,), X), "Y", (variable,), Y)
    return use(lemma, of_X, of_Y, a_sign, b_sign, order_at_least_one())
