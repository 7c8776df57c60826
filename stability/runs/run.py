"""Run a study: read the data, measure, bound, and write what was found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from stability.errors import SetupError
from stability.files import disk_errors
from stability.runs.data import Parts, Source, source_of
from stability.runs.examples import write_tables
from stability.runs.file.places import in_run_file
from stability.runs.findings import Findings, gather
from stability.runs.learners.learner import Job, Learner
from stability.runs.learners.own_network import OwnNetwork
from stability.runs.page import write_page
from stability.runs.storage import Storage
from stability.runs.study.study import Study
from stability.runs.summary import decisive, record, refuse_other, save
from stability.runs.tasks import NamedProgress
from stability.runs.tasks.lock import hold
from stability.runs.tasks.store import LOCK
from stability.runs.tasks.threads import on_one_thread


@dataclass(frozen=True)
class Settings:
    """How a study is run; none of it changes a number.

    `workers`: a number of processes, or the address of a dask scheduler. A learner that is
    measured by formulas uses neither and refuses both.
    `data`: the folder that holds mnist/ and cifar-10/. `file`: the run file; paths in it are
    relative to its folder, and messages about what it says name it. `resume`: go on with the run
    in the folder.
    """

    data: Path | None = None
    file: Path | None = None
    resume: bool = False
    workers: int | str = 1


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
    with in_run_file(how.file):
        _check_workers(study, how.workers)
        beside = None if how.file is None else how.file.parent
        chosen = replace(study, learner=study.learner.given(own, beside, study.training))
        source = source_of(study, how.data, beside)
        progress("reading data", 0, 1)
        parts = source.load()
        progress("reading data", 1, 1)
        chosen.learner.check_data(parts)
        chosen = chosen.sized(len(parts.train))
        with held(out), on_one_thread():
            return run_parts(chosen, source, parts, out, progress, how)


def _check_workers(study: Study[Learner], workers: int | str) -> None:
    if workers != 1 and not study.learner.uses_workers:
        flag = "--dask" if isinstance(workers, str) else "--workers"
        raise SetupError(
            where=flag,
            found=workers,
            allowed=f"nothing beside {study.learner.kind!r}, which is measured by formulas in one "
            "process",
            remedy=f"Leave {flag} out.",
        )


@contextmanager
def held(out: Path) -> Iterator[None]:
    """The folder of the study, made if need be, for this process alone."""
    with disk_errors(out, "a folder in which files can be written", "Give another with --out."):
        out.mkdir(parents=True, exist_ok=True)
        lock = hold(out / LOCK)
    try:
        yield
    finally:
        lock.release()


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
    described = study.record()
    refuse_other(out, described, parts)
    packages = study.learner.packages
    storage = Storage(
        out, how.resume, how.workers, decisive(described), parts.fingerprint, packages
    )
    once = replace(source, scaling=None if study.learner.rescales else study.data.scaling)
    job = Job(study, parts.scaled(once.scaling), once, storage, progress)
    measured = study.learner.measure(job)
    what = f"looking at {len(measured.deleted)} deletions"
    findings = gather(study, parts, measured, lambda done, total: progress(what, done, total))
    summary = record(findings, described, packages)
    write_tables(findings, out)
    write_page(findings, summary, perf_counter() - start, out)
    save(summary, out)
    return findings, summary
