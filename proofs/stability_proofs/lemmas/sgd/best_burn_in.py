"""The best burn-in for steps c/t, q = c gamma: x with x^(q + 1) = T^q 2 c L^2/M.

Neither x nor the formula for it is whole. The whole number s below it is enough: later steps cost
as if they went on from x, because (x/t)^(q + 1) falls in t.
"""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, elementary, exp_log, substitute
from stability_proofs.kernel.notation import every, exp, log
from stability_proofs.kernel.terms import eq, le, lt, replace, var
from stability_proofs.lemmas.analysis.exponential import exp_positive
from stability_proofs.lemmas.analysis.growth_sums import (
    alpha,
    below_power,
    c,
    gamma,
    grown,
    growth_below_power,
    h,
    low,
    rate,
)
from stability_proofs.lemmas.analysis.powers import exp_of_difference, power, power_growth
from stability_proofs.lemmas.analysis.powers import x as base
from stability_proofs.lemmas.analysis.powers import y as other
from stability_proofs.lemmas.analysis.recursions import contracted_next, s, t
from stability_proofs.semantics.algorithms import LAST
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import at_same, cut, equal, linear, one_over, restated, use

L, M = symbol_term("L"), symbol_term("M")
q = c * gamma
cost = 2 * c * L**2
exponent = q / (1 + q) * log(LAST) + (log(cost) - log(M)) / (1 + q)
x = exp(exponent)
"""The best burn-in."""
rest = q * (x - s) + x


def _positive() -> dict[str, Theorem]:
    """0 < each of these."""
    facts = {name: assume(lt(0, symbol_term(name))) for name in ("c", "gamma", "L", "M")}
    facts["q"] = linear(lt(0, q), (facts["c"], facts["gamma"]))
    facts["1 + q"] = linear(lt(0, 1 + q), facts["q"])
    facts["cost"] = linear(lt(0, cost), (facts["c"], facts["L"], facts["L"]))
    return facts


@cache
def _power_of_best() -> Theorem:
    """x^q x M = T^q 2 c L^2."""
    known = _positive()
    whole = q * log(LAST) + log(cost) - log(M)
    exponents = equal(q * exponent + exponent, whole, nonzero=[known["1 + q"]])
    together = at_same(exponents, exp)
    sum_of = restated(
        elementary("exp-sum", q * exponent, exponent),
        eq(exp(q * exponent + exponent), exp(q * exponent) * x),
    )
    raised = at_same(elementary("log-exp", exponent), lambda value: exp(q * value))
    parts = restated(
        elementary("exp-sum", q * log(LAST), log(cost) - log(M)),
        eq(exp(whole), power(LAST, q) * exp(log(cost) - log(M))),
    )
    quotient = exp_of_difference(log(cost), log(M))
    difference = exp(log(cost) - log(M))
    return linear(
        eq(power(x, q) * x * M, power(LAST, q) * cost),
        (x * M, raised),
        (M, sum_of),
        (M, together),
        (M, parts),
        (power(LAST, q) * difference, exp_log(known["M"])),
        (power(LAST, q), quotient),
        (power(LAST, q), exp_log(known["cost"])),
    )


@cache
def _from_whole_part() -> Theorem:
    """`below_power` at s + 1 with h = x^(q + 1)/(q (x - s) + x), from s <= x < s + 1.

    x^q (1 + q (N - x)/N) <= N^q at N = s + 1, and the rest is (N - x)(x - s) >= 0.
    """
    known, after = _positive(), s + 1
    size = use(assume(every(t, eq(alpha(t), c / t))), after)
    below, above = assume(le(s, x)), assume(lt(x, after))
    count = linear(lt(0, after), checker.natural(s))
    sure = exp_positive(exponent)
    spread = linear(lt(0, rest), (known["q"], linear(le(0, x - s), below)), sure)
    none = checker.empty(grown(after, s), linear(lt(s, after)))
    first = contracted_next(rate, alpha, after, s, linear(le(after, after)))
    value = equal(grown(after, after), c / after, first, (rate(after), none), size)
    raised = cut(
        substitute(power_growth(), {base: x, other: after, var("q"): q}),
        sure,
        count,
        linear(le(0, q), known["q"]),
    )
    part = one_over(count)
    gap, slack = linear(le(0, x - s), below), linear(le(0, after - x), above)
    # x (1 + q/N) <= (1 + q (N - x)/N)(x + q (x - s))
    shape = linear(
        le(x * (1 + q / after), (1 + q * (after - x) / after) * rest),
        (known["q"], gap, slack, part),
        (known["q"], known["q"], gap, slack, part),
        nonzero=[count],
    )
    higher = exp_positive(q * log(x))
    product = linear(
        le(power(x, q) * x * (1 + q / after), power(after, q) * rest),
        (shape, higher),
        (raised, spread),
        nonzero=[count],
    )
    own = power(x, q) * x / rest
    goal = replace(below_power(after), {low: after, h: own})
    return linear(goal, (product, one_over(spread)), (gamma * own, value), nonzero=[spread, count])


@lemma(
    given=(
        lt(0, c),
        lt(0, gamma),
        lt(0, M),
        lt(0, L),
        every(s, eq(alpha(s), c / s)),
        lt(x, LAST),
        le(s, x),
        lt(x, s + 1),
    ),
    shows=le(2 * L**2 * grown(s + 1, LAST), M * (x - s + x / q)),
)
def later_steps() -> Theorem:
    """2 L^2 times the sum of grown steps after s is at most M (x - s + x/q), if s <= x < s + 1.

    Hypotheses: besides, x < T, steps c/t, and that c, gamma, L and M are positive.
    """
    known = _positive()
    below, before = assume(le(s, x)), assume(lt(x, LAST))
    sure = exp_positive(exponent)
    spread = linear(lt(0, rest), (known["q"], linear(le(0, x - s), below)), sure)
    own, whole = power(x, q) * x / rest, grown(s + 1, LAST)
    lemma = substitute(growth_below_power(), {s: s + 1, low: s + 1, h: own})
    first, next_one = linear(le(1, s + 1), checker.natural(s)), linear(le(s + 1, s + 2))
    ordered = checker.next_integer(linear(lt(s, LAST), below, before))
    left = LAST - (s + 1)
    at_end = checker.specialise(
        cut(lemma, _from_whole_part(), first, next_one), left, linear(le(0, left), ordered)
    )
    top, fee = power(LAST, q), exp_positive(q * log(LAST))
    scaled = linear(
        le((gamma * whole + 1) * power(x, q) * x * M, top * rest * M),
        (at_end, spread, known["M"]),
        nonzero=[spread],
    )
    grew = gamma * whole + 1
    put_in = linear(le(grew * cost * top, rest * M * top), scaled, (grew, _power_of_best()))
    divided = linear(le(grew * cost, rest * M), (put_in, one_over(fee)), nonzero=[fee])
    goal = le(2 * L**2 * whole, M * (x - s + x / q))
    over = one_over(known["c"]), one_over(known["gamma"])
    return linear(
        goal, (divided, *over), (known["cost"], *over), nonzero=[known["c"], known["gamma"]]
    )


@lemma(
    given=(lt(0, gamma), lt(0, c), lt(0, M)),
    shows=eq(M * x, power(M, q / (1 + q)) * power(LAST, q / (1 + q)) * power(cost, 1 / (1 + q))),
)
def stated() -> Theorem:
    """M x is the product of powers that the theorem states."""
    known = _positive()
    power_of, share = q / (1 + q), 1 / (1 + q)
    parts = [power_of * log(M), power_of * log(LAST), share * log(cost)]
    whole = log(M) + exponent
    same_sum = equal(whole, parts[0] + parts[1] + parts[2], nonzero=[known["1 + q"]])
    first = restated(elementary("exp-sum", log(M), exponent), eq(exp(whole), exp(log(M)) * x))
    second = elementary("exp-sum", parts[0] + parts[1], parts[2])
    third = elementary("exp-sum", parts[0], parts[1])
    moved = at_same(same_sum, exp)
    powers = [exp(part) for part in parts]
    return equal(
        M * x,
        powers[0] * powers[1] * powers[2],
        (-x, exp_log(known["M"])),
        first,
        moved,
        second,
        (powers[2], third),
    )
