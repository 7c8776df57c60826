"""How far a loss moves from one sample to another, example by example, by an elastic constant.

For losses in [0, M] and any rule, symmetric or not. Two forms: what is fitted on the whole sample
is tested on all examples (R - R_emp), or what is fitted without an example on that one (R - R_loo).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.families import family, walk
from stability_proofs.kernel.notation import indicator, minimum, total
from stability_proofs.kernel.terms import Term, at, eq, le, lt, put, replace, var
from stability_proofs.lemmas.probability.distance import T, differ
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import (
    S,
    beta,
    elastic_deletion,
    elastic_deletion_before,
    gap,
    i,
    j,
    loo_gap,
    loss,
    m,
    standing,
    without,
    x,
    z,
)
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    at_same,
    by_cases,
    for_all,
    linear,
    sample_size_positive,
    sides,
    use,
)

M, B, U, B1, D, eta = map(symbol_term, ("M", "B", "U", "B1", "D", "eta"))
DELETION, LEAST, MOST, ROW_MEAN, MEAN, DIAGONAL = map(assume, elastic_deletion(B, U, B1, D))
BEFORE = assume(elastic_deletion_before())
LOSS_LOW, LOSS_HIGH, SHRUNK_LOW, SHRUNK_HIGH, UNTOUCHED, _, UNTOUCHED_BEFORE = map(
    assume, standing(M)
)


@lemma(given=(le(2, m),), shows=lt(0, m - 1))
def others_positive() -> Theorem:
    """0 < m - 1, from 2 <= m."""
    return linear(lt(0, m - 1), assume(le(2, m)))


@dataclass(frozen=True)
class Form:
    """What is tested on the examples.

    `value(S, j, z)`, in the range [`low`, `high`], is the loss at z of what is tested on the
    example at j; exchanging the example at i moves it by `share(i, j)` times a sum of two values
    of beta, `scale` times it if j is another one. Where the row of beta for each example has at
    most the mean B + eta over the others, its sum over them, times the scale, is at most `cap`.
    The `divisors` are positive, the scale is one over the last.
    """

    gap: Term
    value: Callable[[Term, Term, Term], Term]
    low: Theorem
    high: Theorem
    share: Callable[[Term, Term], Term]
    scale: Term
    cap: Term
    divisors: tuple[Theorem, ...]

    @property
    def constant(self) -> Term:
        """C: among good samples the gap moves by at most C/m for each example that differs."""
        return 2 * B + 2 * self.cap + M


FITTED = Form(
    gap(S),
    lambda sample, index, point: loss(sample, point),
    for_all(use(LOSS_LOW, S), S, j),
    for_all(use(LOSS_HIGH, S), S, j),
    lambda changed, index: 1 / m,
    1 / m,
    minimum(B + eta, U),
    (sample_size_positive(),),
)
LEFT_OUT = Form(
    loo_gap(S),
    without,
    SHRUNK_LOW,
    SHRUNK_HIGH,
    lambda changed, index: (1 - indicator(eq(changed, index))) / (m - 1),
    1 / (m - 1),
    minimum((B + eta) * m / (m - 1), U),
    (sample_size_positive(), others_positive()),
)


def both(first: Term, second: Term, tested: Term) -> Term:
    """The sum of two values of beta at a tested point."""
    return beta(first, tested) + beta(second, tested)


def _exchange_fitted() -> Theorem:
    """loss(S, x) - loss(S', x) <= (beta(z_i, x) + beta(z, x))/m: delete, then add."""
    new = put(S, i, z)
    read = at_same(family("at-put", S, i, z), lambda point: beta(point, x))
    before, _ = sides(use(DELETION, S, i, x))
    _, after = sides(use(DELETION, new, i, x))
    goal = le(loss(S, x) - loss(new, x), both(at(S, i), z, x) / m)
    return linear(goal, before, after, use(UNTOUCHED, S, i, z, x), (1 / m, read))


def _exchange_left_out() -> Theorem:
    """The same with the example at j deleted already: nothing if it is the one exchanged."""
    new, weight = put(S, i, z), both(at(S, i), z, x) / (m - 1)
    share = LEFT_OUT.share(i, j)
    goal = le(without(S, j, x) - without(new, j, x), share * both(at(S, i), z, x))

    def deleted(known: Theorem) -> Theorem:
        value = checker.indicator(known, eq(i, j))
        if known.conclusion.head == "=":
            names = [at_same(known, lambda index, s=s: without(s, index, x)) for s in (S, new)]
            return linear(goal, use(UNTOUCHED, S, i, z, x), *names, (weight, value))
        read = at_same(family("at-put", S, i, z), lambda point: beta(point, x))
        before, _ = sides(use(BEFORE, S, j, i, x, known))
        _, after = sides(use(BEFORE, new, j, i, x, known))
        kept = use(UNTOUCHED_BEFORE, S, j, i, z, x)
        return linear(goal, before, after, kept, (1 / (m - 1), read), (weight, value))

    return by_cases(eq(i, j), deleted)


@lemma(
    at=(FITTED,),
    given=(UNTOUCHED.conclusion, DELETION.conclusion),
    shows=le(
        loss(S, x) - loss(T, x),
        total(j, 1 / m * differ(at(S, j), at(T, j)) * (beta(at(S, j), x) + beta(at(T, j), x))),
    ),
)
@cache
def walked(form: Form) -> Theorem:
    """value(S, j, x) - value(T, j, x) <= the sum of the exchanges where S and T differ."""
    a, new, body = var("a", "example"), put(S, i, z), form.value(S, j, x)
    cost = form.share(i, j) * differ(a, z) * both(a, z, x)
    here = replace(cost, {a: at(S, i)})
    exchange = _exchange_fitted() if form is FITTED else _exchange_left_out()
    weight = form.share(i, j) * both(at(S, i), z, x)

    def step(known: Theorem) -> Theorem:
        """Nothing changes where z_i = z."""
        value = checker.indicator(known, eq(at(S, i), z))
        goal = le(body - form.value(new, j, x), here)
        if known.conclusion.head != "=":
            return linear(goal, exchange, (weight, value))
        there = at_same(family("put-at", S, i), lambda sample: form.value(sample, j, x))
        named = at_same(known, lambda point: form.value(put(S, i, point), j, x))
        return linear(goal, there, named, (weight, value))

    whole = walk(S, i, z, body, cost, a, by_cases(eq(at(S, i), z), step))
    return checker.substitute(whole, {var("z'", "sample"): T})
