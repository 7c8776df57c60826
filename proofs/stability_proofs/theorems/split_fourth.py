"""The split tail by a fourth moment: derivations of `stability.theorems.split_fourth`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from stability.conventions import Quantity
from stability_proofs.kernel.checker import Theorem
from stability_proofs.kernel.terms import Term, le
from stability_proofs.lemmas.analysis.powers_of_two import LEVELS, levels_sign
from stability_proofs.lemmas.elastic import elastic_squares, fourth_pairs
from stability_proofs.lemmas.gaps import fourth_replaced
from stability_proofs.lemmas.gaps.fourth_tails import FourthSplit, second_moment
from stability_proofs.lemmas.gaps.split_gaps import Split
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.tactics.vocabulary import linear
from stability_proofs.theorems import uniform_split
from stability_proofs.theorems.elastic_split import (
    bias_of_fit,
    by_its_tail,
    fitted_split,
    statement_of,
)

FORMS: Mapping[str, Callable[[], Theorem]] = {
    "largest column": elastic_squares.largest_column,
    "fourth moment, any beta": fourth_pairs.of_supremum,
    "fourth moment by the second": fourth_pairs.of_pairs,
    "fourth moment of a square": fourth_pairs.of_square,
}
"""What proves the statements about norms that are not given."""


def _with_fourth(parts: Split, fourth: Theorem, rate: Term, sign: Theorem) -> FourthSplit:
    """The same gap, with the fourth moment of its centred part."""
    norm = rate * LEVELS
    return FourthSplit(
        gap=parts.gap,
        same=parts.same,
        body=parts.body,
        zero=parts.zero,
        range=parts.range,
        moment=second_moment(fourth, parts.centred_part, norm),
        centred=parts.centred,
        fourth=fourth,
        sign=linear(le(0, norm), (sign, levels_sign())),
    )


@cache
def _elastic() -> FourthSplit:
    sign = fourth_pairs.rate_power()[1]
    return _with_fourth(fitted_split(), fourth_pairs.remainder_fourth(), fourth_pairs.RATE_OF, sign)


@cache
def _uniform() -> FourthSplit:
    sign = fourth_replaced.rate_power()[1]
    fourth = fourth_replaced.remainder_fourth()
    return _with_fourth(uniform_split.fitted_split(), fourth, fourth_replaced.RATE_OF, sign)


def elastic(claim: Claim) -> Derived:
    """Hoeffding for the sum, Markov's inequality for the fourth power of the remainder."""
    if claim.said:
        return Derived((FORMS[claim.statement.name](),))
    two = statement_of(claim).quantity is Quantity.ABSOLUTE_GAP
    return Derived((_elastic_tail(two, by_its_tail(claim)),))


@cache
def _elastic_tail(two_sided: bool, by_tail: bool) -> Theorem:
    parts = _elastic()
    return bias_of_fit(parts.two_sided if two_sided else parts.one_sided, by_tail)


def uniform(claim: Claim) -> Derived:
    """The same; what is left is at most 2 epsilon."""
    parts, bias = _uniform(), uniform_split.whole_bias()
    two = statement_of(claim).quantity is Quantity.ABSOLUTE_GAP
    return Derived(((parts.two_sided if two else parts.one_sided)(bias),))
