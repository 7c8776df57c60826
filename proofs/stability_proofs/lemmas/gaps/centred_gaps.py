"""The gap as a mean of functions of which each has mean 0 over an example of its own.

g_i is the mean over a fresh example x of R - l at z_i, for the rule trained with x in the place of
z_i. For losses in [0, M] and any rule, symmetric or not: over(g_i, i) = 0, E g_i^2 <= M^2/4, and
the gap is the mean of g_i and of a remainder that stability makes small.
"""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.families import family
from stability_proofs.kernel.notation import E, average, every, indicator, size
from stability_proofs.kernel.terms import Term, at, eq, implies, le, negation, put, replace, var
from stability_proofs.lemmas.moments.pairs import APART, over, redrawn, squared_mean
from stability_proofs.lemmas.probability.variances import popoviciu
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, gap, i, j, loss, risk, standing, x, y
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    at_same,
    averaged,
    by_cases,
    chain,
    for_all,
    linear,
    mean,
    sample_size_positive,
    use,
)

K = var("K")

M = symbol_term("M")
LOW, HIGH, *_ = map(assume, standing(M))


def centred(index: Term) -> Term:
    """g_i."""
    new = put(S, index, x)
    return E(x, risk(new) - loss(new, at(S, index)))


def remainder(index: Term) -> Term:
    """What the gap's part of z_i changes when a fresh example takes its place in training."""
    new, point = put(S, index, x), at(S, index)
    return E(x, (risk(S) - risk(new)) - (loss(S, point) - loss(new, point)))


@lemma(shows=eq(gap(S), average(j, centred(j)) + average(j, remainder(j))))
def gap_is_sum() -> Theorem:
    """gap = the mean of g_i + the mean of the remainders."""
    size = sample_size_positive()
    goal = eq(gap(S), average(i, centred(i)) + average(i, remainder(i)))
    return linear(goal, nonzero=[size])


@lemma(
    shows=eq(
        E(x, risk(put(put(S, i, y), i, x)) - loss(put(put(S, i, y), i, x), at(put(S, i, y), i))),
        E(x, risk(put(S, i, x)) - loss(put(S, i, x), y)),
    )
)
def with_fresh() -> Theorem:
    """g_i(S with y at i) = E_x R - E_x l at y, both for x in the place of z_i."""
    new = put(S, i, x)
    again = family("put-put", S, i, y, x)
    read = family("at-put", S, i, y)
    inner = put(put(S, i, y), i, x)
    point = at(put(S, i, y), i)
    trained = at_same(again, lambda sample: risk(sample) - loss(sample, point))
    tested = at_same(read, lambda there: loss(new, there))
    body = risk(inner) - loss(inner, point)
    return averaged(x, equation=linear(eq(body, risk(new) - loss(new, y)), trained, tested))


@lemma(
    shows=every(
        S,
        eq(
            E(
                x,
                E(
                    y,
                    risk(put(put(S, i, x), i, y))
                    - loss(put(put(S, i, x), i, y), at(put(S, i, x), i)),
                ),
            ),
            0,
        ),
    )
)
def has_mean_zero() -> Theorem:
    """over(g_i, i) = 0, for all S."""
    new = put(S, i, x)
    order = checker.exchange(E(y, E(x, loss(new, y))))
    goal = eq(over(centred(i), i), 0)
    return for_all(linear(goal, averaged(y, equation=with_fresh()), order), S)


@lemma(
    given=(LOW.conclusion, HIGH.conclusion), shows=le(E(S, E(x, centred(i) ** 2)), E(S, M**2 / 4))
)
def own_square() -> Theorem:
    """E g_i^2 <= M^2/4: over z_i it has mean 0 and values in an interval of length M."""
    new, at_y = put(S, i, x), replace(centred(i), {S: put(S, i, y)})
    top = E(x, risk(new))
    low, high = (mean(x, use(end, new, y)) for end in (LOW, HIGH))
    value = with_fresh()
    below = for_all(linear(le(top - M, at_y), value, high), y)
    above = for_all(linear(le(at_y, top - M + M), value, low), y)
    spread = popoviciu(at_y, top - M, M, below, above)
    none = use(has_mean_zero(), S)
    mean_of = none.conclusion.args[0]
    square = mean(S, linear(le(over(centred(i) ** 2, i), M**2 / 4), spread, (mean_of, none)))
    return chain(redrawn(centred(i) ** 2, i), square)


@lemma(
    at=(i, j, APART),
    shows=eq(
        E(x, risk(put(put(S, j, y), i, x)) - loss(put(put(S, j, y), i, x), at(put(S, j, y), i))),
        E(x, risk(put(put(S, i, x), j, y)) - loss(put(put(S, i, x), j, y), at(S, i))),
    ),
)
def with_other(index: Term, other: Term, apart: Theorem) -> Theorem:
    """g_i of S with y at j: the rule is trained with y at j too, and tested at z_i as before."""
    both, trained = put(put(S, other, y), index, x), put(put(S, index, x), other, y)
    point, kept = at(put(S, other, y), index), at(S, index)
    turned = family("put-swap", S, other, y, index, x, apart)
    read = family("at-put-other", S, other, y, index, apart)
    first = at_same(turned, lambda sample: risk(sample) - loss(sample, point))
    second = at_same(read, lambda there: loss(trained, there))
    body = eq(risk(both) - loss(both, point), risk(trained) - loss(trained, kept))
    return averaged(x, equation=linear(body, first, second))


@lemma(
    at=lambda: (
        use(
            assume(every(i, j, implies(negation(eq(j, i)), le(E(S, centred(i) * centred(j)), K)))),
            i,
            j,
            assume(negation(eq(j, i))),
        ),
        le(0, K),
    ),
    given=(LOW.conclusion, HIGH.conclusion),
    shows=le(E(S, average(j, centred(j)) ** 2), K + M**2 / 4 / size()),
)
def mean_square(pair: Theorem, sign: Theorem) -> Theorem:
    """E (mean of g_i)^2 <= K + M^2/(4m), from E g_i g_j <= K, unless i = j, and 0 <= K."""
    K = pair.conclusion.args[1]

    def product(known: Theorem) -> Theorem:
        here = indicator(eq(j, i))
        goal = le(E(S, centred(i) * centred(j)), K + here * (M**2 / 4))
        value = checker.indicator(known, eq(j, i))
        if known.conclusion.head != "=":
            return linear(goal, pair, (M**2 / 4, value))
        own = at_same(known, lambda index: E(S, centred(i) * centred(index)))
        return linear(goal, own_square(), own, sign, (M**2 / 4, value))

    return squared_mean(centred(i), for_all(by_cases(eq(j, i), product), i, j))
