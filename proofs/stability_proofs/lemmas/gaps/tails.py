"""From bounded differences and a mean to a tail of the gap."""

from __future__ import annotations

from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.notation import E, every, indicator
from stability_proofs.kernel.terms import Term, eq, le, lt, put, var
from stability_proofs.lemmas.analysis.indicators import tail_at
from stability_proofs.lemmas.gaps.gaps import gap_difference, mean_gap
from stability_proofs.lemmas.gaps.loo_gaps import loo_gap_difference, mean_loo_gap
from stability_proofs.lemmas.probability.concentration import mcdiarmid, tail
from stability_proofs.semantics.samples import (
    S,
    gap,
    loo_gap,
    loss,
    m,
    twice,
    uniform_deletion,
    uniform_deletion_before,
    uniform_replacement,
    without,
)
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import linear, one_over, sample_size_positive

M, beta, delta, epsilon = var("M"), var("beta"), var("delta"), var("epsilon")
i, j = var("i", "index"), var("j", "index")
y, z = var("y", "example"), var("z", "example")


@lemma(
    at=(
        gap(S),
        every(S, i, z, le(gap(S) - gap(put(S, i, z)), 2 * epsilon + M / m)),
        lt(0, 2 * epsilon + M / m),
        le(E(S, gap(S)), epsilon),
        epsilon + (2 * m * epsilon + M) * tail(delta),
        delta,
    ),
    given=(lt(delta, 1), lt(0, delta)),
    shows=le(E(S, indicator(lt(epsilon + (2 * m * epsilon + M) * tail(delta), gap(S)))), delta),
)
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


@lemma(
    at=lambda: (uniform_replacement(epsilon), epsilon, le(0, epsilon), M, delta),
    given=(
        lt(delta, 1),
        lt(0, M),
        lt(0, delta),
        every(S, z, le(loss(S, z), M)),
        every(S, z, le(0, loss(S, z))),
    ),
    shows=le(E(S, indicator(lt(epsilon + (2 * m * epsilon + M) * tail(delta), gap(S)))), delta),
)
def gap_tail(replaced: Theorem, e: Term, nonnegative: Theorem, M: Term, delta: Term) -> Theorem:
    """P(gap > e + (2 m e + M) sqrt(log(1/delta)/(2m))) <= delta, from replacement stability e."""
    differences = gap_difference(replaced, e, nonnegative, M)
    positive, bias = _range_positive(nonnegative, M), mean_gap(replaced, e)
    bound = e + (2 * m * e + M) * tail(delta)
    return tail_of(gap(S), differences, positive, bias, bound, delta)


@lemma(
    at=(beta, M, delta, le(2, m)),
    given=(
        lt(delta, 1),
        le(0, beta),
        lt(0, M),
        lt(0, delta),
        every(S, i, z, le(without(S, i, z), M)),
        every(S, i, z, le(0, without(S, i, z))),
        every(S, i, z, y, eq(without(put(S, i, z), i, y), without(S, i, y))),
        every(S, i, j, z, y, eq(twice(put(S, j, z), i, j, y), twice(S, i, j, y))),
        uniform_deletion(beta),
        uniform_deletion_before(beta * m / (m - 1)),
    ),
    shows=le(E(S, indicator(lt(beta + (4 * m * beta + M) * tail(delta), loo_gap(S)))), delta),
)
def loo_gap_tail(constant: Term, M: Term, delta: Term, two: Theorem) -> Theorem:
    """P(loo gap > beta + (4 m beta + M) sqrt(log(1/delta)/(2m))) <= delta, from 2 <= m."""
    differences, bias = loo_gap_difference(constant, M, two), mean_loo_gap(constant, M)
    positive = _range_positive(linear(le(0, 2 * constant), assume(le(0, constant))), M)
    bound = constant + (4 * m * constant + M) * tail(delta)
    return tail_of(loo_gap(S), differences, positive, bias, bound, delta)
