"""Mohri, Rostamizadeh and Talwalkar (2018): derivation of `stability.theorems.mohri2018`."""

from __future__ import annotations

from stability_proofs.kernel.checker import assume
from stability_proofs.kernel.terms import le
from stability_proofs.lemmas.gaps.tails import gap_tail
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import uniform_replacement


def replacement(claim: Claim) -> Derived:
    """Replacing moves the gap by 2 epsilon + M/m; McDiarmid; E gap <= epsilon."""
    M, epsilon, delta = map(symbol_term, ("M", "epsilon", "delta"))
    replaced = assume(uniform_replacement(epsilon))
    return Derived((gap_tail(replaced, epsilon, assume(le(0, epsilon)), M, delta),))
