"""What the three kinds of theorem share: source, hypotheses, directions, symbols."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import sympy

from stability.conventions import Kind, Name, Positions, Trust
from stability.errors import Refusal
from stability.setup.setup import Setup
from stability.theorems.kinds.constant import Origin, Stability
from stability.theorems.kinds.hypothesis import Failure, Hypothesis
from stability.theorems.kinds.requirements import (
    CHOSEN_IN_DOMAIN,
    EVERY_POSITION,
    is_known,
    trainable_without,
)
from stability.theorems.kinds.situation import Choice, OutsideDomain, Situation
from stability.theorems.kinds.symbol_values import Bindings, Reader, bind, missing
from stability.theorems.statements.closed_sums import DECAY
from stability.theorems.statements.statement import Statement
from stability.theorems.statements.symbols import MEANINGS, latex, names_in
from stability.told import Told

MOST = 6
"""Values, and symbols, that a theorem shows of itself; `stability theorems ID` shows them all."""


@dataclass(frozen=True)
class Source:
    """Where a statement comes from, and how it got here.

    `trust` says how the statement was obtained, not whether the ledger has a derivation of it: that
    is `Theorem.trust`. It is one of the tags FOUND(full|restated|abstract), RECALLED(hi|med|lo),
    RE-DERIVED, RE-DERIVED(own), possibly several, separated by commas.
    """

    authors: str
    year: int
    title: str
    label: str
    trust: Name
    note: str = ""

    def __str__(self) -> str:
        return f"{self.authors} ({self.year}), {self.title}, {self.label}"


@dataclass(frozen=True, kw_only=True)
class Theorem(Told):
    """What the three kinds share.

    `trust` says whether `proofs/` derives the theorem, or whether it is of this library at all: "of
    your own" unless it is told. `origin` is the file that a theorem of your own was read from.
    A theorem has one statement or several, each with a name; hypotheses are looked at in their
    order, those on the setup before those on the constant.
    `monotone` maps a symbol to +1 (non-decreasing) or -1 (non-increasing). `degree` is the power
    of a factor on the loss with which each value scales, None if the statement as written down
    does not scale. `weights` overrides a symbol's own weight where it means something else here,
    `meanings` its text. `printed` gives symbols the values with which the source prints the
    statement, where the library states more: `evaluate` takes them if they are left out, and says
    so. `unspecified` names symbols whose value the source does not give: such a
    theorem is shown and never evaluated to a number from a setup.
    """

    id: Name
    title: str
    source: Source
    statements: tuple[Statement, ...]
    trust: Trust = Trust.OWN
    origin: Origin | None = None
    hypotheses: tuple[Hypothesis, ...] = ()
    monotone: Mapping[Name, int] = field(default_factory=dict)
    degree: int | None = 1
    weights: Mapping[Name, int] = field(default_factory=dict)
    meanings: Mapping[Name, str] = field(default_factory=dict)
    readers: Mapping[Name, Reader] = field(default_factory=dict)
    printed: Mapping[Name, int] = field(default_factory=dict)
    unspecified: tuple[Name, ...] = ()
    kind: Kind = Kind.UPPER

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
        return {name: self.meaning(name) for name in sorted(found)}

    def meaning(self, name: Name) -> str:
        """What a symbol stands for in this theorem, which may be other than in most."""
        return self.meanings.get(name, MEANINGS[name].text)

    def needs(self, form: Name) -> tuple[str, ...]:
        """The hypotheses in words, with those of its statement of that name."""
        return tuple(hypothesis.text for hypothesis in self.hypotheses)

    def latex(self) -> dict[str, str]:
        """LaTeX of every value of every statement."""
        shown = {}
        for statement in self.statements:
            for name, expression in statement.values.items():
                label = f"{statement.name}: {name}" if statement.name else name
                shown[label] = latex(expression)
        return shown

    def told(self) -> tuple[str, ...]:
        """What it says, where it comes from, what it needs and what it states, in a few lines."""
        values = [
            f"  {': '.join(filter(None, (s.name, name)))} = {sympy.sstr(expression)}"
            for s in self.statements
            for name, expression in s.values.items()
        ]
        needs = "; ".join(self.needs(""))
        symbols = [f"  {name}: {text}" for name, text in self.symbols().items()]
        return (
            f"{self.id}: {self.title}",
            f"{self.category} theorem, {self.trust}; {self.source}",
            *((f"It needs: {needs}.",) if needs else ()),
            f"It states ({self.kind}):",
            *_first(values),
            "with",
            *_first(symbols),
            f"more: stability theorems {self.id}",
        )

    def told_latex(self) -> str:
        """Every value of every statement."""
        return r",\quad ".join(self.latex().values())

    def _complete(self, names: Iterable[str], known: Mapping[str, Any], schedule: str) -> None:
        """Raise a Refusal if a symbol of the statement has no value."""
        steps = "c" if schedule == DECAY else "alpha"
        for name in sorted(set(names) - {"m"}):
            wanted = steps if name == "alpha" else name
            if wanted not in known:
                remedy = f"It needs {name}: {self.meaning(name)}."
                raise self.refusal(is_known(name), Failure("stability", "not given", remedy))

    def _chosen(self, choice: Choice | None, at: Situation) -> Mapping[str, Fraction]:
        """The values of the free symbols. Raises a Refusal if what the search finds is outside."""
        if choice is None:
            return {}
        try:
            return choice.at(at)
        except OutsideDomain as error:
            remedy = "This is a fault of the search for it, and not of the setup."
            failure = Failure(error.name or "choose", error.found, remedy)
            raise self.refusal(CHOSEN_IN_DOMAIN, failure) from None

    def _check_fewer(self, setup: Setup, fewer: int) -> None:
        """Raise a Refusal if the algorithm cannot be trained on so many examples fewer."""
        obstacle = setup.cannot_train_on(setup.sample.size - fewer)
        if obstacle is None or obstacle.where == "algorithm.batch_size":
            return  # a batch of the whole sample is one without the example as well
        remedy = f"Allowed with m - {fewer} examples: {obstacle.allowed}."
        if obstacle.where == "sample.size":
            remedy = "Use more examples."
        failure = Failure(obstacle.where, setup.value(obstacle.where), remedy)
        raise self.refusal(trainable_without(fewer), failure)

    def _check_positions(self, stability: Stability, consumed: Positions) -> None:
        """Raise a Refusal of a mean over positions where every position is needed."""
        if consumed is Positions.MEAN or stability.at_every_position:
            return
        remedy = (
            "It is only a mean over the positions of the example: certify it at every position, or "
            "say that the rule is symmetric in the examples, if it is."
        )
        raise self.refusal(EVERY_POSITION, Failure("positions", str(stability.positions), remedy))

    def _require(
        self,
        hypotheses: Iterable[Hypothesis],
        given: Setup | Stability,
        absent: Callable[[Setup, frozenset[str]], Iterable[Failure]] | None = None,
    ) -> None:
        """Raise a Refusal in the name of the first hypothesis that fails, with the others that do
        and with what else is `absent` from the setup.

        Of another algorithm than the theorem's nothing else is asked.
        """
        failing: list[tuple[Hypothesis, Failure]] = []
        not_given: set[str] = set()
        for hypothesis in hypotheses:
            failure = hypothesis.failure(given)
            if failure is None or failure.where in not_given:
                continue
            failing.append((hypothesis, failure))
            if failure.where == "algorithm.kind":
                self._refuse(failing)
            not_given |= {failure.where} if failure.found is None else set()
        if failing and absent is not None and isinstance(given, Setup):
            told = frozenset(failure.where for _, failure in failing)
            failing += [(is_known(failure.where), failure) for failure in absent(given, told)]
        self._refuse(failing)

    def _refuse(self, failing: Sequence[tuple[Hypothesis, Failure]]) -> None:
        """Raise one Refusal for everything that fails, the first in front; none if nothing does."""
        if failing:
            first, *others = (self.refusal(what, failure) for what, failure in failing)
            raise Refusal(*first.args[:-1], tuple(others))

    def _known(self, setup: Setup, names: Iterable[str]) -> Bindings:
        """The values of symbols. Raises one Refusal for all that the setup does not give."""
        bound = bind(setup, names, self.readers, self.meaning)
        if bound.failure is not None:
            absent = missing(setup, names, self.readers, self.meaning)
            self._refuse([(is_known(failure.where), failure) for failure in absent])
        return bound

    def refusal(self, what: Hypothesis, failure: Failure) -> Refusal:
        """That the theorem does not apply for want of a hypothesis."""
        return Refusal(self.id, what.id, what.text, failure.where, failure.found, failure.remedy)

    def _repr_latex_(self) -> str:
        return "\n\n".join(f"$\\displaystyle {text}$" for text in self.latex().values())

    def record(self) -> dict[str, Any]:
        """The theorem as plain values, for JSON."""
        return {
            "id": self.id,
            "kind": self.category,
            "title": self.title,
            "source": str(self.source),
            "trust": str(self.trust),
            "verdict": self.trust.verdict,
            "source_trust": self.source.trust,
            "note": self.source.note,
            "origin": None if self.origin is None else dict(self.origin.told),
            "value_kind": str(self.kind),
            "hypotheses": [h.text for h in self.hypotheses],
            "hypothesis_ids": [h.id for h in self.hypotheses],
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


def _first(lines: list[str]) -> list[str]:
    """The first lines, and how many there are more."""
    more = len(lines) - MOST
    return lines if more <= 1 else [*lines[:MOST], f"  and {more} more"]
