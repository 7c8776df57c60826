"""Powers P(x) = x^p for x > 0 and 0 elsewhere, with the order of a moment as exponent p.

P is `samples.power`: increasing, multiplicative, and continuous from the right.
"""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import (
    Theorem,
    assume,
    contradiction,
    elementary,
    exp_log,
    substitute,
)
from stability_proofs.kernel.notation import every, exp, log
from stability_proofs.kernel.terms import Term, eq, implies, le, lt, var
from stability_proofs.lemmas.analysis.exponential import exp_increasing, exp_positive
from stability_proofs.lemmas.analysis.indicators import between
from stability_proofs.lemmas.analysis.powers import log_of_less, power
from stability_proofs.semantics import samples
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    at_same,
    by_cases,
    cut,
    discharge,
    equal,
    linear,
    one_over,
    restated,
    use,
)

B, W, a, base = var("B"), var("W"), var("a"), var("base")

p = symbol_term("order")
t, u, v, w, x, y = (var(name) for name in ("t", "u", "v", "w", "x", "y"))


def P(base: Term) -> Term:
    """base^p, 0 for a base of at most 0."""
    return samples.power(base, p)


@lemma(at=(y,), shows=le(0, P(y)))
def sign(base: Term) -> Theorem:
    """0 <= P(base)."""
    low = between(lt(0, base))[0]
    return linear(le(0, P(base)), (low, exp_positive(p * log(base))))


@lemma(at=(lt(0, x),), shows=eq(P(x), power(x, p)))
def of_positive(positive: Theorem) -> Theorem:
    """P(x) = exp(p log x), from 0 < x."""
    base = positive.conclusion.args[1]
    value = checker.indicator(positive, lt(0, base))
    return linear(eq(P(base), exp(p * log(base))), (exp(p * log(base)), value))


@lemma(at=(le(x, 0),), shows=eq(P(x), 0))
def of_none(none: Theorem) -> Theorem:
    """P(x) = 0, from x <= 0."""
    base = none.conclusion.args[0]
    value = checker.indicator(none, lt(0, base))
    return linear(eq(P(base), 0), (exp(p * log(base)), value))


@lemma(at=(lt(0, w),), shows=lt(0, P(w)))
def positive_power(positive: Theorem) -> Theorem:
    """0 < P(x), from 0 < x."""
    base = positive.conclusion.args[1]
    return linear(lt(0, P(base)), of_positive(positive), exp_positive(p * log(base)))


@cache
def _increasing() -> Theorem:
    """P(x) <= P(y), from x <= y and 0 <= p."""
    ordered, order_sign = assume(le(x, y)), assume(le(0, p))
    goal = le(P(x), P(y))

    def at_sign(known: Theorem) -> Theorem:
        if known.conclusion != lt(0, x):
            return linear(goal, of_none(known), sign(y))
        above = linear(lt(0, y), known, ordered)
        logs = cut(log_of_less(), known, above)
        share = (ordered, one_over(above))
        exponents = linear(
            le(p * log(x), p * log(y)),
            (order_sign, linear(le(log(x), log(y)), logs, share)),
        )
        return linear(goal, of_positive(known), of_positive(above), exp_increasing(exponents))

    return by_cases(lt(0, x), at_sign)


@lemma(at=(le(a, B), le(0, p)), shows=le(P(a), P(B)))
def increasing(ordered: Theorem, order_sign: Theorem) -> Theorem:
    """P(x) <= P(y), from x <= y and 0 <= p."""
    a, b = ordered.conclusion.args
    return cut(substitute(_increasing(), {x: a, y: b}), ordered, order_sign)


@cache
def _log_product() -> Theorem:
    """log(x y) = log x + log y, for positive x and y."""
    first, second = assume(lt(0, x)), assume(lt(0, y))
    whole = elementary("exp-sum", log(x), log(y))
    value = linear(
        eq(exp(log(x) + log(y)), x * y),
        whole,
        (exp(log(y)), exp_log(first)),
        (x, exp_log(second)),
    )
    return equal(log(x * y), log(x) + log(y), at_same(value, log), log_exp(log(x) + log(y)))


@lemma(at=(a,), shows=eq(log(exp(a)), a))
def log_exp(a: Term) -> Theorem:
    """log(exp a) = a."""
    return elementary("log-exp", a)


@cache
def _product() -> Theorem:
    """P(x y) = P(x) P(y), from 0 <= x."""
    least = assume(le(0, x))
    goal = eq(P(x * y), P(x) * P(y))

    def at_first(known: Theorem) -> Theorem:
        if known.conclusion != lt(0, x):
            zero = checker.antisymmetric(known, least)
            same = at_same(zero, lambda base: P(base * y))
            nothing = linear(eq(P(0 * y), 0), of_none(linear(le(0 * y, 0))))
            return linear(goal, same, nothing, (P(y), of_none(known)))
        return by_cases(lt(0, y), lambda second: at_second(known, second))

    def at_second(first: Theorem, known: Theorem) -> Theorem:
        if known.conclusion != lt(0, y):
            below = linear(le(x * y, 0), (first, known))
            return linear(goal, of_none(below), (P(x), of_none(known)))
        both = linear(lt(0, x * y), (first, known))
        logs = at_same(cut(_log_product(), first, known), lambda value: exp(p * value))
        split = restated(
            elementary("exp-sum", p * log(x), p * log(y)),
            eq(exp(p * (log(x) + log(y))), exp(p * log(x)) * exp(p * log(y))),
        )
        return linear(
            goal,
            of_positive(both),
            logs,
            split,
            (-P(y), of_positive(first)),
            (-exp(p * log(x)), of_positive(known)),
        )

    return by_cases(lt(0, x), at_first)


@lemma(at=(le(0, a), W), shows=eq(P(a * W), P(a) * P(W)))
def product(first: Theorem, second: Term) -> Theorem:
    """P(x y) = P(x) P(y), from 0 <= x."""
    return cut(substitute(_product(), {x: first.conclusion.args[1], y: second}), first)


@cache
def _limit() -> Theorem:
    """v <= P(x), from v <= P(x + t) for every t > 0, and 0 < p.

    Else take t so that P(x + t) is halfway between P(x) and v.
    """
    premise = every(t, implies(lt(0, t), le(v, P(x + t))))
    near, order = assume(premise), assume(lt(0, p))
    goal = le(v, P(x))
    larger = assume(lt(P(x), v))
    half = (v + P(x)) / 2
    half_positive = linear(lt(0, half), larger, sign(x))
    root = exp(log(half) / p)
    root_positive = exp_positive(log(half) / p)
    exponent = linear(eq(p * log(root), log(half)), (p, log_exp(log(half) / p)), nonzero=[order])
    value = linear(
        eq(P(root), half),
        of_positive(root_positive),
        at_same(exponent, exp),
        exp_log(half_positive),
    )
    order_sign = linear(le(0, p), order)

    def at_root(known: Theorem) -> Theorem:
        if known.conclusion != lt(x, root):
            more = increasing(known, order_sign)
            above = linear(le(half, P(x)), more, value)
            return contradiction(linear(lt(P(x), half), larger), above, goal)
        gap = linear(lt(0, root - x), known)
        reached = use(near, root - x, gap)
        same = at_same(checker.same(x + (root - x), root), P)
        below = linear(le(v, half), reached, same, value)
        return contradiction(linear(lt(half, v), larger), below, goal)

    found = by_cases(lt(x, root), at_root)
    either = checker.cases(goal, assume(goal), found)
    return discharge(either, premise, lt(0, p))


@lemma(at=(every(y, implies(lt(0, y), le(a, P(base + y)))), base, lt(0, p)), shows=le(a, P(base)))
def limit(near: Theorem, base: Term, order: Theorem) -> Theorem:
    """v <= P(x), from v <= P(x + t) for every t > 0, and 0 < p."""
    below = checker.specialise(near, t).conclusion.args[1].args[0]
    return use(substitute(_limit(), {v: below, x: base}), near, order)
