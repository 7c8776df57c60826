"""The page `RESULTS.md`, made from the stored results by `make results`.

A result is stored by running an experiment into its folder:

    stability experiment run NAME --preset paper --data DIR --out experiments/results/NAME/paper

Its `stages/` are not kept with the project: git ignores them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from stability.errors import DataError, StabilityError
from stability_experiments.framework.cells import COLUMNS, cells
from stability_experiments.framework.result import Result, Row
from stability_experiments.framework.stored import RESULTS, Stored, stored_results

PAGE = RESULTS.with_name("RESULTS.md")
MOST_ROWS = 20
"""Rows without a published value are shown up to so many; `result.json` holds all."""

HEAD = """\
# Results of the experiments

Made by `make results` from the stored `results/NAME/PRESET/result.json`; not to be edited by hand.
`stability experiment run NAME --preset PRESET --data DIR --out DIR` runs one again. A row agrees if
it is within its tolerance of the published value; one that does not says why. Numbers are rounded
at six digits, proved and certified bounds up, others to the nearest; the files hold them in full.
"""


def render(folder: Path = RESULTS) -> str:
    """The page for the results in a folder.

    Raises DataError or RunError for results that are damaged or belong elsewhere.
    """
    by_name = groupby(stored_results(folder), key=lambda stored: stored.experiment.name)
    return "\n".join([HEAD, *(line for _, group in by_name for line in section(list(group)))])


def write(folder: Path = RESULTS, page: Path = PAGE) -> Path:
    """Write the page."""
    page.write_text(render(folder), encoding="utf-8")
    return page


def check(folder: Path = RESULTS, page: Path = PAGE) -> None:
    """Raise DataError unless the page is what the stored results give."""
    if page.read_text(encoding="utf-8") != render(folder):
        raise DataError(
            where=str(page),
            found="another text than the stored results give",
            allowed="the text that `make results` writes",
            remedy="Run `make results`; do not edit the page by hand.",
        )


def section(stored: list[Stored], results: str = "results") -> Iterator[str]:
    """The largest preset of an experiment in full, a line for each of the others.

    `results`: the folder of the stored results, seen from the page.
    """
    [first, *others] = stored
    findings = first.result.findings
    yield f"## {first.experiment.name}\n"
    yield f"{first.experiment.shows[0].upper()}{first.experiment.shows[1:]}.\n"
    yield f"{_cost(first.result)}\n"
    for claim in findings.claims:
        optional = "" if claim.required else " (not required at this size)"
        verdict = "holds" if claim.holds else "**does not hold**"
        yield f"- {verdict}{optional}: {claim.claim}"
    yield ""
    yield from _table(findings.rows)
    for figure in findings.figures:
        yield f"![{first.experiment.name}, {figure}]({results}/{first.place}/{figure})\n"
    for other in others:
        yield f"Also stored: {_in_short(other, results)}\n"


def _in_short(stored: Stored, results: str) -> str:
    claims = stored.result.findings.claims
    kept = sum(claim.holds for claim in claims)
    where = f"[result.json]({results}/{stored.place}/result.json)"
    return f"{_cost(stored.result)} {kept} of {len(claims)} claims hold ({where})."


def _cost(result: Result) -> str:
    memory = f"{result.peak_memory_bytes / 1e9:.2f} GB at most"
    scaled = result.findings.scaled_down
    size = f"scaled down: {scaled}" if scaled else "the published setting"
    took = f"{result.seconds:g} s{' after it was resumed' if result.resumed else ''}"
    return f"Preset {result.preset}, seed {result.seed}; {took}, {memory}; {size}."


def _table(rows: tuple[Row, ...]) -> Iterator[str]:
    """Rows with a published value, and others as far as there is room."""
    room = MOST_ROWS
    compared = [row for row in rows if row.published is not None]
    others = [row for row in rows if row.published is None]
    shown = [*compared, *others[:room]]
    yield f"| {' | '.join(COLUMNS)} |"
    yield "|---" * len(COLUMNS) + "|"
    for row in shown:
        line = (cell.strip().replace("|", "\\|") for cell in cells(row))
        yield f"| {' | '.join(line)} |"
    if len(shown) < len(rows):
        yield f"\n{len(rows) - len(shown)} more rows are in `result.json`."
    yield ""


if __name__ == "__main__":
    try:
        print(f"wrote {write()}")
    except StabilityError as error:
        sys.exit(f"error: {error}")
