"""What an experiment declares in its `experiment.py`: its name, what it shows, presets, data, body.

The list of experiments is made of these declarations, so this module and every `experiment.py`
import nothing that takes long to load; bodies import what they need when they run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stability.errors import SetupError, did_you_mean, install_command

if TYPE_CHECKING:
    from rich.console import Console

    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


@dataclass(frozen=True, kw_only=True)
class Preset:
    """One size of an experiment, with the minutes to expect on two cores."""

    name: str
    minutes: float


def presets(smoke: float, paper: float) -> tuple[Preset, ...]:
    """The two presets of most experiments, with their minutes: smoke, then paper.

    The first takes at most a minute and shows the same effects at small size; the second is the
    published setting.
    """
    return Preset(name="smoke", minutes=smoke), Preset(name="paper", minutes=paper)


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """An experiment, as its `experiment.py` declares it.

    `name`: that of its folder, with dashes. `shows`: what it shows, in a line. `presets`: its
    sizes, the smallest first. `needs`: folders that `--data` must hold, because the experiment
    cannot do without them; `torch`: whether it cannot do without torch either. `body`: does the
    work that a `Context` describes, writes pictures into its folder and returns what was found.
    `show`: prints a finished run from its folder; without it the rows and claims are printed.
    """

    name: str
    shows: str
    presets: tuple[Preset, ...]
    body: Callable[[Context], ExperimentFindings]
    needs: tuple[str, ...] = ()
    torch: bool = False
    show: Callable[[Path, Console], None] | None = None

    def check(self, preset: str, data: Path | None) -> None:
        """SetupError if there is no such preset, or if data or torch are missing."""
        names = [p.name for p in self.presets]
        if preset not in names:
            raise SetupError(
                where=f"{self.name}, --preset",
                found=preset,
                allowed="one of " + ", ".join(map(repr, names)),
                remedy=did_you_mean(preset, names),
            )
        if self.torch and find_spec("torch") is None:
            raise SetupError(
                where=self.name,
                found="no torch",
                allowed="an installation with the extra `networks`",
                remedy=f"Run: {install_command('networks')}.",
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
        """The declaration as plain values, for JSON."""
        return {
            "name": self.name,
            "shows": self.shows,
            "presets": [{"name": p.name, "minutes": p.minutes} for p in self.presets],
            "needs": list(self.needs),
        }
