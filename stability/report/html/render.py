"""Pages that need nothing else: one HTML file with its style and its pictures inside.

All text is escaped. Pictures are embedded as images, in which browsers run no scripts and load
nothing; the page itself forbids scripts and every request.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stability.bounds.analyse import Analysis
from stability.files import write_text
from stability.report.html.document import Figure, Report, Section, Table
from stability.report.html.environment import page, shown
from stability.report.html.mathml import formula
from stability.report.html.pictures import read_picture
from stability.report.rows import bound_row, constant_row, refusals
from stability.report.verdict import verdict
from stability.report.words import losses_words, setup_words
from stability.rounding import given, rounded
from stability.theorems.kinds.bound import Bound

_MEDIA = {".png": "image/png", ".svg": "image/svg+xml"}


def write_report(directory: str | Path, out: str | Path) -> Path:
    """Write the page of DIR/report.json to a file, whole or not at all. Returns its path.

    The format is described in `stability.report.html.document`. Only the figures that it names are
    read, and only from the directory itself.

    Raises RunError if the directory, a figure or the place for the page is missing, DataError if
    report.json or a figure is broken.
    """
    report = Report.load(directory)
    return write_text(Path(out), render_report(report, directory))


def render_report(report: Report, directory: str | Path) -> str:
    """The page of a report, its figures read from the directory."""
    folder = Path(directory)
    pictures = {f.file: data_uri(folder / f.file) for f in report.figures}
    return page("report.html", report=report, pictures=pictures)


def render_analysis(
    analysis: Analysis, title: str, figures: Sequence[tuple[str, str | Path]] = ()
) -> str:
    """The page of an analysis: setup, bounds with formulas, constants, and what does not apply.

    `figures` are captions and paths of png or svg files. Raises RunError or DataError for figures
    that are missing or broken.
    """
    pictures = [(caption, data_uri(Path(path))) for caption, path in figures]
    best = analysis.best_per_notion()
    rows = {id(bound): bound_row(bound) for bound in analysis.ordered()}
    return page(
        "analysis.html",
        title=title,
        setup_words=setup_words(analysis.setup),
        losses=losses_words(analysis.setup),
        verdict=verdict(analysis).sentences,
        setup=_setup_rows(analysis.setup.record()),
        delta=given(analysis.delta),
        figures=pictures,
        best=[rows[id(bound)] for bound in best],
        rows=list(rows.values()),
        formulas=_formulas(best),
        constants=[constant_row(constant) for constant in analysis.constants],
        refusals=refusals(analysis, False),
        all_refusals=refusals(analysis, True),
    )


def data_uri(path: Path) -> str:
    """A png or svg file as a data URI. Raises RunError if missing, DataError if it is neither."""
    content = base64.b64encode(read_picture(path.parent, path.name)).decode("ascii")
    return f"data:{_MEDIA[path.suffix.lower()]};base64,{content}"


def _formulas(bounds: Sequence[Bound]) -> list[dict[str, Any]]:
    """One entry per theorem and form, with the free parameters chosen for its best bound."""
    seen: dict[tuple[str, str], dict[str, Any]] = {}
    for bound in bounds:
        chosen = ", ".join(f"{name} = {rounded(value)}" for name, value in bound.chosen.items())
        entry = {
            "theorem": bound.theorem,
            "form": bound.form,
            "math": formula(bound.statement),
            "latex": bound.latex,
            "chosen": chosen,
            **_in_setup(bound),
        }
        seen.setdefault((bound.theorem, bound.form), entry)
    return list(seen.values())


def _in_setup(bound: Bound) -> dict[str, Any]:
    """The same in the symbols of the setup, with their numbers; "" where there is no formula."""
    found = bound.formula
    if found is None:
        return {"setup_math": "", "setup_latex": "", "setup_values": ""}
    values = [f"m = {bound.stability.setup.sample.size}"]
    values += (f"{name} = {rounded(value)}" for name, value in found.values.items())
    return {
        "setup_math": formula(found.expression),
        "setup_latex": found.latex,
        "setup_values": ", ".join(values),
    }


def _setup_rows(record: dict[str, Any]) -> list[tuple[str, str]]:
    rows = []
    for section, values in record.items():
        for name, value in values.items():
            if isinstance(value, dict):
                value = ", ".join(f"{key} = {item}" for key, item in value.items())
            if isinstance(value, list):
                value = f"{len(value)} values"
            rows.append((f"{section}.{name}", shown(value)))
    return rows


__all__ = [
    "Figure",
    "Report",
    "Section",
    "Table",
    "render_analysis",
    "render_report",
    "write_report",
]
