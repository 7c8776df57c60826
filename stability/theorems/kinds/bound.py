"""A bound that follows from a stability constant (`Bound`): frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import sympy

from stability.conventions import (
    Averaged,
    Convention,
    Kind,
    Over,
    Provenance,
    Quantity,
    Trust,
)
from stability.errors import UnsafeMixture
from stability.rounding import given, in_latex, rounded, rounded_down, rounded_up
from stability.theorems.kinds.constant import Rule, Stability
from stability.theorems.kinds.labels import Labels
from stability.theorems.kinds.quantities import QUANTITIES
from stability.theorems.kinds.symbol_values import loss_range, range_origin
from stability.theorems.statements.composed import Formula, composed
from stability.theorems.statements.symbols import latex
from stability.theorems.statements.term import Enclosure, Term
from stability.told import Told

_GIVEN = {
    Provenance.ASSUMED: "the stability constant is as you gave it",
    Provenance.CERTIFIED: "the stability constant was measured as its certificate says",
}
LONG = 200
"""Characters of a formula that is longer than what people read at a glance."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Bound(Told):
    """What a generalization theorem says of a setup, at one total failure probability.

    `term` is the right side as a function of the sample size with every free parameter chosen;
    `statement` the same in symbols. `failure` is the total probability with which it may fail (0
    for statements in expectation). `trivial` is what the loss range gives for nothing, None for
    quantities of which it says nothing. `trust` is that of the least trusted theorem on the path;
    `rules` are the theorems on it, those of the constant first.

    Raises UnsafeMixture if a plug-in constant is about to be printed as an upper bound.
    """

    theorem: str
    stability: Stability
    quantity: Quantity
    kind: Kind
    over: Over
    averaged_over: Averaged
    failure: Fraction
    statement: sympy.Expr
    term: Term
    trivial: Term | None
    chosen: Mapping[str, Fraction]
    form: str = ""
    trust: Trust = Trust.SECOND_HAND
    rules: tuple[Rule, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        promised = self.kind in (Kind.UPPER, Kind.EXACT)
        if promised and (
            self.stability.provenance is Provenance.PLUG_IN
            or self.stability.kind in (Kind.LOWER, Kind.ESTIMATE, Kind.ASYMPTOTIC)
        ):
            raise UnsafeMixture(
                f"{self.theorem}: a {self.stability.provenance} constant of kind "
                f"{self.stability.kind} cannot give a bound of kind {self.kind}"
            )

    @property
    def path(self) -> tuple[str, ...]:
        """Ids from the source of the constant to the generalization theorem."""
        return (*self.stability.path, self.theorem)

    @property
    def provenance(self) -> Provenance:
        """That of the stability constant: a path is as strong as its weakest step."""
        return self.stability.provenance

    @property
    def labels(self) -> Labels:
        """What has to stand beside the value wherever it is shown."""
        setup = self.stability.setup
        return Labels(
            quantity=self.quantity,
            kind=self.kind,
            provenance=self.provenance,
            trust=self.trust,
            high_probability_over=self.over,
            averaged_over=self.averaged_over,
            failure=self.failure,
            range=loss_range(setup),
            range_from=range_origin(setup) or "",
        )

    @property
    def convention(self) -> Convention | None:
        """What deletion means in it."""
        return self.stability.convention

    @cached_property
    def enclosure(self) -> Enclosure:
        """The value between two rationals."""
        return self.term.enclosure(self.stability.setup.sample.size)

    @property
    def value(self) -> float:
        """The value as a float that is not below it."""
        return self.enclosure.upper

    @property
    def trivial_value(self) -> float | None:
        """What the range of the loss gives for nothing; None if it says nothing of the quantity."""
        if self.trivial is None:
            return None
        return self.trivial.enclosure(self.stability.setup.sample.size).lower

    @property
    def vacuous(self) -> bool:
        """Whether it says no more than the range of the loss does."""
        limit = self.trivial_value
        return limit is not None and self.value >= limit

    @property
    def latex(self) -> str:
        """The statement in LaTeX."""
        return latex(self.statement)

    @cached_property
    def formula(self) -> Formula | None:
        """The bound as one formula in the symbols of the setup: the constants of the whole path put
        in, with the numbers that the symbols stand for.

        None if the path rests on a sequence of numbers, one for each step.
        """
        return composed(self.term)

    def told(self) -> tuple[str, ...]:
        """The number, what it promises, what the range of the loss gives, and the formula."""
        lines = [f"{self.quantity}: {self._number()}, by {' > '.join(self.path)}"]
        lines.append(f"It is: {', '.join((*self.labels.words, self.labels.losses))}.")
        if self.trivial is not None:
            free = rounded_down(self.trivial.enclosure(self.stability.setup.sample.size).low)
            says = "nothing" if self.vacuous else "something"
            lines.append(f"It says {says}: the range of the losses alone gives {free}.")
        if self.formula is None:
            lines.append("formula: none, it rests on a number for each step; .latex: the theorem's")
        elif len(text := sympy.sstr(self.formula.expression)) <= LONG:
            lines += [f"formula: {text}", f"  {self._symbols()}"]
        else:
            lines.append(f"formula: {len(text)} characters, in .formula and .told_latex()")
        return tuple(lines)

    def told_latex(self) -> str:
        """The formula in the symbols of the setup; that of the last theorem where there is none."""
        return self.latex if self.formula is None else self.formula.latex

    @property
    def sentence(self) -> str:
        """What is proved, with every hypothesis on the way: a sentence to quote.

        Of an estimate, and of what holds for large samples only, it says that nothing is promised.

        >>> from stability import AssumedStability, Loss, Sample, Setup, analyse
        >>> own = AssumedStability(notion="uniform", values={"beta": "0.001"}, scaling="1/m")
        >>> setup = Setup(sample=Sample(1000), loss=Loss(range=1), stability=own)
        >>> print(analyse(setup).best("squared-gap").sentence)
        If the stability constant is as you gave it; and losses lie in [0, 1] (loss.range): ...
        """
        if self.kind not in (Kind.UPPER, Kind.EXACT):
            return f"Nothing is promised: the bound by {' > '.join(self.path)} is {self.kind}."
        needs = [need for rule in self.rules for need in rule.needs(self.stability.form)]
        if origin := _GIVEN.get(self.provenance):
            needs.insert(0, origin)
        labels = self.labels
        chance = (
            "in expectation"
            if self.over is Over.NOTHING
            else (f"with probability at least {given(1 - self.failure)} over the {self.over}")
        )
        speaks = ", ".join(filter(None, (labels.average, QUANTITIES[self.quantity])))
        whose = ", ".join((" > ".join(self.path), str(self.trust)))
        return (
            f"If {'; '.join(dict.fromkeys(needs))}; and {labels.losses}: then {chance} the "
            f"{self.quantity} ({speaks}) is {self._number()} for {self._symbols('delta_')} "
            f"(by {whose})."
        )

    def _symbols(self, without: str = "-") -> str:
        """What the symbols of the formula stand for, but for names that begin so."""
        values = {} if self.formula is None else self.formula.values
        kept = {name: value for name, value in values.items() if not name.startswith(without)}
        numbers = (f"{name} = {rounded(value)}" for name, value in kept.items())
        return ", ".join((f"m = {self.stability.setup.sample.size}", *numbers))

    def _number(self) -> str:
        if self.kind in (Kind.UPPER, Kind.EXACT):
            return f"at most {rounded_up(self.enclosure.high)}"
        if self.kind is Kind.LOWER:
            return f"at least {rounded_down(self.enclosure.low)}"
        return f"about {rounded((self.enclosure.low + self.enclosure.high) / 2)}"

    def _repr_latex_(self) -> str:
        labels = self.labels
        side, number = self._number().rsplit(" ", 1)
        relation = {"at most": r"\le", "at least": r"\ge"}.get(side, r"\approx")
        formula = f"{self.told_latex()} {relation} {in_latex(number)}"
        return f"$\\displaystyle {formula}$ ({', '.join((*labels.words, labels.losses))})"
