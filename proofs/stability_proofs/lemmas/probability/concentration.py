"""Tails in the form in which theorems state them: at a confidence."""

from __future__ import annotations

from stability_proofs.kernel.axioms import MCDIARMID
from stability_proofs.kernel.checker import (
    Theorem,
    assume,
    elementary,
    interpret,
    root_squared,
    substitute,
)
from stability_proofs.kernel.notation import E, every, indicator, log, size, sqrt, total
from stability_proofs.kernel.terms import Term, app, at, eq, implies, le, lt, num, put, var
from stability_proofs.lemmas.analysis.exponential import log_of_inverse
from stability_proofs.lemmas.analysis.roots import root_positive
from stability_proofs.semantics.samples import loss, risk
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    discharge,
    linear,
    one_over,
    premises,
    put_equal,
    sample_size_positive,
    use,
)

a, b, c, delta = var("a"), var("b"), var("c"), var("delta")
S = var("S", "sample")
i, j = var("i", "index"), var("j", "index")
z = var("z", "example")

m = size()


def tail(delta: Term) -> Term:
    """sqrt(log(1/delta)/(2m)), its root taken factor by factor."""
    return sqrt(num(2)) / 2 / sqrt(m) * sqrt(log(1 / delta))


@lemma(at=(lt(0, delta), lt(delta, 1)), shows=lt(0, log(1 / delta)))
def log_is_positive(delta: Theorem, below_one: Theorem) -> Theorem:
    """0 < log(1/delta), from 0 < delta and delta < 1: 1 - log(1/delta) <= delta."""
    level = log(1 / delta.conclusion.args[1])
    tangent = elementary("exp-tangent", -level)
    return linear(lt(0, level), tangent, log_of_inverse(delta), below_one)


@lemma(
    given=(lt(delta, 1), lt(0, delta)),
    shows=eq(tail(delta) * tail(delta), log(1 / delta) / (2 * m)),
)
def root_of_level() -> Theorem:
    """tail(delta)^2 = log(1/delta)/(2m), for 0 < delta < 1."""
    delta = var("delta")
    examples, level = sample_size_positive(), log(1 / delta)
    known = log_is_positive(assume(lt(0, delta)), assume(lt(delta, 1)))
    of_two = root_squared(linear(le(0, 2)))
    of_size = root_squared(linear(le(0, m), examples))
    of_level = root_squared(linear(le(0, level), known))
    root, once, twice = tail(delta), 1 / sqrt(m), 1 / sqrt(m) / sqrt(m)
    return linear(
        eq(root * root, level / (2 * m)),
        (level / 4 * twice, of_two),
        (sqrt(num(2)) ** 2 / 4 * twice, of_level),
        (level / 2 * once * once / m, of_size),
        nonzero=[root_positive(examples), examples],
    )


@lemma(
    shows=implies(
        every(S, i, z, le(app("F", S) - app("F", put(S, i, z)), c)),
        lt(0, c),
        lt(0, delta),
        lt(delta, 1),
        le(E(S, indicator(lt(E(S, app("F", S)) + m * c * tail(delta), app("F", S)))), delta),
    )
)
def mcdiarmid_at_confidence() -> Theorem:
    """P(F > E F + m c tail(delta)) <= delta, if F moves by at most c in every coordinate."""
    S, delta, c = var("S", "sample"), var("delta"), var("c")
    level, t = log(1 / delta), m * c * tail(delta)
    axiom = substitute(MCDIARMID.theorem(), {var("t"): t})
    differences, positive, *_ = premises(axiom.conclusion)
    delta_positive, below_one = lt(0, delta), lt(delta, 1)
    examples, c_positive = sample_size_positive(), assume(positive)
    known = log_is_positive(assume(delta_positive), assume(below_one))
    roots = (elementary("sqrt", num(2)), elementary("sqrt", level))
    sign = linear(le(0, t), (examples, c_positive, *roots, one_over(root_positive(examples))))
    bound = use(axiom, assume(differences), c_positive, sign)
    exponent = linear(
        eq(-2 * t * t / (m * c * c), -level),
        (m, root_of_level()),
        nonzero=[examples, c_positive],
    )
    final = put_equal(log_of_inverse(assume(delta_positive)), put_equal(exponent, bound))
    del S, known
    return discharge(final, differences, positive, delta_positive, below_one)


@lemma(
    at=(
        S,
        risk(S) - total(i, loss(S, at(S, i))) * b,
        every(
            S,
            i,
            z,
            le(
                risk(S)
                - total(i, loss(S, at(S, i))) * b
                - (risk(put(S, i, z)) - total(j, loss(put(S, i, z), at(put(S, i, z), j))) * b),
                a,
            ),
        ),
        lt(0, a),
        delta,
    ),
    given=(lt(0, delta), lt(delta, 1)),
    shows=le(
        E(
            S,
            indicator(
                lt(
                    E(S, risk(S) - total(i, loss(S, at(S, i))) * b) + m * a * tail(delta),
                    risk(S) - total(i, loss(S, at(S, i))) * b,
                )
            ),
        ),
        delta,
    ),
)
def mcdiarmid(S: Term, body: Term, differences: Theorem, positive: Theorem, delta: Term) -> Theorem:
    """P(body > E body + m c tail(delta)) <= delta, under 0 < delta < 1.

    `differences`: for all S, i, z, body(S) - body(S with z at i) <= c; `positive`: 0 < c.
    """
    c = positive.conclusion.args[1]
    lemma = interpret(mcdiarmid_at_confidence(), "F", (S,), body)
    lemma = substitute(lemma, {var("c"): c, var("delta"): delta})
    return use(lemma, differences, positive, assume(lt(0, delta)), assume(lt(delta, 1)))
