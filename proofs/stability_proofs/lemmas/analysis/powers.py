"""Powers x^q = exp(q log x) for x > 0."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel.checker import Theorem, assume, elementary, exp_log, substitute
from stability_proofs.kernel.notation import exp, log
from stability_proofs.kernel.terms import NATURAL, Term, eq, le, lt, var
from stability_proofs.lemmas.analysis.exponential import exp_increasing, exp_positive
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import at_same, cut, equal, linear, one_over, restated

a, b = var("a"), var("b")

x, y, q = var("x"), var("y"), var("q")
s, n, t = var("s", NATURAL), var("n", NATURAL), var("t", NATURAL)


def power(base: Term, exponent: Term = q) -> Term:
    """base^exponent."""
    return exp(exponent * log(base))


@lemma(at=(a, b), shows=eq(exp(a), exp(a - b) * exp(b)))
def exp_of_difference(a: Term, b: Term) -> Theorem:
    """exp(a - b) exp b = exp a."""
    return restated(elementary("exp-sum", a - b, b), eq(exp(a), exp(a - b) * exp(b)))


@cache
def _log_quotient() -> Theorem:
    """log(x/y) = log x - log y, for positive x and y."""
    over, under = assume(lt(0, x)), assume(lt(0, y))
    split = exp_of_difference(log(x), log(y))
    value = linear(
        eq(exp(log(x) - log(y)), x / y),
        (1 / y, split),
        (1 / y, exp_log(over)),
        (-exp(log(x) - log(y)) / y, exp_log(under)),
        nonzero=[under],
    )
    inside = at_same(value, log)
    back = elementary("log-exp", log(x) - log(y))
    return equal(log(x / y), log(x) - log(y), inside, back)


@lemma(at=(lt(0, x), lt(0, y)), shows=eq(log(x / y), log(x) - log(y)))
def log_quotient(over: Theorem, under: Theorem) -> Theorem:
    """log(x/y) = log x - log y, from 0 < x and 0 < y."""
    values = {x: over.conclusion.args[1], y: under.conclusion.args[1]}
    return cut(substitute(_log_quotient(), values), over, under)


@lemma(given=(lt(0, x), lt(0, y)), shows=le(log(x), log(y) - (y - x) / y))
def log_of_less() -> Theorem:
    """log x <= log y - (y - x)/y for positive x and y: exp z >= 1 + z at z = log x - log y."""
    over, under = assume(lt(0, x)), assume(lt(0, y))
    ratio = linear(lt(0, x / y), (over, one_over(under)))
    tangent = elementary("exp-tangent", log(x / y))
    goal = le(log(x), log(y) - (y - x) / y)
    return linear(goal, tangent, exp_log(ratio), log_quotient(over, under), nonzero=[under])


@lemma(given=(lt(0, x), lt(0, y)), shows=eq(power(x / y, q) * power(y, q), power(x, q)))
def power_quotient() -> Theorem:
    """(x/y)^q y^q = x^q, for positive x and y."""
    over, under = assume(lt(0, x)), assume(lt(0, y))
    quotient = at_same(log_quotient(over, under), lambda value: exp(q * value))
    split = exp_of_difference(q * log(x), q * log(y))
    return linear(eq(power(x / y) * power(y), power(x)), (power(y), quotient), split)


@lemma(
    given=(lt(0, x), le(0, q), lt(0, y)),
    shows=le(power(x, q) * (1 + q * ((y - x) / y)), power(y, q)),
)
def power_growth() -> Theorem:
    """x^q (1 + q (y - x)/y) <= y^q, for positive x and y and 0 <= q."""
    nonnegative, gain = assume(le(0, q)), (y - x) / y
    tangent = elementary("exp-tangent", q * gain)
    sum_of = restated(
        elementary("exp-sum", q * log(x), q * gain),
        eq(exp(q * log(x) + q * gain), power(x) * exp(q * gain)),
    )
    larger = linear(
        le(q * log(x) + q * gain, q * log(y)),
        (nonnegative, linear(le(log(x) + gain, log(y)), log_of_less())),
    )
    return linear(
        le(power(x) * (1 + q * gain), power(y)),
        (exp_positive(q * log(x)), tangent),
        sum_of,
        exp_increasing(larger),
    )
