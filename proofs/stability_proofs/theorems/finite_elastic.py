"""The finite-sample elastic theorem: derivations of `stability.theorems.finite_elastic`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from stability.theorems.finite_elastic import (
    P_BERNSTEIN,
    P_COVERING,
    P_HOEFFDING,
    P_NOTHING,
    P_OWN_BERNSTEIN,
    P_OWN_HOEFFDING,
    P_PRODUCT,
    P_PRODUCT_BERNSTEIN,
)
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.terms import le
from stability_proofs.lemmas.elastic.covering import covering
from stability_proofs.lemmas.elastic.elastic_tails import elastic_tail
from stability_proofs.lemmas.elastic.elastic_walks import FITTED, LEFT_OUT, Form
from stability_proofs.lemmas.elastic.own_rows import below_largest_row, by_bernstein, by_hoeffding
from stability_proofs.lemmas.elastic.rows import (
    LEVEL,
    certain,
    groups,
    product,
    product_by_bernstein,
    row_below,
    row_by_bernstein,
    row_by_hoeffding,
    tail_of_smaller,
)
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import rows_exceed
from stability_proofs.tactics.vocabulary import discharge, linear, premises, use


def _own(derive: Callable[[], Theorem]) -> Callable[[], Theorem]:
    """An own row is at most the largest row, of which the derivation speaks."""

    def derivation() -> Theorem:
        found = derive()
        *assumed, _ = premises(found.conclusion)
        tail = use(found, *map(assume, assumed))
        own = tail_of_smaller(tail, below_largest_row(), linear(le(LEVEL, LEVEL)))
        return discharge(own, *assumed)

    return derivation


FORMS: Mapping[str, tuple[Callable[[], Theorem], ...]] = {
    P_NOTHING.name: (_own(certain),),
    P_OWN_HOEFFDING.name: (by_hoeffding,),
    P_OWN_BERNSTEIN.name: (by_bernstein,),
    P_PRODUCT.name: (_own(product),),
    P_PRODUCT_BERNSTEIN.name: (_own(product_by_bernstein),),
    P_HOEFFDING.name: (row_by_hoeffding, row_below, _own(groups)),
    P_BERNSTEIN.name: (row_by_bernstein, row_below, _own(groups)),
    P_COVERING.name: (_own(covering),),
}
"""What proves the forms of p."""


def emp(claim: Claim) -> Derived:
    """C = 2 B + 2 k + M among the samples whose rows have at most the mean B + eta."""
    return _derived(claim, FITTED)


def loo(claim: Claim) -> Derived:
    """The same with walks over samples of size m - 1, and no diagonal in the mean."""
    return _derived(claim, LEFT_OUT)


def _derived(claim: Claim, form: Form) -> Derived:
    if claim.statement.name in FORMS:
        return Derived(tuple(derive() for derive in FORMS[claim.statement.name]))
    return Derived((elastic_tail(form, assume(rows_exceed(LEVEL, symbol_term("p")))),))
