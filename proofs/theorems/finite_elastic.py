"""The finite-sample elastic theorem: derivations of `stability.theorems.finite_elastic`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from proofs.checker import Theorem, assume
from proofs.lemmas.concentration import tail
from proofs.lemmas.covering import covering
from proofs.lemmas.elastic_gaps import (
    below_both,
    differences,
    gap_range,
    good,
    mean_gap,
    mean_loo_gap,
)
from proofs.lemmas.elastic_walks import B1, FITTED, LEFT_OUT, B, D, Form, M, U, eta
from proofs.lemmas.extension import concentrates_on
from proofs.lemmas.indicators import complement, tail_at
from proofs.lemmas.rows import (
    certain,
    groups,
    product,
    row_below,
    row_by_bernstein,
    row_by_hoeffding,
)
from proofs.meaning.claims import Claim, Derived
from proofs.meaning.reading import symbol_term
from proofs.meaning.samples import S, largest_row, m, rows_exceed
from proofs.meaning.slack import CERTAIN
from proofs.steps import E, for_all, indicator, linear, mean, one_over, sample_size_positive
from proofs.terms import le, lt, var
from stability.theorems.finite_elastic import P_BERNSTEIN, P_COVERING, P_HOEFFDING, P_PRODUCT

p, delta = map(symbol_term, ("p", "delta"))
RANGE = assume(lt(0, M))
B_SIGN, U_SIGN, B1_SIGN, D_SIGN, ETA_SIGN = (assume(le(0, x)) for x in (B, U, B1, D, eta))


def _cap_sign(form: Form) -> Theorem:
    """0 <= cap, the smaller of two numbers that are not negative."""
    first = -form.cap.args[1].args[0]
    ratio = (sample_size_positive(), one_over(form.divisors[-1]))
    low = linear(le(0, first), (B_SIGN, *ratio), (ETA_SIGN, *ratio), B_SIGN, ETA_SIGN)
    return below_both(low, U_SIGN, form.cap)


def _concentrates(form: Form, bias: Theorem, bias_sign: Theorem) -> Derived:
    """Samples are good but for a probability p; the gap concentrates on the good ones."""
    size, a, C = sample_size_positive(), bias.conclusion.args[1], form.constant
    share = one_over(size)
    parts = ((share, x) for x in (RANGE, B_SIGN, _cap_sign(form)))
    inside, rows = indicator(good(S)), lt(B + eta, largest_row(S))
    bad = mean(S, linear(le(1 - inside, indicator(rows)), complement(good(S))))
    likely = linear(le(E(S, 1 - inside), p), bad, assume(rows_exceed(B + eta, p)))
    found = concentrates_on(
        form.gap,
        good(S),
        {var("a"): a, var("c"): C / m},
        differences(form),
        *(for_all(end, S) for end in gap_range(form)),
        bias,
        bias_sign,
        likely,
        assume(lt(p, 1)),
        linear(lt(0, C / m), *parts),
        RANGE,
        assume(lt(0, delta)),
        assume(lt(delta, 1)),
    )
    reached = (a + p * M) / (1 - p) + p * m * (C / m) + m * (C / m) * tail(delta)
    stated = (a + p * M) / (1 - p) + p * C + C * tail(delta)
    return Derived((tail_at(found, form.gap, linear(le(reached, stated), nonzero=[size])),))


FORMS: Mapping[str, tuple[Callable[[], Theorem], ...]] = {
    CERTAIN.name: (certain,),
    P_PRODUCT.name: (product,),
    P_HOEFFDING.name: (row_by_hoeffding, row_below, groups),
    P_BERNSTEIN.name: (row_by_bernstein, row_below, groups),
    P_COVERING.name: (covering,),
}
"""What proves the forms of p."""


def emp(claim: Claim) -> Derived:
    """C = 2 B + 2 k + M on the samples where every row of beta has at most the mean B + eta."""
    if claim.statement.name in FORMS:
        return _form(claim)
    share = one_over(sample_size_positive())
    sign = linear(le(0, (B1 + D) / m), (B1_SIGN, share), (D_SIGN, share))
    return _concentrates(FITTED, mean_gap(), sign)


def loo(claim: Claim) -> Derived:
    """The same with walks over samples of size m - 1, and no diagonal in the mean."""
    if claim.statement.name in FORMS:
        return _form(claim)
    sign = linear(le(0, B1 / m), (B1_SIGN, one_over(sample_size_positive())))
    return _concentrates(LEFT_OUT, mean_loo_gap(), sign)


def _form(claim: Claim) -> Derived:
    return Derived(tuple(derive() for derive in FORMS[claim.statement.name]))
