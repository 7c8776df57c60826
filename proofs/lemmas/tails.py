"""From bounded differences and a mean to a tail of the gap."""

from __future__ import annotations

from proofs.checker import Theorem, assume
from proofs.lemmas.concentration import mcdiarmid, tail
from proofs.lemmas.gaps import gap_difference, mean_gap
from proofs.lemmas.indicators import tail_at
from proofs.meaning.samples import S, gap, m
from proofs.steps import linear, one_over, sample_size_positive
from proofs.terms import Term, le, lt


def gap_tail(replaced: Theorem, e: Term, nonnegative: Theorem, M: Term, delta: Term) -> Theorem:
    """P(gap > e + (2 m e + M) sqrt(log(1/delta)/(2m))) <= delta, from replacement stability e."""
    c = 2 * e + M / m
    range_positive, examples = assume(lt(0, M)), sample_size_positive()
    positive = linear(lt(0, c), nonnegative, (range_positive, one_over(examples)))
    differences = gap_difference(replaced, e, nonnegative, M)
    above_mean = mcdiarmid(S, gap(S), differences, positive, delta)
    derived = e + (2 * m * e + M) * tail(delta)
    bias = mean_gap(replaced, e)
    x = bias.conclusion.args[0] + m * c * tail(delta)
    return tail_at(above_mean, gap(S), linear(le(x, derived), bias, nonzero=[examples]))
