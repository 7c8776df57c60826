"""Second moments of functions of the sample: Cauchy-Schwarz, Minkowski and Markov."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import (
    Theorem,
    antisymmetric,
    assume,
    cases,
    contradiction,
    interpret,
    max_is_above,
    max_is_least,
    root_squared,
    substitute,
)
from stability_proofs.kernel.notation import E, absolute, indicator, sqrt
from stability_proofs.kernel.terms import Term, app, eq, le, lt, var
from stability_proofs.lemmas.analysis.roots import root_positive
from stability_proofs.semantics.samples import S
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    Square,
    by_cases,
    discharge,
    linear,
    mean,
    one_over,
    use,
)

B1, y = var("B1"), var("y")

X, Y = app("X", S), app("Y", S)
a, b, r, delta = var("a"), var("b"), var("r"), var("delta")
PREMISES = le(E(S, X * X), a * a), le(E(S, Y * Y), b * b), le(0, a), le(0, b)


def _zero_if_none(x: Term, y: Term, most: Term, nothing: Theorem, some: Theorem) -> Theorem:
    """E X Y <= 0 if E X^2 <= 0: else the mean of ((b^2 + 1) X - E X Y Y)^2 were negative."""
    e = E(S, x * y)
    goal, larger = le(e, 0), assume(lt(0, e))
    factor = most * most + 1
    mixed = mean(S, linear(le(0, (factor * x - e * y) ** 2), Square(factor * x - e * y)))
    sign = linear(le(0, factor), Square(most))
    squared = linear(le(0, e * e), Square(e))
    least = linear(le(e * e * (most * most + 2), 0), mixed, (sign, sign, nothing), (squared, some))
    weight = linear(lt(0, most * most + 2), Square(most))
    positive = linear(lt(0, e * e * (most * most + 2)), (larger, larger, weight))
    return cases(goal, assume(goal), contradiction(least, positive, goal))


@cache
def _cauchy_schwarz() -> Theorem:
    """E X Y <= a b, from E X^2 <= a^2 and E Y^2 <= b^2, 0 <= a and 0 <= b."""
    first, second, a_sign, b_sign = map(assume, PREMISES)
    goal = le(E(S, X * Y), a * b)

    def unless_a(known: Theorem) -> Theorem:
        if known.conclusion.head == "<=":
            nothing = linear(le(E(S, X * X), 0), first, (known, a_sign))
            return linear(goal, _zero_if_none(X, Y, b, nothing, second), (a_sign, b_sign))
        return by_cases(le(b, 0), lambda more: unless_b(known, more))

    def unless_b(a_positive: Theorem, known: Theorem) -> Theorem:
        if known.conclusion.head == "<=":
            nothing = linear(le(E(S, Y * Y), 0), second, (known, b_sign))
            return linear(goal, _zero_if_none(Y, X, a, nothing, first), (a_sign, b_sign))
        mixed = mean(S, linear(le(0, (b * X - a * Y) ** 2), Square(b * X - a * Y)))
        product = linear(lt(0, a * b), (a_positive, known))
        squares = (
            (linear(le(0, b * b), Square(b)), first),
            (linear(le(0, a * a), Square(a)), second),
        )
        doubled = linear(le(a * b * E(S, X * Y), a * a * b * b), mixed, *squares)
        return linear(goal, (doubled, one_over(product)), nonzero=[product])

    return discharge(by_cases(le(a, 0), unless_a), *PREMISES)


@lemma(
    at=(
        le(E(S, app("x", S) * app("x", S)), a * a),
        le(E(S, y * y), B1 * B1),
        app("x", S),
        y,
        PREMISES[2],
        le(0, B1),
    ),
    shows=le(E(S, app("x", S) * y), a * B1),
)
def cauchy_schwarz(first: Theorem, second: Theorem, x: Term, y: Term, *signs: Theorem) -> Theorem:
    """E x y <= a b, from E x^2 <= a^2, E y^2 <= b^2, 0 <= a and 0 <= b."""
    return _instance(_cauchy_schwarz(), first, second, x, y, *signs)


def _instance(
    found: Theorem, first: Theorem, second: Theorem, x: Term, y: Term, *signs: Theorem
) -> Theorem:
    values = dict(zip((a, b), (sign.conclusion.args[1] for sign in signs), strict=True))
    found = substitute(found, values)
    found = interpret(interpret(found, "X", (S,), x), "Y", (S,), y)
    return use(found, first, second, *signs)


@cache
def _minkowski() -> Theorem:
    """E (X + Y)^2 <= (a + b)^2, from the same."""
    first, second, *signs = map(assume, PREMISES)
    product = use(_cauchy_schwarz(), first, second, *signs)
    whole = linear(le(E(S, (X + Y) ** 2), (a + b) ** 2), first, second, product)
    return discharge(whole, *PREMISES)


@lemma(
    at=(
        le(E(S, app("x", S) * app("x", S)), a * a),
        le(E(S, y * y), B1 * B1),
        app("x", S),
        y,
        PREMISES[2],
        le(0, B1),
    ),
    shows=le(E(S, (app("x", S) + y) ** 2), (a + B1) ** 2),
)
def minkowski(first: Theorem, second: Theorem, x: Term, y: Term, *signs: Theorem) -> Theorem:
    """E (x + y)^2 <= (a + b)^2, from E x^2 <= a^2, E y^2 <= b^2, 0 <= a and 0 <= b."""
    return _instance(_minkowski(), first, second, x, y, *signs)


@lemma(shows=eq(absolute(a) * absolute(a), a * a))
def absolute_squared() -> Theorem:
    """|a|^2 = a^2."""
    value, goal = absolute(a), eq(absolute(a) * absolute(a), a * a)

    def signed(known: Theorem) -> Theorem:
        """|a| is a or -a, whichever is larger."""
        own = a if known.conclusion == le(0, a) else -a
        below = linear(le(-own, own), known)
        same = linear(le(own, own))
        most = [same, below] if own is a else [below, same]
        equal = antisymmetric(max_is_least(value, most), max_is_above(value, int(own is not a)))
        return linear(goal, (value + own, equal))

    return by_cases(le(0, a), signed)


@cache
def _markov() -> Theorem:
    """P(|X| > r/sqrt delta) <= delta, from E X^2 <= r^2, 0 < r and 0 < delta."""
    premises = le(E(S, X * X), r * r), lt(0, r), lt(0, delta)
    moment, positive, probable = map(assume, premises)
    root, level = root_positive(probable), r / sqrt(delta)
    event = lt(level, absolute(X))
    least = linear(lt(0, level), (positive, one_over(root)))
    goal = le(indicator(event) * level * level, X * X)
    squared = substitute(absolute_squared(), {a: X})

    def above(known: Theorem) -> Theorem:
        weight = (level * level, checker.indicator(known, event))
        if known.conclusion != event:
            return linear(goal, Square(X), weight)
        return linear(goal, (known, known), (known, least), squared, weight)

    averaged = mean(S, by_cases(event, above))
    square = root_squared(linear(le(0, delta), probable))
    scale = linear(lt(0, r * r), (positive, positive))
    chance = E(S, indicator(event))
    most = linear(le(chance * level * level, r * r), averaged, moment)
    final = linear(
        le(chance, delta),
        (most, one_over(scale), probable),
        (chance / sqrt(delta) / sqrt(delta), square),
        nonzero=[scale, root],
    )
    return discharge(final, *premises)


@lemma(
    at=(le(E(S, app("body", S) ** 2), b * b), app("body", S), lt(0, b), lt(0, delta)),
    shows=le(E(S, indicator(lt(b / sqrt(delta), absolute(app("body", S))))), delta),
)
def markov(moment: Theorem, body: Term, positive: Theorem, probable: Theorem) -> Theorem:
    """P(|body| > r/sqrt delta) <= delta, from E body^2 <= r^2, 0 < r and 0 < delta."""
    values = {r: positive.conclusion.args[1], delta: probable.conclusion.args[1]}
    lemma = interpret(substitute(_markov(), values), "X", (S,), body)
    return use(lemma, moment, positive, probable)
