"""A function in a file of the user's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from stability.errors import SetupError
from stability.own_code import called
from stability.runs.learners.own_file import OwnFile


@dataclass(frozen=True)
class OwnFunction(OwnFile):
    """A function in a file of Python: what FILE.py:FUNCTION names."""

    @property
    def function(self) -> str:
        """The name of the function."""
        return self.name

    def record(self) -> Mapping[str, Any]:
        """What decides the numbers: the function, and the sha256 of every file."""
        return {"function": self.name, **self.digests}

    def run(self) -> ModuleType:
        """Run the file, if this process has not. Raises SetupError if that is not possible, and if
        it has no such function."""
        module = super().run()
        if not callable(getattr(module, self.name, None)):
            found = f"no function {self.name!r}"
            raise SetupError(where=self.where, found=found, allowed=self.allowed)
        return module

    def called(self, *arguments: Any, allowed: str) -> Any:
        """What the function gives for some arguments; `allowed` says what that may be.

        Raises OwnCodeError for what the function raises, and as `run` does.
        """
        function: Callable[..., Any] = getattr(self.run(), self.name)
        with self.at_work():
            where = f"{self.where}, {self.name}"
            return called(where, function, *arguments, allowed=allowed)
