"""Theorems with one thing changed to the unsafe side: none of them may still be proved.

What is changed: a number in a statement by 1% (that change, up or down, that makes an upper bound
smaller somewhere), a whole value by 1%; deletion and replacement, null step and retraining, the
leave-one-out and the empirical risk swapped; what is averaged over, and what a probability is over;
a hypothesis, a condition or a relation of the domain left out or reversed, or no longer checked; an
upper bound called exact or lower, an asymptotic one upper; values that scale with 1/m; and what
`label_mutants` changes: readers, choices, checks that always pass, and tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sympy

from stability.conventions import (
    VALUES,
    Averaged,
    Convention,
    Kind,
    Neighbour,
    Over,
    Quantity,
    Scope,
)
from stability.theorems.kinds import (
    ConversionStatement,
    GeneralizationStatement,
    GeneralizationTheorem,
    StabilityStatement,
    StabilityTheorem,
    Statement,
    Theorem,
)
from stability.theorems.statements.closed_sums import CONSTANT, resolve
from stability.theorems.statements.minimise import fast
from stability.theorems.statements.symbols import MEANINGS
from stability_proofs.ledger.label_mutants import label_mutants, wider_choices

UP, DOWN = sympy.Rational(101, 100), sympy.Rational(99, 100)
POINTS = 200
"""How many random values of the symbols decide which change is the unsafe one."""


@dataclass(frozen=True)
class Mutant:
    """A changed theorem, and what was changed.

    `beside`: its claims are the same, and what is changed stands beside them.
    """

    theorem: Theorem
    mutation: str
    beside: bool = False

    def record(self) -> dict[str, str]:
        """Plain values, for JSON."""
        return {"id": self.theorem.id, "mutation": self.mutation}


def mutants(theorem: Theorem) -> Iterator[Mutant]:
    """Every mutant of a theorem."""
    for name in ("statements", "supporting"):
        statements = getattr(theorem, name, ())
        for statement, changed, what in _changed_statements(statements, theorem.kind):
            if any(_says_the_same(changed, other) for other in statements):
                continue
            swapped = tuple(changed if s is statement else s for s in statements)
            yield Mutant(replace(theorem, **{name: swapped}), what)
    yield from _changed_theorem(theorem)
    for other, what in wider_choices(theorem):
        yield Mutant(other, what)
    for other, what in label_mutants(theorem):
        yield Mutant(other, what, beside=True)


def _says_the_same(changed: Statement, other: Statement) -> bool:
    """Whether another statement of the theorem says what a changed one says: it is not wrong."""
    return replace(changed, name=other.name, domain=other.domain) == other


Changed = Iterator[tuple[Statement, Statement, str]]


def _changed_statements(statements: Iterable[Statement], kind: Kind) -> Changed:
    for statement in statements:
        name = statement.name or "statement"
        for value, expression in statement.values.items():
            lower = kind is Kind.LOWER
            for where, other in changed_numbers(expression, lower):
                values = {**statement.values, value: other}
                yield statement, replace(statement, values=values), f"{name}, {value}: {where}"
        for value, expression in getattr(statement, "extras", {}).items():
            for where, other in changed_numbers(expression, lower=False):
                extras = {**statement.extras, value: other}  # type: ignore[attr-defined]
                yield statement, replace(statement, extras=extras), f"{name}, {value}: {where}"
        for symbol, schedules in statement.derived.items():
            for schedule, expression in schedules.items():
                for where, other in changed_numbers(expression, lower=False):
                    derived = {**statement.derived, symbol: {**schedules, schedule: other}}
                    what = f"{name}, {symbol} ({schedule}): {where}"
                    yield statement, replace(statement, derived=derived), what
        for position, relation in enumerate(statement.domain):
            rest = statement.domain[:position] + statement.domain[position + 1 :]
            what = f"{name}: without {relation}"
            yield statement, replace(statement, domain=rest), what
            turned = (*rest, sympy.Not(relation))
            yield statement, replace(statement, domain=turned), f"{name}: {relation} reversed"
        yield from _changed_kind(statement, name)


def _changed_kind(statement: Statement, name: str) -> Changed:
    """Conventions swapped."""
    other = {Neighbour.DELETION: Neighbour.REPLACEMENT, Neighbour.REPLACEMENT: Neighbour.DELETION}
    if isinstance(statement, GeneralizationStatement):
        notion, neighbour = statement.takes
        if (notion, other[neighbour]) in VALUES:
            swapped = replace(statement, takes=(notion, other[neighbour]))
            yield statement, swapped, f"{name}: takes {other[neighbour]}"
        for quantity in _near(statement.quantity):
            yield statement, replace(statement, quantity=quantity), f"{name}: bounds {quantity}"
    if isinstance(statement, ConversionStatement):
        for side in ("takes", "gives"):
            notion, neighbour = getattr(statement, side)
            if (notion, other[neighbour]) in VALUES:
                swapped = replace(statement, **{side: (notion, other[neighbour])})
                yield statement, swapped, f"{name}: {side} {other[neighbour]}"
    if isinstance(statement, StabilityStatement):
        swapped = replace(statement, neighbour=other[statement.neighbour])
        yield statement, swapped, f"{name}: {other[statement.neighbour]}"
        for convention in Convention:
            if statement.convention not in (None, convention):
                swapped = replace(statement, convention=convention)
                yield statement, swapped, f"{name}: {convention}"
        for position, hypothesis in enumerate(statement.hypotheses):
            rest = statement.hypotheses[:position] + statement.hypotheses[position + 1 :]
            what = f"{name}: without the hypothesis: {hypothesis.text}"
            yield statement, replace(statement, hypotheses=rest), what
            if hypothesis.check is not None:
                unchecked = (*rest, replace(hypothesis, check=None))
                what = f"{name}: without the check of: {hypothesis.text}"
                yield statement, replace(statement, hypotheses=unchecked), what


def _near(quantity: Quantity) -> tuple[Quantity, ...]:
    pairs = {
        Quantity.GAP: (Quantity.LOO_GAP, Quantity.ABSOLUTE_GAP),
        Quantity.LOO_GAP: (Quantity.GAP,),
        Quantity.SQUARED_GAP: (Quantity.LOO_SQUARED_GAP,),
        Quantity.LOO_SQUARED_GAP: (Quantity.SQUARED_GAP,),
        Quantity.KFOLD_SQUARED_GAP: (Quantity.SQUARED_GAP, Quantity.LOO_SQUARED_GAP),
        Quantity.ABSOLUTE_GAP: (Quantity.LOO_ABSOLUTE_GAP,),
        Quantity.LOO_ABSOLUTE_GAP: (Quantity.ABSOLUTE_GAP,),
    }
    return pairs.get(quantity, ())


def _changed_theorem(theorem: Theorem) -> Iterator[Mutant]:
    if theorem.kind is Kind.UPPER:
        for kind in (Kind.LOWER, Kind.EXACT):
            yield Mutant(replace(theorem, kind=kind), f"called {kind}")
    if theorem.kind is Kind.ASYMPTOTIC:
        yield Mutant(replace(theorem, kind=Kind.UPPER), "called upper")
    some_problem = isinstance(theorem, StabilityTheorem) and theorem.scope is Scope.SOME
    every = theorem.hypotheses
    for position, hypothesis in enumerate(every):
        rest = every[:position] + every[position + 1 :]
        # An instance that has more properties than are asked for proves nothing less.
        if not some_problem:
            what = f"without the hypothesis: {hypothesis.text}"
            yield Mutant(replace(theorem, hypotheses=rest), what)
        if hypothesis.check is not None:
            unchecked = (*rest, replace(hypothesis, check=None))
            what = f"without the check of: {hypothesis.text}"
            yield Mutant(replace(theorem, hypotheses=unchecked), what)
    if isinstance(theorem, StabilityTheorem):
        if theorem.averaged_over is Averaged.ALGORITHM:
            what = "for every realisation of the algorithm"
            yield Mutant(replace(theorem, averaged_over=Averaged.NOTHING), what)
        if some_problem:
            yield Mutant(replace(theorem, scope=Scope.EVERY), "for every problem")
    if isinstance(theorem, GeneralizationTheorem):
        if theorem.at_previous_size:
            what = "without the constant at m - 1"
            yield Mutant(replace(theorem, at_previous_size=False), what)
        if theorem.at_folds:
            what = "of the constant at m"
            yield Mutant(replace(theorem, at_folds=False), what)
        for over in Over:
            if over is not theorem.over:
                yield Mutant(replace(theorem, over=over), f"a probability over {over}")
        for averages in (None, *Averaged):
            if averages is not theorem.averages:
                yield Mutant(replace(theorem, averages=averages), f"averages over {averages}")
        for names in ((), *((value,) for value in VALUES[theorem.statements[0].takes])):
            if theorem.at_previous_size and names != theorem.scales_down:
                what = f"of the order of 1/m: {names}"
                yield Mutant(replace(theorem, scales_down=names), what)


def changed_numbers(expression: sympy.Expr, lower: bool) -> Iterator[tuple[str, sympy.Expr]]:
    """The expression with a number changed by 1%, for each change that is unsafe somewhere.

    For an upper bound a change is unsafe if it makes the value smaller, for a lower one larger.

    >>> x = sympy.Symbol("M", positive=True)
    >>> [str(e) for _, e in changed_numbers(2 * x, lower=False)]
    ['99*M/50']
    """
    seen = {expression}
    for path, number in _numbers(expression):
        for factor, word in ((DOWN, "down"), (UP, "up")):
            other = _with_number(expression, path, number * factor)
            if other not in seen and _unsafe(expression, other, lower):
                seen.add(other)
                yield f"{number} {word} 1% (place {'.'.join(map(str, path)) or 'whole'})", other
    whole = expression * (UP if lower else DOWN)
    if whole not in seen:
        yield "the whole by 1%", whole


Path = tuple[int, ...]


def _numbers(x: sympy.Basic, path: Path = ()) -> Iterator[tuple[Path, sympy.Rational]]:
    if isinstance(x, sympy.Rational) and x != 0:
        yield path, x
    for position, part in enumerate(x.args):
        yield from _numbers(part, (*path, position))


def _with_number(x: Any, path: Path, value: sympy.Rational) -> Any:
    if not path:
        return value
    args = list(x.args)
    args[path[0]] = _with_number(args[path[0]], path[1:], value)
    return x.func(*args)


def _unsafe(expression: sympy.Expr, other: sympy.Expr, lower: bool) -> bool:
    """Whether the other is smaller (larger) than the expression at some values of its symbols."""
    closed = [resolve(e, CONSTANT) for e in (expression, other)]
    names = sorted({s.name for e in closed for s in e.free_symbols})
    values = _values(names)
    try:
        here, there = (np.asarray(fast(e, tuple(names))(*values), dtype=float) for e in closed)
    except (TypeError, ValueError, NameError, ZeroDivisionError):
        return True  # it cannot be told: try the mutant
    here, there = np.broadcast_arrays(here, there)
    both = np.isfinite(here) & np.isfinite(there)
    if not both.any():
        return True
    here, there = here[both], there[both]
    gain = there - here if lower else here - there
    return bool((gain > 1e-9 * np.abs(here)).any())


def _values(names: list[str]) -> list[Any]:
    generator = np.random.default_rng(0)
    values = []
    for name in names:
        whole = name in MEANINGS and MEANINGS[name].allowed.whole
        high = MEANINGS[name].allowed.high if name in MEANINGS else None
        if high is not None:
            values.append(generator.uniform(0.001, 0.999, POINTS) * float(high))
        elif whole:
            values.append(generator.integers(3, 50, POINTS).astype(float))
        else:
            values.append(generator.uniform(0.05, 4.0, POINTS))
    return values
