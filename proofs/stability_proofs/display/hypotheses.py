"""The table of hypotheses: words, check, formulas, and setups at the edge on each side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.padding import Padding

from stability.theorems.kinds import StabilityStatement, Theorem
from stability.theorems.kinds.hypotheses import AveragedOver
from stability.theorems.kinds.hypothesis import Hypothesis
from stability_proofs.display.formulas import formula
from stability_proofs.kernel.terms import ProofError
from stability_proofs.semantics.hypotheses import PROMISED, formulas
from stability_proofs.semantics.setups.edges import edge_of
from stability_proofs.semantics.setups.tried import given_to, told, why_not_as_said

PREMISE = "which constants may be assumed: those that average over this"
GOAL = "what the goal speaks of; without this hypothesis there is none"
NO_FORMULA = "no formula: theorems with it are taken on trust"


@dataclass(frozen=True)
class HypothesisRow:
    """One hypothesis of the library.

    `means` are the formulas that derivations assume. `check` is "setup" or "constant", what it is
    read off, or "promised", if describing an algorithm so promises it.
    `holds` and `fails` are what is tried at its edge, `tried` the number of setups (or constants)
    on which the check was compared with what is written down of the hypothesis, `differs` where
    they were seen to differ.
    """

    id: str
    words: str
    theorems: tuple[str, ...]
    means: tuple[str, ...]
    check: str
    holds: tuple[str, ...]
    fails: tuple[str, ...]
    tried: int
    differs: str

    def record(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "id": self.id,
            "words": self.words,
            "theorems": list(self.theorems),
            "means": list(self.means),
            "check": self.check,
            "holds": list(self.holds),
            "fails": list(self.fails),
            "tried": self.tried,
            "differs": self.differs or None,
        }


def hypothesis_rows(theorems: Sequence[Theorem]) -> list[HypothesisRow]:
    """One row for each hypothesis of the theorems, in the order in which they appear."""
    found: dict[str, list[tuple[Theorem, Hypothesis]]] = {}
    for theorem in theorems:
        for hypothesis in every_hypothesis(theorem):
            found.setdefault(hypothesis.id, []).append((theorem, hypothesis))
    return [_row(uses) for uses in found.values()]


def every_hypothesis(theorem: Theorem) -> Iterator[Hypothesis]:
    """The hypotheses of a theorem, of its statements, and of what deletes in place."""
    yield from theorem.hypotheses
    for statement in theorem.statements:
        if isinstance(statement, StabilityStatement):
            yield from statement.hypotheses
            if statement.in_place is not None:
                yield statement.in_place


def _row(uses: Sequence[tuple[Theorem, Hypothesis]]) -> HypothesisRow:
    theorem, hypothesis = uses[0]
    edge = edge_of(hypothesis) if hypothesis.check is not None else None
    return HypothesisRow(
        id=hypothesis.id,
        words=hypothesis.text,
        theorems=tuple(dict.fromkeys(theorem.id for theorem, _ in uses)),
        means=_means(theorem, hypothesis),
        check="promised" if hypothesis.check is None else str(hypothesis.reads),
        holds=tuple(map(told, edge.inside)) if edge else (),
        fails=tuple(map(told, edge.outside)) if edge else (),
        tried=len(given_to(hypothesis, edge)) if edge else 0,
        differs=why_not_as_said(hypothesis) or "",
    )


def _means(theorem: Theorem, hypothesis: Hypothesis) -> tuple[str, ...]:
    if isinstance(hypothesis, AveragedOver):
        return (PREMISE,)
    if hypothesis.check is None and hypothesis.id not in PROMISED:
        return (NO_FORMULA,)
    together = tuple(every_hypothesis(theorem))
    try:
        return tuple(map(formula, formulas(hypothesis, together))) or (GOAL,)
    except ProofError:
        return (NO_FORMULA,)


def print_hypotheses(rows: Sequence[HypothesisRow]) -> None:
    """What each hypothesis says, means and is tried on."""
    console = Console(highlight=False, markup=False)
    for row in rows:
        console.print(f"{row.id}: {row.words}", style="bold")
        told = "promised" if row.check == "promised" else f"checked on the {row.check}"
        if row.tried:
            told += f", tried on {row.tried}: {row.differs or 'accepts what is meant'}"
        elif row.differs:
            told += f": {row.differs}"
        lines = [f"in {', '.join(row.theorems)}", told]
        lines += [f"means  {said}" for said in row.means]
        lines += [f"holds  {setup}" for setup in row.holds]
        lines += [f"fails  {setup}" for setup in row.fails]
        for line in lines:
            console.print(Padding(line, (0, 0, 0, 2)))
        console.print()
    promised = sum(row.check == "promised" for row in rows)
    differing = sum(bool(row.differs) for row in rows)
    console.print(
        f"{len(rows)} hypotheses: {promised} promised by the description of an algorithm, "
        f"{len(rows) - promised} checked, of which {differing} accept something else than is meant"
    )
