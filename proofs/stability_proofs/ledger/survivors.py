"""Which mutants of the proved theorems are still proved."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stability.theorems.kinds import Theorem
from stability_proofs.ledger.ledger import PROVED, prove
from stability_proofs.ledger.mutants import Mutant, mutants


def survivors_among(
    theorems: Sequence[Theorem], progress: Callable[[int, int], None] | None = None
) -> tuple[int, list[Mutant]]:
    """The number of mutants of those theorems that are proved, and the mutants still proved.

    `progress(done, total)` counts mutants.
    """
    proved = [t for t in theorems if prove(t).verdict == PROVED]
    every = [mutant for theorem in proved for mutant in mutants(theorem)]
    survivors = []
    for done, mutant in enumerate(every):
        if progress is not None:
            progress(done, len(every))
        if prove(mutant.theorem).verdict == PROVED:
            survivors.append(mutant)
    if progress is not None:
        progress(len(every), len(every))
    return len(every), survivors
