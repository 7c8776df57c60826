"""The demonstration's table: one line per learner and setting, the bounds side by side."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table

from stability.report.compared import COMPARED
from stability.rounding import rounded, rounded_up, with_error
from stability_experiments.demo.numbers import Number, read_numbers

if TYPE_CHECKING:
    from rich.console import Console

COLUMNS = (
    "learner",
    "measured gap",
    *(what for what, _ in COMPARED),
    "promise",
)
NARROW = {"learner": 9, "measured gap": 8, "promise": 9}
"""The columns that wrap, and how narrow they may be."""
CAPTION = (
    "Bounds on the gap, test loss minus training loss, at delta = 0.05. Tail: Theorem 12 of "
    "Bousquet and Elisseeff, and the finite-sample elastic theorem. Moment: second moment of "
    "Feldman and Vondrak, and its elastic form, with Markov's inequality. Split: an independent "
    "sum, a remainder and a bias, each with a tail of its own. Promise: provenance of "
    "uniform/elastic; an estimate promises nothing. Starred bounds are vacuous: no less than the "
    "range of the loss. Ridge: 1,000 random features, squared loss in [0, 1]. Network: ReLU "
    "64-32-10 by shuffled SGD; logistic: multinomial with weight decay; cross-entropy cut to "
    "[0, log 10]."
)


@dataclass(frozen=True)
class Line:
    """One learner in one setting: its measured gap and the bounds, in the order of COMPARED."""

    gap: Number
    bounds: tuple[Number, ...]

    def cells(self) -> tuple[str, ...]:
        """The cells of the table, as text."""
        return (
            f"{self.gap.learner}, {self.gap.setting}",
            with_error(self.gap.value, self.gap.standard_error or 0.0),
            *(bound_text(bound) for bound in self.bounds),
            self.promise(),
        )

    def promise(self) -> str:
        """What the bounds promise, in words."""
        if self.bounds[0].kind == "estimate":
            return "estimate"
        return " / ".join(dict.fromkeys(bound.provenance for bound in self.bounds))


def lines(numbers: tuple[Number, ...]) -> tuple[Line, ...]:
    """The numbers gathered by learner and setting."""
    found: dict[tuple[str, str], dict[str, Number]] = {}
    for one in numbers:
        found.setdefault((one.learner, one.setting), {})[one.what] = one
    return tuple(Line(x["gap"], tuple(x[what] for what, _ in COMPARED)) for x in found.values())


def label_lines(numbers: tuple[Number, ...]) -> tuple[str, ...]:
    """Every label of the bounds, learners with the same ones together."""
    together: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for line in lines(numbers):
        groups: dict[str, list[str]] = {}
        for bound in line.bounds:
            groups.setdefault(bound.labels, []).append(bound.what)
        key = tuple((", ".join(names), labels) for labels, names in groups.items())
        together.setdefault(key, []).append(f"{line.gap.learner}, {line.gap.setting}")
    return tuple(
        f"{'; '.join(learners)}: {names}: {labels}."
        for key, learners in together.items()
        for names, labels in key
    )


def bound_text(bound: Number) -> str:
    """A bound as text, rounded up if it is one, with a star if it says nothing."""
    value = rounded_up(bound.value) if bound.kind == "upper" else rounded(bound.value)
    return f"{value}*" if bound.vacuous else value


def printed(numbers: tuple[Number, ...]) -> Table:
    """The table for a terminal. Numbers are never cut off: words and errors wrap."""
    table = Table(
        title="How far can the test loss be from the training loss?",
        caption=CAPTION,
        box=SIMPLE_HEAD,
        padding=0,
    )
    for heading in COLUMNS:
        table.add_column(
            heading.replace(" ", "\n"),
            justify="left" if heading in ("learner", "promise") else "right",
            no_wrap=heading not in NARROW,
            min_width=NARROW.get(heading),
            overflow="fold",
        )
    for line in lines(numbers):
        table.add_row(*line.cells())
    return table


def show(out: Path, console: Console) -> None:
    """Print the table of a finished demonstration, what else it found, and where it is."""
    stored = json.loads((out / "demo.json").read_text())
    sensitivity, deletions = stored["sensitivity"], stored["logistic_deletions"]
    console.print(printed(read_numbers(out)))
    for text in label_lines(read_numbers(out)):
        console.print(text)
    console.print(
        f"Network: at the losses of one class, deleting an image of it moves them "
        f"{sensitivity['own_over_others']:.1f} times as much as deleting one of another class "
        f"(geometric mean, {sensitivity['deletions']} deletions)."
    )
    console.print(
        f"Logistic regression: over {deletions['pairs']:,} (deleted, test) pairs the largest "
        f"measured change is {deletions['largest_share_of_the_proved_limit']:.2f} of its proved "
        "limit."
    )
    console.print(f"Written to {out}: report.html (open it in a browser), demo.json, demo.parquet.")
