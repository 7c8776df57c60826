"""The least constants, and least elastic functions, with which premises hold in a finite world."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from stability_proofs.kernel.terms import Term, variables
from stability_proofs.witnesses.witness import with_functions, with_values
from stability_proofs.witnesses.worlds import World


def with_least_constants(world: World, formulas: Iterable[Term]) -> World:
    """The least values of unknown constants with which every `... <= factor constant^k` holds."""
    found: dict[str, Any] = {}
    for formula in formulas:
        sides = ends(formula)
        if sides is None:
            continue
        left, right = sides
        unknown = [v.args[0] for v in variables(right) if v.args[0] not in world.values]
        if len(unknown) == 1:
            [name] = unknown
            least = solved(world, right, name, with_values(world, **found).value(left))
            found[name] = max(found.get(name, 0), least)
    return with_values(world, **found)


def ends(formula: Term) -> tuple[Term, Term] | None:
    """The largest left side of a premise `... <= constant`, and the constant."""
    if formula.head in ("forall", "implies"):
        inner = ends(formula.args[-1])
        if inner is None:
            return None
        left, right = inner
        if formula.head == "implies":
            return Term("ind", (formula.args[0],)) * left, right
        return Term("sup", (*formula.args[:-1], left)), right
    return formula.args if formula.head == "<=" else None  # type: ignore[return-value]


def solved(world: World, side: Term, name: str, target: Any) -> Any:
    """The value of a variable at which a side, a factor times a power of it, is the target."""
    at_one, at_two = (with_values(world, **{name: Fraction(c)}).value(side) for c in (1, 2))
    ratio = target / at_one
    if at_two == 2 * at_one or ratio <= 0:
        return ratio
    return float(ratio) ** (1 / math.log2(at_two / at_one))


def least_function(world: World, formula: Term, head: str) -> Callable[..., Any]:
    """The least function f with which `change <= factor f(...)` holds in every case."""
    at_one = with_functions(world, {head: lambda *_: 1})
    table: dict[Any, Any] = {}
    for inequality, bound in world.cases(formula):
        change, side = inequality.args
        [applied] = _applications(side, head)
        inputs = tuple(world.value(a, bound) for a in applied.args)
        needed = world.value(change, bound) / at_one.value(side, bound)
        table[inputs] = max(table.get(inputs, needed), needed)
    return lambda *inputs: table[inputs]


def _applications(x: Any, head: str) -> list[Term]:
    if not isinstance(x, Term):
        return []
    if x.head == head:
        return [x]
    return [found for part in x.args for found in _applications(part, head)]
