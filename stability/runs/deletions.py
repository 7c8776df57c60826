"""Measure a study: its data, its folder, and the change of the loss by every deletion.

What is made of the changes comes after: everything in `stability.runs.run`, or leave-one-out
values alone in `stability.runs.leave_one_out`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stability.errors import SetupError
from stability.files import disk_errors
from stability.runs.data import Parts, Source, source_of
from stability.runs.file.places import in_run_file
from stability.runs.learners.learner import Job, Learner, Measured
from stability.runs.learners.own_network import OwnNetwork
from stability.runs.same_study import decisive, refuse_other
from stability.runs.storage import Storage
from stability.runs.study.study import Study
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


@contextmanager
def opened(
    study: Study[Learner],
    out: Path,
    progress: NamedProgress,
    how: Settings,
    own: OwnNetwork | None = None,
) -> Iterator[tuple[Study[Learner], Source, Parts]]:
    """The study with its code and sizes, where its data come from, and the data; on one thread.

    The folder is held by this process until the end: a second run there is refused. `own` is the
    network for kind "own". Raises SetupError, DataError or RunError.
    """
    with in_run_file(how.file):
        _check_workers(study, how.workers)
        beside = None if how.file is None else how.file.parent
        chosen = replace(study, learner=study.learner.given(own, beside, study.training))
        source = source_of(study, how.data, beside)
        progress("reading data", 0, 1)
        parts = source.load()
        progress("reading data", 1, 1)
        chosen.learner.check_data(parts)
        with held(out), on_one_thread():
            yield chosen.sized(len(parts.train)), source, parts


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


def measured_changes(
    study: Study[Learner],
    source: Source,
    parts: Parts,
    out: Path,
    progress: NamedProgress,
    how: Settings,
) -> tuple[dict[str, Any], Measured]:
    """What decides the numbers, and the changes; stored in a folder that is held.

    Raises RunError if the folder holds another study.
    """
    described = study.record()
    refuse_other(out, described, parts)
    packages = study.learner.packages
    storage = Storage(
        out, how.resume, how.workers, decisive(described), parts.fingerprint, packages
    )
    once = replace(source, scaling=None if study.learner.rescales else study.data.scaling)
    job = Job(study, parts.scaled(once.scaling), once, storage, progress)
    return described, study.learner.measure(job)
