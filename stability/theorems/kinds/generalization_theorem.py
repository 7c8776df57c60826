"""Generalization theorems: from a constant to a bound at a total failure probability."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import sympy

from stability.conventions import (
    AT_POSITIONS,
    LINEAR,
    MEANS,
    OPEN_ENDED,
    Averaged,
    Convention,
    Kind,
    Name,
    Neighbour,
    Notion,
    Over,
    Positions,
    Provenance,
    Quantity,
    least_trusted,
)
from stability.errors import Refusal
from stability.setup.setup import Setup
from stability.theorems.kinds.base import Theorem
from stability.theorems.kinds.bound import Bound
from stability.theorems.kinds.constant import Stability
from stability.theorems.kinds.hypothesis import Failure
from stability.theorems.kinds.requirements import (
    FAILURE_LEFT,
    KNOWN_BEFORE,
    KNOWN_WITHOUT_FOLD,
    MEAN_OVER_SAMPLE,
    NOT_OVER_BOTH,
    RIGHT_FORM,
    RIGHT_NOTION,
    SPECIFIED,
    TWO_EXAMPLES,
    as_many_steps_without,
    in_domain,
    is_known,
)
from stability.theorems.kinds.situation import Choice, Situation
from stability.theorems.kinds.support import Support, least_term, supported
from stability.theorems.kinds.symbol_values import READERS, schedule_of
from stability.theorems.statements.statement import Statement
from stability.theorems.statements.symbols import symbol
from stability.theorems.statements.term import Term

SQUARED = (Quantity.SQUARED_GAP, Quantity.LOO_SQUARED_GAP, Quantity.KFOLD_SQUARED_GAP)


@dataclass(frozen=True, kw_only=True)
class GeneralizationStatement(Statement):
    """One statement of a generalization theorem: the constant it takes, what it bounds.

    `structure`: what has to be known of the form of that constant, None if nothing.
    """

    takes: tuple[Notion, Neighbour]
    quantity: Quantity
    structure: type | None = None


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
    values of the order of 1/m (rescaled by (m - 1)/m there). `at_folds`: the constant is used at
    the sizes of the training sets of a cross-validation, in place of m; the symbols then stand for
    the larger of the values there, of one beta as before. `choose` gives the free symbols; every
    choice in their domain gives a valid bound, so the smallest may be taken. `supporting`
    statements say what such a symbol has to be at least, as the forms of p do, or what a value that
    a constant may carry is at most: they are not bounds on the quantity. `positions`: whether a
    mean over the sample has to be bounded at every position of the example, or on average.
    """

    statements: tuple[GeneralizationStatement, ...]
    over: Over = Over.SAMPLE
    averages: Averaged | None = None
    at_previous_size: bool = False
    scales_down: tuple[Name, ...] = ()
    at_folds: bool = False
    choose: Choice | None = None
    supporting: tuple[Support, ...] = ()
    positions: Positions = Positions.EVERY

    @property
    def category(self) -> str:
        """`generalization`."""
        return "generalization"

    @property
    def conventions(self) -> Mapping[str, Any]:
        """What it takes, what it bounds, and what its probability is over."""
        return {
            "readings": [
                {
                    "name": s.name,
                    "consumes": " ".join(s.takes[::-1]),
                    "quantity": str(s.quantity),
                }
                for s in self.statements
            ],
            "high_probability_over": str(self.over),
            **({"positions": str(self.positions)} if self._takes_means else {}),
            "at_previous_size": self.at_previous_size,
            **({"at_folds": True} if self.at_folds else {}),
            "range": "losses in [0, M]",
        }

    @property
    def _takes_means(self) -> bool:
        return any(statement.takes[0] in AT_POSITIONS for statement in self.statements)

    @property
    def wanted(self) -> str:
        """The kinds of constant it takes, in words."""
        return " or ".join(dict.fromkeys(" ".join(s.takes[::-1]) for s in self.statements))

    def apply(self, stability: Stability, delta: Fraction) -> Bound:
        """The bound at total failure probability `delta`: the smallest over the statements.

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
        """One bound per statement; nothing is evaluated but the choice of free symbols."""
        shape = (stability.notion, stability.neighbour)
        statements = [s for s in self.statements if _serves(shape, s.takes)]
        if not statements:
            found = f"{stability.neighbour} {stability.notion}"
            remedy = f"It needs {self.wanted} stability."
            raise self.refusal(RIGHT_NOTION, Failure("stability", found, remedy))
        statements = [s for s in statements if _has_form(stability, s)]
        if not statements:
            failure = Failure("stability.structure", "no such form", "It is for products.")
            raise self.refusal(RIGHT_FORM, failure)
        self._check(stability)
        available = delta - stability.failure
        if available < 0 or (available == 0 and self.over is not Over.NOTHING):
            remedy = (
                f"The measured constants use up the total of {float(delta):g}: "
                "certify them at a higher confidence."
            )
            failure = Failure("loss.measured_failure", stability.failure, remedy)
            raise self.refusal(FAILURE_LEFT, failure)
        return tuple(self._bound(stability, statement, available) for statement in statements)

    def _check(self, stability: Stability) -> None:
        self._require(self.hypotheses, stability)
        self._check_averages(stability)
        self._check_positions(stability, self.positions)
        if stability.unspecified or self.unspecified:
            constant = (stability.unspecified or self.unspecified)[0]
            remedy = "The statement is shown as a formula; no number follows from it."
            raise self.refusal(SPECIFIED, Failure(constant, "not given by the source", remedy))
        if self.at_previous_size:
            self._check_previous(stability)
        if self.at_folds:
            self._check_folds(stability)

    def _check_averages(self, stability: Stability) -> None:
        if stability.averaged_over is not Averaged.BOTH:
            return
        found = str(stability.averaged_over)
        if self.over is not Over.BOTH and not all(s.quantity in LINEAR for s in self.statements):
            remedy = "The theorems of Elisseeff et al. take such constants."
            raise self.refusal(NOT_OVER_BOTH, Failure("averaged_over", found, remedy))
        if stability.notion not in MEANS:
            remedy = f"{stability.notion} constants average over the algorithm, or over nothing."
            raise self.refusal(MEAN_OVER_SAMPLE, Failure("averaged_over", found, remedy))

    def _check_previous(self, stability: Stability) -> None:
        size = stability.setup.sample.size
        if size < 2:
            raise self.refusal(
                TWO_EXAMPLES, Failure("sample.size", size, "Use at least 2 examples.")
            )
        if stability.convention is Convention.RETRAIN:
            self._check_two_fewer(stability, size)
        if stability.deletes_in_place and stability.not_in_place is not None:
            raise stability.not_in_place.in_the_name_of(self.id)
        if stability.sizes == "this" and not stability.deletes_in_place:
            remedy = 'Say how the constant depends on m: scaling = "constant" or "1/m".'
            if stability.notion is Notion.ELASTIC:
                remedy += " One beta has to serve m and m - 1."
            raise self.refusal(KNOWN_BEFORE, Failure("stability.scaling", None, remedy))

    def _check_two_fewer(self, stability: Stability, size: int) -> None:
        """At m - 1 a constant of retraining speaks of training on m - 2 examples."""
        setup = stability.setup
        if setup.algorithm is not None:
            self._check_fewer(setup, 2)
        if not stability.as_long_at(size - 1):
            remedy = (
                "Give algorithm.steps in place of epochs, or a batch_size that divides neither "
                "m - 1 nor m - 2."
            )
            failure = Failure("algorithm.epochs", setup.value("algorithm.epochs"), remedy)
            raise self.refusal(as_many_steps_without(2), failure)

    def _check_folds(self, stability: Stability) -> None:
        """Raise a Refusal where the constant says nothing of training without a fold."""
        setup = stability.setup
        size, folds = setup.sample.size, setup.sample.folds
        if folds is None or size < 2:
            return  # refused with the symbols of the statement
        if stability.sizes == "this":
            remedy = 'Say how the constant depends on m: scaling = "constant" or "1/m".'
            raise self.refusal(KNOWN_WITHOUT_FOLD, Failure("stability.scaling", None, remedy))
        for left in (int(fold_left_out(folds, part).subs(symbol("m"), size)) for part in FOLDS):
            again = stability.convention is Convention.RETRAIN
            if setup.algorithm is not None:
                self._check_fewer(setup, size - left + again)
            if again and not stability.as_long_at(left):
                remedy = "Give algorithm.steps in place of epochs."
                failure = Failure("algorithm.epochs", setup.value("algorithm.epochs"), remedy)
                raise self.refusal(as_many_steps_without(size - left + 1), failure)

    def _bound(
        self, stability: Stability, statement: GeneralizationStatement, available: Fraction
    ) -> Bound:
        setup = stability.setup
        schedule = schedule_of(setup)
        values = self._values(stability)
        names = statement.names(schedule) - set(values) - {"delta"}
        bound = self._known(setup, names)
        known: dict[str, Any] = {**bound.values, **values, "delta": available}
        known.update(self._supported(names | set(values), known, stability))
        situation = Situation(
            statement, known, setup, stability.structure, available, self.supporting
        )
        chosen = self._chosen(self.choose, situation)
        known.update(chosen)
        self._complete(names, known, schedule)
        wrong = statement.outside(known, schedule, setup.sample.size)
        if wrong is not None:
            failure = Failure("sample.size", setup.sample.size, "It is proved for this only.")
            raise self.refusal(in_domain(wrong), failure)
        if bound.estimated:
            stability = replace(stability, kind=Kind.ESTIMATE, provenance=Provenance.PLUG_IN)
        kind = Kind.ESTIMATE if stability.provenance is Provenance.PLUG_IN else self.kind
        expression = statement.values["bound"]
        return Bound(
            theorem=self.id,
            stability=stability,
            quantity=statement.quantity,
            kind=kind,
            over=self.over,
            averaged_over=self.averages or stability.averaged_over,
            failure=stability.failure + (available if self.over is not Over.NOTHING else 0),
            statement=expression,
            term=statement.term(expression, known, schedule),
            trivial=self._trivial(statement.quantity, setup),
            chosen=dict(chosen),
            form=statement.name,
            trust=least_trusted(stability.trust, self.trust),
            rules=(*stability.rules, self),
        )

    def _supported(
        self, names: Iterable[str], known: Mapping[str, Any], stability: Stability
    ) -> dict[str, Term]:
        """The supported symbols that nobody chooses: the least that is known of each."""
        chosen = set(self.choose.domains) if self.choose is not None else set()
        followed = sorted((supported(self.supporting) - chosen) & set(names))
        terms = {n: least_term(n, self.supporting, stability.structure, known) for n in followed}
        return {name: term for name, term in terms.items() if term is not None}

    def _trivial(self, quantity: Quantity, setup: Setup) -> Term | None:
        expression = trivial(quantity)
        return None if expression is None else Term(expression, {"M": self._loss_range(setup)})

    def _loss_range(self, setup: Setup) -> Any:
        """M, also where the statement has none: the bound is compared with what M gives."""
        reader = READERS["M"]
        value = reader.read(setup)
        if value is None:
            raise self.refusal(is_known(reader.place), reader.failure(self.meaning("M"), setup))
        return value

    def _values(self, stability: Stability) -> dict[str, Any]:
        folds = stability.setup.sample.folds
        if self.at_folds and folds is not None:
            sizes = {part: fold_left_out(folds, part) for part in FOLDS}
            return {
                name: Term(LARGER_FOLD, {part: term.resized(sizes[part]) for part in FOLDS})
                for name, term in stability.values.items()
            }
        if not self.at_previous_size or stability.deletes_in_place:
            return dict(stability.values)
        both = {}
        for name, term in stability.values.items():
            if name in ("rho", "draws"):
                both[name] = term
                continue
            larger = LARGER_SCALED if name in self.scales_down else LARGER
            both[name] = Term(larger, {"here": term, "before": term.previous()})
        return both


HERE, BEFORE, SIZE = sympy.Symbol("here"), sympy.Symbol("before"), symbol("m")
LARGER = sympy.Max(HERE, BEFORE)
LARGER_SCALED = sympy.Max(HERE, (SIZE - 1) / SIZE * BEFORE)
"""The larger of a constant here and at one example less, there times (m - 1)/m where it scales."""
FOLDS = ("without a large fold", "without a small fold")
LARGER_FOLD = sympy.Max(*(sympy.Symbol(part) for part in FOLDS))


def fold_left_out(folds: int, part: str) -> sympy.Expr:
    """How many examples are left for training, of m, without one of folds as equal as can be.

    >>> [fold_left_out(3, part).subs(symbol("m"), 10) for part in FOLDS]
    [6, 7]
    """
    m = symbol("m")
    if part == FOLDS[0]:
        return m - sympy.ceiling(m / folds)
    return m - sympy.Max(1, sympy.floor(m / folds))


def trivial(quantity: Quantity) -> sympy.Expr | None:
    """What the range of the loss gives for nothing: gaps lie in [-M, M]. None if nothing does.

    >>> trivial(Quantity.SQUARED_GAP)
    M**2
    """
    if quantity in OPEN_ENDED:
        return None
    return symbol("M") ** 2 if quantity in SQUARED else symbol("M")


def _has_form(stability: Stability, statement: GeneralizationStatement) -> bool:
    return statement.structure is None or isinstance(stability.structure, statement.structure)


def _serves(given: tuple[Notion, Neighbour], wanted: tuple[Notion, Neighbour]) -> bool:
    """Whether a constant of one kind can stand for another: pointwise deletion constants carry
    the hypothesis constant along."""
    both = ((Notion.POINTWISE, Neighbour.DELETION), (Notion.HYPOTHESIS, Neighbour.DELETION))
    return given == wanted or (given, wanted) == both
