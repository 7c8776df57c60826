"""Tails of parts, put together: means of independent terms, centred parts, and unions of events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from stability_proofs.kernel import checker, families
from stability_proofs.kernel.checker import (
    Theorem,
    assume,
    contradiction,
    elementary,
    interpret,
    root_squared,
    substitute,
)
from stability_proofs.kernel.families import family
from stability_proofs.kernel.notation import E, average, every, indicator, log, sqrt, total
from stability_proofs.kernel.terms import (
    Term,
    app,
    at,
    eq,
    le,
    lt,
    num,
    opened,
    put,
    replace,
    var,
)
from stability_proofs.lemmas.analysis.exponential import exp_increasing, log_of_inverse
from stability_proofs.lemmas.analysis.indicators import between
from stability_proofs.lemmas.analysis.roots import root_positive
from stability_proofs.lemmas.probability.concentration import (
    log_is_positive,
    mcdiarmid_at_confidence,
    tail,
)
from stability_proofs.lemmas.probability.marginals import at_index
from stability_proofs.semantics.samples import S, i, j, m, y, z
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    Square,
    at_same,
    by_cases,
    chain,
    discharge,
    for_all,
    linear,
    mean,
    one_over,
    sample_size_positive,
    summed,
    use,
)

V, a, d, e, v = var("V"), var("a"), var("d"), var("e"), var("v")
X = app("X", S)
q = app("q", i, z)
RANGE = every(i, y, z, le(replace(q, {z: y}) - q, V))


def chance(event: Term) -> Term:
    """The probability of an event, a formula in S."""
    return E(S, indicator(event))


def _of(index: Term, point: Term) -> Term:
    return app("q", index, point)


@cache
def _hoeffding() -> Theorem:
    """P(mean of q_i(z_i) > a + V tail(d)) <= d, if E q_i <= a for each i."""
    premises = RANGE, lt(0, V), every(i, le(E(z, q), a)), lt(0, d), lt(d, 1)
    spread, positive, below, sure, below_one = map(assume, premises)
    body, new, here = average(i, _of(i, at(S, i))), put(S, j, z), eq(i, j)
    size = sample_size_positive()

    def at_place(known: Theorem) -> Theorem:
        goal = le(_of(i, at(S, i)) - _of(i, at(new, i)), indicator(here) * V)
        value = (V, checker.indicator(known, here))
        if known.conclusion == here:
            return linear(goal, use(spread, i, at(S, i), at(new, i)), value)
        kept = family("at-put-other", S, j, z, i, known)
        return linear(goal, at_same(kept, lambda point: _of(i, point)), value)

    places = summed(i, by_cases(here, at_place))
    one = families.picked(i, num(1), j)
    goal = le(body - replace(body, {S: new}), V / m)
    moved = for_all(linear(goal, (places, one_over(size)), (V / m, one)), S, j, z)
    step = linear(lt(0, V / m), (positive, one_over(size)))
    found = substitute(mcdiarmid_at_confidence(), {var("c"): V / m, var("delta"): d})
    tail_of = use(interpret(found, "F", (S,), body), moved, step, sure, below_one)
    law = at_index(lambda point: _of(i, point), i)
    each = linear(le(E(S, _of(i, at(S, i))), a), law, use(below, i))
    order = checker.exchange(E(S, total(i, _of(i, at(S, i)))))
    most = linear(
        le(E(S, body), a), (summed(i, each), one_over(size)), (1 / m, order), nonzero=[size]
    )
    level = a + V * tail(d)
    reached = E(S, body) + m * (V / m) * tail(d)
    smaller = linear(le(reached, level), most, nonzero=[size])
    whole = rarer(lt(level, body), lt(reached, body), lambda known: chain(smaller, known))
    return discharge(linear(le(chance(lt(level, body)), d), whole, tail_of), *premises)


def rarer(event: Term, other: Term, implied: Callable[[Theorem], Theorem]) -> Theorem:
    """P(event) <= P(other), if the one implies the other."""

    def split(known: Theorem) -> Theorem:
        goal = le(indicator(event), indicator(other))
        value = checker.indicator(known, event)
        if known.conclusion != event:
            return linear(goal, value, between(other)[0])
        return linear(goal, value, checker.indicator(implied(known), other))

    return mean(S, by_cases(event, split))


BODY = app("body", S)


@lemma(
    at=(
        app("body", i, z),
        every(i, y, z, le(app("body", i, y) - app("body", i, z), V)),
        lt(0, V),
        every(i, le(E(z, app("body", i, z)), a)),
        lt(0, d),
        lt(d, 1),
    ),
    shows=le(chance(lt(a + V * tail(d), average(i, app("body", i, at(S, i))))), d),
)
def hoeffding(
    body: Term,
    spread: Theorem,
    positive: Theorem,
    below: Theorem,
    sure: Theorem,
    below_one: Theorem,
) -> Theorem:
    """P(mean of body over the sample > a + V tail(d)) <= d.

    `body` is a term in i and z; the theorems: for all i, y, z, body(y) - body(z) <= V; 0 < V; for
    all i, E body <= a; 0 < d and d < 1.
    """
    values = {
        V: positive.conclusion.args[1],
        a: use(below, i).conclusion.args[1],
        d: sure.conclusion.args[1],
    }
    found = interpret(substitute(_hoeffding(), values), "q", (i, z), body)
    return use(found, spread, positive, below, sure, below_one)


def union(
    event: Term, parts: Sequence[Theorem], settle: Callable[[Sequence[Theorem]], Theorem]
) -> Theorem:
    """P(event) <= the sum of the d_k, from P(event_k) <= d_k for each part.

    `settle` proves that the event does not hold from the negations of all the others.
    """
    others = [_event(part) for part in parts]
    sums = sum((indicator(other) for other in others[1:]), start=indicator(others[0]))
    goal = le(indicator(event), sums)
    lows = [between(other)[0] for other in others]

    def step(count: int, known: Sequence[Theorem]) -> Theorem:
        if count == len(others):
            return linear(goal, checker.indicator(settle(known), event), *lows)
        other = others[count]

        def split(fact: Theorem) -> Theorem:
            if fact.conclusion == other:
                rest = (*lows[:count], *lows[count + 1 :])
                return linear(goal, between(event)[1], checker.indicator(fact, other), *rest)
            return step(count + 1, [*known, fact])

        return by_cases(other, split)

    most = [part.conclusion.args[1] for part in parts]
    total_of = sum(most[1:], start=most[0])
    return linear(le(chance(event), total_of), mean(S, step(0, ())), *parts)


def _event(part: Theorem) -> Term:
    """The event whose probability is bounded."""
    [event] = opened(part.conclusion.args[0], S).args
    return event


@cache
def _cantelli() -> Theorem:
    """P(X > sqrt v sqrt(1 - d)/sqrt d) <= d, if E X = 0 and E X^2 <= v."""
    premises = eq(E(S, X), 0), le(E(S, X * X), v), lt(0, v), lt(0, d), lt(d, 1)
    zero, moment, positive, sure, below_one = map(assume, premises)
    left = linear(lt(0, 1 - d), below_one)
    w, p, r = sqrt(v), sqrt(1 - d), sqrt(d)
    w_pos, p_pos, r_pos = root_positive(positive), root_positive(left), root_positive(sure)
    squares = [root_squared(linear(le(0, t.conclusion.args[1]), t)) for t in (positive, left, sure)]
    level, shift, whole = w * p / r, w * r / p, w / (p * r)
    same = linear(
        eq(level + shift, whole), (w / (p * r), squares[1]), (w / (p * r), squares[2]),
        nonzero=[p_pos, r_pos],
    )  # fmt: skip
    event = lt(level, X)
    whole_sign = linear(le(0, whole), (w_pos, one_over(p_pos), one_over(r_pos)))

    def at_place(known: Theorem) -> Theorem:
        goal = le(indicator(event) * whole**2, (X + shift) ** 2)
        value = (whole**2, checker.indicator(known, event))
        if known.conclusion != event:
            return linear(goal, value, Square(X + shift))
        above = linear(le(whole, X + shift), known, same)
        return linear(goal, value, (above, above), (above, whole_sign))

    averaged_over = mean(S, by_cases(event, at_place))
    most = linear(
        le(chance(event) * whole**2, v + shift**2), averaged_over, moment, (2 * shift, zero)
    )
    # times (p r/w)^2, p^2 + r^2 = 1 and w^2 = v
    scale = linear(lt(0, p * p * (r * r)), (p_pos, p_pos, r_pos, r_pos))
    squared = linear(lt(0, w * w), (w_pos, w_pos))
    ratio = v / (w * w)
    done = linear(
        le(chance(event), v * p * p * r * r / (w * w) + r * r * r * r),
        (most, scale, one_over(squared)),
        nonzero=[w_pos, p_pos, r_pos],
    )
    one = linear(eq(ratio, 1), (-1 / (w * w), squares[0]), nonzero=[w_pos])
    final = linear(
        le(chance(event), d),
        done,
        (p * p * r * r, one),
        (r * r, squares[1]),
        (num(1), squares[2]),
        (r * r, squares[2]),
    )
    return discharge(final, *premises)


@lemma(
    at=(BODY, eq(E(S, BODY), 0), le(E(S, BODY * BODY), v), lt(0, v), lt(0, d), lt(d, 1)),
    shows=le(chance(lt(sqrt(v) * sqrt(1 - d) / sqrt(d), BODY)), d),
)
def cantelli(
    body: Term, zero: Theorem, moment: Theorem, positive: Theorem, sure: Theorem, below_one: Theorem
) -> Theorem:
    """P(body > sqrt v sqrt(1 - d)/sqrt d) <= d; the theorems: E body = 0, E body^2 <= v, 0 < v, 0 <
    d and d < 1."""
    values = {v: positive.conclusion.args[1], d: sure.conclusion.args[1]}
    found = interpret(substitute(_cantelli(), values), "X", (S,), body)
    return use(found, zero, moment, positive, sure, below_one)


@cache
def _nothing() -> Theorem:
    """P(X > a) <= 0, if E X^2 <= 0 and 0 < a."""
    premises = le(E(S, X * X), 0), lt(0, a)
    moment, positive = map(assume, premises)
    event = lt(a, X)

    def at_place(known: Theorem) -> Theorem:
        goal = le(indicator(event) * a * a, X * X)
        value = (a * a, checker.indicator(known, event))
        if known.conclusion != event:
            return linear(goal, value, Square(X))
        return linear(goal, value, (known, known), (known, positive))

    found = linear(le(chance(event) * a * a, 0), mean(S, by_cases(event, at_place)), moment)
    square = linear(lt(0, a * a), (positive, positive))
    whole = linear(le(chance(event), 0), (found, one_over(square)), nonzero=[square])
    return discharge(whole, *premises)


@lemma(at=(BODY, le(E(S, BODY * BODY), 0), lt(0, a)), shows=le(chance(lt(a, BODY)), 0))
def nothing(body: Term, moment: Theorem, positive: Theorem) -> Theorem:
    """P(body > a) <= 0, from E body^2 <= 0 and 0 < a."""
    found = substitute(_nothing(), {a: positive.conclusion.args[1]})
    return use(interpret(found, "X", (S,), body), moment, positive)


@lemma(at=(lt(0, d), lt(d, e), lt(e, 1)), shows=lt(tail(e), tail(d)))
def tail_falls(sure: Theorem, larger: Theorem, below_one: Theorem) -> Theorem:
    """tail(e) < tail(d), from 0 < d < e < 1."""
    d, e = larger.conclusion.args
    more = chain(sure, larger)
    first, second = log(1 / d), log(1 / e)
    goal = lt(second, first)
    not_so = assume(le(first, second))
    raised = exp_increasing(linear(le(-second, -first), not_so))
    wrong = linear(le(e, d), raised, log_of_inverse(sure), log_of_inverse(more))
    logs = checker.cases(goal, assume(goal), contradiction(wrong, larger, goal))
    second_sign = log_is_positive(more, below_one)
    first_sign = chain(second_sign, logs)
    roots = lt(sqrt(second), sqrt(first))
    reversed_ = assume(le(sqrt(first), sqrt(second)))
    squares = [
        root_squared(linear(le(0, t.conclusion.args[1]), t)) for t in (first_sign, second_sign)
    ]
    flat = elementary("sqrt", first), elementary("sqrt", second)
    less = linear(le(first, second), (reversed_, flat[0]), (reversed_, flat[1]), *squares)
    strict = checker.cases(roots, assume(roots), contradiction(less, logs, roots))
    size = sample_size_positive()
    scale = root_positive(linear(lt(0, num(2)))), one_over(root_positive(size))
    return linear(lt(tail(e), tail(d)), (strict, *scale))


@lemma(at=(lt(a, BODY),), shows=le(chance(lt(a, BODY)), 1))
def within_one(event: Term) -> Theorem:
    """A probability is at most 1."""
    return linear(le(chance(event), 1), mean(S, between(event)[1]))
