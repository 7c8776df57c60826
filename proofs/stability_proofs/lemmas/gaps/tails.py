"""From bounded differences and a mean to a tail of the gap."""

from __future__ import annotations

from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.terms import Term, le, lt
from stability_proofs.lemmas.analysis.indicators import tail_at
from stability_proofs.lemmas.gaps.gaps import gap_difference, mean_gap
from stability_proofs.lemmas.gaps.loo_gaps import loo_gap_difference, mean_loo_gap
from stability_proofs.lemmas.probability.concentration import mcdiarmid, tail
from stability_proofs.semantics.samples import S, gap, loo_gap, m
from stability_proofs.tactics.steps import linear, one_over, sample_size_positive


def tail_of(
    quantity: Term, differences: Theorem, positive: Theorem, bias: Theorem, bound: Term, delta: Term
) -> Theorem:
    """P(quantity > bound) <= delta, for a function of S and bound = bias + m c tail(delta).

    `differences`: it moves by at most c in every coordinate; `positive`: 0 < c; `bias`: its mean is
    at most the bias.
    """
    c, average = positive.conclusion.args[1], bias.conclusion.args[0]
    above_mean = mcdiarmid(S, quantity, differences, positive, delta)
    x = average + m * c * tail(delta)
    below = linear(le(x, bound), bias, nonzero=[sample_size_positive()])
    return tail_at(above_mean, quantity, below)


def _range_positive(e: Theorem, M: Term) -> Theorem:
    """0 < 2 e + M/m, from 0 <= e."""
    share = one_over(sample_size_positive())
    return linear(lt(0, 2 * e.conclusion.args[1] + M / m), e, (assume(lt(0, M)), share))


def gap_tail(replaced: Theorem, e: Term, nonnegative: Theorem, M: Term, delta: Term) -> Theorem:
    """P(gap > e + (2 m e + M) sqrt(log(1/delta)/(2m))) <= delta, from replacement stability e."""
    differences = gap_difference(replaced, e, nonnegative, M)
    positive, bias = _range_positive(nonnegative, M), mean_gap(replaced, e)
    bound = e + (2 * m * e + M) * tail(delta)
    return tail_of(gap(S), differences, positive, bias, bound, delta)


def loo_gap_tail(constant: Term, M: Term, delta: Term, two: Theorem) -> Theorem:
    """P(loo gap > beta + (4 m beta + M) sqrt(log(1/delta)/(2m))) <= delta, from 2 <= m."""
    differences, bias = loo_gap_difference(constant, M, two), mean_loo_gap(constant, M)
    positive = _range_positive(linear(le(0, 2 * constant), assume(le(0, constant))), M)
    bound = constant + (4 * m * constant + M) * tail(delta)
    return tail_of(loo_gap(S), differences, positive, bias, bound, delta)
