"""The kinds of cases, each loaded when it is first run, and the share of the time each gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType

from tests.fuzzing.harness import Case


@dataclass(frozen=True)
class Kind:
    """Where the function `case` of a kind is, and its share of the time."""

    module: str
    share: float

    def load(self) -> Case:
        """The function that makes, runs and judges one case."""
        found: Callable = import_module(f"tests.fuzzing.{self.module}").case
        return found


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "setups": Kind("setups.case", 2.0),
        "evaluate": Kind("setups.evaluate_case", 0.7),
        "problems": Kind("problems.case", 1.0),
        "runs": Kind("runs.case", 1.5),
        "files": Kind("files.case", 1.3),
        "networks": Kind("networks.case", 2.5),
    }
)
"""Every kind of case by its name."""
