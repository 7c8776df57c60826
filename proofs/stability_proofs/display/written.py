"""Derivations of theorems and lemmas, ready to be printed: a title, the steps, what they prove."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from inspect import getdoc
from typing import Any

from stability.theorems.kinds import Theorem as Stated
from stability_proofs.display.derivation import AXIOM, HYPOTHESIS, LEMMA, Line, Unfold, steps_of
from stability_proofs.display.formulas import formula
from stability_proofs.kernel import checker, families, sets
from stability_proofs.kernel.axioms import AXIOMS
from stability_proofs.ledger.ledger import derived_of
from stability_proofs.semantics.claims import Claim
from stability_proofs.tactics.lemma import Lemma, theorems_in
from stability_proofs.theorems.catalogue import Derivation


@dataclass(frozen=True)
class Written:
    """One derivation.

    `id` is that of the theorem or the name of the lemma; `claim` says which statement of a theorem
    it is; `proves` are the names of the steps that are its claims.
    """

    id: str
    claim: str
    lines: tuple[Line, ...]
    proves: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "id": self.id,
            "claim": self.claim,
            "steps": [line.record() for line in self.lines],
            "proves": list(self.proves),
            "sources": dict(self.sources()),
        }

    def sources(self) -> Iterator[tuple[str, str]]:
        """What the rules, lemmas and axioms say by which steps were made, each once."""
        about = {f"{AXIOM} {axiom.name}": axiom.source for axiom in AXIOMS}
        for line in self.lines:
            use = line.lemma
            if use is not None:
                about[line.by] = use.description.partition("\n\n")[0].replace("\n", " ")
            for module in (checker, families, sets):
                if line.by not in about and hasattr(module, line.by):
                    about[line.by] = (getdoc(getattr(module, line.by)) or "").partition("\n")[0]
        made_by = dict.fromkeys(line.by for line in self.lines if line.by != HYPOTHESIS)
        made_by |= dict.fromkeys(f"{AXIOM} {name}" for line in self.lines for name in line.axioms)
        kinds = (AXIOM, LEMMA)
        for by in sorted(made_by, key=lambda by: (not by.startswith(kinds), by)):
            yield by, about.get(by, "")


def written(
    theorem: Stated, unfold: Unfold, derivation: Derivation | None = None
) -> Iterator[Written]:
    """The derivation of each claim of a theorem, that of the library unless another is given.

    Raises ProofError if it is not proved.
    """
    for claim, derived in derived_of(theorem, derivation):
        yield _written(theorem.id, _named(claim), derived.theorems, unfold)


def of_lemma(lemma: Lemma[..., Any], unfold: Unfold) -> Written:
    """The derivation of a lemma, with its own steps."""
    inside: Unfold = lambda other: other is lemma or unfold(other)  # noqa: E731
    return _written(lemma.name, lemma.description, tuple(theorems_in(lemma.instance())), inside)


def _written(id: str, claim: str, theorems: tuple[checker.Theorem, ...], unfold: Unfold) -> Written:
    lines = steps_of(theorems, unfold)
    names = {line.theorem: line.name for line in lines}
    return Written(id, claim, lines, tuple(names[theorem] for theorem in theorems))


def _named(claim: Claim) -> str:
    """Which statement of a theorem a claim is."""
    parts = [
        claim.statement.name,
        "" if claim.schedule is None else f"step sizes: {claim.schedule}",
        "" if claim.averaged_over is None else f"averaged over {claim.averaged_over}",
        "" if claim.deletion is None else str(claim.deletion),
    ]
    stated = [f"{name} = {formula(value)}" for name, value in claim.values.items()]
    return "; ".join(part for part in (*parts, *stated) if part)
