"""`analyse(setup)`: every constant, every bound, and every reason why a theorem does not apply."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

from stability.bounds.best import answers, best, best_of_each, guaranteed, of_your_own, ordered
from stability.bounds.measured import measured_constants
from stability.bounds.paths import assumed_constant, reachable
from stability.conventions import Kind, Notion, Quantity, Scope, Trust
from stability.errors import EvaluationError, Refusal, SetupError, did_you_mean
from stability.rounding import given, rounded, rounded_up
from stability.setup.fields import Exact
from stability.setup.setup import Setup, probability
from stability.theorems import catalogue
from stability.theorems.kinds import Conversion, GeneralizationTheorem, StabilityTheorem, Theorem
from stability.theorems.kinds.bound import Bound
from stability.theorems.kinds.constant import Stability
from stability.theorems.kinds.hypothesis import Failure
from stability.theorems.kinds.requirements import FINITE, RIGHT_NOTION
from stability.told import Told

if TYPE_CHECKING:
    import pandas as pd

DELTA = Fraction(1, 20)
"""Default total failure probability."""


@dataclass(frozen=True, eq=False)
class Analysis(Told):
    """What the library can say of a setup at one total failure probability.

    `constants`: from theorems, the user or measurements. `bounds`: one per constant, theorem and
    quantity, sorted by quantity and value. `refused`: why each other theorem does not apply, and
    why a theorem that applies gives no constant for one of the meanings of deletion, as in
    "elastic-sgd (retrain)". `theorems`: those that were tried.
    """

    setup: Setup
    delta: Fraction
    constants: tuple[Stability, ...]
    bounds: tuple[Bound, ...]
    refused: tuple[Refusal, ...]
    theorems: tuple[Theorem, ...]

    @property
    def own(self) -> tuple[Theorem, ...]:
        """The theorems of your own among those that were tried."""
        return tuple(theorem for theorem in self.theorems if theorem.trust is Trust.OWN)

    def of(self, theorem: str, notion: str | None = None) -> tuple[Bound, ...]:
        """The bounds of one theorem, smallest first.

        Raises SetupError, with the nearest name, for an unknown theorem or notion.
        """
        here = {r.theorem for r in self.refused}.union(c.path[0] for c in self.constants)
        if theorem not in here.union(known.id for known in self.theorems):
            catalogue.named(theorem)
        if notion is not None:
            one_of(Notion, notion, "notion")
        return tuple(
            b
            for b in self.bounds
            if b.theorem == theorem and notion in (None, str(b.stability.notion))
        )

    def best(self, quantity: str = "gap") -> Bound | None:
        """The smallest guaranteed bound on a quantity, by the rule of `stability.bounds.best`.

        A bound on the absolute gap also bounds the gap. What it averages over stands in its labels;
        `stability.bounds.best.best` names the best of the very run beside it. Raises SetupError,
        with the nearest name, for an unknown quantity.
        """
        found = best(self.bounds, one_of(Quantity, quantity, "quantity"))
        return None if found is None else found.bound

    def best_per_notion(self, quantity: str | None = None) -> tuple[Bound, ...]:
        """The smallest bound for each quantity, notion and set of labels, the best one first.

        With a quantity, only those that answer for it, the best first. Raises SetupError, with the
        nearest name, for an unknown one.
        """
        asked = one_of(Quantity, quantity or Quantity.GAP, "quantity")
        each = best_of_each(self.ordered(quantity), lambda b: (b.stability.notion, b.labels))
        return ordered(each, asked)

    def ordered(self, quantity: str | None = None) -> tuple[Bound, ...]:
        """Every bound in the order of tables: those on the gap first, the best at the top.

        With a quantity, only those that answer for it. Raises SetupError, with the nearest name,
        for an unknown one.
        """
        asked = one_of(Quantity, quantity or Quantity.GAP, "quantity")
        rows = (b for b in self.bounds if quantity is None or b.quantity in answers(asked))
        return ordered(rows, asked)

    def table(self, bounds: Iterable[Bound] | None = None) -> pd.DataFrame:
        """The bounds as a data frame, one row per bound with every label, the best first; or only
        some of them."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "quantity": str(b.quantity),
                    "theorem": b.theorem,
                    "constant": b.path[0],
                    "notion": str(b.stability.notion),
                    "neighbour": str(b.stability.neighbour),
                    "convention": str(b.convention) if b.convention else None,
                    **b.labels.record(),
                    "value": b.value,
                    "trivial": b.trivial_value,
                    "vacuous": b.vacuous,
                    "path": " > ".join(b.path),
                }
                for b in (self.ordered() if bounds is None else bounds)
            ]
        )

    def told(self) -> tuple[str, ...]:
        """The best guaranteed bound on the gap, then the smallest of each quantity and notion."""
        found, rows = self.best(), self.best_per_notion()
        if found is None:
            head = "No bound on the gap is guaranteed."
        else:
            less = "no less" if found.vacuous else "less"
            own = of_your_own(found)
            which = (
                f"best bound that rests on {own}," if own else "best guaranteed bound on the gap"
            )
            head = (
                f"The {which} is {rounded_up(found.enclosure.high)}, by "
                f"{' > '.join(found.path)}: {less} than the range of the losses gives for nothing."
            )
        return (
            f"{len(self.bounds)} bounds at failure probability {given(self.delta)}, "
            f"m = {self.setup.sample.size}",
            head,
            *(f"  {_row_words(bound)}" for bound in rows[:FEW]),
            *((f"  and {len(rows) - FEW} more",) if len(rows) > FEW else ()),
            f"{len(self.refused)} theorems do not apply: .refused says why",
            "more: .table(), .of(theorem), .best(quantity), .constants",
        )

    def told_latex(self) -> str:
        """The formula of the best guaranteed bound on the gap, in the symbols of the setup."""
        found = self.best()
        return "" if found is None else found.told_latex()

    def _repr_html_(self) -> str:
        rows = self.table(self.best_per_notion()[:FEW]).drop(columns="path", errors="ignore")
        lines = "".join(f"<div>{html.escape(line)}</div>" for line in (*self.told()[:2],))
        table = rows.to_html(index=False, float_format=str, na_rep="")
        end = "".join(f"<div>{html.escape(line)}</div>" for line in self.told()[-2:])
        return f"<div>{lines}{table}{end}</div>"


FEW = 12
"""Rows that an analysis shows of itself; `.table()` has them all."""


def _row_words(bound: Bound) -> str:
    promised = guaranteed(bound)
    value = rounded_up(bound.enclosure.high) if promised else f"about {rounded(bound.value)}"
    labels = ", ".join(bound.labels.words[1:])
    star = "*" if promised and bound.vacuous else ""
    return f"{value}{star} {bound.quantity}, {bound.stability.notion}: {bound.theorem} ({labels})"


def analyse(
    setup: Setup,
    delta: Exact = DELTA,
    *,
    measured: Iterable[Stability] = (),
    theorems: Iterable[Theorem] | None = None,
) -> Analysis:
    """Every bound that holds for a setup, at total failure probability `delta` per bound.

    `measured` adds constants that were made for this setup: measured, certified, or found by a
    theorem. `theorems` are those of the catalogue unless given: `(*CATALOGUE, mine())` adds one of
    your own. Raises SetupError if delta is not in (0, 1), for something else among `measured`, for
    a constant of another setup, and for two theorems of one identifier.

    >>> from stability.setup.setup import Loss, Sample, Setup
    >>> from stability.setup.algorithms import EmpiricalRiskMinimizer
    >>> setup = Setup(
    ...     sample=Sample(60000),
    ...     loss=Loss(range=1, lipschitz=1, mean_lipschitz="0.5", convex=True),
    ...     algorithm=EmpiricalRiskMinimizer(regularization="0.1"),
    ... )
    >>> found = analyse(setup)
    >>> found.of("elastic-finite-emp")[0].value < found.of("bousquet2002-thm12-emp")[0].value
    True
    """
    total = probability(delta)
    all_theorems = catalogue.CATALOGUE if theorems is None else catalogue.distinct(theorems)
    refused: dict[str, Refusal] = {}
    constants = measured_constants(measured, setup)
    if setup.stability is not None:
        constants.append(assumed_constant(setup))
    for theorem in all_theorems:
        if isinstance(theorem, StabilityTheorem):
            try:
                constants.extend(theorem.apply(setup))
                refused |= {r.theorem: r for r in theorem.refused_conventions(setup)}
            except Refusal as refusal:
                refused[theorem.id] = refusal
    conversions = [t for t in all_theorems if isinstance(t, Conversion)]
    generalizations = [t for t in all_theorems if isinstance(t, GeneralizationTheorem)]
    usable = [c for c in constants if c.scope is Scope.EVERY and c.kind is not Kind.LOWER]
    kept: dict[tuple[Any, ...], Bound] = {}
    for constant in usable:
        for stability in reachable(constant, conversions):
            for theorem in generalizations:
                _collect(theorem, stability, total, kept, refused)
    for theorem in generalizations:
        if theorem.id not in refused:
            refused[theorem.id] = _no_constant(theorem, setup)
    applied = {key[2] for key in kept}
    return Analysis(
        setup=setup,
        delta=total,
        constants=tuple(constants),
        bounds=tuple(sorted(kept.values(), key=_order)),
        refused=tuple(r for i, r in refused.items() if i not in applied),
        theorems=all_theorems,
    )


Word = TypeVar("Word", bound=StrEnum)


def one_of(words: type[Word], name: str, where: str) -> Word:
    """The word of this name. Raises SetupError, with the nearest one, if there is none."""
    known = [str(word) for word in words]
    if name not in known:
        raise SetupError(
            where=where,
            found=name,
            allowed="one of " + ", ".join(map(repr, known)),
            remedy=did_you_mean(str(name), known),
        )
    return words(name)


_QUANTITIES = list(Quantity)


def _order(bound: Bound) -> tuple[Any, ...]:
    return (_QUANTITIES.index(bound.quantity), bound.value, bound.path)


def _collect(
    theorem: GeneralizationTheorem,
    stability: Stability,
    delta: Fraction,
    kept: dict[tuple[Any, ...], Bound],
    refused: dict[str, Refusal],
) -> None:
    """Add the bounds of one theorem and constant, keeping the smaller of two for the same thing.

    A path through `sure-to-expected` says less than one without and is kept only alone. What rests
    on a theorem of your own takes the place of nothing else.
    """
    try:
        bounds = theorem.all_bounds(stability, delta)
        values = [bound.value for bound in bounds]
    except Refusal as refusal:
        told = refused.get(theorem.id)
        if told is None or told.hypothesis_id == RIGHT_NOTION.id:
            refused[theorem.id] = refusal
        return
    except (EvaluationError, OverflowError) as error:
        remedy = "Check the sizes of the constants."
        refused[theorem.id] = theorem.refusal(FINITE, Failure("setup", str(error), remedy))
        return
    for bound, value in zip(bounds, values, strict=True):
        own = bound.trust is Trust.OWN
        key = (stability.path[0], stability.form, theorem.id, bound.quantity, own)
        rank = ("sure-to-expected" in bound.path, value, len(bound.path))
        other = kept.get(key)
        if other is None or rank < (
            "sure-to-expected" in other.path,
            other.value,
            len(other.path),
        ):
            kept[key] = bound


def _no_constant(theorem: GeneralizationTheorem, setup: Setup) -> Refusal:
    failure = Failure(
        "algorithm.kind" if setup.algorithm else "stability.notion",
        setup.value("algorithm.kind") or setup.value("stability.notion"),
        f"It needs {theorem.wanted} stability, which nothing here gives.",
    )
    return theorem.refusal(RIGHT_NOTION, failure)
