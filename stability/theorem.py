"""A theorem is data: identifier, source, hypotheses, conventions, statement, directions.

Three kinds: `StabilityTheorem` maps Setup to Stability, `Conversion` maps Stability to Stability,
`GeneralizationTheorem` maps Stability to Bound. Whether a theorem applies and what it gives come
from one traversal: `supports` runs `apply` and reports its refusal; values are terms that nobody
has evaluated yet, so the dry run costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy

from stability.arithmetic.closed import CONSTANT, DECAY, resolve
from stability.binding import Reader, bind, schedule_of, uses_measured
from stability.conventions import (
    Averaged,
    Convention,
    Kind,
    Neighbour,
    Notion,
    Over,
    Provenance,
    Quantity,
    Scope,
)
from stability.errors import Refusal
from stability.evaluate import Term
from stability.hypotheses import Condition, Failure, Hypothesis
from stability.notions import Bound, Product, Stability, Structure
from stability.setup import Setup
from stability.symbols import MEANINGS, latex, names_in, symbol


@dataclass(frozen=True)
class Source:
    """Where a statement comes from and how far it may be trusted.

    `trust` is one of the tags FOUND(full|restated|abstract), RECALLED(hi|med|lo), RE-DERIVED,
    RE-DERIVED(own), possibly several, separated by commas.
    """

    authors: str
    year: int
    title: str
    label: str
    trust: str
    note: str = ""

    def __str__(self) -> str:
        return f"{self.authors} ({self.year}), {self.title}, {self.label}"


@lru_cache(maxsize=4096)
def _indicator(relation: sympy.Basic) -> sympy.Expr:
    return sympy.Piecewise((1, relation), (0, True))


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One reading of a theorem: named expressions in the symbols of `stability.symbols`.

    `derived` gives symbols that follow from others, per schedule of step sizes. `domain` lists
    relations between the symbols outside which the statement says nothing.
    """

    values: Mapping[str, sympy.Expr]
    name: str = ""
    derived: Mapping[str, Mapping[str, sympy.Expr]] = field(default_factory=dict)
    domain: tuple[sympy.Basic, ...] = ()

    def names(self, schedule: str | None = None) -> frozenset[str]:
        """The names of all symbols that have to be given (derived ones only if not derivable)."""
        found: set[str] = set()
        for expression in (*self.values.values(), *self.domain):
            found |= names_in(expression)
        schedules = [schedule] if schedule else [CONSTANT, DECAY]
        for name in set(self.derived) & found:
            found.discard(name)
            for wanted in schedules:
                if wanted in self.derived[name]:
                    found |= names_in(self.derived[name][wanted])
        return frozenset(found)

    def term(
        self, expression: sympy.Expr, bindings: Mapping[str, Any], schedule: str = CONSTANT
    ) -> Term:
        """The expression with its symbols bound, derived ones included."""
        bound = dict(bindings)
        for name, by_schedule in self.derived.items():
            if name not in bound and schedule in by_schedule:
                bound[name] = Term(by_schedule[schedule], bindings, schedule)
        return Term(expression, bound, schedule)

    def outside(self, bindings: Mapping[str, Any], schedule: str, size: int) -> str | None:
        """The first relation of the domain that fails, in words, or None."""
        for relation in self.domain:
            if self.term(_indicator(relation), bindings, schedule).enclosure(size).high == 0:
                return str(relation)
        return None


@dataclass(frozen=True, kw_only=True)
class Theorem:
    """What the three kinds share.

    `monotone` maps a symbol to +1 (non-decreasing) or -1 (non-increasing). `degree` is the power
    of a factor on the loss with which each value scales, None if the statement as written down
    does not scale. `weights` overrides a symbol's own weight where it means something else here,
    `meanings` its text. `unspecified` names symbols whose value the source does not give: such a
    theorem is shown and never evaluated to a number from a setup.
    """

    id: str
    title: str
    source: Source
    hypotheses: tuple[Hypothesis, ...] = ()
    monotone: Mapping[str, int] = field(default_factory=dict)
    degree: int | None = 1
    weights: Mapping[str, int] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)
    readers: Mapping[str, Reader] = field(default_factory=dict)
    unspecified: tuple[str, ...] = ()
    kind: Kind = Kind.UPPER

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Every reading."""
        raise TypeError(f"{type(self).__name__} has no statements")

    @property
    def category(self) -> str:
        """`stability`, `conversion` or `generalization`."""
        return ""

    @property
    def conventions(self) -> Mapping[str, Any]:
        """Neighbour, deletion, randomness and range conventions, as plain values."""
        return {}

    def symbols(self) -> dict[str, str]:
        """Name and meaning of every symbol of every statement."""
        found: set[str] = set()
        for statement in self.statements:
            for expression in statement.values.values():
                found |= names_in(expression)
            found |= statement.names()
        return {name: self.meanings.get(name, MEANINGS[name].text) for name in sorted(found)}

    def latex(self) -> dict[str, str]:
        """LaTeX of every value of every reading."""
        shown = {}
        for statement in self.statements:
            for name, expression in statement.values.items():
                label = f"{statement.name}: {name}" if statement.name else name
                shown[label] = latex(expression)
        return shown

    def _complete(self, names: Iterable[str], known: Mapping[str, Any], schedule: str) -> None:
        """Raise a Refusal if a symbol of the statement has no value."""
        steps = "c" if schedule == DECAY else "alpha"
        for name in sorted(set(names) - {"m"}):
            wanted = steps if name == "alpha" else name
            if wanted not in known:
                failure = Failure(
                    "stability", "not given", f"It needs {name}: {MEANINGS[name].text}."
                )
                raise self._fail(f"{name} is known", failure)

    def _fail(self, what: str, failure: Failure) -> Refusal:
        return Refusal(self.id, what, failure.where, failure.found, failure.remedy)

    def _repr_latex_(self) -> str:
        return "\n\n".join(f"$\\displaystyle {text}$" for text in self.latex().values())

    def record(self) -> dict[str, Any]:
        """The theorem as plain values, for JSON."""
        return {
            "id": self.id,
            "kind": self.category,
            "title": self.title,
            "source": str(self.source),
            "trust": self.source.trust,
            "note": self.source.note,
            "value_kind": str(self.kind),
            "hypotheses": [h.text for h in self.all_conditions],
            "conventions": dict(self.conventions),
            "symbols": self.symbols(),
            "monotone": {k: "+" if v > 0 else "-" for k, v in self.monotone.items()},
            "degree": self.degree,
            "unspecified": list(self.unspecified),
            "latex": "; ".join(
                f"{name}: {text}" if len(self.latex()) > 1 else text
                for name, text in self.latex().items()
            ),
        }

    @property
    def all_conditions(self) -> tuple[Hypothesis | Condition, ...]:
        """Hypotheses on the setup and conditions on the constant."""
        return self.hypotheses


@dataclass(frozen=True, kw_only=True)
class Form(Statement):
    """One constant that a stability theorem gives: its convention and its values.

    `extras` are further values, given if the setup holds what they need.
    """

    notion: Notion
    neighbour: Neighbour
    convention: Convention | None = None
    hypotheses: tuple[Hypothesis, ...] = ()
    extras: Mapping[str, sympy.Expr] = field(default_factory=dict)


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
        given, refusals = [], []
        for form in self.forms:
            try:
                given.append(self._constant(setup, form))
            except Refusal as refusal:
                refusals.append(refusal)
        if not given:
            raise refusals[0]
        return tuple(given)

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
            symmetric=self.symmetric,
            form=form.name,
            trust=self.source.trust,
            unspecified=tuple(sorted(left_open)),
        )

    def _without_zeros(self, form: Form, values: Mapping[str, Any]) -> dict[str, sympy.Expr]:
        """The values with symbols that are exactly 0 put in: a constant in front of one is gone."""
        if not self.unspecified:
            return dict(form.values)
        zero = {
            symbol(n): 0 for n, v in values.items() if not isinstance(v, (Term, tuple)) and v == 0
        }
        return {name: expression.subs(zero) for name, expression in form.values.items()}


@dataclass(frozen=True, kw_only=True)
class Rule(Statement):
    """One reading of a conversion: what it takes, what it gives."""

    takes: tuple[Notion, Neighbour]
    gives: tuple[Notion, Neighbour]
    averaged_over: Averaged | None = None
    convention: str = "keep"


@dataclass(frozen=True, kw_only=True)
class Conversion(Theorem):
    """From a constant to another, one rule per kind of constant.

    The values of the rule are written in the names of the values it takes (and symbols of the
    setup). `structure` says what remains known of an elastic constant.
    """

    rules: tuple[Rule, ...]
    conditions: tuple[Condition, ...] = ()
    keeps_values: bool = False

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The rules."""
        return self.rules

    @property
    def category(self) -> str:
        """`conversion`."""
        return "conversion"

    @property
    def conventions(self) -> Mapping[str, Any]:
        """What each rule takes and gives."""
        return {
            "rules": [
                {"takes": " ".join(r.takes[::-1]), "gives": " ".join(r.gives[::-1])}
                for r in self.rules
            ]
        }

    @property
    def all_conditions(self) -> tuple[Hypothesis | Condition, ...]:
        """Hypotheses on the setup and conditions on the constant."""
        return (*self.hypotheses, *self.conditions)

    def apply(self, stability: Stability) -> Stability:
        """The constant converted. Raises Refusal with the reason."""
        rule = next(
            (r for r in self.rules if r.takes == (stability.notion, stability.neighbour)), None
        )
        if rule is None:
            allowed = " or ".join(" ".join(r.takes[::-1]) for r in self.rules)
            found = f"{stability.neighbour} {stability.notion}"
            raise Refusal(self.id, "the right notion", "stability", found, f"It takes {allowed}.")
        setup = stability.setup
        for hypothesis in self.hypotheses:
            failure = hypothesis.failure(setup)
            if failure is not None:
                raise self._fail(hypothesis.text, failure)
        for condition in self.conditions:
            failure = condition.failure(stability)
            if failure is not None:
                raise self._fail(condition.text, failure)
        schedule = schedule_of(setup)
        wanted = rule.names(schedule) - set(stability.values)
        bound = bind(setup, wanted, self.readers)
        if bound.failure is not None:
            raise self._fail(f"{bound.failure.where} is known", bound.failure)
        known = {**bound.values, **stability.values}
        self._complete(rule.names(schedule), known, schedule)
        values = {n: rule.term(e, known, schedule) for n, e in rule.values.items()}
        if self.keeps_values:
            values = {**stability.values, **values}
        deletes = rule.gives[1] is Neighbour.DELETION
        certified = stability.provenance is Provenance.CERTIFIED
        # The confidence belongs to measured symbols; a constant measured as a whole has none.
        from_symbols = any(map(uses_measured, stability.values.values()))
        if certified and from_symbols and not any(map(uses_measured, values.values())):
            # Only the measured values cost confidence; those that are left are proved.
            stability = replace(stability, provenance=Provenance.PROVED, failure=Fraction(0))
        return replace(
            stability,
            notion=rule.gives[0],
            neighbour=rule.gives[1],
            convention=stability.convention if deletes else None,
            averaged_over=rule.averaged_over or stability.averaged_over,
            values=values,
            path=(*stability.path, self.id),
            structure=stability.structure if rule.gives == rule.takes else None,
        )

    def supports(self, stability: Stability) -> Refusal | None:
        """None if the conversion applies, else why not."""
        try:
            self.apply(stability)
        except Refusal as refusal:
            return refusal
        return None


Choice = Mapping[str, Fraction]
Chooser = Callable[
    ["GeneralizationTheorem", "Reading", Mapping[str, Any], Stability, Fraction], Choice
]


@dataclass(frozen=True, kw_only=True)
class Reading(Statement):
    """One reading of a generalization theorem: what it consumes, what it bounds."""

    consumes: tuple[Notion, Neighbour]
    quantity: Quantity


@dataclass(frozen=True, kw_only=True)
class GeneralizationTheorem(Theorem):
    """From a constant to a bound at a total failure probability.

    `at_previous_size`: the constant is also used at m - 1; the symbols then stand for the larger
    of the value at m and the rescaled value at m - 1; constants that delete in place hold with one
    example already deleted, and enter as they are. `scales_down` names values of the order of 1/m
    (rescaled by (m - 1)/m there). `choose` gives the free symbols; every choice in range gives
    a valid bound, so the smallest may be taken.
    """

    readings: tuple[Reading, ...]
    over: Over = Over.SAMPLE
    conditions: tuple[Condition, ...] = ()
    averages: Averaged | None = None
    at_previous_size: bool = False
    scales_down: tuple[str, ...] = ()
    choose: Chooser | None = None
    trivial: sympy.Expr = field(default_factory=lambda: symbol("M"))

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The readings; the first is the one of the source."""
        return self.readings

    @property
    def category(self) -> str:
        """`generalization`."""
        return "generalization"

    @property
    def conventions(self) -> Mapping[str, Any]:
        """What it consumes, what it bounds, and what its probability is over."""
        return {
            "readings": [
                {
                    "name": r.name,
                    "consumes": " ".join(r.consumes[::-1]),
                    "quantity": str(r.quantity),
                }
                for r in self.readings
            ],
            "high_probability_over": str(self.over),
            "at_previous_size": self.at_previous_size,
            "range": "losses in [0, M]",
        }

    @property
    def all_conditions(self) -> tuple[Hypothesis | Condition, ...]:
        """Hypotheses on the setup and conditions on the constant."""
        return (*self.hypotheses, *self.conditions)

    @property
    def wanted(self) -> str:
        """The kinds of constant it consumes, in words."""
        return " or ".join(dict.fromkeys(" ".join(r.consumes[::-1]) for r in self.readings))

    def apply(self, stability: Stability, delta: Fraction) -> Bound:
        """The bound at total failure probability `delta`: the smallest over the readings.

        Raises Refusal with the hypothesis that fails.
        """
        return min(self.all_bounds(stability, delta), key=lambda bound: bound.value)

    def supports(self, stability: Stability, delta: Fraction) -> Refusal | None:
        """None if the theorem applies, else why not."""
        try:
            self.all_bounds(stability, delta)
        except Refusal as refusal:
            return refusal
        return None

    def all_bounds(self, stability: Stability, delta: Fraction) -> tuple[Bound, ...]:
        """One bound per reading; nothing is evaluated but the choice of free symbols."""
        shape = (stability.notion, stability.neighbour)
        readings = [r for r in self.readings if _serves(shape, r.consumes)]
        if not readings:
            raise Refusal(
                self.id,
                "a constant of the right notion",
                "stability",
                f"{stability.neighbour} {stability.notion}",
                f"It needs {self.wanted} stability.",
            )
        self._check(stability)
        available = delta - stability.failure
        if self.over is not Over.NOTHING and available <= 0:
            raise Refusal(
                self.id,
                "failure probability left",
                "loss.measured_failure",
                stability.failure,
                f"The measured constants use up the total of {float(delta):g}: "
                "certify them at a higher confidence.",
            )
        return tuple(self._bound(stability, reading, available) for reading in readings)

    def _check(self, stability: Stability) -> None:
        for hypothesis in self.hypotheses:
            failure = hypothesis.failure(stability.setup)
            if failure is not None:
                raise self._fail(hypothesis.text, failure)
        for condition in self.conditions:
            failure = condition.failure(stability)
            if failure is not None:
                raise self._fail(condition.text, failure)
        in_expectation = (Quantity.EXPECTED_GAP, Quantity.EXCESS_RISK)
        said_on_average = all(r.quantity in in_expectation for r in self.readings)
        if (
            stability.averaged_over is Averaged.BOTH
            and self.over is not Over.BOTH
            and not said_on_average
        ):
            raise Refusal(
                self.id,
                "the constant does not average over sample and algorithm together",
                "averaged_over",
                str(stability.averaged_over),
                "The theorems of Elisseeff et al. take such constants.",
            )
        if stability.unspecified or self.unspecified:
            constant = (stability.unspecified or self.unspecified)[0]
            raise Refusal(
                self.id,
                "every constant specified",
                constant,
                "not given by the source",
                "The statement is shown as a formula; no number follows from it.",
            )
        if self.at_previous_size:
            self._check_previous(stability)

    def _check_previous(self, stability: Stability) -> None:
        size = stability.setup.sample.size
        if size < 2:
            raise Refusal(self.id, "m >= 2", "sample.size", size, "Use at least 2 examples.")
        if stability.sizes == "this" and not stability.deletes_in_place:
            raise Refusal(
                self.id,
                "the constant is also known at m - 1",
                "stability.scaling",
                None,
                'Say how the constant depends on m: scaling = "constant" or "1/m".',
            )

    def _bound(self, stability: Stability, reading: Reading, available: Fraction) -> Bound:
        setup = stability.setup
        schedule = schedule_of(setup)
        values = self._values(stability)
        names = reading.names(schedule) - set(values) - {"delta"}
        bound = bind(setup, names, self.readers)
        if bound.failure is not None:
            raise self._fail(f"{bound.failure.where} is known", bound.failure)
        known: dict[str, Any] = {**bound.values, **values, "delta": available}
        chosen: Mapping[str, Fraction] = {}
        if self.choose is not None:
            chosen = self.choose(self, reading, known, stability, available)
            known.update(chosen)
        self._complete(names, known, schedule)
        wrong = reading.outside(known, schedule, setup.sample.size)
        if wrong is not None:
            raise self._fail(
                wrong, Failure("sample.size", setup.sample.size, "It is proved for this only.")
            )
        kind = Kind.ESTIMATE if stability.provenance is Provenance.PLUG_IN else self.kind
        expression = reading.values["bound"]
        return Bound(
            theorem=self.id,
            stability=stability,
            quantity=reading.quantity,
            kind=kind,
            over=self.over,
            averaged_over=self.averages or stability.averaged_over,
            failure=stability.failure + (available if self.over is not Over.NOTHING else 0),
            statement=expression,
            term=reading.term(expression, known, schedule),
            trivial=Term(self.trivial, {"M": setup.loss.range}),
            chosen=dict(chosen),
            form=reading.name,
            trust=self.source.trust,
        )

    def _values(self, stability: Stability) -> dict[str, Any]:
        if not self.at_previous_size or stability.deletes_in_place:
            return dict(stability.values)
        both = {}
        here, before, m = sympy.Symbol("here"), sympy.Symbol("before"), symbol("m")
        for name, term in stability.values.items():
            factor = (m - 1) / m if name in self.scales_down else 1
            if name in ("rho", "draws"):
                both[name] = term
                continue
            both[name] = Term(
                sympy.Max(here, factor * before), {"here": term, "before": term.previous()}
            )
        return both


def _serves(given: tuple[Notion, Neighbour], wanted: tuple[Notion, Neighbour]) -> bool:
    """Whether a constant of one kind can stand for another: pointwise deletion constants carry
    the hypothesis constant along."""
    both = ((Notion.POINTWISE, Neighbour.DELETION), (Notion.HYPOTHESIS, Neighbour.DELETION))
    return given == wanted or (given, wanted) == both


PRODUCT = Product()
"""beta(z', z) = u(z') v(z)."""

__all__ = [
    "DECAY",
    "PRODUCT",
    "Conversion",
    "Form",
    "GeneralizationTheorem",
    "Reading",
    "Rule",
    "Source",
    "StabilityTheorem",
    "Statement",
    "Theorem",
    "resolve",
]
