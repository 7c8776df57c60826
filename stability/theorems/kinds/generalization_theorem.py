"""Generalization theorems: from a constant to a bound at a total failure probability."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy

from stability.conventions import (
    LINEAR,
    MEANS,
    Averaged,
    Convention,
    Kind,
    Neighbour,
    Notion,
    Over,
    Provenance,
    Quantity,
)
from stability.errors import Refusal
from stability.theorems.kinds.base import Theorem
from stability.theorems.kinds.bound import Bound
from stability.theorems.kinds.constant import Stability
from stability.theorems.kinds.hypotheses import Condition, Failure, Hypothesis
from stability.theorems.kinds.symbol_values import bind, schedule_of
from stability.theorems.statements.statement import Statement
from stability.theorems.statements.symbols import symbol
from stability.theorems.statements.term import Term

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

    `averages`: what a bound averages over, if that is not what its constant does. A mean over the
    sample of a mean over the algorithm is one over both; of a square or a norm that is not so.
    `at_previous_size`: the constant is also used at m - 1; the symbols then stand for the larger
    of the value at m and the rescaled value at m - 1; constants that delete in place hold with one
    example already deleted, and enter as they are. Of an elastic constant one function beta has to
    serve both sizes, for losses that change by beta/m at m and by beta/(m - 1) at m - 1. Taking the
    larger of two numbers does that where beta is one function times a number that depends on m, as
    for every constant of the library; of your own constant you promise it. `scales_down` names
    values of the order of 1/m (rescaled by (m - 1)/m there). `choose` gives the free symbols; every
    choice in range gives a valid bound, so the smallest may be taken. `supporting` statements bound
    such a symbol, as the forms of p do: they are not bounds on the quantity.
    """

    readings: tuple[Reading, ...]
    over: Over = Over.SAMPLE
    conditions: tuple[Condition, ...] = ()
    averages: Averaged | None = None
    at_previous_size: bool = False
    scales_down: tuple[str, ...] = ()
    choose: Chooser | None = None
    supporting: tuple[Statement, ...] = ()

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
        said_on_average = all(r.quantity in LINEAR for r in self.readings)
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
        if stability.averaged_over is Averaged.BOTH and stability.notion not in MEANS:
            raise Refusal(
                self.id,
                "what averages over the sample is a mean over it",
                "averaged_over",
                str(stability.averaged_over),
                f"{stability.notion} constants average over the algorithm, or over nothing.",
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
        if stability.convention is Convention.RETRAIN:
            self._check_two_fewer(stability, size)
        if stability.deletes_in_place and stability.not_in_place is not None:
            reason = stability.not_in_place
            raise Refusal(self.id, reason.hypothesis, reason.where, reason.args[3], reason.remedy)
        elastic = stability.notion is Notion.ELASTIC
        if stability.sizes == "this" and not stability.deletes_in_place:
            raise Refusal(
                self.id,
                "the constant is also known at m - 1",
                "stability.scaling",
                None,
                'Say how the constant depends on m: scaling = "constant" or "1/m".'
                + (" One beta has to serve m and m - 1." if elastic else ""),
            )

    def _check_two_fewer(self, stability: Stability, size: int) -> None:
        """At m - 1 a constant of retraining speaks of training on m - 2 examples."""
        setup = stability.setup
        if setup.algorithm is not None:
            self._check_fewer(setup, 2)
        if not stability.as_long_at(size - 1):
            raise Refusal(
                self.id,
                "training again on m - 2 examples takes as many steps",
                "algorithm.epochs",
                setup.value("algorithm.epochs"),
                "Give algorithm.steps in place of epochs, or a batch_size that divides neither "
                "m - 1 nor m - 2.",
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
            trivial=Term(trivial(reading.quantity), {"M": setup.loss.range}),
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


def trivial(quantity: Quantity) -> sympy.Expr:
    """What the range of the loss gives for nothing: gaps lie in [-M, M].

    >>> trivial(Quantity.SQUARED_GAP)
    M**2
    """
    squared = quantity in (Quantity.SQUARED_GAP, Quantity.LOO_SQUARED_GAP)
    return symbol("M") ** 2 if squared else symbol("M")


def _serves(given: tuple[Notion, Neighbour], wanted: tuple[Notion, Neighbour]) -> bool:
    """Whether a constant of one kind can stand for another: pointwise deletion constants carry
    the hypothesis constant along."""
    both = ((Notion.POINTWISE, Neighbour.DELETION), (Notion.HYPOTHESIS, Neighbour.DELETION))
    return given == wanted or (given, wanted) == both
