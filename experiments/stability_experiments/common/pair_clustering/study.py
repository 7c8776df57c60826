"""All pairs and seeds of one data set: what is to be done, and what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stability.runs.tasks import NamedProgress, Task
from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.common.pair_clustering.measuring import (
    NUMBERS,
    Job,
    Measuring,
    of_kernels,
)
from stability_experiments.common.pair_clustering.methods import BASELINES, Method, methods
from stability_experiments.common.pair_clustering.nets import Net
from stability_experiments.common.pair_clustering.pairs import Pair
from stability_experiments.framework.context import Stages

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Study:
    """Some networks on some pairs of a data set; `per_class` primary images of each class."""

    data: str
    pairs: tuple[Pair, ...]
    nets: tuple[Net, ...]
    per_class: int
    seeds: int

    @property
    def methods(self) -> tuple[Method, ...]:
        """Everything that clusters: baselines first."""
        return (*BASELINES, *methods(self.nets))

    def jobs(self, first_seed: int) -> list[Job]:
        """One for each pair and seed, pairs outside."""
        return [
            Job(self.data, pair, self.nets, self.per_class, first_seed + k)
            for pair in self.pairs
            for k in range(self.seeds)
        ]

    def run(
        self,
        name: str,
        first_seed: int,
        stages: Stages,
        folder: Path | None,
        progress: NamedProgress,
    ) -> Found:
        """Do what is not stored yet, one pair and seed at a time, and put it together."""
        done = stages.tasks(
            name,
            [Task(job.key, job) for job in self.jobs(first_seed)],
            Measuring(folder),
            chunk=1,
            progress=partial(progress, f"{name}, pairs and seeds"),
        )
        columns = ("baselines", "accuracy", "starts", "numbers")
        return Found.of(self, {column: done[column] for column in columns})


@dataclass(frozen=True, eq=False)
class Found:
    """What a study gave: arrays with axes (pairs, seeds, ...); accuracies in percent.

    `accuracy` (P, S, methods), `starts` (P, S, methods with kernel K-means, starts), `numbers`
    (P, S, networks, `NUMBERS`).
    """

    study: Study
    accuracy: Floats
    starts: Floats
    numbers: Floats

    @classmethod
    def of(cls, study: Study, columns: Mapping[str, Floats]) -> Found:
        """From the arrays of all jobs, in the order of `Study.jobs`."""
        shape = len(study.pairs), study.seeds
        apart = {name: a.reshape(*shape, *a.shape[1:]) for name, a in columns.items()}
        accuracy = np.concatenate([apart["baselines"], apart["accuracy"]], axis=2)
        return cls(study, 100 * accuracy, 100 * apart["starts"], apart["numbers"])

    def of_method(self, method: Method) -> Floats:
        """Accuracies (P, S)."""
        return self.accuracy[:, :, self.study.methods.index(method)]

    def on_average(self, method: Method) -> Mean:
        """The mean over pairs, seed by seed."""
        return Mean.of(self.of_method(method).mean(axis=0))

    @property
    def kernel_methods(self) -> tuple[Method, ...]:
        """The methods with kernel K-means."""
        return of_kernels(self.study.methods)

    def of_starts(self, method: Method) -> Floats:
        """Accuracies of every start (P, S, starts)."""
        return self.starts[:, :, self.kernel_methods.index(method)]

    def number(self, net: str, name: str) -> Floats:
        """One of `NUMBERS` of a network by its name (P, S)."""
        names: Sequence[str] = [n.name for n in self.study.nets]
        return self.numbers[:, :, names.index(net), NUMBERS.index(name)]
