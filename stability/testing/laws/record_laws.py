"""Laws about what a theorem says of itself: the record is complete and means something."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hypothesis import strategies as st

from stability.conventions import (
    FURTHER_VALUES,
    LINEAR,
    OPEN_ENDED,
    VALUES,
    Averaged,
    Kind,
    Quantity,
    Scope,
)
from stability.testing.laws.law import Draw, Law, Search
from stability.testing.strategies.values import SymbolValues, symbol_values, values_of
from stability.theorems.kinds import (
    Conversion,
    ConversionStatement,
    GeneralizationStatement,
    GeneralizationTheorem,
    StabilityStatement,
    StabilityTheorem,
    Statement,
    Theorem,
)
from stability.theorems.kinds.hypothesis import Hypothesis, Reads
from stability.theorems.kinds.symbol_values import READERS
from stability.theorems.statements.symbols import MEANINGS, names_in

TRIES = 300
"""A symbol without a direction is watched at least so often before it is called monotone."""
IDENTIFIER = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
HYPOTHESIS_ID = re.compile(r"[A-Za-z][\w.]*(-[\w.]+)*")
TAG = re.compile(r"FOUND\((full|restated|abstract)\)|RECALLED\((hi|med|lo)\)|RE-DERIVED(\(own\))?")
QUANTITY_DEGREE = {
    Quantity.SQUARED_GAP: 2,
    Quantity.LOO_SQUARED_GAP: 2,
    Quantity.KFOLD_SQUARED_GAP: 2,
    **dict.fromkeys(OPEN_ENDED, 0),
}


def _first(complaints: Iterator[str]) -> str | None:
    return next(complaints, None)


def _every(theorem: StabilityTheorem) -> Iterator[Hypothesis]:
    yield from theorem.hypotheses
    for statement in theorem.statements:
        yield from statement.hypotheses


def _reads_setups(hypothesis: Hypothesis) -> bool:
    return hypothesis.reads is Reads.SETUP


def _record(theorem: Theorem) -> Iterator[str]:
    source = theorem.source
    if not IDENTIFIER.fullmatch(theorem.id):
        yield f"the identifier {theorem.id!r} is not lower-case words joined by hyphens"
    if not theorem.title.strip():
        yield "no title"
    if not (source.authors and source.title and source.label and 1900 <= source.year <= 2100):
        yield f"the source is incomplete: {source}"
    for tag in source.trust.split(","):
        if not TAG.fullmatch(tag.strip()):
            yield f"unknown trust tag {tag.strip()!r}"
    if isinstance(theorem, StabilityTheorem) and not theorem.hypotheses:
        yield "a stability theorem without hypotheses"
    for hypothesis in theorem.hypotheses:
        if not hypothesis.text.strip():
            yield "a hypothesis without words"
        if not HYPOTHESIS_ID.fullmatch(hypothesis.id):
            yield f"the id {hypothesis.id!r} of a hypothesis is not words joined by hyphens"
    ids = [hypothesis.id for hypothesis in theorem.hypotheses]
    if len(set(ids)) != len(ids):
        yield "the same hypothesis twice"
    if isinstance(theorem, StabilityTheorem) and not all(map(_reads_setups, _every(theorem))):
        yield "a hypothesis on a constant in a theorem that takes a setup"
    if not theorem.statements:
        yield "no statement"
    names = [statement.name for statement in theorem.statements]
    if len(set(names)) != len(names) and not isinstance(theorem, Conversion):
        yield "two statements of the same name"
    if not theorem.record()["latex"].strip():
        yield "no LaTeX in the record"


def _symbols(theorem: Theorem) -> Iterator[str]:
    for statement in theorem.statements:
        expressions = [*values_of(statement).values(), *statement.domain]
        expressions += [e for by in statement.derived.values() for e in by.values()]
        for expression in expressions:
            for symbol in expression.free_symbols:
                known = MEANINGS.get(symbol.name)
                if known is None:
                    yield f"{symbol} is not in the table of symbols"
                elif symbol != known.symbol:
                    yield f"{symbol} has other assumptions than in the table of symbols"
            for name in names_in(expression):
                if name not in MEANINGS:
                    yield f"{name} is not in the table of symbols"
    for name in {*theorem.weights, *theorem.meanings, *theorem.unspecified}:
        occurs = name in theorem.symbols() or any(name in s.values for s in theorem.statements)
        if not occurs and name in MEANINGS:
            yield f"{name} has a weight, meaning or gap of its own and does not occur"


def _latex(theorem: Theorem) -> Iterator[str]:
    if not theorem.latex():
        yield "no LaTeX"
    for label, text in theorem.latex().items():
        if not text.strip():
            yield f"{label}: empty LaTeX"
        bare = re.sub(r"\\[{}]", "", text)
        if bare.count("{") != bare.count("}"):
            yield f"{label}: unbalanced braces in {text}"


def _names(theorem: Theorem) -> Iterator[str]:
    """Values carry the names that their notion asks for; every bound is called bound."""
    for statement in theorem.statements:
        given = set(statement.values)
        if isinstance(statement, GeneralizationStatement):
            wanted, shape = {"bound"}, statement.takes
        else:
            shape = (
                (statement.notion, statement.neighbour)  # type: ignore[union-attr]
                if isinstance(statement, StabilityStatement)
                else statement.gives  # type: ignore[union-attr]
            )
            wanted = set(VALUES.get(shape, given))
        partial = isinstance(theorem, Conversion) and theorem.keeps_values
        # A stability theorem may know part of the values only; it then feeds no bound.
        if not partial and not (
            given == wanted or (isinstance(statement, StabilityStatement) and given < wanted)
        ):
            yield f"{' '.join(shape)}: values {sorted(given)}, allowed: {sorted(wanted)}"


def _kinds(theorem: Theorem) -> Iterator[str]:
    """The constant loss, with stability 0 and gap 0, is a problem of every setup."""
    if theorem.kind is Kind.LOWER and getattr(theorem, "scope", Scope.EVERY) is Scope.EVERY:
        yield "a lower bound for every problem: a constant loss refutes it"
    if theorem.kind is Kind.ESTIMATE:
        yield "a theorem gives no estimates"
    if theorem.kind is not Kind.LOWER and getattr(theorem, "scope", None) is Scope.SOME:
        yield "an upper bound for some problem only promises nothing"
    if isinstance(theorem, GeneralizationTheorem):
        for reading in theorem.statements:
            degree = QUANTITY_DEGREE.get(reading.quantity, 1)
            if theorem.degree not in (None, degree):
                yield f"a {reading.quantity} has degree {degree}, declared is {theorem.degree}"
            if theorem.averages is Averaged.BOTH and reading.quantity not in LINEAR:
                yield f"a {reading.quantity} of the mean over the algorithm is not one over both"


def _declared(theorem: Theorem) -> Iterator[str]:
    occurring = set(theorem.symbols())
    for statement in theorem.statements:
        for expression in values_of(statement).values():
            occurring |= names_in(expression)
    for name, direction in theorem.monotone.items():
        if name not in occurring:
            yield f"a direction is declared for {name}, which does not occur"
        if direction not in (1, -1):
            yield f"the direction of {name} is {direction}, allowed: 1 and -1"
    if "delta" in occurring and theorem.monotone.get("delta") != -1:
        yield "a bound falls with delta; declare delta: -1"


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
        lambda theorem, search: _first(_record(theorem)),
    ),
    Law(
        "known symbols",
        "every symbol is in the table of symbols, with the table's assumptions",
        lambda theorem, search: _first(_symbols(theorem)),
    ),
    Law(
        "LaTeX",
        "every value is written in LaTeX, with balanced braces",
        lambda theorem, search: _first(_latex(theorem)),
    ),
    Law(
        "named values",
        "values carry the names of their notion, bounds are called bound",
        lambda theorem, search: _first(_names(theorem)),
    ),
    Law(
        "honest kind",
        "a lower bound speaks of some problem only; degree and averages are those of the quantity",
        lambda theorem, search: _first(_kinds(theorem)),
    ),
    Law(
        "directions of symbols that occur",
        "directions are declared for symbols that occur, and for delta downwards",
        lambda theorem, search: _first(_declared(theorem)),
    ),
    Law(
        "no direction forgotten",
        "a symbol without a direction is exempt, or is seen to move values both ways",
        _undeclared,
    ),
)
