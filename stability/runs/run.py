"""Run a study: read the data, measure, bound, and write what was found."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Any

from stability.runs.data import Parts, Source
from stability.runs.deletions import Settings, measured_changes, opened
from stability.runs.examples import write_tables
from stability.runs.findings import Findings, gather
from stability.runs.learners.learner import Learner
from stability.runs.learners.own_network import OwnNetwork
from stability.runs.page import write_page
from stability.runs.study.study import Study
from stability.runs.summary import record, save
from stability.runs.tasks import NamedProgress

__all__ = ["Settings", "run_parts", "run_study"]


def run_study(
    study: Study[Learner],
    out: Path,
    progress: NamedProgress,
    settings: Settings | None = None,
    own: OwnNetwork | None = None,
) -> tuple[Findings, dict[str, Any]]:
    """Measure, write `summary.json`, `report.json` and the pictures; the findings and the summary.

    The numbers are the same for any number of workers and threads and after any interruption. The
    folder is held by this process until it is done: a second run there is refused. `own` is the
    network for kind "own". Raises SetupError, DataError or RunError.
    """
    how = Settings() if settings is None else settings
    with opened(study, out, progress, how, own) as (chosen, source, parts):
        return run_parts(chosen, source, parts, out, progress, how)


def run_parts(
    study: Study[Learner],
    source: Source,
    parts: Parts,
    out: Path,
    progress: NamedProgress,
    how: Settings,
) -> tuple[Findings, dict[str, Any]]:
    """Measure data that are read, and write everything into a folder that is held."""
    start = perf_counter()
    described, measured = measured_changes(study, source, parts, out, progress, how)
    what = f"looking at {len(measured.deleted)} deletions"
    findings = gather(study, parts, measured, lambda done, total: progress(what, done, total))
    summary = record(findings, described, study.learner.packages)
    write_tables(findings, out)
    write_page(findings, summary, perf_counter() - start, out)
    save(summary, out)
    return findings, summary
