"""Admissible values for the symbols of a statement, and the statement at these values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy
from hypothesis import assume
from hypothesis import strategies as st

from stability.errors import shown
from stability.testing.strategies.rationals import non_negative_rationals, numbers_for
from stability.theorems.kinds import Statement, Theorem
from stability.theorems.kinds.hypotheses import (
    constant_steps,
    decaying_steps,
    step_is_inverse_strong_convexity,
)
from stability.theorems.record_faults import values_of
from stability.theorems.statements.closed_sums import CONSTANT, DECAY, resolve
from stability.theorems.statements.symbols import MEANINGS, names_in
from stability.theorems.statements.term import Enclosure, Term

LADDERS = (
    ("L_mean", "L_rms", "L_4", "L"),
    ("kappa_mean", "kappa"),
    ("B1", "B", "U"),
    ("b", "U_row"),
    ("B1", "U"),
    ("u_mean", "u_rms", "u_sup"),
    ("uu_1", "uu_2", "uu_4", "uu_sup"),
)
"""Symbols whose values are in this order, where a statement has several of them."""
LONGEST_SUM, SPARE, LARGEST_EXPONENT = 60, 10, 10
SMALL = {"draws": 1000, "subsample": 200, "k": 200, "batch": 200, "balls": 1000, "k0": 50}
FACTORS = tuple(Fraction(10) ** e for e in (-1, 1, -2, 2, -4, 4, -7, 7))


def schedules_of(theorem: Theorem, statement: Statement) -> tuple[str, ...]:
    """The schedules of step sizes that a statement is about."""
    if "alpha" not in statement.names() and not statement.derived:
        return (CONSTANT,)
    hypotheses = {*theorem.hypotheses, *getattr(statement, "hypotheses", ())}
    if constant_steps() in hypotheses:
        return (CONSTANT,)
    if hypotheses & {decaying_steps(), step_is_inverse_strong_convexity()}:
        return (DECAY,)
    derivable = [set(forms) for forms in statement.derived.values()]
    return tuple(s for s in (CONSTANT, DECAY) if all(s in known for known in derivable))


@dataclass(frozen=True, eq=False)
class SymbolValues:
    """Values for the symbols of one statement: rationals, whole numbers, for F also a sequence.

    `schedule` says what alpha(t) is: "constant" (value `alpha`) or "decay" (value `c`).
    """

    statement: Statement
    values: Mapping[str, Any]
    schedule: str = CONSTANT

    def term(self, expression: sympy.Expr) -> Term:
        """An expression in the statement's symbols, with these values."""
        return self.statement.term(expression, self.values, self.schedule)

    def enclosure(self, expression: sympy.Expr) -> Enclosure:
        """The value of an expression, derived symbols computed."""
        return self.term(expression).enclosure()

    def all_enclosures(self) -> Iterator[tuple[str, Enclosure]]:
        """Name and value of every expression of the statement."""
        for name, expression in values_of(self.statement).items():
            yield name, self.enclosure(expression)

    def put(self, name: str, value: Any) -> SymbolValues:
        """The same with one other value; `alpha` stands for `c` where steps are c/t."""
        if name == "alpha" and self.schedule == DECAY:
            name = "c"
        return replace(self, values={**self.values, name: value})

    def get(self, name: str) -> Any:
        """One value; `alpha` stands for `c` where steps are c/t."""
        return self.values.get("c" if name == "alpha" and self.schedule == DECAY else name)

    def holds(self, relation: sympy.Basic) -> bool:
        """Whether a relation between the symbols holds."""
        return self.enclosure(sympy.Piecewise((1, relation), (0, True))).high == 1

    def inside(self) -> bool:
        """Whether every relation of the statement's domain holds."""
        return all(self.holds(relation) for relation in self.statement.domain)

    def scaled(self, factor: Fraction, weights: Mapping[str, int]) -> SymbolValues:
        """The values after the loss is multiplied by a factor, with the run unchanged."""

        def scale(name: str, value: Any) -> Any:
            by = factor ** weights.get(name, MEANINGS[name].weight)
            return tuple(by * v for v in value) if isinstance(value, tuple) else by * value

        values = {
            n: v if MEANINGS[n].allowed.whole else scale(n, v) for n, v in self.values.items()
        }
        return replace(self, values=values)

    def __str__(self) -> str:
        def show(value: Any) -> str:
            return "(one per step)" if isinstance(value, tuple) else shown(Fraction(value))

        listed = ", ".join(f"{name} = {show(v)}" for name, v in sorted(self.values.items()))
        steps = ", steps c/t" if self.schedule == DECAY else ""
        name = f"{self.statement.name}: " if self.statement.name else ""
        return f"{name}{listed}{steps}"


def names_needed(statement: Statement, schedule: str) -> frozenset[str]:
    """The names to give values to: derived ones left out, alpha or c as the schedule says."""
    names = set(statement.names(schedule))
    for expression in values_of(statement).values():
        names |= names_in(expression) - set(statement.derived)
    if schedule == DECAY and "alpha" in names:
        names = (names - {"alpha"}) | {"c"}
    return frozenset(names)


@lru_cache(maxsize=1024)
def _growing(expressions: tuple[sympy.Expr, ...], schedule: str) -> tuple[bool, frozenset[str]]:
    """Whether some sum has no closed form, and the names that stand in exponents."""
    resolved = [resolve(e, schedule) for e in expressions]
    adds_up = any(e.has(sympy.Sum, sympy.Product) for e in resolved)
    powers = {p for e in (*resolved, *expressions) for p in e.atoms(sympy.Pow)}
    return adds_up, frozenset(n for p in powers for n in names_in(p.exp))


def _limits(statement: Statement, schedule: str) -> Callable[[str], int]:
    """The largest value to draw for a symbol: few terms in a sum, small exponents."""
    expressions = [*values_of(statement).values()]
    expressions += [by[schedule] for by in statement.derived.values() if schedule in by]
    adds_up, exponents = _growing(tuple(expressions), schedule)

    def limit(name: str) -> int:
        if name in exponents or (adds_up and name == "T"):
            return LONGEST_SUM if MEANINGS[name].allowed.whole else LARGEST_EXPONENT
        return SMALL.get(name, 100_000)

    return limit


@st.composite
def symbol_values(
    draw: st.DrawFn, theorem: Theorem, statement: Statement, schedule: str | None = None
) -> SymbolValues:
    """Admissible values for every symbol that a statement of a theorem needs.

    Every value is one that the table of symbols allows, and the statement's domain holds. Derived
    symbols are computed from the others.

    >>> from hypothesis import find
    >>> from stability.theorems.catalogue import BY_ID
    >>> theorem = BY_ID["bousquet2002-thm12-emp"]
    >>> found = find(symbol_values(theorem, theorem.statements[0]), lambda v: v.values["m"] > 9)
    >>> sorted(found.values)
    ['M', 'beta', 'delta', 'm']
    """
    steps = schedule or draw(st.sampled_from(schedules_of(theorem, statement)))
    limit = _limits(statement, steps)
    values: dict[str, Any] = {}
    for name in sorted(names_needed(statement, steps)):
        allowed, high = MEANINGS[name].allowed, limit(name)
        value = draw(numbers_for(allowed, high))
        values[name] = value if allowed.whole else min(value, Fraction(high))
    for ladder in LADDERS:
        present = [name for name in ladder if name in values]
        ordered = sorted(values[name] for name in present)
        values.update(zip(present, ordered, strict=True))
    if "F" in values and draw(st.booleans()):
        few_risks = draw(st.lists(non_negative_rationals(), min_size=1, max_size=3))
        values["T"] = min(values["T"], LONGEST_SUM)
        values["F"] = tuple(few_risks * (LONGEST_SUM + SPARE))
    found = _repaired(SymbolValues(statement, values, steps))
    assume(found is not None)
    return found  # type: ignore[return-value]


def _repaired(values: SymbolValues) -> SymbolValues | None:
    """The values moved into the domain of the statement, one relation after the other."""
    for _ in range(2 * len(values.statement.domain) + 1):
        failing = [r for r in values.statement.domain if not values.holds(r)]
        if not failing:
            return values
        better = next((v for v in _neighbours(values, failing[0]) if v.holds(failing[0])), None)
        if better is None:
            return None
        values = better
    return None


def _neighbours(values: SymbolValues, relation: sympy.Basic) -> Iterator[SymbolValues]:
    for factor in FACTORS:
        for name in sorted(names_in(relation) - set(values.statement.derived)):
            old = values.get(name)
            allowed = MEANINGS[name].allowed
            new = Fraction(old) * factor
            if allowed.whole:
                new = Fraction(int(new) + (1 if factor > 1 else 0))
            try:
                yield values.put(name, allowed.convert(new))
            except ValueError:
                continue
