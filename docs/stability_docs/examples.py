"""What each theorem gives: the best bound through it, over setups of every kind of algorithm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stability import Setup, analyse, parse_setup
from stability.conventions import Kind
from stability.errors import Refusal
from stability.report.rows import bound_row, promises
from stability.rounding import rounded, rounded_up
from stability.testing.strategies.applicable import kinds_of, repaired
from stability.testing.strategies.edits import FULL_SETUPS, told_anew
from stability.theorems.catalogue import CATALOGUE
from stability.theorems.kinds import StabilityTheorem
from stability.theorems.kinds.constant import Stability
from stability_docs.setup_text import setup_text

SIZE = 10_000
"""How many examples the setups have."""


@dataclass(frozen=True)
class Constant:
    """Values of a constant as text, by symbol, and which deletion they are for."""

    theorem: str
    statement: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Found:
    """A bound as text, with its path; `worth` is small where it says much."""

    path: tuple[str, ...]
    quantity: str
    value: str
    labels: str
    vacuous: bool
    worth: tuple[bool, bool, float]


@dataclass(frozen=True)
class Example:
    """What follows from a setup: constants of stability theorems, bounds, refusals by theorem."""

    text: str
    constants: tuple[Constant, ...]
    bounds: tuple[Found, ...]
    refused: tuple[tuple[str, str], ...]


def setup_texts() -> tuple[str, ...]:
    """Setup files in which everything is known, of each kind, and others that theorems ask for."""
    base = {k: told_anew(setup.with_size(SIZE), setup) for k, setup in FULL_SETUPS.items()}
    found = dict.fromkeys(setup_text(setup) for setup in base.values())
    for theorem in CATALOGUE:
        if isinstance(theorem, StabilityTheorem):
            tried = [base[kind] for kind in kinds_of(theorem)]
            if all(theorem.supports(setup) is not None for setup in tried):
                found |= dict.fromkeys(setup_text(repaired(theorem, setup)) for setup in tried[:1])
    return tuple(found)


def example(text: str) -> Example:
    """Everything that follows from a setup file.

    >>> own = 'sample.size = 100\\nloss.range = 1\\nalgorithm = { kind = "knn", neighbours = 3 }'
    >>> found = example(own).bounds[0]
    >>> found.path[0], found.labels.split(", ")[3]
    ('elisseeff2005-knn', 'upper')
    """
    setup = parse_setup(text)
    analysis = analyse(setup)
    constants, refused = [], {r.theorem: str(r) for r in analysis.refused}
    for theorem in CATALOGUE:
        if isinstance(theorem, StabilityTheorem):
            try:
                constants += [_constant(theorem.id, c, setup) for c in theorem.apply(setup)]
            except Refusal as refusal:
                refused.setdefault(theorem.id, str(refusal))
    bounds = []
    for bound in analysis.bounds:
        row = bound_row(bound, remedies=False)
        labels = ", ".join((*bound.labels.words, bound.labels.losses))
        promise = promises(bound)
        worth = (not promise, len(bound.path) > 2, float(bound.value))
        vacuous = promise and bound.vacuous
        bounds.append(Found(bound.path, row.quantity, row.value, labels, vacuous, worth))
    return Example(text, tuple(constants), tuple(bounds), tuple(refused.items()))


def _constant(theorem: str, constant: Stability, setup: Setup) -> Constant:
    values = []
    for name, term in constant.values.items():
        enclosure = term.enclosure(setup.sample.size)
        text = (
            rounded_up(enclosure.high)
            if constant.kind in (Kind.UPPER, Kind.EXACT)
            else rounded(enclosure.high)
        )
        values.append((name, text))
    return Constant(theorem, constant.form, tuple(values))


def through(identifier: str, examples: tuple[Example, ...]) -> Iterator[tuple[Example, Found]]:
    """The bounds whose path goes through a theorem, those that say most first."""
    found = [(e, b) for e in examples for b in e.bounds if identifier in b.path]
    yield from sorted(found, key=lambda pair: (*pair[1].worth, len(pair[0].text)))
