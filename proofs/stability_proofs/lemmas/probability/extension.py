"""Bounded differences on a set that holds almost all samples: Combes' inequality.

From McDiarmid's inequality: F restricted to the set is extended to all samples by
g(S) = inf over T in the set of F(T) + c distance(S, T), which moves by at most c in every
coordinate. It is F on the set and at most the mean of F over the set plus m c off it.
"""

from __future__ import annotations

from collections.abc import Mapping

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.notation import E, every, indicator, minimum
from stability_proofs.kernel.terms import (
    FORMULA,
    Term,
    app,
    bind,
    implies,
    le,
    lt,
    negation,
    put,
    var,
)
from stability_proofs.lemmas.analysis.indicators import between, complement, covered
from stability_proofs.lemmas.probability.concentration import mcdiarmid, tail
from stability_proofs.lemmas.probability.distance import (
    T,
    distance,
    distance_between,
    no_distance,
    one_step,
)
from stability_proofs.semantics.samples import S, i, m, z
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    by_cases,
    chain,
    discharge,
    for_all,
    linear,
    mean,
    one_over,
    sample_size_positive,
    use,
)

B, B1, D, U, eta = var("B"), var("B1"), var("D"), var("U"), var("eta")

M, a, c, p, delta = var("M"), var("a"), var("c"), var("p"), var("delta")


def F(sample: Term) -> Term:
    """The function that concentrates."""
    return app("F", sample)


def good(sample: Term) -> Term:
    """That a sample lies in the set."""
    return app("good", sample, sort=FORMULA)


def _holds(sample: Term) -> Term:
    return indicator(good(sample))


PREMISES = (
    every(S, T, implies(good(S), good(T), le(F(S) - F(T), c * distance(S, T)))),
    every(S, le(-M, F(S))),
    every(S, le(F(S), M)),
    le(E(S, F(S)), a),
    le(0, a),
    le(E(S, 1 - _holds(S)), p),
    lt(p, 1),
    lt(0, c),
    lt(0, M),
    lt(0, delta),
    lt(delta, 1),
)
DIFFERENCES, LOW, HIGH, BIAS, BIAS_SIGN, BAD, BELOW_ONE, POSITIVE, RANGE, *_ = map(assume, PREMISES)

_candidate = -F(T) - c * distance(S, T) - 2 * M * (1 - _holds(T))
_minus_g = bind("sup", T, _candidate)


def _at(sample: Term, x: Term) -> Term:
    return checker.replace(x, {S: sample})


def _bounded(sample: Term) -> Theorem:
    """The candidates for -g are at most M."""
    off = between(good(T))[1]
    apart = distance_between(sample, T)[0]
    return linear(le(_at(sample, _candidate), M), use(LOW, T), (POSITIVE, apart), (RANGE, off))


def _above(sample: Term, value: Term) -> Theorem:
    """candidate(S, T) <= -g(S)."""
    return checker.sup_is_above(T, _bounded(sample), value)


def _moves_little() -> Theorem:
    """g(S) - g(S') <= c, where S' has z in the place of z_i."""
    new, old = put(S, i, z), _minus_g
    further = linear(le(_at(new, _candidate), old + c), _above(S, T), (POSITIVE, one_step()))
    moved = checker.sup_is_least(T, further)
    return for_all(linear(le(-old + _at(new, old), c), moved), S, i, z)


def _extends() -> Theorem:
    """-g(S) <= -F(S), for S in the set."""

    def candidate(known: Theorem) -> Theorem:
        goal, value = le(_candidate, -F(S)), checker.indicator(known, good(T))
        if known.conclusion == good(T):
            near = use(DIFFERENCES, S, T, assume(good(S)), known)
            return linear(goal, near, (2 * M, value))
        apart = distance_between(S, T)[0]
        return linear(goal, use(LOW, T), use(HIGH, S), (2 * M, value), (POSITIVE, apart))

    return checker.sup_is_least(T, by_cases(good(T), candidate))


def _probability_positive() -> Theorem:
    """0 < P(good)."""
    return linear(lt(0, E(S, _holds(S))), BAD, BELOW_ONE)


def _mean_of_extension() -> Theorem:
    """E g <= (a + p M)/(1 - p) + p m c."""
    inside, likely, holds = E(S, _holds(S) * F(S)), E(S, _holds(S)), _holds(S)
    high = inside / likely + m * c

    def far(known: Theorem) -> Theorem:
        """The candidate T, if it is in the set: 0 <= 1{T in the set} (-g(S) + F(T) + m c)."""
        value = checker.indicator(known, good(T))
        product = _holds(T) * (_minus_g + F(T) + m * c)
        if known.conclusion != good(T):
            return linear(le(0, product), (_minus_g + F(T) + m * c, value))
        near = linear(
            le(-F(T) - m * c, _minus_g),
            _above(S, T),
            (2 * M, value),
            (POSITIVE, distance_between(S, T)[1]),
        )
        return linear(le(0, product), near, (_minus_g + F(T) + m * c, value))

    everywhere = mean(T, by_cases(good(T), far))
    positive = _probability_positive()
    off = linear(le(-_minus_g, high), (everywhere, one_over(positive)), nonzero=[positive])

    def pointwise(known: Theorem) -> Theorem:
        value = checker.indicator(known, good(S))
        goal = le(-_minus_g, holds * F(S) + (1 - holds) * high)
        if known.conclusion != good(S):
            return linear(goal, off, (F(S) - high, value))
        own = _above(S, S)
        on = linear(le(-_minus_g, F(S)), own, (2 * M, value), (POSITIVE, no_distance(S)))
        return linear(goal, on, (F(S) - high, value))

    split = mean(S, by_cases(good(S), pointwise))
    rest = mean(S, linear(le(-M * (1 - holds), (1 - holds) * F(S)), (use(LOW, S), _off())))
    # E g <= N/q + (1 - q) m c, with q = P(good) and N = a + p M
    numerator, q_part, p_part = a + p * M, one_over(positive), one_over(_room())
    within = linear(le(inside, numerator), rest, BIAS, (RANGE, BAD))
    sign = linear(le(0, numerator), BIAS_SIGN, (RANGE, _p_sign()))
    larger = linear(le(1 - p, likely), BAD)
    quotient = linear(
        le(inside / likely, numerator / (1 - p)),
        (within, q_part),
        (sign, larger, q_part, p_part),
        nonzero=[positive, _room()],
    )
    few = (BAD, POSITIVE, sample_size_positive())
    goal = le(E(S, -_minus_g), numerator / (1 - p) + p * m * c)
    return linear(goal, split, quotient, few, nonzero=[positive])


def _off() -> Theorem:
    high = between(good(S))[1]
    return linear(le(0, 1 - _holds(S)), high)


def _room() -> Theorem:
    return linear(lt(0, 1 - p), BELOW_ONE)


def _p_sign() -> Theorem:
    """0 <= p, as it bounds a probability."""
    return linear(le(0, p), mean(S, _off()), BAD)


@lemma(
    shows=implies(
        PREMISES[0],
        LOW.conclusion,
        HIGH.conclusion,
        BIAS.conclusion,
        PREMISES[4],
        BAD.conclusion,
        PREMISES[6],
        POSITIVE.conclusion,
        RANGE.conclusion,
        PREMISES[9],
        PREMISES[10],
        le(
            E(S, indicator(lt((a + p * M) / (1 - p) + p * m * c + m * c * tail(delta), F(S)))),
            p + delta,
        ),
    )
)
def combes() -> Theorem:
    """P(F > (a + p M)/(1 - p) + p m c + m c tail(delta)) <= p + delta, under `PREMISES`."""
    g = -_minus_g
    above_mean = mcdiarmid(S, g, _moves_little(), POSITIVE, delta)
    level = E(S, g) + m * c * tail(delta)
    bound = (a + p * M) / (1 - p) + p * m * c + m * c * tail(delta)
    high = linear(le(level, bound), _mean_of_extension())
    on_set = chain(linear(le(F(S), g), _extends()), assume(le(g, level)), high)
    outside = negation(good(S))
    pointwise = covered(F(S), bound, [lt(level, g), outside], on_set)
    goal = le(E(S, indicator(lt(bound, F(S)))), p + delta)
    few = mean(S, linear(le(indicator(outside), 1 - _holds(S)), complement(good(S))))
    final = linear(goal, mean(S, pointwise), above_mean, few, BAD)
    return discharge(final, *PREMISES)


@lemma(
    at=(
        app("body", S),
        app("event", S, sort=FORMULA),
        {a: (B1 + D) / m, c: (2 * B + 2 * minimum(B + eta, U) + M) / m},
        every(
            S,
            T,
            implies(
                app("event", S, sort=FORMULA),
                app("event", T, sort=FORMULA),
                le(
                    app("body", S) - app("body", T),
                    (2 * B + 2 * minimum(B + eta, U) + M) / m * distance(S, T),
                ),
            ),
        ),
        every(S, le(-M, app("body", S))),
        every(S, le(app("body", S), M)),
        le(E(S, app("body", S)), (B1 + D) / m),
        le(0, (B1 + D) / m),
        le(E(S, 1 - indicator(app("event", S, sort=FORMULA))), p),
        PREMISES[6],
        lt(0, (2 * B + 2 * minimum(B + eta, U) + M) / m),
        RANGE.conclusion,
        PREMISES[9],
        PREMISES[10],
    ),
    shows=le(
        E(
            S,
            indicator(
                lt(
                    ((B1 + D) / m + p * M) / (1 - p)
                    + p * m * ((2 * B + 2 * minimum(B + eta, U) + M) / m)
                    + m * ((2 * B + 2 * minimum(B + eta, U) + M) / m) * tail(delta),
                    app("body", S),
                )
            ),
        ),
        p + delta,
    ),
)
def concentrates_on(
    body: Term, inside: Term, values: Mapping[Term, Term], *premises: Theorem
) -> Theorem:
    """The same for a function and a set (in S), with `values` for a, c, p, M and delta."""
    lemma = checker.substitute(combes(), values)
    lemma = checker.interpret(lemma, "F", (S,), body)
    lemma = checker.interpret(lemma, "good", (S,), inside)
    return use(lemma, *premises)
