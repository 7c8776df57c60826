"""Bousquet, Klochkov and Zhivotovskiy (2020): derivations of `stability.theorems.bousquet2020`.

What is derived is ||G||_q <= 2 e + 2 (q - 1) e ceil(log2 m) + M sqrt((q - 1)/m), e the root mean
square of the constants of the indices, and the tail that follows.
"""

from __future__ import annotations

from functools import cache

from stability.theorems.bousquet2020 import PUBLISHED
from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, elementary, root_squared, substitute
from stability_proofs.kernel.notation import absolute, average, exp, log, maximum, sqrt
from stability_proofs.kernel.terms import Term, le, lt, num, term
from stability_proofs.lemmas.analysis.exponential import (
    exp_increasing,
    exp_positive,
    log_of_inverse,
)
from stability_proofs.lemmas.analysis.indicators import covered
from stability_proofs.lemmas.analysis.positive_powers import p
from stability_proofs.lemmas.analysis.powers_of_two import LEVELS, levels_sign
from stability_proofs.lemmas.analysis.roots import at_most_by_squares, root_positive
from stability_proofs.lemmas.gaps import index_moments
from stability_proofs.lemmas.gaps.centred_gaps import M, gap_is_sum
from stability_proofs.lemmas.moments.cross_moments import order_above_one
from stability_proofs.lemmas.moments.moment_norms import ORDER, Norm, markov, order_sign
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, gap, i, m
from stability_proofs.tactics.vocabulary import (
    absolute_below,
    below_absolute,
    chain,
    cut,
    equal,
    linear,
    mean,
    one_over,
    sample_size_positive,
)

RMS, epsilon, delta = map(symbol_term, ("epsilon_rms", "epsilon", "delta"))
ROOT_2 = sqrt(num(2))


def _same_for_all(theorem: Theorem) -> Theorem:
    """With one constant for all indices: it is its own root mean square."""
    theorem = checker.interpret(substitute(theorem, {RMS: epsilon}), "constant_of", (i,), epsilon)
    size = sample_size_positive()
    return cut(theorem, linear(le(average(i, epsilon**2), epsilon**2), nonzero=[size]))


def _deviation(constant: Term) -> Theorem:
    """0 <= q e ceil(log2 m)."""
    sign = assume(le(0, constant))
    return linear(le(0, p * constant * LEVELS), (order_sign(), sign, levels_sign()))


def _levels(constant: Term) -> Theorem:
    """0 <= e ceil(log2 m)."""
    return linear(le(0, constant * LEVELS), (assume(le(0, constant)), levels_sign()))


@cache
def _two() -> Theorem:
    """1 <= sqrt 2."""
    root, low = root_squared(linear(le(0, num(2)))), elementary("sqrt", num(2))
    return at_most_by_squares(num(1), ROOT_2, linear(le(num(1), ROOT_2 * ROOT_2), root), low)


@cache
def _sampling() -> Theorem:
    """0 <= M sqrt(q)/sqrt(m) - M sqrt(q - 1)/sqrt(m)."""
    share = one_over(root_positive(sample_size_positive()))
    fewer, more = (root_squared(s) for s in (order_above_one(), order_sign()))
    squares = linear(le(sqrt(p - 1) * sqrt(p - 1), sqrt(p) * sqrt(p)), fewer, more)
    roots = at_most_by_squares(sqrt(p - 1), sqrt(p), squares, elementary("sqrt", p))
    level = M / sqrt(m)
    return linear(le(level * sqrt(p - 1), level * sqrt(p)), (roots, assume(lt(0, M)), share))


def _root_sign() -> Theorem:
    """0 <= M sqrt(q)/sqrt(m)."""
    share = one_over(root_positive(sample_size_positive()))
    factors = assume(lt(0, M)), elementary("sqrt", p), share
    return linear(le(0, M * sqrt(p) / sqrt(m)), factors)


def _equal_to(norm: Norm, bound: Term) -> Norm:
    """The same number with m cancelled: an equation, so that no other number passes."""
    same = equal(norm.bound, bound, nonzero=[sample_size_positive()])
    return norm.below(linear(le(norm.bound, bound), same))


def _larger(bound: Term, stated: Term, factor: Theorem) -> Theorem:
    """The stated bound is an inequality away, `factor` (0 <= it) times what is said here."""
    deviation, levels = _deviation(RMS), _levels(RMS)
    goal = le(2 * (p - 1) * RMS * LEVELS, 24 * ROOT_2 * p * RMS * LEVELS)
    rate = linear(goal, levels, deviation, (deviation, _two()))
    parts = (rate, factor), (_sampling(), factor), (_root_sign(), factor)
    return linear(le(bound, stated), *parts)


def _gap_norm() -> Norm:
    bound = 2 * RMS + 2 * (p - 1) * RMS * LEVELS + M * sqrt(p - 1) / sqrt(m)
    return _equal_to(index_moments.gap_norm(), bound)


def moment(claim: Claim) -> Derived:
    """The moments of per-index constants that are all the same.

    As published, 24 sqrt 2 q and 4 M sqrt(q) are more than what is derived: an inequality there.
    """
    norm = _gap_norm()
    if claim.statement.name == PUBLISHED:
        stated = 2 * RMS + 24 * ROOT_2 * p * RMS * LEVELS + 4 * M * sqrt(p) / sqrt(m)
        norm = norm.below(_larger(norm.bound, stated, linear(le(0, num(1)))))
    return Derived((_same_for_all(norm.moment),))


def rms(claim: Claim) -> Derived:
    """The gap is the mean of centred functions, up to twice the constants."""
    del claim
    return Derived((_gap_norm().moment,))


def tail(claim: Claim) -> Derived:
    """P(|mean of g_i| > e norm) <= exp(-q) at q = max(2, log(1/delta)); the rest is at most 2 e.

    As published, more is stated: an inequality there.
    """
    centred = 2 * (p - 1) * RMS * LEVELS + M * sqrt(p - 1) / sqrt(m)
    norm, e = _equal_to(index_moments.centred_norm(), centred), exp(1)
    root = root_positive(linear(lt(0, p - 1), ORDER))
    share = one_over(root_positive(sample_size_positive()))
    sampling = linear(lt(0, M * sqrt(p - 1) / sqrt(m)), (assume(lt(0, M)), root, share))
    size = sample_size_positive()
    positive = linear(lt(0, norm.bound), (order_above_one(), _levels(RMS)), sampling)
    rare = markov(norm, positive)
    level = 2 * RMS + e * norm.bound
    if claim.statement.name == PUBLISHED:
        level = 2 * RMS + 24 * ROOT_2 * e * RMS * LEVELS * p + 4 * e * M * sqrt(p) / sqrt(m)
    up, down = index_moments.remainder_below()
    few = assume(le(absolute(norm.body), e * norm.bound))
    parts: list[Theorem] = []
    if claim.statement.name == PUBLISHED:
        factor = linear(le(0, e), exp_positive(term(1)))
        parts = [_larger(2 * RMS + e * norm.bound, level, factor)]
    above = below_absolute(norm.body), below_absolute(norm.body, -1)
    within = absolute_below(
        linear(le(gap(S), level), gap_is_sum(), up, above[0], few, *parts, nonzero=[size]),
        linear(le(-gap(S), level), gap_is_sum(), down, above[1], few, *parts, nonzero=[size]),
    )
    event = lt(e * norm.bound, absolute(norm.body))
    chance = chain(mean(S, covered(absolute(gap(S)), level, [event], within)), rare)
    failure, order = log(1 / delta), maximum(num(2), log(1 / delta))
    probable = substitute(_same_for_all(chance), {p: order})
    probable = cut(probable, checker.max_is_above(order, 0))
    least = linear(le(-order, -failure), checker.max_is_above(order, 1))
    small = chain(exp_increasing(least), log_of_inverse(assume(lt(0, delta))))
    return Derived((chain(probable, small),))
