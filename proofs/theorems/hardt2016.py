"""Hardt, Recht and Singer (2016): derivations of `stability.theorems.hardt2016`."""

from __future__ import annotations

from proofs.checker import assume
from proofs.lemmas.gaps import mean_gap
from proofs.meaning.claims import Claim, Derived
from proofs.meaning.reading import symbol_term
from proofs.meaning.samples import uniform_replacement


def expectation(claim: Claim) -> Derived:
    """E l(A_S, z_i) = E l(A_S', z), S' with the fresh z in the place of z_i."""
    epsilon = symbol_term("epsilon")
    return Derived((mean_gap(assume(uniform_replacement(epsilon)), epsilon),))
