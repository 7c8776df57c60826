"""Second moments of the gaps of rules that need not be symmetric, index by index.

Elisseeff, Evgeniou and Pontil state 2 M^2/m + (12 M/m) sum; what is found here is smaller.
"""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, interpret, substitute
from stability_proofs.kernel.families import picked
from stability_proofs.kernel.notation import E, absolute, average, every, indicator, total
from stability_proofs.kernel.terms import (
    Term,
    app,
    at,
    eq,
    implies,
    le,
    negation,
    num,
    opened,
    put,
    replace,
    var,
)
from stability_proofs.lemmas.gaps import unordered_pairs
from stability_proofs.lemmas.gaps.unordered_pairs import a, b, c
from stability_proofs.lemmas.probability.renaming import both_redrawn
from stability_proofs.semantics.samples import (
    S,
    gap,
    i,
    j,
    loo_gap,
    loss,
    m,
    risk,
    standing,
    without,
    y,
    z,
)
from stability_proofs.tactics.elements import settled
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    Fact,
    at_same,
    averaged,
    below_absolute,
    by_cases,
    chain,
    cut,
    discharge,
    for_all,
    linear,
    mean,
    one_over,
    sample_size_positive,
    summed,
    turned,
    use,
)

M = var("M")
DIFFER = negation(eq(i, j))
PAIR = put(put(S, i, a), j, b)
"""The sample with fresh examples at two indices."""
RISK, TESTED, SHARE = app("risk", S), app("tested", S, i), app("share", i)
ENDS = (
    every(S, le(0, RISK)),
    every(S, le(RISK, M)),
    every(S, i, le(0, TESTED)),
    every(S, i, le(TESTED, M)),
)


def _at(index: Term, body: Term) -> Term:
    return replace(body, {i: index})


def _product() -> Term:
    return (RISK - TESTED) * (RISK - _at(j, TESTED))


CROSS = every(i, j, implies(DIFFER, le(E(S, _product()), 3 * _at(j, SHARE) + SHARE)))


@cache
def _from_pairs() -> Theorem:
    """E (risk - mean of the tested losses)^2 <= M^2/m + (4/m) sum of the shares.

    If E gap_i gap_j <= 3 share_j + share_i for indices that differ, and all losses are in [0, M].
    """
    low, high, least, most = (
        use(assume(end), *x) for end, x in zip(ENDS, ((S,), (S,), (S, i), (S, i)), strict=True)
    )
    sign = every(i, le(0, SHARE))
    shares = [use(assume(sign), x) for x in (i, j)]
    same, size = indicator(eq(i, j)), sample_size_positive()

    def pair(known: Theorem) -> Theorem:
        goal = le(E(S, _product()), same * M**2 + 3 * _at(j, SHARE) + SHARE)
        value = checker.indicator(known, eq(i, j))
        if known.conclusion.head != "=":
            return linear(goal, use(assume(CROSS), i, j, known), (M**2, value))
        up, down = (
            linear(le(RISK - TESTED, M), high, least),
            linear(le(TESTED - RISK, M), low, most),
        )
        squares = mean(S, linear(le((RISK - TESTED) ** 2, M**2), (up, down)))
        equal = at_same(known, lambda k: E(S, replace(_product(), {j: k})))
        return linear(goal, squares, equal, *shares, (M**2, value))

    one = picked(j, num(1), i)
    row = linear(
        le(total(j, E(S, _product())), M**2 + 3 * total(j, _at(j, SHARE)) + m * SHARE),
        summed(j, by_cases(eq(i, j), pair)),
        (M**2, one),
    )
    rows = checker.exchange(E(S, total(i, total(j, _product()))))
    inner = checker.congruence(total(i, num(0)), i, checker.exchange(E(S, total(j, _product()))))
    gap, shared = RISK - average(i, TESTED), total(i, SHARE)
    goal = le(E(S, gap**2), M**2 / m + 4 * shared / m)
    once = one_over(size)
    return linear(
        goal, (summed(i, row), once, once), (1 / m / m, rows), (1 / m / m, inner), nonzero=[size]
    )


def own_change(index: Term) -> Term:
    """E |l(A_S, z_i) - l(A_S', z_i)|, S' with a fresh y in the place of z_i."""
    own = at(S, index)
    return E(S, E(y, absolute(loss(S, own) - loss(put(S, index, y), own))))


def fresh_change(index: Term) -> Term:
    """E |l(A_S, z) - l(A_S without z_i, z)|."""
    return E(S, E(z, absolute(loss(S, z) - without(S, index, z))))


def _redrawn(body: Term) -> Theorem:
    return both_redrawn(body, (i, a), (j, b), assume(DIFFER))


def _moment(tested: Term, change: Term, cross: Theorem, *ends: Theorem) -> Theorem:
    """From the products at two indices to the gap; `change` of i costs M times as much."""
    lemma = _from_pairs()
    for head, inputs, body in (
        ("risk", (S,), risk(S)),
        ("tested", (S, i), tested),
        ("share", (i,), M * change),
    ):
        lemma = interpret(lemma, head, inputs, body)
    low, high = (assume(end) for end in standing(M)[:2])
    risks = mean(z, use(low, S, z)), mean(z, use(high, S, z))
    known = (
        for_all(linear(le(0, risk(S)), risks[0]), S),
        for_all(linear(le(risk(S), M), risks[1]), S),
        for_all(linear(le(0, M * change), (_range_sign(), _mean_sign(change))), i),
        *(for_all(end, S, i) for end in ends),
    )
    return cut(lemma, for_all(discharge(cross, DIFFER), i, j), *known)


def _range_sign() -> Theorem:
    """0 <= M."""
    low, high = (use(assume(end), S, z) for end in standing(M)[:2])
    return linear(le(0, M), low, high)


def _mean_sign(change: Term) -> Theorem:
    """0 <= a mean over S and one more variable of an absolute value."""
    inside = opened(change, S)
    x = var("fresh", inside.args[0])
    value = opened(inside, x)
    difference = value.args[0]
    sign = linear(le(0, value), below_absolute(difference), below_absolute(difference, -1))
    return linear(le(0, change), mean(S, mean(x, sign)))


@lemma(
    given=(every(S, z, le(0, loss(S, z))), every(S, z, le(loss(S, z), M))),
    shows=le(E(S, gap(S) ** 2), M**2 / m + 4 * total(j, M * own_change(j)) / m),
)
def fitted_moment() -> Theorem:
    """E (R - R_emp)^2 <= M^2/m + (4 M/m) sum over i of the own change of z_i."""
    low, high = (assume(end) for end in standing(M)[:2])
    lemma = interpret(unordered_pairs.fitted(), "both", (a, b, c), loss(PAIR, c))
    lemma = cut(lemma, *(for_all(use(end, PAIR, c), a, b, c) for end in (low, high)))
    gaps = _redrawn((risk(S) - loss(S, at(S, i))) * (risk(S) - loss(S, at(S, j))))
    changes = []
    for index in (i, j):
        new, own = put(S, index, y), at(S, index)
        changes.append((M, _redrawn(E(y, absolute(loss(S, own) - loss(new, own))))))
    most = 3 * M * own_change(j) + M * own_change(i)
    cross = linear(le(gaps.conclusion.args[0], most), mean(S, lemma), gaps, *changes)
    own = loss(S, at(S, i))
    return _moment(own, own_change(i), cross, use(low, S, at(S, i)), use(high, S, at(S, i)))


@lemma(
    given=(
        every(S, z, le(loss(S, z), M)),
        every(S, z, le(0, loss(S, z))),
        every(S, j, z, le(without(S, j, z), M)),
        every(S, j, z, le(0, without(S, j, z))),
        every(S, j, z, a, eq(without(put(S, j, z), j, a), without(S, j, a))),
    ),
    shows=le(E(S, loo_gap(S) ** 2), M**2 / m + 4 * total(j, M * fresh_change(j)) / m),
)
def left_out_moment() -> Theorem:
    """E (R - R_loo)^2 <= M^2/m + (4 M/m) sum over i of the change at a fresh point without z_i."""
    low, high, left_low, left_high, untouched, *_ = (assume(end) for end in standing(M))
    earlier, later = put(S, i, a), put(S, j, b)
    lemma = interpret(unordered_pairs.left_out(), "both", (a, b, c), loss(PAIR, c))
    lemma = interpret(lemma, "later", (b, c), without(later, i, c))
    lemma = interpret(lemma, "earlier", (a, c), without(earlier, j, c))
    lemma = cut(
        lemma,
        *(for_all(use(end, PAIR, c), a, b, c) for end in (low, high)),
        *(for_all(use(end, later, i, c), b, c) for end in (left_low, left_high)),
        *(for_all(use(end, earlier, j, c), a, c) for end in (left_low, left_high)),
    )
    # without z_i (z_j) the pair is what it is without a (b)
    turned_round = turned(settled(put(later, i, a), assume(DIFFER)))
    gone_i = chain(
        at_same(turned_round, lambda s: without(s, i, c)), use(untouched, later, i, a, c)
    )
    gone_j = use(untouched, earlier, j, b, c)
    gaps = _redrawn((risk(S) - without(S, i, at(S, i))) * (risk(S) - without(S, j, at(S, j))))
    first, second = substitute(gone_i, {c: a}), substitute(gone_j, {c: b})
    known, old, new = risk(PAIR), *first.conclusion.args
    product = linear(
        eq(
            (known - old) * (known - second.conclusion.args[0]),
            (known - new) * (known - second.conclusion.args[1]),
        ),
        (known - second.conclusion.args[0], first),
        (known - new, second),
    )
    changes: list[Fact] = [averaged(S, a, b, equation=product)]
    for index, equation in ((i, gone_i), (j, gone_j)):
        same = at_same(equation, lambda value: absolute(loss(PAIR, c) - value))
        changes.append((M, _redrawn(E(z, absolute(loss(S, z) - without(S, index, z))))))
        changes.append((M, averaged(S, a, b, c, equation=same)))
    most = 3 * M * fresh_change(j) + M * fresh_change(i)
    cross = linear(le(gaps.conclusion.args[0], most), mean(S, lemma), gaps, *changes)
    own = without(S, i, at(S, i))
    ends = use(left_low, S, i, at(S, i)), use(left_high, S, i, at(S, i))
    return _moment(own, fresh_change(i), cross, *ends)
