"""Which experiments there are: names, what each shows, and the module that holds it.

The list says enough to print it without importing an experiment, which may need torch.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from stability.errors import SetupError
from stability_experiments.framework.result import Experiment, Preset


@dataclass(frozen=True)
class Entry:
    """One experiment: its name, module, what it shows, its presets.

    `needs`: folders that `--data` must hold, because the experiment cannot do without them.
    `shows` and `presets` are those of the `EXPERIMENT` in the module.
    """

    name: str
    module: str
    shows: str
    presets: tuple[Preset, ...]
    needs: tuple[str, ...] = ()

    def load(self) -> Experiment:
        """The experiment itself; imports its module."""
        return import_module(self.module).EXPERIMENT

    def check(self, preset: str, data: Path | None) -> None:
        """SetupError if there is no such preset, or if data are missing that it needs."""
        names = [p.name for p in self.presets]
        if preset not in names:
            raise SetupError(
                where=f"{self.name}, --preset",
                found=preset,
                allowed="one of " + ", ".join(map(repr, names)),
                remedy=_did_you_mean(preset, names),
            )
        if not self.needs:
            return
        folders = " and ".join(f"{folder}/" for folder in self.needs)
        if data is None:
            raise SetupError(
                where=f"{self.name}, --data",
                found="nothing",
                allowed=f"the folder that holds {folders} as published",
                remedy="This experiment cannot do without: give it with --data DIR.",
            )
        for folder in self.needs:
            if not (data / folder).is_dir():
                raise SetupError(
                    where=f"{self.name}, --data",
                    found=f"no folder {folder}/ in {data}",
                    allowed=f"the folder that holds {folders} as published",
                )

    def record(self) -> dict[str, Any]:
        """The entry as plain values, for JSON."""
        return {
            "name": self.name,
            "shows": self.shows,
            "presets": [{"name": p.name, "minutes": p.minutes} for p in self.presets],
            "needs": list(self.needs),
        }


def presets(smoke: float, paper: float) -> tuple[Preset, ...]:
    """The two presets that every experiment has, with the minutes to expect on two cores."""
    return Preset(name="smoke", minutes=smoke), Preset(name="paper", minutes=paper)


ENTRIES: tuple[Entry, ...] = (
    Entry(
        "ridge-bounds-mnist",
        "stability_experiments.bounds.ridge_bounds_mnist.experiment",
        "a uniform bound above the range of the loss beside an elastic one below 0.3 (plug-in)",
        presets(0.3, 15),
    ),
    Entry(
        "logistic-bounds-mnist",
        "stability_experiments.bounds.logistic_bounds_mnist.experiment",
        "proved uniform and certified elastic bounds for logistic regression, beside deletions",
        presets(0.3, 2),
    ),
    Entry(
        "network-bounds-mnist",
        "stability_experiments.bounds.network_bounds_mnist.experiment",
        "plug-in bounds of networks on digits, deletions beside a placebo that drowns some",
        presets(0.7, 30),
    ),
    Entry(
        "sensitivity-map-cifar10",
        "stability_experiments.bounds.sensitivity_map_cifar10.experiment",
        "who moves whom when a photograph is deleted, class by class, beside a placebo",
        presets(0.8, 30),
        needs=("cifar-10",),
    ),
    Entry(
        "influence-vs-deletion",
        "stability_experiments.bounds.influence_vs_deletion.experiment",
        "influence functions against true deletions: near 1 for logistic regression, not for "
        "networks",
        presets(0.7, 25),
    ),
    Entry(
        "gap-vs-bounds",
        "stability_experiments.bounds.gap_vs_bounds.experiment",
        "the exact distribution of the gap on a known population, beside every bound on it",
        presets(0.5, 20),
    ),
)
"""Every experiment, in the order in which they are listed."""


def find(name: str) -> Entry:
    """The experiment of this name.

    Raises SetupError that suggests the nearest name.

    >>> find("ridge-bound-mnist")
    Traceback (most recent call last):
    stability.errors.SetupError: experiment: found 'ridge-bound-mnist'; allowed: a name that
    `stability experiment list` prints. Did you mean 'ridge-bounds-mnist'?
    """
    for entry in ENTRIES:
        if entry.name == name:
            return entry
    raise SetupError(
        where="experiment",
        found=name,
        allowed="a name that `stability experiment list` prints",
        remedy=_did_you_mean(name, [entry.name for entry in ENTRIES]),
    )


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.4)
    return f"Did you mean {near[0]!r}?" if near else ""
