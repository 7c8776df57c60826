"""All paths to a bound: from a constant through conversions to theorems that take the result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from stability.theorems.kinds import Conversion, GeneralizationTheorem, StabilityTheorem, Theorem
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
    """The constant and all that conversions make of it, each kind by a shortest path."""
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
    )


def follow(
    path: Bound, setup: Setup, catalogue: Mapping[str, Theorem], delta: Fraction
) -> Bound | None:
    """The same bound, by the same path, of another setup; None where a step refuses."""
    source = path.path[0]
    try:
        if source == ASSUMED:
            current = assumed_constant(setup)
        else:
            first = catalogue.get(source)
            if not isinstance(first, StabilityTheorem):
                return None
            current = next(
                (s for s in first.apply(setup) if s.form == path.stability.form),
                None,  # type: ignore[arg-type]
            )
            if current is None:
                return None
        for step in path.path[1:-1]:
            conversion = catalogue[step]
            if not isinstance(conversion, Conversion):
                return None
            current = conversion.apply(current)
        last = catalogue[path.theorem]
        if not isinstance(last, GeneralizationTheorem):
            return None
        bounds = [b for b in last.all_bounds(current, delta) if b.form == path.form]
        return bounds[0] if bounds else None
    except Refusal:
        return None
