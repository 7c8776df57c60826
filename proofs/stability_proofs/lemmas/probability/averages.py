"""Means over the sample: Hoeffding's inequality from McDiarmid's, Bernstein's as it is."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.axioms import BERNSTEIN, MCDIARMID
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.families import family, picked
from stability_proofs.kernel.notation import E, average, every, exp, indicator, total
from stability_proofs.kernel.terms import Term, app, at, eq, le, lt, num, put, replace, var
from stability_proofs.lemmas.probability.marginals import at_index
from stability_proofs.semantics.samples import INDEX, S, i, j, m, z
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    at_same,
    by_cases,
    discharge,
    for_all,
    linear,
    one_over,
    put_equal,
    sample_size_positive,
    summed,
    use,
)

U, body, eta, variance = var("U"), var("body"), var("eta"), var("variance")

c, t = var("c"), var("t")


def mean_over(body: Term, sample: Term) -> Term:
    """The mean over a sample of a function of z."""
    return average(INDEX, replace(body, {z: at(sample, INDEX)}))


@lemma(at=(body,), shows=eq(E(S, average(j, body)), E(z, body)))
def mean_of_average(body: Term) -> Theorem:
    """The expected mean over the sample of a function of z is its expectation."""
    size = sample_size_positive()
    one = at_index(lambda point: replace(body, {z: point}), i)
    places = checker.congruence(total(i, num(0)), i, one)
    apart = checker.exchange(E(S, total(i, replace(body, {z: at(S, i)}))))
    goal = eq(E(S, mean_over(body, S)), E(z, body))
    return linear(goal, (1 / m, apart), (1 / m, places), nonzero=[size])


@cache
def _hoeffding() -> Theorem:
    """P(mean f > E f + t) <= exp(-2 m t^2/c^2), for 0 <= f <= c: one example moves it by c/m."""
    f, size, new = app("f", z), sample_size_positive(), put(S, i, z)
    premises = every(z, le(0, f)), every(z, le(f, c)), lt(0, c), le(0, t)
    least, most, positive, sign = map(assume, premises)
    mean = mean_over(f, S)

    def at_place(known: Theorem) -> Theorem:
        old, changed = (app("f", at(s, j)) for s in (S, new))
        goal, value = le(old - changed, indicator(eq(j, i)) * c), checker.indicator(known, eq(j, i))
        if known.conclusion.head == "=":
            return linear(goal, use(most, at(S, j)), use(least, at(new, j)), (c, value))
        kept = family("at-put-other", S, i, z, j, known)
        return linear(goal, at_same(kept, lambda point: app("f", point)), (c, value))

    places = summed(j, by_cases(eq(j, i), at_place))
    one, share = picked(j, num(1), i), one_over(size)
    moved = linear(le(mean - mean_over(f, new), c / m), (places, share), (c / m, one))
    axiom = checker.substitute(MCDIARMID.theorem(), {c: c / m})
    axiom = checker.interpret(axiom, "F", (S,), mean)
    found = use(axiom, for_all(moved, S, i, z), linear(lt(0, c / m), (positive, share)), sign)
    exponent = linear(
        eq(-2 * t * t / (m * (c / m) * (c / m)), -2 * m * t * t / (c * c)),
        nonzero=[size, positive],
    )
    found = put_equal(mean_of_average(f), put_equal(exponent, found))
    return discharge(found, *premises)


@lemma(
    at=(
        app("body", z),
        U,
        eta,
        every(z, le(0, app("body", z))),
        every(z, le(app("body", z), U)),
        lt(0, U),
        le(0, eta),
    ),
    shows=le(
        E(S, indicator(lt(E(z, app("body", z)) + eta, average(j, app("body", at(S, j)))))),
        exp(-2 * m * eta * eta / (U * U)),
    ),
)
def hoeffding(body: Term, top: Term, slack: Term, *premises: Theorem) -> Theorem:
    """P(mean > E body + slack) <= exp(-2 m slack^2/top^2), for a function of z in [0, top]."""
    lemma = checker.substitute(_hoeffding(), {c: top, t: slack})
    return use(checker.interpret(lemma, "f", (z,), body), *premises)


@lemma(
    at=(
        app("body", z),
        U,
        variance,
        eta,
        every(z, le(app("body", z), E(z, app("body", z)) + U)),
        le(E(z, (app("body", z) - E(z, app("body", z))) ** 2), variance),
        lt(0, U),
        le(0, eta),
    ),
    shows=le(
        E(S, indicator(lt(E(z, app("body", z)) + eta, average(j, app("body", at(S, j)))))),
        exp(-m * eta * eta / (2 * (variance + U * eta / 3))),
    ),
)
def bernstein(body: Term, top: Term, variance: Term, slack: Term, *premises: Theorem) -> Theorem:
    """P(mean > E body + slack) <= exp(-m slack^2/(2 (variance + top slack/3))).

    For a function of z at most E body + top.
    """
    values = {c: top, t: slack, var("v"): variance}
    lemma = checker.substitute(BERNSTEIN.theorem(), values)
    return use(checker.interpret(lemma, "f", (z,), body), *premises)
