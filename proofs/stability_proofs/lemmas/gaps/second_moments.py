"""The second moment of a gap, from products of gaps at two examples (Lemma 9)."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, interpret, substitute
from stability_proofs.kernel.families import picked
from stability_proofs.kernel.notation import E, average, every, indicator, total
from stability_proofs.kernel.terms import (
    Term,
    app,
    eq,
    implies,
    le,
    lt,
    negation,
    num,
    replace,
    var,
)
from stability_proofs.semantics.samples import S, i, j, m
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    at_same,
    by_cases,
    cut,
    linear,
    mean,
    one_over,
    sample_size_positive,
    summed,
    use,
)

most = var("most")

K, M = var("K"), var("M")
LOSS, RISK = app("tested", S, i), app("risk", S)
TWO = le(2, m)
LOW, HIGH = every(S, i, le(0, LOSS)), every(S, i, le(LOSS, M))


def _gap_at(index: Term) -> Term:
    return RISK - replace(LOSS, {i: index})


CROSS = every(i, j, implies(negation(eq(i, j)), le(E(S, _gap_at(i) * _gap_at(j)), K)))
PAIR = m * _gap_at(i) * _gap_at(j) + (_gap_at(i) - _gap_at(j)) ** 2 / 2
"""Over all pairs this sums to (m - 1) times the squared sum of the gaps, and a multiple of the sum
of their squares, which is what the pairs of an index with itself add."""


def _pair_below(known: Theorem) -> Theorem:
    """E pair - 1{i = j} m E gap_i^2 <= (1 - 1{i = j}) (m K + M^2/2)."""
    same, own, most = indicator(eq(i, j)), E(S, _gap_at(i) ** 2), m * K + M**2 / 2
    goal = le(E(S, PAIR) - same * m * own, (1 - same) * most)
    value = checker.indicator(known, eq(i, j))
    if known.conclusion.head == "=":
        equal = at_same(known, lambda k: E(S, replace(PAIR, {j: k})))
        return linear(goal, equal, (m * own, value), (most, value))
    first, second = LOSS, replace(LOSS, {i: j})
    low, high = assume(LOW), assume(HIGH)
    up = linear(le(first - second, M), use(high, S, i), use(low, S, j))
    down = linear(le(second - first, M), use(high, S, j), use(low, S, i))
    squares = mean(S, linear(le((first - second) ** 2, M**2), (up, down)))
    cross = use(assume(CROSS), i, j, known)
    size = sample_size_positive()
    return linear(goal, squares, (cross, size), (m * own, value), (most, value))


@cache
def _from_pairs() -> Theorem:
    """E (risk - mean of the losses)^2 <= M^2/(2m) + K, for 2 <= m, if E gap_i gap_j <= K."""
    size, most = sample_size_positive(), m * K + M**2 / 2
    others = linear(lt(0, m - 1), assume(TWO))
    own = E(S, _gap_at(i) ** 2)
    one = picked(j, num(1), i)
    of_one = linear(
        le(total(j, E(S, PAIR)) - m * own, (m - 1) * most),
        summed(j, by_cases(eq(i, j), _pair_below)),
        (m * own - most, one),
    )
    rows = checker.exchange(E(S, total(i, total(j, PAIR))))
    row = checker.congruence(total(i, num(0)), i, checker.exchange(E(S, total(j, PAIR))))
    squares = checker.exchange(E(S, total(i, _gap_at(i) ** 2)))
    gap = RISK - average(i, LOSS)
    whole = linear(
        le((m - 1) * m * m * E(S, gap**2), m * (m - 1) * most),
        summed(i, of_one),
        rows,
        row,
        (m, squares),
        nonzero=[size],
    )
    share = (one_over(size), one_over(size), one_over(others))
    return linear(le(E(S, gap**2), M**2 / (2 * m) + K), (whole, *share), nonzero=[size, others])


@lemma(
    at=(
        RISK,
        LOSS,
        most,
        M,
        LOW,
        HIGH,
        every(j, i, implies(negation(eq(j, i)), le(E(S, _gap_at(j) * _gap_at(i)), most))),
    ),
    given=(TWO,),
    shows=le(E(S, (RISK - average(j, app("tested", S, j))) ** 2), M**2 / (2 * m) + most),
)
def second_moment(risk: Term, tested: Term, most: Term, M_value: Term, *facts: Theorem) -> Theorem:
    """E (risk - mean of the losses)^2 <= M^2/(2m) + most, for losses in [0, M] and 2 <= m.

    `risk` is a term in S, `tested` the loss at z_i, a term in S and i. The facts: 0 <= tested,
    tested <= M, and E gap_i gap_j <= most for indices that differ; all of them for all S, i, j.
    """
    lemma = interpret(_from_pairs(), "risk", (S,), risk)
    lemma = interpret(lemma, "tested", (S, i), tested)
    return cut(substitute(lemma, {K: most, M: M_value}), *facts)
