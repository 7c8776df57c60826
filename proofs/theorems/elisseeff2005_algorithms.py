"""Elisseeff, Evgeniou and Pontil (2005): how stable nearest neighbours and bagging are."""

from __future__ import annotations

from proofs.checker import substitute
from proofs.lemmas.neighbour_chance import neighbour_with_chance
from proofs.lemmas.neighbours import changed_loss
from proofs.meaning.claims import Claim, Derived
from proofs.meaning.samples import S, i, z
from proofs.meaning.training import k
from proofs.steps import chain, for_all, mean


def nearest_neighbours(claim: Claim) -> Derived:
    """The loss moves only if the deleted example is a neighbour: every one is with the same
    probability, and on average k of them are."""
    moved = mean(S, mean(z, changed_loss()))
    whole = chain(moved, neighbour_with_chance())
    return Derived((for_all(substitute(whole, {i: k}), k),))
