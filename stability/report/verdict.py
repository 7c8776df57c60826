"""The verdict on a setup: its best bound, whether that says anything, and what would say more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from stability.bounds.analyse import Analysis, analyse, one_of
from stability.bounds.best import Best, best, of_your_own, ranked
from stability.bounds.calibrate import nonvacuous_size, nonvacuous_step_size
from stability.conventions import Quantity
from stability.errors import SetupError
from stability.report.rows import trivial_text
from stability.rounding import rounded_down, rounded_up
from stability.setup.setup import Setup
from stability.theorems.kinds.bound import Bound

VOUCHED = "for which nobody vouches but you"
FACTOR = 4
"""How many times larger a sample is tried to see what it would give."""


@dataclass(frozen=True, eq=False)
class Verdict:
    """The best guaranteed bound on a quantity (None if there is none), and sentences on it.

    `head` is the first of them, and says the number; `rest` are its labels, whether it says
    anything, what would say more, and what has to be named beside it.
    """

    quantity: Quantity
    best: Best | None
    head: str
    rest: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of them."""
        return self.head, *self.rest

    def record(self, rows: Sequence[Bound]) -> dict[str, Any]:
        """The verdict as plain values; bounds are given by their place among `rows`."""
        places = {id(bound): place for place, bound in enumerate(rows)}
        chosen = self.best
        return {
            "quantity": str(self.quantity),
            "row": chosen and places.get(id(chosen.bound)),
            "of_the_run": chosen and places.get(id(chosen.of_the_run)),
            "derived_here": chosen and places.get(id(chosen.derived)),
            "of_your_own": chosen and places.get(id(chosen.own)),
            "verdict": " ".join(self.sentences),
        }


def verdict(analysis: Analysis, quantity: str | None = None) -> Verdict:
    """The verdict on a quantity, the gap unless another is asked for.

    Raises SetupError, with the nearest name, for an unknown quantity.

    >>> from stability.setup.setup import AssumedStability, Loss, Sample, Setup
    >>> own = AssumedStability(notion="uniform", values={"beta": "0.001"}, scaling="1/m")
    >>> setup = Setup(sample=Sample(1000), loss=Loss(range=1), stability=own)
    >>> print(verdict(analyse(setup)).head)
    The best guaranteed bound on the gap is 0.05571, by uniform-split from assumed.
    """
    asked = one_of(Quantity, quantity or Quantity.GAP, "quantity")
    chosen = best(analysis.bounds, asked)
    if chosen is None:
        return Verdict(
            asked, None, f"No bound on the {asked} is guaranteed here.", _silent(analysis)
        )
    bound = chosen.bound
    head = f"The {_which(asked, bound)} is {_named(bound)}."
    labels = f"It is: {', '.join((*bound.labels.words, bound.labels.losses))}."
    rest = (labels, *_says(bound), *_more(analysis, asked, bound), *named_beside(chosen))
    return Verdict(asked, chosen, head, rest)


def named_beside(chosen: Best) -> tuple[str, ...]:
    """What has to be named beside the best bound: that of the very run, that which is derived, and
    what theorems of your own would give."""
    own = chosen.own
    beside = tuple(
        f"{what} is {_named(bound)}, which says {_much(bound)}."
        for what, bound in (
            ("Of the very run the best that this library knows", chosen.of_the_run),
            ("Of what is derived here the best", chosen.derived),
        )
        if bound is not None
    )
    if own is None:
        return beside
    return f"By {of_your_own(own)}, {VOUCHED}, it would be {_named(own)}.", *beside


def compared_verdict(named: Sequence[tuple[str, Analysis]], quantity: str | None) -> list[str]:
    """The verdict of each setup in one sentence, and which one is the smallest."""
    asked = one_of(Quantity, quantity or Quantity.GAP, "quantity")
    found = [(name, best(analysis.bounds, asked)) for name, analysis in named]
    lines = [
        f"{name}: no bound on the {asked} is guaranteed."
        if chosen is None
        else f"{name}: the {_which(asked, chosen.bound)} is {_named(chosen.bound)} "
        f"({', '.join(chosen.bound.labels.words)}), which says {_much(chosen.bound)}."
        for name, chosen in found
    ]
    lines += [
        f"{name}: by {of_your_own(chosen.own)}, {VOUCHED}, it would be {_named(chosen.own)}."
        for name, chosen in found
        if chosen is not None and chosen.own is not None
    ]
    known = [(chosen.bound, name) for name, chosen in found if chosen is not None]
    alike = len({of_your_own(bound) == "" for bound, _ in known}) == 1
    values = [(bound.value, name) for bound, name in known]
    if len(values) > 1 and alike:
        lines.append(f"The smallest is that of {min(values)[1]}.")
    return lines


def _which(asked: Quantity, bound: Bound) -> str:
    """What the best bound is called: by theorems of your own it is no guarantee of this library."""
    if own := of_your_own(bound):
        return f"best bound on the {asked} rests on {own}, {VOUCHED}, and"
    return f"best guaranteed bound on the {asked}"


def _named(bound: Bound) -> str:
    value = rounded_up(bound.enclosure.high)
    return f"{value}, by {bound.theorem} from {bound.path[0]}"


def _much(bound: Bound) -> str:
    return "nothing" if bound.vacuous else "something"


def _says(bound: Bound) -> Iterator[str]:
    yield f"It says {_much(bound)}: the range of the losses alone gives {trivial_text(bound)}."


def _silent(analysis: Analysis) -> tuple[str, ...]:
    if not analysis.bounds and (known := dict.fromkeys(c.path[0] for c in analysis.constants)):
        return (
            f"A constant is known, from {', '.join(known)}, but no theorem makes a bound of it: "
            "--all shows it.",
        )
    if not analysis.bounds:
        return ("No theorem applies: the reasons are listed.",)
    return ("What is listed bounds something else, or promises nothing.",)


def _more(analysis: Analysis, quantity: Quantity, bound: Bound) -> Iterator[str]:
    """What would make the best bound say more: one sentence, or none if nothing was found."""
    if bound.vacuous:
        yield _first_words(analysis, quantity)
    elif told := _smaller(analysis, bound, quantity):
        yield told


def _first_words(analysis: Analysis, quantity: Quantity) -> str:
    """The smallest sample from which a bound says something; else the largest step size."""
    every = ranked(analysis.best_per_notion(quantity), quantity)
    rows = [bound for bound in every if of_your_own(bound) == "" or of_your_own(every[0])]
    sizes = [(n.size, n.words, b.theorem) for b in rows if (n := nonvacuous_size(b)) is not None]
    if sizes:
        _, words, theorem = min(sizes)
        return f"The first found to say something is {theorem}, {words}."
    steps = [(s, b.theorem) for b in rows if (s := nonvacuous_step_size(b)) is not None]
    if steps:
        step, theorem = max(steps)
        return (
            f"No larger sample was found to change that; at step size {rounded_down(step, 2)} "
            f"{theorem} would say something."
        )
    return "Neither a larger sample nor a smaller step size was found to change that."


def _smaller(analysis: Analysis, bound: Bound, quantity: Quantity) -> str:
    size = FACTOR * analysis.setup.sample.size
    try:
        larger = analysis.setup.with_size(size)
    except SetupError:
        return ""
    value = _best_value(larger, analysis, quantity)
    if value is None or value >= bound.value:
        return ""
    return f"At m = {size}, all else the same, the best would be {rounded_up(value)}."


def _best_value(setup: Setup, analysis: Analysis, quantity: Quantity) -> float | None:
    found = best(analyse(setup, analysis.delta, theorems=analysis.theorems).bounds, quantity)
    return None if found is None else found.bound.value
