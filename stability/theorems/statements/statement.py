"""A statement of a theorem: named expressions in named symbols, with the domain they hold in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy
from sympy.core.relational import Relational

from stability.conventions import Name
from stability.theorems.statements.closed_sums import CONSTANT, DECAY
from stability.theorems.statements.symbols import names_in
from stability.theorems.statements.term import Term, indicator


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement of a theorem: named expressions in the symbols of `symbols.py`.

    `name` tells the statements of a theorem apart (`form` in files and on the command line).
    `derived` gives symbols that follow from others, per schedule of step sizes. `domain` lists
    relations between the symbols outside which the statement says nothing.
    """

    values: Mapping[Name, sympy.Expr]
    name: Name = ""
    derived: Mapping[Name, Mapping[Name, sympy.Expr]] = field(default_factory=dict)
    domain: tuple[Relational, ...] = ()

    def names(self, schedule: str | None = None) -> frozenset[str]:
        """The names of all symbols that have to be given (derived ones only if not derivable)."""
        found: set[str] = set()
        for expression in (*self.values.values(), *self.domain):
            found |= names_in(expression)
        schedules = [schedule] if schedule else [CONSTANT, DECAY]
        for name in set(self.derived) & found:
            found.discard(name)
            for wanted in schedules:
                if wanted in self.derived[name]:
                    found |= names_in(self.derived[name][wanted])
        return frozenset(found)

    def term(
        self, expression: sympy.Expr, bindings: Mapping[str, Any], schedule: str = CONSTANT
    ) -> Term:
        """The expression with its symbols bound, derived ones included."""
        bound = dict(bindings)
        for name, by_schedule in self.derived.items():
            if name not in bound and schedule in by_schedule:
                bound[name] = Term(by_schedule[schedule], bindings, schedule)
        return Term(expression, bound, schedule)

    def outside(self, bindings: Mapping[str, Any], schedule: str, size: int) -> Relational | None:
        """The first relation of the domain that fails, or None."""
        for relation in self.domain:
            if self.term(indicator(relation), bindings, schedule).enclosure(size).high == 0:
                return relation
        return None
