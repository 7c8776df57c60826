"""Stability theorems: from a setup to constants, one per statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sympy

from stability.conventions import (
    Averaged,
    Convention,
    Kind,
    Name,
    Neighbour,
    Notion,
    Positions,
    Scope,
)
from stability.errors import Refusal
from stability.setup.setup import Setup
from stability.theorems.kinds.base import Theorem
from stability.theorems.kinds.constant import Product, Stability, Structure, as_long
from stability.theorems.kinds.hypothesis import Failure, Hypothesis
from stability.theorems.kinds.requirements import (
    SCHEDULES,
    as_many_steps_without,
    in_domain,
    steps_follow,
)
from stability.theorems.kinds.situation import Choice, Situation
from stability.theorems.kinds.symbol_values import bind, missing, schedule_of
from stability.theorems.statements.statement import Statement
from stability.theorems.statements.symbols import names_in, symbol
from stability.theorems.statements.term import Term


def _shorter(setup: Setup, steps: Term) -> Failure:
    size, epochs = setup.sample.size, setup.value("algorithm.epochs")
    here, before = (t.enclosure(size).high for t in (steps, steps.previous()))
    return Failure(
        "algorithm.epochs" if epochs else "algorithm.steps",
        f"{here} steps with m = {size}, {before} with one example fewer",
        "Give algorithm.steps in place of epochs, or a batch_size that does not divide m - 1: the "
        "passes over m and over m - 1 examples then have as many steps.",
    )


@dataclass(frozen=True, kw_only=True)
class StabilityStatement(Statement):
    """One constant that a stability theorem gives: its convention and its values.

    `extras` are further values, given if the setup holds what they need. `in_place` is what a
    constant that deletes in place needs to stand for one of m - 1 examples. `square`: beta is u(z')
    u(z) with one function u.
    """

    notion: Notion
    neighbour: Neighbour
    convention: Convention | None = None
    hypotheses: tuple[Hypothesis, ...] = ()
    extras: Mapping[str, sympy.Expr] = field(default_factory=dict)
    in_place: Hypothesis | None = None
    square: bool = False


@dataclass(frozen=True, kw_only=True)
class StabilityTheorem(Theorem):
    """From a setup to constants, one per statement.

    `symmetric`: the rule ignores the order of the examples, also after a deletion (its expected
    losses do, where the constant averages over the algorithm). `choose` gives the values of free
    symbols; any choice in their domain gives a valid constant.
    """

    statements: tuple[StabilityStatement, ...]
    averaged_over: Averaged = Averaged.NOTHING
    scope: Scope = Scope.EVERY
    structure: Structure = None
    symmetric: bool
    choose: Choice | None = None

    @property
    def category(self) -> str:
        """`stability`."""
        return "stability"

    @property
    def conventions(self) -> Mapping[str, Any]:
        """Neighbour, deletion and randomness of every statement."""
        return {
            "forms": [
                {
                    "name": s.name,
                    "notion": str(s.notion),
                    "neighbour": str(s.neighbour),
                    "convention": str(s.convention) if s.convention else None,
                }
                for s in self.statements
            ],
            "averaged_over": str(self.averaged_over),
            "scope": str(self.scope),
            "symmetric": self.symmetric,
        }

    def needs(self, form: Name) -> tuple[str, ...]:
        """The hypotheses in words, with those of its statement of that name."""
        of_form = (h.text for s in self.statements if s.name == form for h in s.hypotheses)
        return (*super().needs(form), *dict.fromkeys(of_form))

    def apply(self, setup: Setup) -> tuple[Stability, ...]:
        """The constants of a setup. Raises Refusal with the hypothesis that fails."""
        self._require(self.hypotheses, setup, self._always_missing)
        given, refused = self._by_statement(setup)
        if not given:
            raise refused[0][1]
        return tuple(given)

    def _always_missing(self, setup: Setup, told: frozenset[str]) -> tuple[Failure, ...]:
        """What the setup does not give of the symbols that every statement needs."""
        schedule = schedule_of(setup)
        needed = [set(s.names(schedule)) - set(self.unspecified) for s in self.statements]
        return missing(setup, set.intersection(*needed), self.readers, self.meaning, told)

    def refused_conventions(self, setup: Setup) -> tuple[Refusal, ...]:
        """Why a theorem that applies gives no constant for one of its meanings of deletion."""
        given, refused = self._by_statement(setup)
        kept = {stability.convention for stability in given} | {None}  # replacement has none
        reasons = {s.convention: r for s, r in reversed(refused) if s.convention not in kept}
        return tuple(
            r.in_the_name_of(f"{self.id} ({convention})")
            for convention, r in reversed(reasons.items())
            if given
        )

    def _by_statement(
        self, setup: Setup
    ) -> tuple[list[Stability], list[tuple[StabilityStatement, Refusal]]]:
        given, refused = [], []
        for statement in self.statements:
            try:
                given.append(self._constant(setup, statement))
            except Refusal as refusal:
                refused.append((statement, refusal))
        return given, refused

    def supports(self, setup: Setup) -> Refusal | None:
        """None if the theorem applies, else why not."""
        try:
            self.apply(setup)
        except Refusal as refusal:
            return refusal
        return None

    def _constant(self, setup: Setup, statement: StabilityStatement) -> Stability:
        self._require(statement.hypotheses, setup)
        schedule = schedule_of(setup)
        for name, schedules in statement.derived.items():
            if schedule not in schedules:
                wanted = steps_follow(name, schedules)
                remedy = f"Use {' or '.join(SCHEDULES[s] for s in schedules)}."
                failure = Failure("algorithm.step_size", SCHEDULES[schedule], remedy)
                raise self.refusal(wanted, failure)
        names = statement.names(schedule) - set(self.unspecified)
        bound = self._known(setup, names)
        values = dict(bound.values)
        values.update(self._chosen(self.choose, Situation(statement, values, setup)))
        wrong = statement.outside(values, schedule, setup.sample.size)
        if wrong is not None:
            where = "sample.size" if wrong.lhs == symbol("m") else "setup"
            remedy = "The statement is proved for this only."
            raise self.refusal(in_domain(wrong), Failure(where, setup.sample.size, remedy))
        if statement.convention is Convention.RETRAIN:
            self._check_fewer(setup, 1)
        steps = values.get("T") if statement.convention is Convention.RETRAIN else None
        steps = steps if isinstance(steps, Term) else None
        if steps is not None and not as_long(steps, setup.sample.size):
            raise self.refusal(as_many_steps_without(1), _shorter(setup, steps))
        given = self._without_zeros(statement, values)
        left_open = frozenset().union(*map(names_in, given.values())) & set(self.unspecified)
        wanted = frozenset().union(*(names_in(e) for e in statement.extras.values()))
        more = bind(setup, wanted, self.readers, self.meaning)
        if statement.extras and more.failure is None:
            values.update(more.values)
            given.update(statement.extras)
            risk = max(bound.failure_probability, more.failure_probability)
            bound = replace(
                bound,
                failure_probability=risk,
                estimated=bound.estimated or more.estimated,
            )
        return Stability(
            setup=setup,
            notion=statement.notion,
            neighbour=statement.neighbour,
            convention=statement.convention,
            averaged_over=self.averaged_over,
            values={n: statement.term(e, values, schedule) for n, e in given.items()},
            path=(self.id,),
            kind=Kind.ESTIMATE if bound.estimated and self.kind is Kind.UPPER else self.kind,
            scope=self.scope,
            provenance=bound.provenance,
            failure=bound.failure_probability,
            structure=Product(square=True) if statement.square else self.structure,
            steps=steps,
            not_in_place=self._not_in_place(setup, statement),
            symmetric=self.symmetric,
            positions=Positions.EVERY,
            form=statement.name,
            trust=self.trust,
            unspecified=tuple(sorted(left_open)),
            rules=(self,),
        )

    def _not_in_place(self, setup: Setup, statement: StabilityStatement) -> Refusal | None:
        if statement.in_place is None:
            return None
        failure = statement.in_place.failure(setup)
        return None if failure is None else self.refusal(statement.in_place, failure)

    def _without_zeros(
        self, statement: StabilityStatement, values: Mapping[str, Any]
    ) -> dict[str, sympy.Expr]:
        """The values with symbols that are exactly 0 put in: a constant in front of one is gone."""
        if not self.unspecified:
            return dict(statement.values)
        zero = {
            symbol(n): 0 for n, v in values.items() if not isinstance(v, (Term, tuple)) and v == 0
        }
        return {name: expression.subs(zero) for name, expression in statement.values.items()}
