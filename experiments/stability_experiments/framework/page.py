"""The page of one result: what it shows, its claims, numbers and pictures, how to run it again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from stability.files import write_text
from stability.report.html.document import Figure, Report, Section, Table
from stability.report.html.render import render_report
from stability_experiments.framework.cells import COLUMNS, cells
from stability_experiments.framework.finding import experiments
from stability_experiments.framework.result import Claim, Result
from stability_experiments.framework.stored import read_result

ROWS = (
    "Numbers are rounded at six digits, proved and certified bounds up, others to the nearest; "
    "result.json holds them in full. A number agrees if it is within its tolerance of the "
    "published value; one that does not says why."
)


def write_page(directory: str | Path, out: str | Path) -> Path:
    """Write the page of DIR/result.json to a file, whole or not at all. Returns its path.

    Raises RunError if the result, a picture or the place for the page is missing, DataError if
    the result or a picture is broken.
    """
    return write_text(Path(out), render_report(report_of(read_result(Path(directory))), directory))


def report_of(result: Result) -> Report:
    """A result as a report, whose pictures lie beside it."""
    shows = {one.name: one.shows for one in experiments()}.get(result.experiment, "")
    return Report(
        title=result.experiment,
        introduction=f"{shows[:1].upper()}{shows[1:]}." if shows else "",
        sections=tuple(_sections(result)),
        made_with={
            "preset": result.preset,
            "seed": result.seed,
            "seconds": round(result.seconds, 1),
            "memory at most, GB": round(result.peak_memory_bytes / 1e9, 2),
        },
    )


def _sections(result: Result) -> Iterator[Section]:
    findings = result.findings
    yield Section(
        heading="What has to show, and whether it does",
        table=Table(("claim", "holds", "required"), tuple(map(_claim, findings.claims))),
    )
    if findings.figures:
        yield Section(
            heading="Pictures", figures=tuple(Figure(name, name) for name in findings.figures)
        )
    yield Section(
        heading="Numbers",
        table=Table(COLUMNS, tuple(map(cells, findings.rows))),
        notes=(ROWS,),
    )
    command = (
        f"stability experiment run {shlex.quote(result.experiment)} "
        f"--preset {shlex.quote(result.preset)} --seed {result.seed} --data DATA --out DIR"
    )
    yield Section(
        heading="How to run it again",
        text=f"{command}\n\nDATA is the folder that holds mnist/ and cifar-10/ as published; "
        "without --data experiments on digits use small embedded ones.",
        notes=(
            f"Scaled down: {findings.scaled_down}."
            if findings.scaled_down
            else "Nothing was scaled down.",
        ),
    )


def _claim(one: Claim) -> tuple[str, bool, bool]:
    return one.claim, one.holds, one.required
