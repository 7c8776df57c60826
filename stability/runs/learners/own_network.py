"""A network of the user's own, from a file of Python given at the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from stability.runs.learners.own_function import OwnFunction


@dataclass(frozen=True)
class OwnNetwork(OwnFunction):
    """A function (shape of an image, classes) that gives a torch.nn.Module."""

    place: ClassVar[str] = "--network"
    allowed: ClassVar[str] = (
        "FILE.py:FUNCTION, a function (shape of an image, classes) that gives a torch.nn.Module"
    )
    module: ClassVar[str] = "network_of_the_user"

    def load(self) -> Callable[[tuple[int, ...], int], Any]:
        """The function. Runs the file, once. Raises SetupError if that is not possible."""
        self.run()

        def make(shape: tuple[int, ...], classes: int) -> Any:
            return self.called(
                shape, classes,
                allowed=f"a module for inputs of shape (n, {', '.join(map(str, shape))}) and "
                f"{classes} classes",
            )  # fmt: skip

        return make


def own_network(text: str) -> OwnNetwork:
    """What FILE.py:FUNCTION names, not yet run. Raises SetupError."""
    return OwnNetwork.read(text)
