"""How to break a theorem: one field, one part of a statement, or one method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any

import sympy

from stability.conventions import Kind, Provenance
from stability.theorems.kinds import (
    Conversion,
    GeneralizationTheorem,
    StabilityTheorem,
    Statement,
    Theorem,
)
from stability.theorems.kinds.hypothesis import Hypothesis


@dataclass(frozen=True)
class Breakage:
    """A broken theorem and the law that catches it."""

    name: str
    theorem: str
    law: str
    break_it: Callable[[Any], Theorem]

    def __str__(self) -> str:
        return f"{self.theorem}: {self.name}"


def with_statements(theorem: Theorem, change: Callable[[Statement], Statement]) -> Theorem:
    """The theorem with every statement changed."""
    return replace(theorem, statements=tuple(map(change, theorem.statements)))


def values(change: Callable[[sympy.Expr], sympy.Expr]) -> Callable[[Theorem], Theorem]:
    """Change every value."""

    def one(statement: Statement) -> Statement:
        return replace(statement, values={n: change(e) for n, e in statement.values.items()})

    return lambda theorem: with_statements(theorem, one)


def times(factor: str) -> Callable[[Theorem], Theorem]:
    """Multiply every value."""
    return values(lambda value: sympy.Rational(factor) * value)


def swapped(old: Any, new: Any) -> Callable[[Theorem], Theorem]:
    """Replace a part of every value."""
    return values(lambda value: value.subs(old, new))


def one_value(name: str, value: Any) -> Callable[[Theorem], Theorem]:
    """Another expression for one value."""
    return lambda theorem: with_statements(
        theorem, lambda s: replace(s, values={**s.values, name: sympy.sympify(value)})
    )


def direction(name: str, sign: int) -> Callable[[Theorem], Theorem]:
    """Declare another direction."""
    return lambda theorem: replace(theorem, monotone={**theorem.monotone, name: sign})


def forgotten(name: str) -> Callable[[Theorem], Theorem]:
    """Declare no direction."""
    return lambda t: replace(t, monotone={k: v for k, v in t.monotone.items() if k != name})


def put(**changed: Any) -> Callable[[Theorem], Theorem]:
    """Change fields."""
    return lambda theorem: replace(theorem, **changed)


def without_hypothesis(word: str) -> Callable[[Theorem], Theorem]:
    """Drop the hypotheses with a word."""

    def drop(theorem: Theorem) -> Theorem:
        kept = tuple(h for h in theorem.hypotheses if word not in h.text)
        assert len(kept) < len(theorem.hypotheses), word
        return replace(theorem, hypotheses=kept)

    return drop


def with_check(hypothesis: Hypothesis, check: Any) -> Callable[[Theorem], Theorem]:
    """Let a hypothesis check something else."""
    other = replace(hypothesis, check=check)
    return lambda t: replace(
        t, hypotheses=tuple(other if h is hypothesis else h for h in t.hypotheses)
    )


def form_of(name: str, **changed: Any) -> Callable[[Theorem], Theorem]:
    """Change fields of the statement of one name."""
    return lambda theorem: with_statements(
        theorem, lambda s: replace(s, **changed) if s.name == name else s
    )


def of_class(kind: type) -> Callable[[Theorem], Theorem]:
    """The same data with other methods."""
    return lambda t: kind(**{f.name: getattr(t, f.name) for f in fields(t)})


class ForgetsFailure(GeneralizationTheorem):
    """Leaves the failure probability of measured constants out of the total."""

    def _bound(self, stability: Any, reading: Any, available: Fraction) -> Any:
        bound = super()._bound(stability, reading, available)
        return replace(bound, failure=bound.failure - stability.failure)


class SpendsTwice(GeneralizationTheorem):
    """Uses all of delta for itself, although measured constants take a part of it."""

    def _bound(self, stability: Any, reading: Any, available: Fraction) -> Any:
        bound = super()._bound(stability, reading, available + stability.failure)
        return replace(bound, failure=available + stability.failure)


class Proves(Conversion):
    """Calls everything proved."""

    def apply(self, stability: Any) -> Any:
        return replace(super().apply(stability), provenance=Provenance.PROVED)


class Upgrades(Conversion):
    """Makes an upper bound of anything."""

    def apply(self, stability: Any) -> Any:
        return replace(super().apply(stability), kind=Kind.UPPER)


class AlwaysSupports(StabilityTheorem):
    """A dry run that does not look."""

    def supports(self, setup: Any) -> None:
        return None


class IgnoresConditions(GeneralizationTheorem):
    """Does not look at the conditions on its constant."""

    def _check(self, stability: Any) -> None:
        return None


class IgnoresFormHypotheses(StabilityTheorem):
    """Gives forms whose own hypotheses fail."""

    def _constant(self, setup: Any, form: Any) -> Any:
        return super()._constant(setup, replace(form, hypotheses=()))


class NumbersAnyway(GeneralizationTheorem):
    """Evaluates a statement whose constant nobody knows."""

    def _check(self, stability: Any) -> None:
        return None

    def _complete(self, names: Any, known: Any, schedule: str) -> None:
        return None
