"""Conversions: from a constant to a constant of another kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from stability.conventions import (
    AT_POSITIONS,
    Averaged,
    Kind,
    Neighbour,
    Notion,
    Positions,
    Provenance,
    least_trusted,
)
from stability.errors import Refusal
from stability.theorems.kinds.base import Theorem
from stability.theorems.kinds.constant import Stability
from stability.theorems.kinds.hypothesis import Failure
from stability.theorems.kinds.requirements import RIGHT_NOTION
from stability.theorems.kinds.symbol_values import schedule_of, uses_measured
from stability.theorems.statements.statement import Statement


@dataclass(frozen=True, kw_only=True)
class ConversionStatement(Statement):
    """One statement of a conversion: what it takes, what it gives."""

    takes: tuple[Notion, Neighbour]
    gives: tuple[Notion, Neighbour]
    averaged_over: Averaged | None = None


@dataclass(frozen=True, kw_only=True)
class Conversion(Theorem):
    """From a constant to another, one statement per kind of constant.

    The values of a statement are written in the names of the values it takes (and symbols of the
    setup). `structure` says what remains known of an elastic constant. `positions`: whether a mean
    over the sample has to be bounded at every position of the example, or may be so on average over
    the positions (the result is then what the constant was).
    """

    statements: tuple[ConversionStatement, ...]
    keeps_values: bool = False
    positions: Positions = Positions.EVERY

    @property
    def category(self) -> str:
        """`conversion`."""
        return "conversion"

    @property
    def conventions(self) -> Mapping[str, Any]:
        """What each statement takes and gives."""
        takes_means = any(s.takes[0] in AT_POSITIONS for s in self.statements)
        return {
            "rules": [
                {"takes": " ".join(s.takes[::-1]), "gives": " ".join(s.gives[::-1])}
                for s in self.statements
            ],
            **({"positions": str(self.positions)} if takes_means else {}),
        }

    def apply(self, stability: Stability) -> Stability:
        """The constant converted. Raises Refusal with the reason."""
        shape = (stability.notion, stability.neighbour)
        statement = next((s for s in self.statements if s.takes == shape), None)
        if statement is None:
            allowed = " or ".join(" ".join(s.takes[::-1]) for s in self.statements)
            found = f"{stability.neighbour} {stability.notion}"
            raise self.refusal(RIGHT_NOTION, Failure("stability", found, f"It takes {allowed}."))
        self._check_positions(stability, self.positions)
        self._require(self.hypotheses, stability)
        setup = stability.setup
        schedule = schedule_of(setup)
        wanted = statement.names(schedule) - set(stability.values)
        bound = self._known(setup, wanted)
        known = {**bound.values, **stability.values}
        self._complete(statement.names(schedule), known, schedule)
        values = {n: statement.term(e, known, schedule) for n, e in statement.values.items()}
        if self.keeps_values:
            values = {**stability.values, **values}
        if bound.estimated:
            stability = replace(stability, kind=Kind.ESTIMATE, provenance=Provenance.PLUG_IN)
        deletes = statement.gives[1] is Neighbour.DELETION
        certified = stability.provenance is Provenance.CERTIFIED
        # The confidence belongs to measured symbols; a constant measured as a whole has none.
        from_symbols = any(map(uses_measured, stability.values.values()))
        if certified and from_symbols and not any(map(uses_measured, values.values())):
            # Only the measured values cost confidence; those that are left are proved.
            stability = replace(stability, provenance=Provenance.PROVED, failure=Fraction(0))
        return replace(
            stability,
            notion=statement.gives[0],
            neighbour=statement.gives[1],
            convention=stability.convention if deletes else None,
            averaged_over=statement.averaged_over or stability.averaged_over,
            values=values,
            path=(*stability.path, self.id),
            trust=least_trusted(stability.trust, self.trust),
            rules=(*stability.rules, self),
            structure=stability.structure if statement.gives == statement.takes else None,
        )

    def supports(self, stability: Stability) -> Refusal | None:
        """None if the conversion applies, else why not."""
        try:
            self.apply(stability)
        except Refusal as refusal:
            return refusal
        return None
