"""What is known when the free symbols of a statement are chosen (`Situation`), and who chooses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from stability.setup.setup import Setup
from stability.theorems.kinds.constant import Structure
from stability.theorems.statements.statement import Statement
from stability.theorems.statements.term import Term


@dataclass(frozen=True, eq=False)
class Situation:
    """What is known when the free symbols of a statement are chosen.

    `known` holds the values of the other symbols. `structure` is what is known of the elastic
    constant that the theorem takes, `available` the failure probability that is left for the
    statement (0 where a constant is looked for, which has none).
    """

    statement: Statement
    known: Mapping[str, Any]
    setup: Setup
    structure: Structure = None
    available: Fraction = Fraction(0)

    @property
    def size(self) -> int:
        """The sample size."""
        return self.setup.sample.size

    def floats(self, names: frozenset[str]) -> dict[str, float]:
        """The values of those of the symbols that are known, as floats."""
        known = {"m": self.size, **self.known}
        return {
            name: x.upper(self.size) if isinstance(x, Term) else float(x)
            for name, x in known.items()
            if name in names
        }


class Chooser(Protocol):
    """How the free symbols of a statement are chosen. Any choice in range gives a valid bound."""

    def __call__(self, at: Situation, /) -> Mapping[str, Fraction]:
        """Exact values of the free symbols."""
        ...
