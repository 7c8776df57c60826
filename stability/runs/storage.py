"""Where the measurements of a study are kept while they are made: resumable runs in its folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stability.errors import StabilityError
from stability.runs.tasks import (
    Manifest,
    Progress,
    RunResults,
    RunStore,
    Task,
    describe_run,
    open_executor,
    open_run,
    run_tasks,
)
from stability.runs.tasks.results import MANIFEST
from stability.runs.tasks.threads import on_one_thread

ONCE = "the full sample"


@dataclass(frozen=True)
class Storage:
    """Runs in sub-folders of `directory`, which go on with `resume`.

    `settings` and `data` (a fingerprint) are everything that decides the numbers; `packages` the
    libraries whose versions count. `workers`: a number, or the address of a dask scheduler.
    `one_thread=False` leaves the number of threads of `once` as it is.
    """

    directory: Path
    resume: bool
    workers: int | str
    settings: Mapping[str, Any]
    data: str
    packages: tuple[str, ...]
    one_thread: bool = True

    @property
    def alone(self) -> bool:
        """Whether everything runs in this process."""
        return self.workers == 1

    def once(self, name: str, function: Callable[[], Mapping[str, ArrayLike]]) -> RunResults:
        """The arrays that one function gives, computed here unless they are stored.

        Each array has a first axis of length 1. Raises what the function raises, and RunError.
        """
        tasks = [Task(ONCE)]
        with open_run(self.directory / name, self._about(tasks, 1), resume=self.resume) as store:
            if store.missing():
                try:
                    with on_one_thread() if self.one_thread else nullcontext():
                        found = function()
                except StabilityError:
                    _forget_if_empty(store)
                    raise
                columns = {key: np.asarray(value)[None] for key, value in found.items()}
                store.append(0, [ONCE], columns)
            return store.results(computed=1)

    def many(
        self,
        name: str,
        tasks: Sequence[Task],
        function: Callable[[list[Any]], list[dict[str, Any]]],
        *,
        chunk: int,
        progress: Progress,
    ) -> RunResults:
        """The results of all tasks, `chunk` of them at a time. Raises RunError as `run_tasks`."""
        about = self._about(tasks, chunk)
        with (
            open_run(self.directory / name, about, resume=self.resume) as store,
            open_executor(self.workers) as executor,
        ):
            try:
                return run_tasks(tasks, function, store, executor, progress=progress, batched=True)
            except StabilityError:
                _forget_if_empty(store)
                raise

    def _about(self, tasks: Sequence[Task], chunk: int) -> Manifest:
        return describe_run(
            tasks, self.settings, data=self.data, chunk=chunk, packages=self.packages
        )


def _forget_if_empty(store: RunStore) -> None:
    """A run that failed before anything was stored does not stand in the way of another."""
    if not store.kept():
        (store.directory / MANIFEST).unlink(missing_ok=True)
