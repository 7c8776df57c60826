"""Pictures of a study and its `report.json`, from which `stability report` makes a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from stability.report.figures.heat_map import class_map
from stability.report.figures.thumbnails import can_be_shown, thumbnails
from stability.report.html.document import Figure, Report, Section, Table
from stability.runs import tables as words
from stability.runs.answer import answer
from stability.runs.class_words import class_note
from stability.runs.findings import Findings
from stability.runs.reach import unreached_note

PLACEBOS = ("deletion", "placebos")
MAP, SIGNAL, SHOWN = "class-map.png", "signal.png", "influential.png"


def write_page(findings: Findings, record: dict[str, Any], seconds: float, out: Path) -> None:
    """Write the pictures and `report.json`. Raises SetupError or RunError if the disk refuses."""
    names = findings.classes.classes
    class_map(
        findings.classes.mean,
        names,
        out / MAP,
        f"Who moves whom: {findings.model}",
        units=f"{words.UNITS}, mean over pairs",
    )
    Report(
        title=f"How stable is it? {words.headline(findings)}",
        introduction=(
            answer(findings) + "\n\n"
            "Single training examples were deleted to see where the loss moves. Uniform "
            "stability takes the worst pair of a deleted and a tested example; locally elastic "
            "stability the worst deleted example and the average tested one. What is measured on "
            "one sample promises nothing of others: bounds from it are estimates."
            + ("\n\n" + learner if (learner := words.learner_words(findings)) else "")
        ),
        sections=tuple(_sections(findings, record, out)),
        made_with=_made_with(record, seconds),
    ).save(out)


def _sections(findings: Findings, record: dict[str, Any], out: Path) -> list[Section]:
    sections = [
        Section(
            heading="Before any number",
            text=words.health_line(findings),
            table=Table(words.health_columns(findings), words.health_rows(findings)),
            notes=tuple(f"Warning: {text}" for text in words.warnings(findings)),
        ),
        Section(
            heading="Gap and bounds",
            text=f"Measured gap, test minus training loss: {words.gap(findings)} (standard error "
            "of the mean test loss).",
            table=Table(words.BOUND_COLUMNS, words.bound_rows(findings)),
            notes=(words.bound_note(findings), *words.bound_labels(findings)),
        ),
        Section(
            heading=words.constant_title(findings),
            table=Table(words.CONSTANT_COLUMNS, words.constant_rows(findings)),
            notes=(words.constant_note(findings),),
        ),
        Section(
            heading="Who moves whom",
            text=class_note(findings),
            figures=(Figure(MAP, "Mean change of the loss, class by class."),),
            table=Table(words.pair_columns(findings), words.pair_rows(findings)),
            notes=(words.pair_note(findings),),
        ),
    ]
    if findings.signals:
        sections.append(_signal_section(findings, out))
    sections += [
        Section(
            heading="Examples that move the loss most",
            text=words.example_note(findings),
            table=Table(words.example_columns(findings), words.example_rows(findings)),
            figures=_thumbnails(findings, out),
            notes=(unreached_note(findings.parts, findings.measured),),
        ),
        Section(
            heading="How it was made",
            table=Table(("section", "key", "value"), tuple(_settings(findings, record["run"]))),
        ),
    ]
    if findings.measured.facts:
        rows = tuple((name, float(f"{v:.6g}")) for name, v in findings.measured.facts.items())
        sections.append(Section(heading="Facts of the fit", table=Table(("what", "value"), rows)))
    return sections


def _thumbnails(findings: Findings, out: Path) -> tuple[Figure, ...]:
    """The deleted examples that move the loss most, where they are pictures."""
    train, influential = findings.parts.train, findings.influential
    if not can_be_shown(train.shape):
        return ()
    images = train.inputs[[example.position for example in influential]]
    captions = [f"row {example.row}\n{example.label}"[:40] for example in influential]
    thumbnails(images, train.shape, captions, out / SHOWN)
    return (Figure(SHOWN, f"Those examples, with their rows in {findings.parts.origin}."),)


def _signal_section(findings: Findings, out: Path) -> Section:
    figures: tuple[Figure, ...] = ()
    for size, placebo in findings.measured.placebos.items():
        ratio = findings.signals[size].ratio
        if not placebo.drawn or np.isinf(ratio).any():
            continue
        class_map(
            ratio,
            findings.classes.classes,
            out / SIGNAL,
            "Deletions beside an equal push of the initial weights",
            units="mean change by a deletion over mean change by the placebo",
        )
        figures = (Figure(SIGNAL, "How many times what an equal push does a deletion does."),)
    return Section(
        heading="Signal beside placebo",
        table=Table(words.PLACEBO_COLUMNS, words.placebo_rows(findings)),
        figures=figures,
        notes=(words.PLACEBO_NOTE,),
    )


def _settings(findings: Findings, run: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What the run was told, without the placebos of a learner that has none."""
    return [
        (section, key, ", ".join(map(str, value)) if isinstance(value, list) else str(value))
        for section, keys in run.items()
        for key, value in keys.items()
        if (section, key) != PLACEBOS or findings.signals
    ]


def _made_with(record: dict[str, Any], seconds: float) -> dict[str, Any]:
    made = record["made_with"]
    return {
        **made["versions"],
        "training data, sha256": made["data"]["train"],
        "test data, sha256": made["data"]["test"],
        **({"stored numbers, sha256": made["stored"]} if made["stored"] else {}),
        "seconds": round(seconds, 1),
    }
