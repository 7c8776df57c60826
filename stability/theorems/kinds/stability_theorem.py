"""Stability theorems: from a setup to constants, one per form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy

from stability.conventions import Averaged, Convention, Neighbour, Notion, Provenance, Scope
from stability.errors import Refusal
from stability.setup.setup import Setup
from stability.theorems.kinds.base import Theorem
from stability.theorems.kinds.constant import Stability, Structure, as_long
from stability.theorems.kinds.hypotheses import Failure, Hypothesis
from stability.theorems.kinds.symbol_values import bind, schedule_of
from stability.theorems.statements.closed_sums import CONSTANT, DECAY
from stability.theorems.statements.statement import Statement
from stability.theorems.statements.symbols import names_in, symbol
from stability.theorems.statements.term import Term

SCHEDULES = {CONSTANT: "a constant step size", DECAY: "step sizes c/t"}
"""Schedules of step sizes in words."""


AS_LONG = "training again on m - 1 examples takes as many steps"
"""What is proved of retraining where the number of steps follows the sample size."""


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
class Form(Statement):
    """One constant that a stability theorem gives: its convention and its values.

    `extras` are further values, given if the setup holds what they need. `in_place` is what a
    constant that deletes in place needs to stand for one of m - 1 examples.
    """

    notion: Notion
    neighbour: Neighbour
    convention: Convention | None = None
    hypotheses: tuple[Hypothesis, ...] = ()
    extras: Mapping[str, sympy.Expr] = field(default_factory=dict)
    in_place: Hypothesis | None = None


@dataclass(frozen=True, kw_only=True)
class StabilityTheorem(Theorem):
    """From a setup to constants, one per form.

    `choose` maps a setup to values of free symbols; any choice in range gives a valid constant.
    """

    forms: tuple[Form, ...]
    averaged_over: Averaged = Averaged.NOTHING
    scope: Scope = Scope.EVERY
    structure: Structure = None
    symmetric: bool = True
    choose: Callable[[Setup, Form, Mapping[str, Any]], Mapping[str, Any]] | None = None

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The forms."""
        return self.forms

    @property
    def category(self) -> str:
        """`stability`."""
        return "stability"

    @property
    def conventions(self) -> Mapping[str, Any]:
        """Neighbour, deletion and randomness of every form."""
        return {
            "forms": [
                {
                    "name": f.name,
                    "notion": str(f.notion),
                    "neighbour": str(f.neighbour),
                    "convention": str(f.convention) if f.convention else None,
                }
                for f in self.forms
            ],
            "averaged_over": str(self.averaged_over),
            "scope": str(self.scope),
        }

    def apply(self, setup: Setup) -> tuple[Stability, ...]:
        """The constants of a setup. Raises Refusal with the hypothesis that fails."""
        for hypothesis in self.hypotheses:
            failure = hypothesis.failure(setup)
            if failure is not None:
                raise self._fail(hypothesis.text, failure)
        given, refused = self._by_form(setup)
        if not given:
            raise refused[0][1]
        return tuple(given)

    def refused_conventions(self, setup: Setup) -> tuple[Refusal, ...]:
        """Why a theorem that applies gives no constant for one of its meanings of deletion."""
        given, refused = self._by_form(setup)
        kept = {stability.convention for stability in given}
        reasons = {f.convention: r for f, r in reversed(refused) if f.convention not in kept}
        return tuple(
            Refusal(f"{self.id} ({convention})", r.hypothesis, r.where, r.args[3], r.remedy)
            for convention, r in reversed(reasons.items())
            if given
        )

    def _by_form(self, setup: Setup) -> tuple[list[Stability], list[tuple[Form, Refusal]]]:
        given, refused = [], []
        for form in self.forms:
            try:
                given.append(self._constant(setup, form))
            except Refusal as refusal:
                refused.append((form, refusal))
        return given, refused

    def supports(self, setup: Setup) -> Refusal | None:
        """None if the theorem applies, else why not."""
        try:
            self.apply(setup)
        except Refusal as refusal:
            return refusal
        return None

    def _constant(self, setup: Setup, form: Form) -> Stability:
        for hypothesis in form.hypotheses:
            failure = hypothesis.failure(setup)
            if failure is not None:
                raise self._fail(hypothesis.text, failure)
        schedule = schedule_of(setup)
        for name, schedules in form.derived.items():
            if schedule not in schedules:
                known = " or ".join(SCHEDULES[s] for s in schedules)
                failure = Failure("algorithm.step_size", SCHEDULES[schedule], f"Use {known}.")
                raise self._fail(f"step sizes for which {name} is known: {known}", failure)
        names = form.names(schedule) - set(self.unspecified)
        bound = bind(setup, names, self.readers)
        if bound.failure is not None:
            raise self._fail(f"{bound.failure.where} is known", bound.failure)
        values = dict(bound.values)
        if self.choose is not None:
            values.update(self.choose(setup, form, values))
        wrong = form.outside(values, schedule, setup.sample.size)
        if wrong is not None:
            where = "sample.size" if wrong.startswith("m ") else "setup"
            raise self._fail(
                wrong, Failure(where, setup.sample.size, "The statement is proved for this only.")
            )
        if form.convention is Convention.RETRAIN:
            self._check_fewer(setup, 1)
        steps = values.get("T") if form.convention is Convention.RETRAIN else None
        steps = steps if isinstance(steps, Term) else None
        if steps is not None and not as_long(steps, setup.sample.size):
            raise self._fail(AS_LONG, _shorter(setup, steps))
        given = self._without_zeros(form, values)
        left_open = frozenset().union(*map(names_in, given.values())) & set(self.unspecified)
        wanted = frozenset().union(*(names_in(e) for e in form.extras.values()))
        more = bind(setup, wanted, self.readers)
        if form.extras and more.failure is None:
            values.update(more.values)
            given.update(form.extras)
        provenance = Provenance.CERTIFIED if bound.failure_probability else Provenance.PROVED
        return Stability(
            setup=setup,
            notion=form.notion,
            neighbour=form.neighbour,
            convention=form.convention,
            averaged_over=self.averaged_over,
            values={n: form.term(e, values, schedule) for n, e in given.items()},
            path=(self.id,),
            kind=self.kind,
            scope=self.scope,
            provenance=provenance,
            failure=bound.failure_probability,
            structure=self.structure,
            steps=steps,
            not_in_place=self._not_in_place(setup, form),
            symmetric=self.symmetric,
            form=form.name,
            trust=self.source.trust,
            unspecified=tuple(sorted(left_open)),
        )

    def _not_in_place(self, setup: Setup, form: Form) -> Refusal | None:
        failure = None if form.in_place is None else form.in_place.failure(setup)
        if form.in_place is None or failure is None:
            return None
        return self._fail(form.in_place.text, failure)

    def _without_zeros(self, form: Form, values: Mapping[str, Any]) -> dict[str, sympy.Expr]:
        """The values with symbols that are exactly 0 put in: a constant in front of one is gone."""
        if not self.unspecified:
            return dict(form.values)
        zero = {
            symbol(n): 0 for n, v in values.items() if not isinstance(v, (Term, tuple)) and v == 0
        }
        return {name: expression.subs(zero) for name, expression in form.values.items()}
