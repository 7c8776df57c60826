"""Bousquet and Elisseeff (2002): derivations of `stability.theorems.bousquet2002`."""

from __future__ import annotations

from stability.conventions import Quantity
from stability.theorems.kinds import GeneralizationStatement
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.terms import Term, le, lt, variables
from stability_proofs.lemmas.gaps import pointwise
from stability_proofs.lemmas.gaps.gaps import replaced_from_deleted
from stability_proofs.lemmas.gaps.moment_tails import tail_from_moment
from stability_proofs.lemmas.gaps.symmetric_rules import fitted_moment, left_out_moment
from stability_proofs.lemmas.gaps.tails import gap_tail, loo_gap_tail
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import (
    S,
    gap,
    hypothesis_deletion,
    loo_gap,
    m,
    pointwise_deletion,
)
from stability_proofs.tactics.vocabulary import cut, linear, sample_size_positive


def lemma9(claim: Claim) -> Derived:
    """Products of gaps at two examples are at most 3 M times the constant on average."""
    M = symbol_term("M")
    statement = claim.statement
    if (
        isinstance(statement, GeneralizationStatement)
        and statement.quantity is Quantity.LOO_SQUARED_GAP
    ):
        return Derived((left_out_moment(symbol_term("beta_hyp"), M),))
    return Derived((fitted_moment(symbol_term("epsilon_pt"), M),))


def _by_markov(quantity: Term, moment: Theorem, constant: Term) -> Derived:
    """P(quantity > sqrt((M^2 + 6 M m constant)/(2 m delta))) <= delta.

    From E quantity^2 <= M^2/(2m) + 3 M constant.
    """
    M, delta = map(symbol_term, ("M", "delta"))
    size, sign, inner = sample_size_positive(), assume(lt(0, M)), M**2 + 6 * M * m * constant
    nonnegative = linear(le(0, constant), *_signs(constant))
    positive = linear(lt(0, inner), (sign, sign), (sign, size, nonnegative))
    second = linear(le(moment.conclusion.args[0], inner / 2 / m), moment, nonzero=[size])
    return Derived((tail_from_moment(quantity, second, positive, assume(lt(0, delta))),))


def _signs(constant: Term) -> list[Theorem]:
    return [assume(le(0, x)) for x in sorted(variables(constant), key=str)]


def theorem11_emp(claim: Claim) -> Derived:
    """Lemma 9 with epsilon_pt <= beta_hyp + beta_pt, and Markov's inequality for the square."""
    M, fresh, own = map(symbol_term, ("M", "beta_hyp", "beta_pt"))
    premises = assume(hypothesis_deletion(fresh)), assume(pointwise_deletion(own))
    stable = pointwise.both_constants(pointwise.replaced_from_deleted(), *premises)
    moment = cut(fitted_moment(fresh + own, M), stable)
    return _by_markov(gap(S), moment, fresh + own)


def theorem11_loo(claim: Claim) -> Derived:
    """Lemma 9, and Markov's inequality for the square."""
    M, constant = map(symbol_term, ("M", "beta_hyp"))
    return _by_markov(loo_gap(S), left_out_moment(constant, M), constant)


def theorem12_emp(claim: Claim) -> Derived:
    """Replacing moves the loss by 2 beta, the gap by 4 beta + M/m; McDiarmid; E gap <= 2 beta."""
    M, beta, delta = map(symbol_term, ("M", "beta", "delta"))
    replaced = replaced_from_deleted(beta, M)
    nonnegative = linear(le(0, 2 * beta), assume(le(0, beta)))
    derived = gap_tail(replaced, 2 * beta, nonnegative, M, delta)
    return Derived((derived,))


def theorem12_loo(claim: Claim) -> Derived:
    """The same with beta m/(m - 1) where an example is deleted already; E (R - R_loo) <= beta."""
    M, beta, delta = map(symbol_term, ("M", "beta", "delta"))
    return Derived((loo_gap_tail(beta, M, delta, assume(le(2, m))),))
