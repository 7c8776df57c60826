"""What a theorem says of itself: whether the record is complete and means something.

Read off the theorem, with no number: the laws of `stability.testing` ask the same of every theorem
of the catalogue, and commands refuse a theorem of your own that has such a fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import sympy

from stability.conventions import (
    LINEAR,
    OPEN_ENDED,
    VALUES,
    Averaged,
    Kind,
    Quantity,
    Scope,
)
from stability.theorems.kinds import (
    Conversion,
    GeneralizationStatement,
    GeneralizationTheorem,
    StabilityStatement,
    StabilityTheorem,
    Statement,
    Theorem,
)
from stability.theorems.kinds.hypothesis import Hypothesis, Reads
from stability.theorems.statements.symbols import MEANINGS, names_in

IDENTIFIER = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
HYPOTHESIS_ID = re.compile(r"[A-Za-z][\w.]*(-[\w.]+)*")
TAG = re.compile(r"FOUND\((full|restated|abstract)\)|RECALLED\((hi|med|lo)\)|RE-DERIVED(\(own\))?")
QUANTITY_DEGREE = {
    Quantity.SQUARED_GAP: 2,
    Quantity.LOO_SQUARED_GAP: 2,
    Quantity.KFOLD_SQUARED_GAP: 2,
    **dict.fromkeys(OPEN_ENDED, 0),
}


def faults(theorem: Theorem) -> Iterator[str]:
    """What is wrong with a record, in words; nothing for every theorem of the catalogue.

    >>> from dataclasses import replace
    >>> from stability.theorems.mohri2018 import replacement
    >>> list(faults(replacement())), list(faults(replace(replacement(), title="")))
    ([], ['no title'])
    """
    for of in (of_symbols, of_record, of_latex, of_names, of_kinds, of_declared):
        yield from of(theorem)


def values_of(statement: Statement) -> dict[str, sympy.Expr]:
    """Every named expression of a statement, extras included."""
    extras = statement.extras if isinstance(statement, StabilityStatement) else {}
    return {**statement.values, **extras}


def _every(theorem: StabilityTheorem) -> Iterator[Hypothesis]:
    yield from theorem.hypotheses
    for statement in theorem.statements:
        yield from statement.hypotheses


def _reads_setups(hypothesis: Hypothesis) -> bool:
    return hypothesis.reads is Reads.SETUP


def of_record(theorem: Theorem) -> Iterator[str]:
    """Identifier, title, source, trust tags, hypotheses, statements and LaTeX."""
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


def of_symbols(theorem: Theorem) -> Iterator[str]:
    """Symbols that are not in the table of symbols, or have other assumptions than there."""
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


def of_latex(theorem: Theorem) -> Iterator[str]:
    """LaTeX that is empty, or whose braces are not balanced."""
    if not theorem.latex():
        yield "no LaTeX"
    for label, text in theorem.latex().items():
        if not text.strip():
            yield f"{label}: empty LaTeX"
        bare = re.sub(r"\\[{}]", "", text)
        if bare.count("{") != bare.count("}"):
            yield f"{label}: unbalanced braces in {text}"


def of_names(theorem: Theorem) -> Iterator[str]:
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


def of_kinds(theorem: Theorem) -> Iterator[str]:
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


def of_declared(theorem: Theorem) -> Iterator[str]:
    """Directions of symbols that do not occur, and that of delta."""
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
