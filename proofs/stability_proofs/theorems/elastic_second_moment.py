"""The elastic second moment: derivations of `stability.theorems.elastic_second_moment`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, elementary, root_squared
from stability_proofs.kernel.notation import E, average, minimum, sqrt
from stability_proofs.kernel.terms import Term, eq, le, lt, put, replace
from stability_proofs.lemmas.analysis.maxima import least_positive
from stability_proofs.lemmas.analysis.roots import root_positive
from stability_proofs.lemmas.elastic import elastic_squares
from stability_proofs.lemmas.elastic.contractions import (
    fitted_without,
    left_out_square,
    of_fit,
    of_left_out,
    own_risk,
    tested_loss,
    tested_loss_square,
)
from stability_proofs.lemmas.elastic.elastic_gaps import below_both
from stability_proofs.lemmas.elastic.elastic_squares import b_rms, beta_rms, c_rms, d_rms
from stability_proofs.lemmas.elastic.elastic_walks import (
    SHRUNK_HIGH,
    SHRUNK_LOW,
    UNTOUCHED,
    M,
    others_positive,
)
from stability_proofs.lemmas.gaps.centred_gaps import (
    centred,
    gap_is_sum,
    has_mean_zero,
    own_square,
    remainder,
)
from stability_proofs.lemmas.moments.mean_squares import below_each, below_pairs
from stability_proofs.lemmas.moments.moments import markov, minkowski
from stability_proofs.lemmas.moments.pairs import over, product_below_spreads, redrawn
from stability_proofs.lemmas.probability.variances import popoviciu
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, gap, i, j, loo_gap, m, risk, without, y
from stability_proofs.tactics.elements import settled
from stability_proofs.tactics.mixed_families import unequal
from stability_proofs.tactics.vocabulary import (
    Square,
    averaged,
    for_all,
    linear,
    mean,
    one_over,
    sample_size_positive,
    use,
)

delta = symbol_term("delta")
FORMS: Mapping[str, Callable[[], Theorem]] = {
    "rows": elastic_squares.rows,
    "columns": elastic_squares.columns,
    "diagonal": elastic_squares.diagonal,
    "pairs": elastic_squares.pairs,
    "largest column": elastic_squares.largest_column,
}
"""What proves the statements about norms that are not given."""
SPREAD = (1 - 1 / m) * beta_rms**2 / m**2
LEAST = minimum(M**2 / 4, M**2 / (4 * m) + SPREAD)
LOO_LEAST = M**2 / (4 * m) + beta_rms**2 / (m * (m - 1))


@cache
def mean_square() -> Theorem:
    """E (mean of g_i)^2 <= min(M^2/4, M^2/(4m) + (1 - 1/m) |beta|_2^2/m^2)."""

    def pair(apart: Theorem) -> Theorem:
        zero = has_mean_zero()
        other_zero = checker.substitute(zero, {i: j})
        back = unequal(apart)
        product = product_below_spreads(centred(i), centred(j), zero, other_zero, back)
        spreads = of_fit(i, j, back).spread(back), of_fit(j, i, apart).spread(apart)
        return linear(le(E(S, centred(i) * centred(j)), beta_rms**2 / m**2), product, *spreads)

    own = linear(le(E(S, centred(i) ** 2), M**2 / 4), own_square())
    body = average(i, centred(i))
    each = below_each(centred(i), own)
    pairs = below_pairs(centred(i), own, pair)
    both = linear(le(E(S, body**2), M**2 / (4 * m) + SPREAD), pairs)
    return below_both(each, both, LEAST)


@cache
def _bias() -> Theorem:
    """E (mean remainder)^2 <= ((|b|_2 + |d|_2 + |c|_2)/m)^2."""
    share = one_over(sample_size_positive())
    alone = risk(S) - over(risk(S), i)
    signs = [assume(le(0, root)) for root in (b_rms, d_rms, c_rms)]
    first = linear(le(0, b_rms / m), (signs[0], share))
    second = linear(le(0, (d_rms + c_rms) / m), (signs[1], share), (signs[2], share))
    of_risk = linear(le(E(S, alone * alone), (b_rms / m) * (b_rms / m)), own_risk(i))
    body, level = tested_loss(i), (d_rms + c_rms) / m
    of_loss = linear(le(E(S, body * body), level * level), tested_loss_square(i))
    whole = minkowski(of_risk, of_loss, alone, body, first, second)
    own = linear(le(E(S, remainder(i) ** 2), (b_rms / m + level) ** 2), whole)
    return below_each(remainder(i), own)


Root = tuple[Theorem, Term, Theorem, Theorem]
"""E gap^2 <= (top + sqrt(most))^2; the root; 0 <= top and 0 < most."""


def root_of(
    gap_of: Term,
    same: Theorem,
    squares: Theorem,
    bias: Theorem,
    bias_sign: Theorem,
    positive: Theorem,
) -> Root:
    """By Minkowski's inequality. `same`: gap = first + rest; `squares`: E first^2 <= most, `bias`:
    E rest^2 <= top^2; `bias_sign`: 0 <= top, `positive`: 0 < most."""
    most, top = squares.conclusion.args[1], bias_sign.conclusion.args[1]
    first, rest = same.conclusion.args[1].args
    root = root_squared(linear(le(0, most), positive))
    of_first = linear(le(E(S, first * first), sqrt(most) * sqrt(most)), squares, root)
    of_rest = linear(le(E(S, rest * rest), top * top), bias)
    whole = minkowski(of_rest, of_first, rest, first, bias_sign, elementary("sqrt", most))
    equal = linear(eq(gap_of**2, (rest + first) ** 2), (gap_of + first + rest, same))
    level = top + sqrt(most)
    found = linear(le(E(S, gap_of**2), level**2), whole, averaged(S, equation=equal))
    return found, level, bias_sign, positive


@cache
def _fitted() -> Root:
    share = one_over(sample_size_positive())
    signs = ((share, assume(le(0, root))) for root in (b_rms, c_rms, d_rms))
    sign = linear(le(0, (b_rms + c_rms + d_rms) / m), *signs)
    whole = linear(lt(0, M**2 / 4), (assume(lt(0, M)), assume(lt(0, M))))
    # (1 - 1/m) n^2/m^2 = (m - 1) n^2/m^3
    spread = linear(le(0, m - 1), checker.at_least_one("index")), share, share, share
    squares = linear(le(0, beta_rms**2), Square(beta_rms))
    both = linear(
        lt(0, M**2 / (4 * m) + SPREAD), (whole, share), (*spread, squares),
        nonzero=[sample_size_positive()],
    )  # fmt: skip
    positive = least_positive(whole, both)
    return root_of(gap(S), gap_is_sum(), mean_square(), _bias(), sign, positive)


@cache
def _left_out() -> Root:
    others, body = others_positive(), fitted_without(i)
    zero = for_all(left_out_zero(), S)

    def pair(apart: Theorem) -> Theorem:
        back = unequal(apart)
        product = product_below_spreads(
            body, replace(body, {i: j}), zero, checker.substitute(zero, {i: j}), back
        )
        spreads = (
            of_left_out(i, j, back, others).spread(back),
            of_left_out(j, i, apart, others).spread(apart),
        )
        goal = le(E(S, body * replace(body, {i: j})), beta_rms**2 / ((m - 1) * (m - 1)))
        return linear(goal, product, *spreads)

    size = sample_size_positive()
    pairs = below_pairs(body, left_out_own(), pair)
    first = average(i, body)
    squares = linear(le(E(S, first**2), LOO_LEAST), pairs, nonzero=[size, others])
    left = risk(S) - mean_without()
    rest = average(i, left)
    same = linear(eq(loo_gap(S), first + rest), nonzero=[size])
    bias = below_each(left, left_out_square(i))
    share = one_over(size)
    sign = linear(le(0, b_rms / m), (share, assume(le(0, b_rms))))
    whole = linear(lt(0, M**2 / 4), (assume(lt(0, M)), assume(lt(0, M))))
    pairs_sign = linear(le(0, beta_rms**2), Square(beta_rms)), share, one_over(others)
    positive = linear(lt(0, LOO_LEAST), (whole, share), pairs_sign)
    return root_of(loo_gap(S), same, squares, bias, sign, positive)


def mean_without() -> Term:
    """R(A_S^-i)."""
    return E(elastic_squares.POINT, without(S, i, elastic_squares.POINT))


def left_out_zero() -> Theorem:
    """Over z_i, what is fitted without it has gap 0 on average."""
    body = fitted_without(i)
    plain = settled(over(body, i))
    point = elastic_squares.POINT
    kept = use(UNTOUCHED, S, i, point, point)
    risks = averaged(point, equation=kept)
    inner = averaged(y, point, equation=use(UNTOUCHED, S, i, y, point))
    return linear(eq(over(body, i), 0), plain, risks, inner)


def left_out_own() -> Theorem:
    """E h_i^2 <= M^2/4: over z_i it has mean 0 and values in an interval of length M."""
    body = fitted_without(i)
    at_y = replace(body, {S: put(S, i, y)})
    top = mean_without()
    plain = settled(at_y)
    inner = averaged(elastic_squares.POINT, equation=use(UNTOUCHED, S, i, y, elastic_squares.POINT))
    own = use(UNTOUCHED, S, i, y, y)
    value = linear(eq(at_y, top - without(S, i, y)), plain, inner, own)
    below = for_all(linear(le(top - M, at_y), value, use(SHRUNK_HIGH, S, i, y)), y)
    above = for_all(linear(le(at_y, top - M + M), value, use(SHRUNK_LOW, S, i, y)), y)
    spread = popoviciu(at_y, top - M, M, below, above)
    none = left_out_zero()
    mean_of = over(body, i)
    square = mean(S, linear(le(over(body**2, i), M**2 / 4), spread, (mean_of, none)))
    return linear(le(E(S, body**2), M**2 / 4), redrawn(body**2, i), square)


def second_moment(claim: Claim) -> Derived:
    """The gap is the mean of centred gaps, and a remainder."""
    return _derived(claim, lambda: _fitted()[0])


def chebyshev(claim: Claim) -> Derived:
    """Markov's inequality for G^2."""
    return _derived(claim, lambda: tail_of(gap(S), *_fitted()))


def second_moment_loo(claim: Claim) -> Derived:
    """The same for what is fitted without an example and tested on it."""
    return _derived(claim, lambda: _left_out()[0])


def chebyshev_loo(claim: Claim) -> Derived:
    """Markov's inequality for (R - R_loo)^2."""
    return _derived(claim, lambda: tail_of(loo_gap(S), *_left_out()))


def _derived(claim: Claim, derive: Callable[[], Theorem]) -> Derived:
    if claim.said:
        return Derived((FORMS[claim.statement.name](),))
    return Derived((derive(),))


def tail_of(
    gap_of: Term, moment: Theorem, level: Term, bias_sign: Theorem, most_positive: Theorem
) -> Theorem:
    """P(|gap| > level/sqrt delta) <= delta, by Markov's inequality for the square of the gap."""
    positive = linear(lt(0, level), bias_sign, root_positive(most_positive))
    squared = linear(le(E(S, gap_of * gap_of), level * level), moment)
    return markov(squared, gap_of, positive, assume(lt(0, delta)))
