"""Powers of two, which are whole numbers, and how many halvings there are of a sample."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import (
    Theorem,
    antisymmetric,
    assume,
    elementary,
    exp_log,
    next_integer,
)
from stability_proofs.kernel.notation import exp, log
from stability_proofs.kernel.terms import NATURAL, Term, eq, le, lt, num, var
from stability_proofs.lemmas.analysis.exponential import exp_increasing, exp_positive, exp_zero
from stability_proofs.lemmas.analysis.limits import floor, floor_nonnegative
from stability_proofs.lemmas.analysis.powers import log_of_less, x, y
from stability_proofs.semantics.samples import m
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    at_same,
    cut,
    linear,
    one_over,
    sample_size_positive,
    use,
)

k = var("k", NATURAL)
LOG_2 = log(num(2))
LEVELS = -floor(-(log(m) / LOG_2))
"""ceil(log2 m): so often the indices can be halved."""


def power_of_two(levels: Term) -> Term:
    """2^k."""
    return exp(levels * LOG_2)


@lemma(shows=eq(power_of_two(num(0)), 1))
def no_power() -> Theorem:
    """2^0 = 1."""
    same = at_same(checker.same(num(0) * LOG_2, num(0)), exp)
    return linear(eq(power_of_two(num(0)), 1), same, exp_zero())


@lemma(shows=eq(power_of_two(k + 1), 2 * power_of_two(k)))
def next_power() -> Theorem:
    """2^(k + 1) = 2 2^k."""
    split = elementary("exp-sum", k * LOG_2, LOG_2)
    whole = at_same(checker.same(k * LOG_2 + LOG_2, (k + 1) * LOG_2), exp)
    two = exp_log(linear(lt(0, num(2))))
    return linear(
        eq(power_of_two(k + 1), 2 * power_of_two(k)), split, whole, (power_of_two(k), two)
    )


@cache
def _whole() -> Theorem:
    """2^k is a whole number: 2^k = floor 2^k, for all k."""
    claim = eq(power_of_two(k), floor(power_of_two(k)))

    def exact(power: Term, value: Theorem) -> Theorem:
        """From power = a whole number to power = floor power."""
        whole = value.conclusion.args[1]
        low, high = elementary("floor-below", power), elementary("floor-above", power)
        reached = next_integer(linear(lt(whole, floor(power) + 1), value, high))
        return antisymmetric(linear(le(power, floor(power)), reached, value), low)

    known, top = assume(claim), power_of_two(k + 1)
    twice = linear(eq(top, 2 * floor(power_of_two(k))), next_power(), (num(2), known))
    start = exact(power_of_two(num(0)), no_power())
    return checker.induction(k, claim, start, exact(top, twice))


@lemma(shows=eq(power_of_two(k), floor(power_of_two(k))))
def whole_power() -> Theorem:
    """2^k = floor 2^k."""
    return use(_whole(), k)


@lemma(shows=le(0, floor(power_of_two(k))))
def power_sign() -> Theorem:
    """0 <= floor 2^k."""
    return floor_nonnegative(linear(le(0, power_of_two(k)), exp_positive(k * LOG_2)))


def _logs() -> tuple[Theorem, Theorem]:
    """0 < log 2 and 0 <= log m."""
    size, one, two = sample_size_positive(), linear(lt(0, num(1))), linear(lt(0, num(2)))
    of_one = linear(eq(log(num(1)), 0), elementary("log-exp", num(0)), at_same(exp_zero(), log))
    less = cut(checker.substitute(log_of_less(), {x: num(1), y: num(2)}), one, two)
    fewer = cut(checker.substitute(log_of_less(), {x: num(1), y: m}), one, size)
    more = (linear(le(0, m - 1), checker.at_least_one("index")), one_over(size))
    return linear(lt(0, LOG_2), less, of_one), linear(le(0, log(m)), fewer, of_one, more)


@lemma(shows=le(0, LEVELS))
def levels_sign() -> Theorem:
    """0 <= ceil(log2 m)."""
    of_two, of_size = _logs()
    ratio = linear(le(0, log(m) / LOG_2), (of_size, one_over(of_two)))
    return linear(le(0, LEVELS), ratio, elementary("floor-below", -(log(m) / LOG_2)))


@lemma(shows=le(m, power_of_two(LEVELS)))
def enough_levels() -> Theorem:
    """m <= 2^ceil(log2 m)."""
    of_two, _ = _logs()
    below = elementary("floor-below", -(log(m) / LOG_2))
    above = linear(le(log(m), LEVELS * LOG_2), (below, of_two), nonzero=[of_two])
    size = exp_log(sample_size_positive())
    return linear(le(m, power_of_two(LEVELS)), exp_increasing(above), size)
