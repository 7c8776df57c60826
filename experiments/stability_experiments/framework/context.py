"""What the body of an experiment is given: what to do, where to put it, and a store that resumes.

A preset may take half an hour or more, so what takes long is computed in stages that are kept in
`stages/` inside the folder of the run. Stopped at any moment, the run goes on with `--resume`: what
is stored is read, the rest is computed, and the numbers are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.runs.storage import Storage
from stability.runs.tasks import NamedProgress, Progress, RunResults, Task

STAGES = "stages"
"""The sub-folder of a run in which its stages are kept."""

Arrays = dict[str, NDArray[Any]]
Cached = Callable[[str, Callable[[], Mapping[str, ArrayLike]]], Arrays]
"""Gives the arrays that a function computes, under a name: `Stages.cached`, or `computed`."""


@dataclass(frozen=True)
class Stages:
    """The stored parts of one run. All of them depend on the same settings and data.

    Numbers and arrays of real numbers can be stored, nothing else; what can be had from them in
    no time (bounds, rows, claims, pictures) is made anew each time.
    """

    storage: Storage
    tell: Callable[[str], None]

    def cached(self, name: str, compute: Callable[[], Mapping[str, ArrayLike]]) -> Arrays:
        """The arrays that `compute` gives, by name; computed only if they are not stored.

        `name` is that of a folder, with slashes for folders in folders; no two stages share one.
        Raises RunError for a stage that other settings or data made, and what `compute` raises.
        """
        found = self._told(self.storage.once(name, compute))
        return {key: array[0] for key, array in found.arrays.items()}

    def tasks(
        self,
        name: str,
        tasks: Sequence[Task],
        function: Callable[[list[Any]], list[dict[str, Any]]],
        *,
        chunk: int,
        progress: Progress,
    ) -> RunResults:
        """What `function` gives for each of many small tasks, `chunk` of them at a time.

        Each chunk is stored when it is done. Numbers are computed on one thread.
        """
        found = self.storage.many(name, tasks, function, chunk=chunk, progress=progress)
        return self._told(found)

    def _told(self, found: RunResults) -> RunResults:
        for note in found.set_aside:
            self.tell(note)
        return found


def computed(name: str, compute: Callable[[], Mapping[str, ArrayLike]]) -> Arrays:
    """The arrays that `compute` gives, kept nowhere: in place of `Stages.cached`."""
    return {key: np.asarray(value) for key, value in compute().items()}


@dataclass(frozen=True, kw_only=True)
class Context:
    """One run of an experiment.

    `data` is the folder that holds `mnist/` and `cifar-10/`, or None: then a body that can do with
    the embedded digits uses them and says so in `scaled_down`. `out` is the folder for pictures,
    which is there. `progress` is told what is being done, `tell` of damage that was met on the
    way. `resume`: go on with what is stored.
    """

    experiment: str
    preset: str
    data: Path | None
    seed: int
    out: Path
    progress: NamedProgress
    tell: Callable[[str], None]
    resume: bool = False

    def stages(
        self,
        settings: Mapping[str, Any],
        fingerprints: Sequence[str],
        packages: Sequence[str] = (),
        *,
        one_thread: bool = True,
        workers: int = 1,
    ) -> Stages:
        """Where the parts of this run are kept.

        They are read again only by a run with the same experiment, preset and seed, the same
        `settings` (plain values and dataclasses: everything else that decides the numbers), the
        same `fingerprints` of the data, and the same versions of this library, numpy and
        `packages`. Any other run in the folder is refused, with the first difference named.
        `one_thread=False` leaves the number of threads of `Stages.cached` as it is; `workers`: in
        so many processes `Stages.tasks` works, with the same numbers for any of them.
        """
        return Stages(
            Storage(
                directory=self.out / STAGES,
                resume=self.resume,
                workers=workers,
                settings={**identity(self.experiment, self.preset, self.seed), **settings},
                data=" ".join(fingerprints),
                packages=tuple(packages),
                one_thread=one_thread,
            ),
            self.tell,
        )


def identity(experiment: str, preset: str, seed: int) -> dict[str, Any]:
    """What tells a run of an experiment from all others."""
    return {"experiment": experiment, "preset": preset, "seed": seed}
