"""The tables of a study, as text: for the terminal and for the page."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator

import numpy as np
from rich.console import Group, RenderableType
from rich.text import Text

from stability.conventions import Kind
from stability.report.compared import COMPARED, label_notes
from stability.report.figures.heat_map import power_of_ten, short_number
from stability.report.terminal.layout import columns, plain_table
from stability.rounding import given, rounded, rounded_up, with_error
from stability.runs.baseline import accuracies, split_words
from stability.runs.bounds import Named
from stability.runs.class_weights import balanced_words
from stability.runs.class_words import class_note
from stability.runs.findings import Constant, Findings
from stability.runs.marks import NEEDED
from stability.runs.reach import of_the_deleted, reach_note, unreached_note
from stability.runs.scaling import scaling_words
from stability.runs.summary import UNITS
from stability.theorems.kinds.bound import Bound

NARROW = 5
"""Characters of a column of the class map: names of classes are broken after so many."""

Rows = tuple[tuple[str, ...], ...]

BOUND_COLUMNS = ("rests on", *(name for name, _ in COMPARED), "promise")
CONSTANT_COLUMNS = ("constant", "value", "from", "to", "what it is")
PLACEBO_COLUMNS = ("placebo", "relative push", "mean change", "median ratio", "stand out")
WIDTH = 80
"""Characters: a class map that is wider is shown by its largest cells."""
LARGEST = 12
"""So many of them."""


def headline(findings: Findings) -> str:
    """What was measured, in one line."""
    study, limit = findings.study, rounded(findings.measured.limit)
    return (
        f"{findings.model}, m = {len(findings.parts.train)}, "
        f"{len(findings.measured.deleted)} deletions ({study.convention}), "
        f"{len(findings.parts.test)} test examples, losses in [0, {limit}]"
    )


def warnings(findings: Findings) -> tuple[str, ...]:
    """What has to be known before any number: sentences, none for most studies."""
    return tuple(mark.text for mark in findings.marks)


def health_columns(findings: Findings) -> tuple[str, ...]:
    """The head of the losses at the cap."""
    return (findings.parts.groups.one, "training losses at the cap", "test losses at the cap")


def health_rows(findings: Findings) -> Rows:
    """Losses at the cap of each class that has any, and of all."""
    rows = findings.health.classes
    total = ("all", *(sum(getattr(one, name) for one in rows) for name in
                      ("training_at_cap", "training", "test_at_cap", "test")))  # fmt: skip
    shown = [(one.name, one.training_at_cap, one.training, one.test_at_cap, one.test)
             for one in rows if one.training_at_cap or one.test_at_cap]  # fmt: skip
    return tuple((name, f"{a} of {b}", f"{c} of {d}") for name, a, b, c, d in (*shown, total))


def health_line(findings: Findings) -> str:
    """How well the model does, and how much of its loss is cut off, in one line."""
    parts, health = findings.parts, findings.health
    cut = (
        "the loss is 0 or 1 and is not cut"
        if findings.measured.zero_one
        else f"losses at the cap: {rounded(100 * health.training_share, 3)}% in training, "
        f"{rounded(100 * health.test_share, 3)}% in testing"
    )
    return "; ".join(
        [*accuracies(parts, findings.measured.facts), *filter(None, (split_words(parts),)), cut]
    )


def gap(findings: Findings) -> str:
    """The measured gap, with the standard error of the mean test loss."""
    return with_error(findings.gap, findings.gap_error)


def bound_rows(findings: Findings) -> Rows:
    """A row of plug-in estimates, and one of the bounds from the setup if there are any."""
    said = "estimate, degenerate" if findings.degenerate else "estimate"
    seen = tuple(map(_shown, _values(findings.plug_in))) or ("none",) * len(COMPARED)
    rows = [("measured on this sample", *seen, said)]
    if findings.from_setup:
        words = " / ".join(dict.fromkeys(map(_promise, _values(findings.from_setup))))
        rows.append(("from the setup", *map(_shown, _values(findings.from_setup)), words))
    return tuple(rows)


def bound_labels(findings: Findings) -> tuple[str, ...]:
    """Every label of the bounds: what each is on, what it promises, and the range of the losses."""
    rows = (("measured on this sample", findings.plug_in), ("from the setup", findings.from_setup))
    return tuple(f"Labels, {row}: {line}" for row, named in rows for line in label_notes(named))


def constant_title(findings: Findings) -> str:
    """What stands over the constants."""
    degenerate = ": degenerate, see the warnings" if findings.degenerate else ""
    return f"Measured constants{degenerate}"


def constant_rows(findings: Findings) -> Rows:
    """B, U, B1 and D with their intervals."""
    return tuple(
        (
            c.name,
            "none" if c.value is None else rounded(c.value),
            "" if c.low is None else rounded(c.low),
            "" if c.high is None else rounded(c.high),
            constant_meaning(findings, c),
        )
        for c in findings.constants
    )


def constant_meaning(findings: Findings, constant: Constant) -> str:
    """What a constant is; of a maximum also over how many deletions, where not over all."""
    most = of_the_deleted(findings.parts, findings.measured) if constant.name in MAXIMA else ""
    return f"{constant.meaning}{most}"


def constant_note(findings: Findings) -> str:
    """The scale of the constants, and what they do not speak of."""
    return f"{CONSTANT_NOTE} {reach_note(findings.parts, findings.measured)}"


def example_columns(findings: Findings) -> tuple[str, ...]:
    """The head of the examples that move the loss most."""
    predicted = "class" if findings.parts.train.has_labels else "target"
    return ("row", "position", predicted, "mean change", "largest change", "own change")


def example_rows(findings: Findings) -> Rows:
    """The deleted examples that move the mean test loss most."""
    return tuple(
        (
            f"{e.row} ({e.name})" if e.name else str(e.row),
            *(str(e.position), e.label, rounded(e.mean), rounded(e.maximum), rounded(e.own)),
        )
        for e in findings.influential
    )


def example_note(findings: Findings) -> str:
    """What rows and positions count in."""
    return (
        f"Rows count from 0 in {findings.parts.origin}, positions from 0 in the training examples "
        "drawn from it. Changes are multiplied by m: the mean change is over the test examples, "
        "the largest over test and training examples, the own change is that of the deleted "
        "example itself. Every example is in examples.parquet."
    )


def learner_words(findings: Findings) -> str:
    """What is minimised, what was done to the inputs, and what was made of the data."""
    study = findings.study
    said = [f"It minimises {findings.objective}."] if findings.objective else []
    if findings.measured.loss:
        said.append(f"What is measured at each example: {findings.measured.loss}.")
    said += [scaling_words(study.data.scaling, study.rescales), weights_note(findings)]
    return " ".join([*filter(None, said), *findings.parts.notes])


def weights_note(findings: Findings) -> str:
    """What weights of examples mean for all that is told, "" where there are none."""
    if findings.parts.train.weights is None:
        return ""
    learner, parts = findings.study.learner, findings.parts
    said = (
        f"{learner.weighs_how} Losses, "
        "the gap, the constants and the bounds are those of the loss without weights: none of them "
        "speaks of the weighted mean that was minimised."
    )
    more = balanced_words(findings.study.data.class_weights, parts.problem[0])
    return f"{said} {more}" if more else said


def bound_note(findings: Findings) -> str:
    """What the bounds are, and what a star is."""
    row = findings.setup_row
    rests = "" if row is None else f" {row.words}"
    weighted = f" {note}" if (note := weights_note(findings)) else ""
    return (
        f"Bounds on the gap at failure probability {given(findings.study.bound.delta)}. Tail: "
        "Theorem 12 of Bousquet and Elisseeff, and the finite-sample elastic theorem. Moment: "
        "second moment of Feldman and Vondrak, and its elastic form, with Markov's inequality. "
        "Split: an independent sum, a remainder and a bias, each with a tail of its own. "
        "Estimates use constants seen on this one sample and promise nothing. Starred: no less "
        f"than the range of the loss.{rests}{weighted}"
    )


MAXIMA = ("B", "U")
"""The constants that are the largest of what was seen."""
CONSTANT_NOTE = (
    f"On the scale {UNITS}; the stability constant is that over m. Plug-in: they say nothing of "
    "other samples. Intervals (95%, bootstrap) speak of the test examples for B and B1, of the "
    "deleted ones for D; a maximum such as U has none."
)


PLACEBO_NOTE = (
    "Trainings that delete nothing. Ratio: mean change by a deletion over that by the placebo, for "
    f"each pair of a deleted and a tested class; a pair stands out from {NEEDED:g} on. What does "
    "not stand out from rounding may be arithmetic; what does not stand out from an equal push may "
    "be the sensitivity of this training to any change rather than to the example."
)


def placebo_rows(findings: Findings) -> Rows:
    """For each placebo: what it is, what it does, and in how many cells deletions stand out."""
    rows = []
    for size, signal in findings.signals.items():
        placebo = findings.measured.placebos[size]
        ratio = signal.ratio[~np.isnan(signal.ratio)]
        rows.append(
            (
                placebo.words,
                "" if placebo.push is None else rounded(placebo.push, 2),
                rounded(float(len(findings.parts.train) * np.abs(placebo.changes).mean())),
                rounded(float(np.median(ratio)), 3) if ratio.size else "none",
                f"{int((ratio >= signal.needed).sum())} of {ratio.size}",
            )
        )
    return tuple(rows)


def printed(findings: Findings) -> RenderableType:
    """Everything for a terminal."""
    parts = [
        *(Text(f"WARNING: {text}", style="bold") for text in warnings(findings)),
        Text(headline(findings)),
        *([Text(words)] if (words := learner_words(findings)) else []),
        Text(health_line(findings)),
        Text(f"measured gap, test minus training loss: {gap(findings)}"),
        Group(
            _table("Bounds on the gap", BOUND_COLUMNS, bound_rows(findings), bound_note(findings)),
            *map(Text, bound_labels(findings)),
        ),
        _table(
            constant_title(findings),
            CONSTANT_COLUMNS,
            constant_rows(findings),
            constant_note(findings),
        ),
        Group(_class_table(findings), Text(class_note(findings))),
        _table(
            "Examples that move the loss most",
            example_columns(findings),
            example_rows(findings),
            example_note(findings),
        ),
        Text(unreached_note(findings.parts, findings.measured)),
    ]
    if findings.signals:
        rows = placebo_rows(findings)
        parts.append(_table("Signal beside placebo", PLACEBO_COLUMNS, rows, PLACEBO_NOTE))
    return Group(*(piece for part in parts for piece in (part, Text(""))))


def _table(title: str, names: tuple[str, ...], rows: Rows, note: str) -> RenderableType:
    table = plain_table(title, note)
    columns(table, dict.fromkeys(names, 44))
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def pair_columns(findings: Findings) -> tuple[str, ...]:
    """The head of the pairs of classes, or of fifths of the targets."""
    one = findings.parts.groups.one
    return (f"deleted {one}", f"tested {one}", "mean change", "pairs")


def pair_rows(findings: Findings) -> Rows:
    """The pairs of classes with the largest means."""
    grid = findings.classes
    return tuple(
        (grid.classes[a], grid.classes[b], rounded(float(grid.mean[a, b])), str(grid.pairs[a, b]))
        for a, b in grid.largest(LARGEST)
    )


def pair_note(findings: Findings) -> str:
    """How many pairs of classes are not shown."""
    rest = int((findings.classes.pairs > 0).sum()) - LARGEST
    return (
        f"{UNITS}, mean over pairs. {max(rest, 0)} more pairs of classes are in class-map.parquet."
    )


def _class_table(findings: Findings) -> RenderableType:
    """The class map as a table, or its largest cells where that does not fit on a line."""
    grid = findings.classes
    filled = grid.pairs > 0
    rows, below = np.flatnonzero(filled.any(axis=1)), np.flatnonzero(filled.any(axis=0))
    heads = [textwrap.fill(grid.classes[k], NARROW) for k in below]
    widths = [max(4, *map(len, head.splitlines() or [""])) + 2 for head in heads]
    if sum(widths) + max((len(grid.classes[k]) for k in rows), default=0) > WIDTH:
        title = f"Who moves whom: the {LARGEST} pairs of classes that move most"
        return _table(title, pair_columns(findings), pair_rows(findings), pair_note(findings))
    power = power_of_ten(float(np.nanmax(grid.mean, initial=0.0)))
    scale = f", in units of 1e{power}" if power else ""
    table = plain_table(f"Who moves whom: {UNITS}{scale} (row deleted, column tested)")
    table.add_column("", no_wrap=True)
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True)
    for k in rows:
        cells = grid.mean[k, below] / 10.0**power
        shown = ("" if math.isnan(value) else short_number(float(value)) for value in cells)
        table.add_row(grid.classes[k], *shown)
    return table


def _values(named: Named) -> Iterator[Bound]:
    return (bound for _, bound in named)


def _shown(bound: Bound) -> str:
    value = rounded(bound.value) if bound.kind is Kind.ESTIMATE else rounded_up(bound.value)
    return f"{value}*" if bound.vacuous else value


def _promise(bound: Bound) -> str:
    """What a bound promises, in a word."""
    return "estimate" if bound.kind is Kind.ESTIMATE else str(bound.provenance)
