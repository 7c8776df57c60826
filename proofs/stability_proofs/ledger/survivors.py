"""Which mutants of the proved theorems are still proved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from stability.theorems.kinds import Theorem
from stability_proofs.ledger.ledger import NONE_OF_YOUR_OWN, PROVED, derived_of, prove
from stability_proofs.ledger.mutants import Mutant, mutants
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.theorems.catalogue import Derivation


def survivors_among(
    theorems: Sequence[Theorem],
    progress: Callable[[int, int], None] | None = None,
    own: Mapping[str, Derivation] = NONE_OF_YOUR_OWN,
) -> tuple[int, list[Mutant]]:
    """The number of mutants of those theorems that are proved, and the mutants still proved.

    `progress(done, total)` counts mutants; `own` are derivations of your own, by identifier.
    """
    proved = [t for t in theorems if prove(t, own.get(t.id)).verdict == PROVED]
    every = [mutant for theorem in proved for mutant in mutants(theorem)]
    again = {theorem.id: derived_again(theorem, own.get(theorem.id)) for theorem in proved}
    survivors = []
    for done, mutant in enumerate(every):
        if progress is not None:
            progress(done, len(every))
        derive = own.get(mutant.theorem.id)
        if still_proved(mutant, again[mutant.theorem.id], derive):
            survivors.append(mutant)
    if progress is not None:
        progress(len(every), len(every))
    return len(every), survivors


def still_proved(
    mutant: Mutant, again: Callable[[], Derivation], derive: Derivation | None = None
) -> bool:
    """Whether a mutant is proved: by its derivation, or by what was derived of the original.

    Where the claims are the same, what was derived once is compared with them again.
    """
    return prove(mutant.theorem, again() if mutant.beside else derive).verdict == PROVED


def derived_again(theorem: Theorem, derive: Derivation | None = None) -> Callable[[], Derivation]:
    """Makes derivations that give what is derived of a theorem, claim by claim."""
    parts = [derived for _, derived in derived_of(theorem, derive)]

    def made() -> Derivation:
        left = iter(parts)

        def derivation(claim: Claim) -> Derived:
            del claim
            return next(left)

        return derivation

    return made
