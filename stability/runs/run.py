"""Run a study: read the data, measure, bound, and write what was found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from stability.errors import SetupError
from stability.files import disk_errors
from stability.runs.data import Parts, Source, source_of
from stability.runs.file.sections import LogisticSection
from stability.runs.file.study import Study
from stability.runs.findings import Findings, gather
from stability.runs.learners.exact import measure_formulas
from stability.runs.learners.measured import Measured
from stability.runs.learners.own_network import OwnNetwork
from stability.runs.learners.refitting import measure_logistic
from stability.runs.page import write_page
from stability.runs.storage import Storage
from stability.runs.summary import decisive, record, refuse_other, save, settings_of
from stability.runs.tasks import NamedProgress


@dataclass(frozen=True)
class Settings:
    """How a study is run; none of it changes a number.

    `workers`: a number of processes, or the address of a dask scheduler; ridge models use neither.
    `data`: the folder that holds mnist/ and cifar-10/; `beside`: that of the run file, to which
    paths in it are relative. `resume`: go on with the run in the folder.
    """

    data: Path | None = None
    beside: Path | None = None
    resume: bool = False
    workers: int | str = 1


def run_study(
    study: Study,
    out: Path,
    progress: NamedProgress,
    settings: Settings | None = None,
    own: OwnNetwork | None = None,
) -> tuple[Findings, dict[str, Any]]:
    """Measure, write `summary.json`, `report.json` and the pictures; the findings and the summary.

    The numbers are the same for any number of workers and after any interruption. `own` is the
    network for kind "own". Raises SetupError, DataError or RunError.
    """
    start = perf_counter()
    how = Settings() if settings is None else settings
    if study.own_network != (own is not None):
        raise SetupError(
            where="network.kind",
            found=study.learner.kind,
            allowed="'own' with --network FILE.py:FUNCTION, and another kind without",
        )
    source = source_of(study, how.data, how.beside)
    progress("reading data", 0, 1)
    parts = source.load()
    progress("reading data", 1, 1)
    with disk_errors(out, "a folder in which files can be written", "Give another with --out."):
        out.mkdir(parents=True, exist_ok=True)
    described = settings_of(study, own)
    refuse_other(out, described, parts)
    packages = ("torch",) if study.network is not None else ("scipy", "scikit-learn")
    storage = Storage(
        out, how.resume, how.workers, decisive(described), parts.fingerprint, packages
    )
    measured = _measure(study, parts, source, storage, own, progress)
    what = f"looking at {len(measured.deleted)} deletions"
    findings = gather(study, parts, measured, lambda done, total: progress(what, done, total))
    summary = record(findings, described, packages)
    save(summary, out)
    write_page(findings, summary, perf_counter() - start, out)
    return findings, summary


def _measure(
    study: Study,
    parts: Parts,
    source: Source,
    storage: Storage,
    own: OwnNetwork | None,
    progress: NamedProgress,
) -> Measured:
    if study.network is not None:
        from stability.runs.learners.retraining import measure_network

        return measure_network(study, parts, source, storage, own, progress)
    if isinstance(study.model, LogisticSection):
        return measure_logistic(study, parts, source, storage, progress)
    return measure_formulas(study, parts)
