"""How the free symbols of a statement are chosen: what is known, who looks, and what is checked.

Any choice within the declared domain gives a valid bound. So a search need not be trusted: what it
finds is checked exactly (`Choice.at`), and the derivation assumes no more than is checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from stability.conventions import Name
from stability.setup.fields import Allowed
from stability.setup.setup import Setup
from stability.theorems.kinds.constant import Structure
from stability.theorems.kinds.support import Support, least, supported
from stability.theorems.statements.statement import Statement
from stability.theorems.statements.term import Term

FAILURES: tuple[Name, ...] = ("delta", "p", "delta_1", "delta_2", "delta_3")
"""The free symbols that share the failure probability."""


@dataclass(frozen=True, eq=False)
class Situation:
    """What is known when the free symbols of a statement are chosen.

    `known` holds the values of the other symbols. `structure` is what is known of the elastic
    constant that the theorem takes, `available` the failure probability that is left for the
    statement (0 where a constant is looked for, which has none), `supporting` what supports values
    of free symbols.
    """

    statement: Statement
    known: Mapping[str, Any]
    setup: Setup
    structure: Structure = None
    available: Fraction = Fraction(0)
    supporting: tuple[Support, ...] = ()

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


class Search(Protocol):
    """Looks for good values of free symbols, in floats or as it likes."""

    def __call__(self, at: Situation, /) -> Mapping[str, Fraction]:
        """Exact values of the free symbols."""
        ...


@dataclass(frozen=True)
class Choice:
    """What may be chosen for the free symbols of a statement, and the search that chooses.

    `domains` holds what each free symbol may be. Beside that, the relations in the domain of the
    statement have to hold, and a symbol that is supported by statements has to be at least what
    they support. A symbol that a statement does not speak of need not be chosen for it.

    >>> from stability.setup.fields import POSITIVE
    >>> choice = Choice({"eps": POSITIVE}, lambda at: {"eps": Fraction(-1)})
    >>> choice.at(Situation(Statement(values={}), {}, setup=None))
    Traceback (most recent call last):
    ...
    stability.theorems.kinds.situation.OutsideDomain: eps = -1, which is not a number above 0
    """

    domains: Mapping[Name, Allowed]
    search: Search

    def at(self, situation: Situation) -> Mapping[str, Fraction]:
        """What is chosen. Raises OutsideDomain if the search finds what it may not."""
        found = dict(self.search(situation))
        needless = set(self.domains) - situation.statement.names()
        if set(found) | needless != set(self.domains):
            names = ", ".join(sorted(found)) or "nothing"
            raise OutsideDomain("", f"values of {names}, where {', '.join(self.domains)} is free")
        for name in found:
            domain = self.domains[name]
            try:
                domain.convert(found[name])
            except (ValueError, TypeError):
                raise OutsideDomain(name, f"{found[name]}, which is not {domain.text}") from None
        self._check_supported(found, situation)
        return found

    def _check_supported(self, found: Mapping[str, Fraction], at: Situation) -> None:
        known = {**at.known, **found}
        for name in sorted(supported(at.supporting) & set(self.domains)):
            lowest = least(name, at.supporting, at.structure, known, at.size)
            if lowest is None or found[name] < lowest:
                than = "what no statement supports" if lowest is None else f"below {float(lowest)}"
                raise OutsideDomain(name, f"{float(found[name])}, {than}")
        parts = [name for name in FAILURES if name in found and name != "p"]
        spent = sum((found.get(name, Fraction(0)) for name in FAILURES), Fraction(0))
        if parts and spent > at.available:
            raise OutsideDomain(parts[0], f"failure {float(spent)}, above {float(at.available)}")


class OutsideDomain(Exception):
    """A search found a value that may not be chosen: a fault of the search, and no number."""

    def __init__(self, name: str, found: str) -> None:
        self.name, self.found = name, found
        super().__init__(f"{name} = {found}" if name else found)
