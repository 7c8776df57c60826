"""Which mutants of the proved theorems are still proved."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stability.theorems.kinds import Theorem
from stability_proofs.ledger.ledger import PROVED, derived_of, prove
from stability_proofs.ledger.mutants import Mutant, mutants
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.theorems.catalogue import Derivation


def survivors_among(
    theorems: Sequence[Theorem], progress: Callable[[int, int], None] | None = None
) -> tuple[int, list[Mutant]]:
    """The number of mutants of those theorems that are proved, and the mutants still proved.

    `progress(done, total)` counts mutants.
    """
    proved = [t for t in theorems if prove(t).verdict == PROVED]
    every = [mutant for theorem in proved for mutant in mutants(theorem)]
    survivors, again = [], {theorem.id: derived_again(theorem) for theorem in proved}
    for done, mutant in enumerate(every):
        if progress is not None:
            progress(done, len(every))
        if still_proved(mutant, again[mutant.theorem.id]):
            survivors.append(mutant)
    if progress is not None:
        progress(len(every), len(every))
    return len(every), survivors


def still_proved(mutant: Mutant, again: Callable[[], Derivation]) -> bool:
    """Whether a mutant is proved: by its derivation, or by what was derived of the original.

    Where the claims are the same, what was derived once is compared with them again.
    """
    return prove(mutant.theorem, again() if mutant.beside else None).verdict == PROVED


def derived_again(theorem: Theorem) -> Callable[[], Derivation]:
    """Makes derivations that give what is derived of a theorem, claim by claim."""
    parts = [derived for _, derived in derived_of(theorem)]

    def made() -> Derivation:
        left = iter(parts)

        def derivation(claim: Claim) -> Derived:
            del claim
            return next(left)

        return derivation

    return made
