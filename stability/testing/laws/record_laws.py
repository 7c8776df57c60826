"""Laws about what a theorem says of itself: the record is complete and means something."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as st

from stability.conventions import (
    FURTHER_VALUES,
    VALUES,
)
from stability.testing.laws.law import Draw, Law, Search
from stability.testing.strategies.values import SymbolValues, symbol_values
from stability.theorems.kinds import (
    ConversionStatement,
    GeneralizationStatement,
    Statement,
    Theorem,
)
from stability.theorems.kinds.symbol_values import READERS
from stability.theorems.record_faults import (
    of_declared,
    of_kinds,
    of_latex,
    of_names,
    of_record,
    of_symbols,
)
from stability.theorems.statements.symbols import MEANINGS, names_in

TRIES = 300
"""A symbol without a direction is watched at least so often before it is called monotone."""


def _first(complaints: Iterator[str]) -> str | None:
    return next(complaints, None)


def free_symbols(theorem: Theorem) -> frozenset[str]:
    """Symbols that no setup and no constant gives: the theorem chooses them."""
    given = {"m", "delta", "rho", "draws", *READERS, *theorem.readers, *theorem.unspecified}
    for statement in theorem.statements:
        shape = (
            statement.takes
            if isinstance(statement, GeneralizationStatement)
            else statement.takes
            if isinstance(statement, ConversionStatement)
            else None
        )
        for table in (VALUES, FURTHER_VALUES):
            given |= set(table.get(shape, ())) if shape else set()
        given |= set(statement.derived)
    return frozenset(set(theorem.symbols()) - given)


def exempt(theorem: Theorem) -> frozenset[str]:
    """Symbols that need no direction.

    m, on which the constants of a bound depend themselves; symbols that the theorem chooses; those
    that also enter through a derived symbol; those whose value the source does not give.
    """
    through = {
        name
        for statement in theorem.statements
        for by_schedule in statement.derived.values()
        for expression in by_schedule.values()
        for name in names_in(expression)
    }
    derived = {name for statement in theorem.statements for name in statement.derived}
    return frozenset({"m", *free_symbols(theorem), *through, *derived, *theorem.unspecified})


def moved(values: SymbolValues, name: str, draw: Draw) -> SymbolValues | None:
    """The same values with one symbol larger, or None where that leaves the allowed range."""
    old, allowed = values.get(name), MEANINGS[name].allowed
    if old is None:
        return None
    percent = draw(st.sampled_from([1, 10, 100, 900]))
    if isinstance(old, tuple):
        return values.put(name, tuple(v * (100 + percent) / 100 for v in old))
    if allowed.whole:
        new = old + draw(st.sampled_from([1, 2, 5]))
    elif allowed.high is not None:
        new = old + (allowed.high - old) * percent / 1000
    else:
        new = old * (100 + percent) / 100 if old else type(old)(percent) / 100
    found = values.put(name, new)
    return found if found.inside() else None


def _directions(statement: Statement, theorem: Theorem, name: str, search: Search) -> set[int]:
    """The directions in which some value of a statement was seen to move with a symbol."""
    seen: set[int] = set()

    def both(draw: Draw) -> bool:
        low = draw(symbol_values(theorem, statement))
        high = moved(low, name, draw)
        if high is not None:
            for (_, a), (_, b) in zip(low.all_enclosures(), high.all_enclosures(), strict=True):
                if a.high < b.low:
                    seen.add(1)
                if b.high < a.low:
                    seen.add(-1)
        return len(seen) == 2

    Search(max(search.examples, TRIES), search.seed).seen(both)
    return seen


def _undeclared(theorem: Theorem, search: Search) -> str | None:
    expressions = [e for s in theorem.statements for e in s.values.values()]
    occurring = {name for expression in expressions for name in names_in(expression)}
    needing = occurring - set(theorem.monotone) - exempt(theorem)
    for name in sorted(needing):
        seen: set[int] = set()
        for statement in theorem.statements:
            if name in statement.names() | {
                n for e in statement.values.values() for n in names_in(e)
            }:
                seen |= _directions(statement, theorem, name, search)
        if len(seen) < 2:
            words = {1: "rise", -1: "fall"}
            known = " and ".join(words[d] for d in seen) or "stay where they are"
            return f"values were only seen to {known} with {name}: declare its direction"
    return None


RECORD_LAWS = (
    Law(
        "complete record",
        "identifier, title, source, trust tags, hypotheses and LaTeX are there",
        lambda theorem, search: _first(of_record(theorem)),
    ),
    Law(
        "known symbols",
        "every symbol is in the table of symbols, with the table's assumptions",
        lambda theorem, search: _first(of_symbols(theorem)),
    ),
    Law(
        "LaTeX",
        "every value is written in LaTeX, with balanced braces",
        lambda theorem, search: _first(of_latex(theorem)),
    ),
    Law(
        "named values",
        "values carry the names of their notion, bounds are called bound",
        lambda theorem, search: _first(of_names(theorem)),
    ),
    Law(
        "honest kind",
        "a lower bound speaks of some problem only; degree and averages are those of the quantity",
        lambda theorem, search: _first(of_kinds(theorem)),
    ),
    Law(
        "directions of symbols that occur",
        "directions are declared for symbols that occur, and for delta downwards",
        lambda theorem, search: _first(of_declared(theorem)),
    ),
    Law(
        "no direction forgotten",
        "a symbol without a direction is exempt, or is seen to move values both ways",
        _undeclared,
    ),
)
