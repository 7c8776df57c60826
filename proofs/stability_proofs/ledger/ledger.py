"""The ledger: for each theorem of the library, whether it is proved, and what that rests on."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from stability.theorems.kinds import Theorem
from stability_proofs.kernel import checker
from stability_proofs.kernel.axioms import AXIOMS
from stability_proofs.kernel.terms import ProofError, require
from stability_proofs.semantics import tables
from stability_proofs.semantics.claims import Claim, Derived, claims
from stability_proofs.theorems.catalogue import DERIVATIONS, ON_TRUST, Derivation

NONE_OF_YOUR_OWN: Mapping[str, Derivation] = MappingProxyType({})
PROVED, REFUTED, UNDECIDED = "proved", "refuted", "undecided"
LISTED = frozenset((axiom.name, axiom.formula) for axiom in AXIOMS)


@dataclass(frozen=True)
class Entry:
    """One line of the ledger.

    `verdict` is proved, refuted or undecided; `axioms` are the named inequalities that a proof
    rests on; `reason` says what is missing where there is none.
    """

    id: str
    verdict: str
    axioms: tuple[str, ...]
    reason: str
    seconds: float

    def record(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "id": self.id,
            "verdict": self.verdict,
            "axioms": list(self.axioms),
            "reason": self.reason,
            "seconds": round(self.seconds, 3),
        }


def prove(theorem: Theorem, derivation: Derivation | None = None) -> Entry:
    """Run the derivation of a theorem on the very statements that the library evaluates."""
    start = time.perf_counter()
    if derivation is None and theorem.id not in DERIVATIONS:
        reason = ON_TRUST.get(theorem.id, "no derivation")
        return Entry(theorem.id, UNDECIDED, (), reason, 0.0)
    try:
        parts = [
            part for _, derived in derived_of(theorem, derivation) for part in derived.theorems
        ]
    except ProofError as error:
        return Entry(theorem.id, UNDECIDED, (), str(error), time.perf_counter() - start)
    except Exception as error:  # derivations are not trusted: one that breaks proves nothing
        reason = f"the derivation broke: {type(error).__name__}: {error}"
        return Entry(theorem.id, UNDECIDED, (), reason, time.perf_counter() - start)
    axioms = tuple(sorted({name for part in parts for name, _ in part.axioms}))
    return Entry(theorem.id, PROVED, axioms, "", time.perf_counter() - start)


def derived_of(
    theorem: Theorem, derivation: Derivation | None = None
) -> tuple[tuple[Claim, Derived], ...]:
    """What is derived for each claim. Raises ProofError if it does not prove the claim."""
    derive, found = derivation or DERIVATIONS[theorem.id], []
    stated = claims(theorem)
    require(bool(stated), "it states nothing that there is to prove")
    tables.consistent(theorem)
    # A derivation is not trusted: it gets claims of its own, and cannot touch those judged by.
    for claim, shown in zip(stated, claims(theorem), strict=True):
        derived = derive(shown)
        derived = Derived(tuple(derived.theorems), dict(derived.functions))
        reason = _unmet(claim, derived)
        if reason is not None:
            where = f"{claim.statement.name}: " if claim.statement.name else ""
            raise ProofError(where + reason)
        found.append((claim, derived))
    return tuple(found)


def _unmet(claim: Claim, derived: Derived) -> str | None:
    """Why what is derived does not prove the claim, or None if it does."""
    checker.proved(*derived.theorems)
    if not derived.theorems:
        return "nothing is derived"
    for part in derived.theorems:
        for name, formula in part.axioms:
            if (name, formula) not in LISTED:
                return f"rests on an axiom that is not in the list: {name}"
    return claim.unmet(derived)


def ledger(
    theorems: Sequence[Theorem], own: Mapping[str, Derivation] = NONE_OF_YOUR_OWN
) -> Iterator[Entry]:
    """One entry for each theorem; `own` are derivations of your own, by identifier."""
    for theorem in theorems:
        yield prove(theorem, own.get(theorem.id))
