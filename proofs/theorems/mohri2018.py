"""Mohri, Rostamizadeh and Talwalkar (2018): derivation of `stability.theorems.mohri2018`."""

from __future__ import annotations

from proofs.checker import assume
from proofs.lemmas.tails import gap_tail
from proofs.meaning.claims import Claim, Derived
from proofs.meaning.reading import symbol_term
from proofs.meaning.samples import uniform_replacement
from proofs.terms import le


def replacement(claim: Claim) -> Derived:
    """Replacing moves the gap by 2 epsilon + M/m; McDiarmid; E gap <= epsilon."""
    M, epsilon, delta = map(symbol_term, ("M", "epsilon", "delta"))
    replaced = assume(uniform_replacement(epsilon))
    return Derived((gap_tail(replaced, epsilon, assume(le(0, epsilon)), M, delta),))
