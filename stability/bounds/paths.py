"""All paths to a bound: from a constant through conversions to theorems that take the result."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import sympy

from stability.conventions import (
    AT_POSITIONS,
    Averaged,
    Convention,
    Neighbour,
    Notion,
    Positions,
    Provenance,
    Trust,
)
from stability.errors import Refusal
from stability.setup.setup import Setup
from stability.theorems.kinds import Conversion, GeneralizationTheorem, StabilityTheorem
from stability.theorems.kinds.bound import Bound
from stability.theorems.kinds.constant import Product, Stability
from stability.theorems.kinds.requirements import CONSTANT_GIVEN
from stability.theorems.statements.symbols import symbol
from stability.theorems.statements.term import Term

ASSUMED = "assumed"


def assumed_constant(setup: Setup) -> Stability:
    """The user's own constant of a setup, with provenance `assumed`."""
    given = setup.stability
    if given is None:
        what = CONSTANT_GIVEN
        raise Refusal(ASSUMED, what.id, what.text, "stability", None, "Add [stability].")
    m, here, value = symbol("m"), setup.sample.size, sympy.Symbol("value", nonnegative=True)
    factor = here / m if given.scaling == "1/m" else sympy.Integer(1)
    return Stability(
        setup=setup,
        notion=Notion(given.notion),
        neighbour=Neighbour(given.neighbour),
        convention=Convention(given.convention) if given.convention else None,
        averaged_over=Averaged(given.averaged_over),
        values={n: Term(value * factor, {"value": v}) for n, v in given.values},
        path=(ASSUMED,),
        provenance=Provenance.ASSUMED,
        trust=Trust.DERIVED,
        structure=Product(square=given.structure == "square") if given.structure else None,
        sizes="every" if given.scaling else "this",
        symmetric=given.symmetric,
        positions=Positions.MEAN if given.notion in AT_POSITIONS else Positions.EVERY,
    )


def reachable(start: Stability, conversions: Iterable[Conversion]) -> tuple[Stability, ...]:
    """The constant and all that conversions make of it, each kind by a shortest path.

    What rests on a theorem of your own stands beside what does not, and never in its place.
    """
    found = {_shape(start): start}
    frontier = [start]
    while frontier:
        following = []
        for stability in frontier:
            for conversion in conversions:
                if conversion.id in stability.path:
                    continue
                try:
                    converted = conversion.apply(stability)
                except Refusal:
                    continue
                if _shape(converted) not in found:
                    found[_shape(converted)] = converted
                    following.append(converted)
        frontier = following
    return tuple(found.values())


def _shape(stability: Stability) -> tuple[object, ...]:
    return (
        stability.notion,
        stability.neighbour,
        stability.averaged_over,
        frozenset(stability.values),
        stability.trust is Trust.OWN,
    )


def follow(path: Bound, setup: Setup, delta: Fraction) -> Bound | None:
    """The same bound, by the theorems that it was made by, of another setup; None where one of them
    refuses, and where its constant was measured."""
    rules = path.rules
    named = tuple(rule.id for rule in rules)
    try:
        if path.path == (ASSUMED, *named):
            current = assumed_constant(setup)
        elif path.path == named and isinstance(rules[0], StabilityTheorem):
            given = rules[0].apply(setup)
            rules = rules[1:]
            found = next((s for s in given if s.form == path.stability.form), None)
            if found is None:
                return None
            current = found
        else:
            return None
        *conversions, last = rules
        for conversion in conversions:
            if not isinstance(conversion, Conversion):
                return None
            current = conversion.apply(current)
        if not isinstance(last, GeneralizationTheorem):
            return None
        bounds = [b for b in last.all_bounds(current, delta) if b.form == path.form]
        return bounds[0] if bounds else None
    except Refusal:
        return None
