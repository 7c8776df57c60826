"""Bousquet and Elisseeff (2002): derivations of `stability.theorems.bousquet2002`."""

from __future__ import annotations

from proofs.checker import assume
from proofs.lemmas.gaps import replaced_from_deleted
from proofs.lemmas.tails import gap_tail, loo_gap_tail
from proofs.meaning.claims import Claim, Derived
from proofs.meaning.reading import symbol_term
from proofs.meaning.samples import m
from proofs.steps import linear
from proofs.terms import le


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
