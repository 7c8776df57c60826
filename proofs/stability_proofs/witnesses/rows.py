"""The table of witnesses: a row for every stated value of every theorem that is proved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from stability.theorems.kinds import ConversionStatement, Theorem
from stability.theorems.statements.closed_sums import CONSTANT, DECAY
from stability_proofs.kernel.notation import show
from stability_proofs.kernel.terms import ProofError, Term
from stability_proofs.semantics.claims import Claim, claims
from stability_proofs.theorems.catalogue import DERIVATIONS
from stability_proofs.witnesses.catalogue import WITNESSES
from stability_proofs.witnesses.figures import Checked, Figure, checked
from stability_proofs.witnesses.witness import Witness
from stability_proofs.witnesses.worlds import World

WORDS = {
    "natural": "whole numbers",
    "real": "real numbers",
    "vector": "vectors",
    "distribution": "distributions",
    "example": "examples",
    "sample": "samples",
}
"""Sorts of which some elements are tried, in words."""
SCHEDULES = {CONSTANT: "constant steps", DECAY: "steps c/t"}


@dataclass(frozen=True)
class Row:
    """What a theorem states in a witness, and how nearly it is attained.

    `value` is the least number that could stand in the place of `bound` there (the largest, for a
    lower bound). Of a tail `failure` is the exact probability that the bound fails, and `delta` the
    probability with which it may. `tried` names what formulas quantify over and was only tried at
    some elements; all else was enumerated.
    """

    theorem: str
    statement: str
    instance: str
    quantity: str
    value: float
    bound: float
    failure: float | None
    delta: float | None
    tried: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "statement": self.statement,
            "instance": self.instance,
            "quantity": self.quantity,
            "value": self.value,
            "bound": self.bound,
            "failure": self.failure,
            "delta": self.delta,
            "tried": list(self.tried),
        }


@dataclass(frozen=True)
class Evidence:
    """What the witnesses of a theorem show; `faults` says in words what does not hold."""

    theorem: str
    rows: tuple[Row, ...]
    faults: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "id": self.theorem,
            "holds": not self.faults,
            "faults": list(self.faults),
            "rows": [row.record() for row in self.rows],
        }


def evidence(
    theorems: Sequence[Theorem], progress: Callable[[int, int], None] | None = None
) -> Iterator[Evidence]:
    """The evidence for those of the theorems that have a derivation.

    `progress(done, total)` counts them.
    """
    derived = [theorem for theorem in theorems if theorem.id in DERIVATIONS]
    for done, theorem in enumerate(derived):
        if progress is not None:
            progress(done, len(derived))
        try:
            found = checks(theorem, WITNESSES.get(theorem.id, ()))
        except ProofError as error:
            yield Evidence(theorem.id, (), (f"it is not derived: {error}",))
        else:
            yield evidence_from(theorem, found)
    if progress is not None:
        progress(len(derived), len(derived))


def checks(theorem: Theorem, witnesses: Sequence[Witness]) -> list[tuple[Witness, Checked]]:
    """Every claim of a theorem that has a derivation, in each witness that speaks of it."""
    known: dict[tuple[World, Term], bool] = {}
    found = []
    for claim in claims(theorem):
        derived = DERIVATIONS[theorem.id](claim)
        for witness in witnesses:
            world = witness.world(claim)
            if world is not None:
                found.append((witness, checked(claim, derived, world, known)))
    return found


def evidence_from(theorem: Theorem, found: Sequence[tuple[Witness, Checked]]) -> Evidence:
    """The rows, and what is missing or does not hold."""
    shown = {named(check.claim) for _, check in found}
    missing = [name for name in map(named, claims(theorem)) if name not in shown]
    faults = [f"{name or 'the statement'}: no witness" for name in missing]
    faults += (fault for witness, check in found for fault in _faults(witness, check))
    rows = (_row(witness, check, f) for witness, check in found for f in check.figures)
    return Evidence(theorem.id, tuple(rows), tuple(faults))


def named(claim: Claim) -> str:
    """The statement, and what tells its claims apart."""
    statement = claim.statement
    name = statement.name
    if isinstance(statement, ConversionStatement):
        name = " to ".join(
            f"{near} {notion}" for notion, near in (statement.takes, statement.gives)
        )
    more = (
        SCHEDULES.get(claim.schedule or "", ""),
        f"over {claim.averaged_over}" if claim.averaged_over else "",
        str(claim.deletion or ""),
    )
    return ", ".join(part for part in (name, *more) if part)


def _row(witness: Witness, check: Checked, figure: Figure) -> Row:
    return Row(
        theorem=check.claim.theorem.id,
        statement=named(check.claim),
        instance=witness.instance,
        quantity=figure.quantity,
        value=float(figure.value),
        bound=float(figure.bound),
        failure=None if figure.failure is None else float(figure.failure),
        delta=None if figure.delta is None else float(figure.delta),
        tried=tuple(WORDS.get(sort, sort) for sort in check.trials),
    )


def _faults(witness: Witness, check: Checked) -> Iterator[str]:
    where = f"{named(check.claim)}, {witness.instance}"
    for what, formulas in (("a premise", check.unmet), ("a goal", check.untrue)):
        for formula in formulas:
            yield f"{where}: {what} does not hold: {show(formula)}"
