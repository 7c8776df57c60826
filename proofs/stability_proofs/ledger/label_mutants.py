"""Theorems with the way to the number changed: readers, choices, checks and tables.

Each symbol is read where another one stands, or as a number; each search finds what may not be
chosen, each domain is wider, each support is gone or assumes less; each check accepts everything,
or is that of another hypothesis; a rule is called symmetric, a constant of product form, or one
that deletes in place, where that is not shown; and the tables of degrees, weights, directions and
words say something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from stability.conventions import Notion
from stability.setup.fields import Allowed
from stability.theorems.kinds import GeneralizationTheorem, StabilityTheorem, Theorem
from stability.theorems.kinds.constant import Product
from stability.theorems.kinds.hypothesis import Hypothesis
from stability.theorems.kinds.situation import Choice, Situation
from stability.theorems.kinds.support import Shape
from stability.theorems.kinds.symbol_values import READERS, Reader

Changed = Iterator[tuple[Theorem, str]]
NUMBERS = (Fraction(1), Fraction(1, 10**9))


def label_mutants(theorem: Theorem) -> Changed:
    """Each theorem with something changed beside its claims, and what was changed.

    What there is to prove, and what may be assumed, is the same for all of them.
    """
    yield from read_elsewhere(theorem)
    yield from chosen_outside(theorem)
    yield from unchecked(theorem)
    yield from _called_otherwise(theorem)
    yield from _other_tables(theorem)


def read_elsewhere(theorem: Theorem) -> Changed:
    """Each symbol of the statements read where every other one is read, and as a number."""
    usual = {**READERS, **theorem.readers}
    names = sorted({n for statement in theorem.statements for n in statement.names()} & {*usual})
    for name in names:
        others = {other: reader for other, reader in usual.items() if reader != usual[name]}
        for other, reader in others.items():
            what = f"{name} read as {other}, from {reader.place}"
            yield replace(theorem, readers={**theorem.readers, name: reader}), what
        for number in NUMBERS:
            reader = Reader(usual[name].place, lambda setup, number=number: number)
            what = f"{name} read as {float(number):g}"
            yield replace(theorem, readers={**theorem.readers, name: reader}), what
        if usual[name].measured:
            reader = replace(usual[name], measured=False)
            what = f"{name} read as known, not as measured"
            yield replace(theorem, readers={**theorem.readers, name: reader}), what


def chosen_outside(theorem: Theorem) -> Changed:
    """Each search replaced by one that finds a number outside the domain of a free symbol."""
    choice: Choice | None = getattr(theorem, "choose", None)
    if choice is None:
        return
    for name, domain in choice.domains.items():
        for value in outside(name, domain):
            search = _Putting(choice.search, {name: value})
            what = f"{name} chosen as {float(value):g}"
            yield replace(theorem, choose=replace(choice, search=search)), what  # type: ignore[call-arg]
    for name in sorted({n for s in theorem.statements for n in s.names()} & {*READERS}):
        search = _Putting(choice.search, {name: Fraction(0)})
        what = f"{name} chosen as 0, which is not free"
        yield replace(theorem, choose=replace(choice, search=search)), what  # type: ignore[call-arg]


def outside(name: str, domain: Allowed) -> Iterator[Fraction]:
    """Numbers outside a domain, at its ends and beyond; of what has to be supported, the least."""
    if domain.low is not None:
        yield domain.low if domain.open_low else domain.low - Fraction(1, 10**6)
        yield domain.low - 5
    if domain.high is not None:
        yield domain.high if domain.open_high else domain.high + 1
    if domain.whole:
        yield (domain.low or Fraction(0)) + Fraction(1, 2)
    if name in ("p", *NORMS):
        yield Fraction(0)
    if name == "t0":
        yield Fraction(10**9)


NORMS = ("diagonal_norm", "column_norm", "supremum_norm")


class _Putting:
    """A search that finds what another one finds, but for some symbols."""

    def __init__(self, search: Any, values: Mapping[str, Fraction]) -> None:
        self.search, self.values = search, values

    def __call__(self, at: Situation) -> Mapping[str, Fraction]:
        found = dict(self.search(at))
        if "eta" in found and self.values.keys() & {"p"}:
            found["eta"] = found["eta"] / 2  # where p = 0 is not supported
        return {**found, **self.values}


def wider_choices(theorem: Theorem) -> Changed:
    """Each domain of a free symbol wider, each support gone or of any function beta."""
    choice: Choice | None = getattr(theorem, "choose", None)
    if choice is None:
        return
    for name, domain in choice.domains.items():
        wider = replace(domain, low=None, high=None, open_low=False, open_high=False)
        domains = {**choice.domains, name: wider}
        what = f"{name} may be any number"
        yield replace(theorem, choose=replace(choice, domains=domains)), what  # type: ignore[call-arg]
    for name in sorted({n for s in theorem.statements for n in s.names()} & {*READERS}):
        search = _Putting(choice.search, {name: Fraction(0)})
        wider = Choice({**choice.domains, name: Allowed("a number")}, search)
        yield replace(theorem, choose=wider), f"{name} called free"  # type: ignore[call-arg]
    supports = getattr(theorem, "supporting", ())
    for support in supports:
        if support.shape is not Shape.ANY:
            said = tuple(replace(s, shape=Shape.ANY) if s is support else s for s in supports)
            yield replace(theorem, supporting=said), f"{support.name}: of any beta"  # type: ignore[call-arg]
    if supports:
        yield replace(theorem, supporting=()), "nothing supports what is chosen"  # type: ignore[call-arg]


def unchecked(theorem: Theorem) -> Changed:
    """Each check replaced by one that accepts everything, and by that of another hypothesis."""
    for position, hypothesis in enumerate(theorem.hypotheses):
        for other, what in _loose(hypothesis, theorem.hypotheses):
            yield replace(theorem, hypotheses=_put(theorem.hypotheses, position, other)), what
    for statement in theorem.statements if isinstance(theorem, StabilityTheorem) else ():
        for position, hypothesis in enumerate(statement.hypotheses):
            for other, what in _loose(hypothesis, theorem.hypotheses):
                changed = replace(statement, hypotheses=_put(statement.hypotheses, position, other))
                yield _with(theorem, statement, changed), f"{statement.name}: {what}"
        if statement.in_place is not None:
            for other, what in _loose(statement.in_place, theorem.hypotheses):
                changed = replace(statement, in_place=other)
                yield _with(theorem, statement, changed), f"{statement.name}: {what}"


def _loose(
    hypothesis: Hypothesis, others: Iterable[Hypothesis]
) -> Iterator[tuple[Hypothesis, str]]:
    if hypothesis.check is None:
        return
    yield replace(hypothesis, check=lambda given: None), f"{hypothesis.id} always passes"
    for other in others:
        alike = other.reads is hypothesis.reads and other.id != hypothesis.id
        if other.check is not None and alike:
            what = f"{hypothesis.id} checked as {other.id}"
            yield replace(hypothesis, check=other.check), what


def _put(every: tuple[Any, ...], position: int, other: Any) -> tuple[Any, ...]:
    return (*every[:position], other, *every[position + 1 :])


def _with(theorem: StabilityTheorem, statement: Any, changed: Any) -> StabilityTheorem:
    statements = tuple(changed if s is statement else s for s in theorem.statements)
    return replace(theorem, statements=statements)


def _called_otherwise(theorem: Theorem) -> Changed:
    """Labels of a constant that say more than is shown."""
    if not isinstance(theorem, StabilityTheorem):
        return
    if not theorem.symmetric:
        yield replace(theorem, symmetric=True), "called symmetric"
    if theorem.structure is None:
        yield replace(theorem, structure=Product()), "called a product"
    for statement in theorem.statements:
        if statement.notion is Notion.ELASTIC and not statement.square:
            changed = replace(statement, square=True)
            yield _with(theorem, statement, changed), f"{statement.name}: called a square"
        if statement.in_place is not None:
            changed = replace(statement, in_place=None)
            yield _with(theorem, statement, changed), f"{statement.name}: deletes in place"


def _other_tables(theorem: Theorem) -> Changed:
    degrees = (None, -1, 0, 1, 2, 3)
    for degree in degrees:
        if degree != theorem.degree:
            yield replace(theorem, degree=degree), f"of degree {degree}"
    names = sorted(theorem.symbols())
    if theorem.weights:
        yield replace(theorem, weights={}), "without weights of its own"
    for name in names:
        if name not in theorem.weights:
            weights = {**theorem.weights, name: 7}
            yield replace(theorem, weights=weights), f"{name} of weight 7"
        if name not in theorem.meanings:
            meanings = {**theorem.meanings, name: "something else"}
            yield replace(theorem, meanings=meanings), f"other words for {name}"
    for name, direction in theorem.monotone.items():
        monotone = {**theorem.monotone, name: -direction}
        yield replace(theorem, monotone=monotone), f"{name} moves it the other way"
    if isinstance(theorem, GeneralizationTheorem):
        for name in sorted(theorem.meanings):
            meanings = {n: words for n, words in theorem.meanings.items() if n != name}
            yield replace(theorem, meanings=meanings), f"the usual words for {name}"
