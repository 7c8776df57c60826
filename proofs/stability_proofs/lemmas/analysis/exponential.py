"""exp and log, from exp x >= 1 + x and exp(x + y) = exp x exp y."""

from __future__ import annotations

from stability_proofs.kernel.checker import (
    Theorem,
    antisymmetric,
    assume,
    cases,
    contradiction,
    elementary,
    exp_log,
)
from stability_proofs.kernel.notation import exp, log
from stability_proofs.kernel.terms import Term, eq, le, lt, num, var
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import Square, linear, one_over, restated

L, a, b, delta, x = var("L"), var("a"), var("b"), var("delta"), var("x")


@lemma(shows=eq(exp(num(0)), 1))
def exp_zero() -> Theorem:
    """exp 0 = 1."""
    e = exp(0)
    double = restated(elementary("exp-sum", num(0), num(0)), eq(e, e * e))
    least = restated(elementary("exp-tangent", num(0)), le(1, e))
    return antisymmetric(linear(le(e, 1), Square(e - 1), double), least)


@lemma(at=(L,), shows=eq(exp(L) * exp(-L), 1))
def exp_minus(x: Term) -> Theorem:
    """exp x exp(-x) = 1."""
    whole = restated(elementary("exp-sum", x, -x), eq(exp(0), exp(x) * exp(-x)))
    return linear(eq(exp(x) * exp(-x), 1), whole, exp_zero())


@lemma(at=(L,), shows=lt(0, exp(L)))
def exp_positive(x: Term) -> Theorem:
    """0 < exp x."""
    half = restated(elementary("exp-sum", x / 2, x / 2), eq(exp(x), exp(x / 2) * exp(x / 2)))
    product, e, goal = exp_minus(x), exp(x), lt(0, exp(x))
    least = linear(le(0, e), Square(exp(x / 2)), half)
    low = assume(le(e, 0))  # then e = 0, and e exp(-x) = 1 fails
    zero = antisymmetric(low, least)
    one = linear(le(1, 0), product, (exp(-x), zero))
    return cases(goal, assume(goal), contradiction(one, linear(lt(0, 1)), goal))


@lemma(at=(lt(0, delta),), shows=eq(exp(-log(1 / delta)), delta))
def log_of_inverse(delta: Theorem) -> Theorem:
    """exp(-log(1/delta)) = delta, from 0 < delta."""
    d = delta.conclusion.args[1]
    level = log(1 / d)
    inverse = exp_log(one_over(delta))
    return linear(
        eq(exp(-level), d), (d * exp(-level), inverse), (-d, exp_minus(level)), nonzero=[delta]
    )


@lemma(at=(le(a, b),), shows=le(exp(a), exp(b)))
def exp_increasing(theorem: Theorem) -> Theorem:
    """exp x <= exp y, from x <= y: exp y = exp x exp(y - x) >= exp x (1 + y - x)."""
    x, y = theorem.conclusion.args
    split = restated(elementary("exp-sum", x, y - x), eq(exp(y), exp(x) * exp(y - x)))
    tangent, positive = elementary("exp-tangent", y - x), exp_positive(x)
    return linear(le(exp(x), exp(y)), split, (tangent, positive), (theorem, positive))


@lemma(at=(le(exp(a), exp(b)),), shows=le(a, b))
def exponents_in_order(theorem: Theorem) -> Theorem:
    """x <= y, from exp x <= exp y: for y < x, exp x is at least exp y (1 + x - y)."""
    x, y = (side.args[0] for side in theorem.conclusion.args)
    goal, opposite = le(x, y), assume(lt(y, x))
    split = restated(elementary("exp-sum", y, x - y), eq(exp(x), exp(y) * exp(x - y)))
    tangent, factor = elementary("exp-tangent", x - y), exp_positive(y)
    more = exp(y) * (x - y)
    never = linear(le(more, 0), theorem, split, (factor, tangent))
    return cases(
        goal,
        assume(goal),
        contradiction(linear(lt(0, more), (factor, opposite)), never, goal),
    )


@lemma(at=(x, le(0, x)), shows=le(x * x * x * exp(-x), 27))
def cube_times_exp_minus(x: Term, nonnegative: Theorem) -> Theorem:
    """x^3 exp(-x) <= 27, from 0 <= x: exp(x/3) is at least x/3."""
    third = exp(x / 3)
    double = restated(elementary("exp-sum", x / 3, x / 3), eq(exp(2 * x / 3), third * third))
    whole = restated(elementary("exp-sum", 2 * x / 3, x / 3), eq(exp(x), exp(2 * x / 3) * third))
    above = linear(le(0, third - x / 3), elementary("exp-tangent", x / 3))
    sign, e = exp_positive(x / 3), exp(-x)
    cubes = linear(
        le(x * x * x, 27 * exp(x)),
        (above, sign, sign),
        (above, sign, nonnegative),
        (above, nonnegative, nonnegative),
        whole,
        (third, double),
    )
    return linear(le(x * x * x * e, 27), (cubes, exp_positive(-x)), exp_minus(x))
