"""The theorems by what they give: quantities, kinds of algorithm, conversions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from stability.conventions import Quantity
from stability.report.words import QUANTITY_LATEX
from stability.setup.algorithms import KINDS
from stability.testing.strategies.applicable import kinds_of
from stability.theorems.kinds import Conversion, GeneralizationTheorem, StabilityTheorem, Theorem
from stability.theorems.kinds.quantities import QUANTITIES
from stability_docs.markdown import math, plain, table

Kind = TypeVar("Kind", bound=Theorem)
HEAD = """\
# Theorems

Every theorem has a page: its statement, hypotheses and source, whether the checker of this project
derives it, a learner in which it holds, and what it gives for an example. The pages are made from
the catalogue that the library computes with.
"""


def index(theorems: tuple[Theorem, ...]) -> str:
    """The page that lists them."""
    return "\n".join(
        (
            HEAD,
            *_bounds(theorems),
            *_constants(theorems),
            *_conversions(theorems),
        )
    )


def _bounds(theorems: tuple[Theorem, ...]) -> Iterator[str]:
    yield "## From a constant to a bound, by quantity\n"
    all_of = [theorem for theorem in theorems if isinstance(theorem, GeneralizationTheorem)]
    for quantity in Quantity:
        members = [t for t in all_of if any(s.quantity == quantity for s in t.statements)]
        if members:
            yield f"### {quantity}\n"
            yield f"{math(QUANTITY_LATEX[quantity])}: {plain(QUANTITIES[quantity])}.\n"
            yield from _list(members, lambda theorem: theorem.wanted)


def _constants(theorems: tuple[Theorem, ...]) -> Iterator[str]:
    yield "## From a training setup to a constant, by algorithm\n"
    all_of = [theorem for theorem in theorems if isinstance(theorem, StabilityTheorem)]
    kinds = {theorem.id: kinds_of(theorem) for theorem in all_of}
    for kind, algorithm in KINDS.items():
        members = [theorem for theorem in all_of if kind in kinds[theorem.id]]
        if members:
            yield f'### kind = "{kind}"\n'
            yield f"{plain(algorithm.title[0].upper() + algorithm.title[1:])}.\n"
            yield from _list(members, _notions)


def _conversions(theorems: tuple[Theorem, ...]) -> Iterator[str]:
    yield "## From a constant to another\n"
    yield from _list([t for t in theorems if isinstance(t, Conversion)], _changes)


def _notions(theorem: StabilityTheorem) -> str:
    return ", ".join(dict.fromkeys(f"{s.neighbour} {s.notion}" for s in theorem.statements))


def _changes(theorem: Conversion) -> str:
    ways = (f"{' '.join(s.takes[::-1])} to {' '.join(s.gives[::-1])}" for s in theorem.statements)
    return "; ".join(dict.fromkeys(ways))


def _list(members: Iterable[Kind], about: Callable[[Kind], str]) -> Iterator[str]:
    rows = [
        (f"[{t.id}]({t.id}.md)", plain(t.title), plain(about(t)), str(t.trust)) for t in members
    ]
    yield from table(("theorem", "what it says", "constant", "trust"), rows)
