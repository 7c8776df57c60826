"""What a table shows of a bound, a constant or a refusal, as plain text.

Guarantees are rounded to the side that keeps them true. Numbers that promise nothing say "about".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from stability.bounds.analyse import Analysis
from stability.bounds.best import guaranteed as promises
from stability.bounds.best import own_record
from stability.bounds.calibrate import nonvacuous_size, nonvacuous_step_size
from stability.conventions import Kind, Over, Provenance, Quantity, Scope
from stability.errors import Refusal
from stability.rounding import given, rounded, rounded_down, rounded_up
from stability.theorems.kinds.bound import Bound
from stability.theorems.kinds.constant import Stability
from stability.theorems.kinds.labels import EXPECTATION
from stability.theorems.kinds.quantities import CLASS
from stability.theorems.kinds.requirements import RIGHT_NOTION

NO_PROMISE = "promises nothing"


@dataclass(frozen=True)
class BoundRow:
    """A bound as text, with every label (see `stability.theorems.kinds.labels`).

    `own` are the theorems of your own on its path.

    `average` says what is averaged over, `detail` what an excess risk is compared with and the
    order of a moment; `failure` is "in expectation" if nothing is `over` which it may fail; `value`
    is "about ..." for a number that promises nothing; `vacuous` is "yes", "no", or "" for such a
    number; `remedy` says what would make a vacuous bound say more (a larger sample, if
    `at_larger_size`).
    """

    quantity: str
    sides: str
    average: str
    detail: str
    notion: str
    theorem: str
    path: tuple[str, ...]
    own: tuple[str, ...]
    kind: str
    promises: bool
    provenance: str
    trust: str
    failure: str
    over: str
    value: str
    trivial: str
    vacuous: str
    remedy: str
    at_larger_size: bool

    @property
    def chance(self) -> str:
        """With which probability it may fail, over what; or that it holds in expectation."""
        return f"fails {self.failure} over {self.over}" if self.over else self.failure

    @property
    def constant(self) -> str:
        """Where the constant comes from: the first step of the path."""
        return self.path[0]

    @property
    def kind_words(self) -> str:
        """The kind; one that promises nothing says so."""
        return self.kind if self.promises else f"{self.kind}: {NO_PROMISE}"

    @property
    def remedy_words(self) -> str:
        """What would make a vacuous bound say more, as a phrase of its own."""
        if not self.remedy:
            return ""
        return f"not vacuous{'' if self.at_larger_size else ':'} {self.remedy}"

    @property
    def vacuous_words(self) -> str:
        """Whether it is vacuous and what would change that, in one phrase."""
        return f"{self.vacuous}; {self.remedy_words}" if self.remedy else self.vacuous


def value_text(bound: Bound) -> str:
    """The value with four digits: a guarantee rounded up, anything else "about ..."."""
    enclosure = bound.enclosure
    if promises(bound):
        return rounded_up(enclosure.high)
    return f"about {rounded((enclosure.low + enclosure.high) / 2)}"


def trivial_text(bound: Bound) -> str:
    """What the range of the loss gives for nothing, rounded down, or "none"."""
    if bound.trivial is None:
        return "none"
    return rounded_down(bound.trivial.enclosure(bound.stability.setup.sample.size).low)


def bound_row(bound: Bound, *, remedies: bool = True) -> BoundRow:
    """A bound as text. With `remedies`, a vacuous one says from which sample size or step size on
    it would say more (a search, which takes a moment)."""
    promise = promises(bound)
    vacuous = promise and bound.vacuous
    details, labels = [], bound.labels
    if bound.quantity is Quantity.EXCESS_RISK:
        details.append(f"over the best in {CLASS}")
    if bound.quantity == "moment" and "order" in bound.chosen:
        details.append(f"order {given(bound.chosen['order'])}")
    if bound.quantity == "moment" and "half" in bound.chosen:
        details.append(f"order {given(2 * bound.chosen['half'])}")
    remedy, at_larger_size = _remedy(bound) if vacuous and remedies else ("", False)
    return BoundRow(
        quantity=str(bound.quantity),
        sides=labels.sides,
        average=labels.average,
        detail="; ".join(details),
        notion=str(bound.stability.notion),
        theorem=bound.theorem,
        path=bound.path,
        own=tuple(one["id"] for one in own_record(bound.rules)),
        kind=str(bound.kind),
        promises=promise,
        provenance=str(bound.provenance),
        trust=str(bound.trust),
        failure=EXPECTATION if bound.over is Over.NOTHING else given(bound.failure),
        over="" if bound.over is Over.NOTHING else str(bound.over),
        value=value_text(bound),
        trivial=trivial_text(bound),
        vacuous=("yes" if vacuous else "no") if promise else "",
        remedy=remedy,
        at_larger_size=at_larger_size,
    )


def bound_rows(
    analysis: Analysis, all_rows: bool, quantity: str | None = None
) -> tuple[BoundRow, ...]:
    """The rows of a table of bounds: all, or the best of each quantity, notion and set of labels.

    The best on the gap comes first; with a quantity, only bounds on that are there.
    """
    bounds = analysis.ordered(quantity) if all_rows else analysis.best_per_notion(quantity)
    return tuple(bound_row(bound) for bound in bounds)


def _remedy(bound: Bound) -> tuple[str, bool]:
    """What would make a vacuous bound say more, and whether that is a larger sample."""
    size = nonvacuous_size(bound)
    if size is not None:
        return size.words, True
    step = nonvacuous_step_size(bound)
    if step is not None:
        return f"no size found at these steps; step size {rounded_down(step, 2)} would do", False
    return "no size found", False


@dataclass(frozen=True)
class ConstantRow:
    """A constant as text. `values` are rounded to the safe side of their kind."""

    id: str
    form: str
    notion: str
    neighbour: str
    convention: str
    kind: str
    provenance: str
    trust: str
    averaged: str
    values: tuple[tuple[str, str], ...]
    note: str

    @property
    def value_words(self) -> str:
        """The values in one line."""
        return ", ".join(f"{name} {value}" for name, value in self.values)


def constant_row(stability: Stability) -> ConstantRow:
    """A constant as text."""
    notes = []
    if stability.unspecified:
        names = ", ".join(stability.unspecified)
        notes.append(f"a formula only: the source does not give {names}")
    if stability.scope is Scope.SOME:
        notes.append("for some problem: what no such theorem can beat")
    if stability.failure:
        notes.append(f"too small with probability at most {given(stability.failure)}")
    if stability.sizes == "this":
        notes.append("known at this sample size only")
    values = () if stability.unspecified else tuple(_constant_values(stability))
    return ConstantRow(
        id=stability.path[0],
        form=stability.form,
        notion=str(stability.notion),
        neighbour=str(stability.neighbour),
        convention=str(stability.convention) if stability.convention else "",
        kind=str(stability.kind),
        provenance=str(stability.provenance),
        trust=str(stability.trust),
        averaged=str(stability.averaged_over),
        values=values,
        note="; ".join(notes),
    )


def _constant_values(stability: Stability) -> Iterable[tuple[str, str]]:
    size = stability.setup.sample.size
    for name, term in stability.values.items():
        enclosure = term.enclosure(size)
        if stability.kind is Kind.LOWER:
            yield name, f"at least {rounded_down(enclosure.low)}"
        elif (
            stability.kind in (Kind.UPPER, Kind.EXACT)
            and stability.provenance is not Provenance.PLUG_IN
        ):
            yield name, f"= {rounded_up(enclosure.high)}"
        else:
            yield name, f"about {rounded((enclosure.low + enclosure.high) / 2)}"


@dataclass(frozen=True)
class RefusalRow:
    """Theorems that refuse for the same reasons; `also` holds those beside the first."""

    theorems: tuple[str, ...]
    hypothesis: str
    where: str
    found: str
    remedy: str
    also: tuple[RefusalRow, ...] = ()

    @property
    def reasons(self) -> tuple[RefusalRow, ...]:
        """Every hypothesis that fails, the first in front."""
        return self, *self.also


@dataclass(frozen=True)
class Refusals:
    """Reasons worth reading, and how many theorems merely speak of something else."""

    rows: tuple[RefusalRow, ...]
    other_algorithms: tuple[str, ...]
    other_notions: tuple[str, ...]

    @property
    def summary(self) -> str:
        """One line on the theorems that are not listed, "" if all are."""
        parts = []
        if self.other_algorithms:
            verb = "speaks" if len(self.other_algorithms) == 1 else "speak"
            parts.append(f"{len(self.other_algorithms)} {verb} of other algorithms")
        if self.other_notions:
            one = len(self.other_notions) == 1
            parts.append(
                f"{len(self.other_notions)} {'needs' if one else 'need'} a kind of stability "
                "that nothing here gives"
            )
        return "Not listed: " + " and ".join(parts) + "." if parts else ""


def refusals(analysis: Analysis, all_rows: bool) -> Refusals:
    """The refusals of an analysis, equal reasons together."""
    grouped: dict[tuple[tuple[str, str, str, str], ...], list[str]] = {}
    algorithms, notions = [], []
    for refusal in analysis.refused:
        if not all_rows and _other_algorithm(refusal):
            algorithms.append(refusal.theorem)
        elif not all_rows and refusal.hypothesis_id == RIGHT_NOTION.id:
            notions.append(refusal.theorem)
        else:
            key = tuple(
                (r.hypothesis, r.where, r.found, r.remedy) for r in (refusal, *refusal.also)
            )
            grouped.setdefault(key, []).append(refusal.theorem)
    rows = tuple(
        RefusalRow(tuple(ids), *first, also=tuple(RefusalRow((), *other) for other in others))
        for (first, *others), ids in grouped.items()
    )
    return Refusals(rows, tuple(algorithms), tuple(notions))


def _other_algorithm(refusal: Refusal) -> bool:
    """Whether it is the kind of algorithm that a theorem does not speak of."""
    return refusal.where == "algorithm.kind" and refusal.hypothesis_id != RIGHT_NOTION.id
