"""Conversions: from a constant to a constant of another kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from stability.conventions import Averaged, Neighbour, Notion, Provenance
from stability.errors import Refusal
from stability.theorems.kinds.base import Theorem
from stability.theorems.kinds.constant import Stability
from stability.theorems.kinds.hypotheses import Condition, Hypothesis
from stability.theorems.kinds.symbol_values import bind, schedule_of, uses_measured
from stability.theorems.statements.statement import Statement


@dataclass(frozen=True, kw_only=True)
class Rule(Statement):
    """One reading of a conversion: what it takes, what it gives."""

    takes: tuple[Notion, Neighbour]
    gives: tuple[Notion, Neighbour]
    averaged_over: Averaged | None = None
    convention: str = "keep"


@dataclass(frozen=True, kw_only=True)
class Conversion(Theorem):
    """From a constant to another, one rule per kind of constant.

    The values of the rule are written in the names of the values it takes (and symbols of the
    setup). `structure` says what remains known of an elastic constant.
    """

    rules: tuple[Rule, ...]
    conditions: tuple[Condition, ...] = ()
    keeps_values: bool = False

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The rules."""
        return self.rules

    @property
    def category(self) -> str:
        """`conversion`."""
        return "conversion"

    @property
    def conventions(self) -> Mapping[str, Any]:
        """What each rule takes and gives."""
        return {
            "rules": [
                {"takes": " ".join(r.takes[::-1]), "gives": " ".join(r.gives[::-1])}
                for r in self.rules
            ]
        }

    @property
    def all_conditions(self) -> tuple[Hypothesis | Condition, ...]:
        """Hypotheses on the setup and conditions on the constant."""
        return (*self.hypotheses, *self.conditions)

    def apply(self, stability: Stability) -> Stability:
        """The constant converted. Raises Refusal with the reason."""
        rule = next(
            (r for r in self.rules if r.takes == (stability.notion, stability.neighbour)), None
        )
        if rule is None:
            allowed = " or ".join(" ".join(r.takes[::-1]) for r in self.rules)
            found = f"{stability.neighbour} {stability.notion}"
            raise Refusal(self.id, "the right notion", "stability", found, f"It takes {allowed}.")
        setup = stability.setup
        for hypothesis in self.hypotheses:
            failure = hypothesis.failure(setup)
            if failure is not None:
                raise self._fail(hypothesis.text, failure)
        for condition in self.conditions:
            failure = condition.failure(stability)
            if failure is not None:
                raise self._fail(condition.text, failure)
        schedule = schedule_of(setup)
        wanted = rule.names(schedule) - set(stability.values)
        bound = bind(setup, wanted, self.readers)
        if bound.failure is not None:
            raise self._fail(f"{bound.failure.where} is known", bound.failure)
        known = {**bound.values, **stability.values}
        self._complete(rule.names(schedule), known, schedule)
        values = {n: rule.term(e, known, schedule) for n, e in rule.values.items()}
        if self.keeps_values:
            values = {**stability.values, **values}
        deletes = rule.gives[1] is Neighbour.DELETION
        certified = stability.provenance is Provenance.CERTIFIED
        # The confidence belongs to measured symbols; a constant measured as a whole has none.
        from_symbols = any(map(uses_measured, stability.values.values()))
        if certified and from_symbols and not any(map(uses_measured, values.values())):
            # Only the measured values cost confidence; those that are left are proved.
            stability = replace(stability, provenance=Provenance.PROVED, failure=Fraction(0))
        return replace(
            stability,
            notion=rule.gives[0],
            neighbour=rule.gives[1],
            convention=stability.convention if deletes else None,
            averaged_over=rule.averaged_over or stability.averaged_over,
            values=values,
            path=(*stability.path, self.id),
            structure=stability.structure if rule.gives == rule.takes else None,
        )

    def supports(self, stability: Stability) -> Refusal | None:
        """None if the conversion applies, else why not."""
        try:
            self.apply(stability)
        except Refusal as refusal:
            return refusal
        return None
