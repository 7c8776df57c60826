"""A network of the user's own, from a file of Python given at the command line."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from stability.errors import SetupError, in_one_line
from stability.files import open_plain

ALLOWED = "FILE.py:FUNCTION, a function (shape of an image, classes) that gives a torch.nn.Module"


@dataclass(frozen=True)
class OwnNetwork:
    """A function in a file of Python; `digest` is the sha256 of the file's content."""

    path: Path
    function: str
    digest: str

    def load(self) -> Any:
        """The function. Runs the file. Raises SetupError if that is not possible."""
        try:
            spec = importlib.util.spec_from_file_location("network_of_the_user", self.path)
            assert spec is not None and spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
        except (Exception, SystemExit) as error:
            raise SetupError(
                where=f"--network {self.path}",
                found=f"{type(error).__name__}: {error}",
                allowed="a file of Python that runs",
            ) from error
        found = getattr(module, self.function, None)
        if not callable(found):
            raise SetupError(
                where=f"--network {self.path}",
                found=f"no function {self.function!r}",
                allowed=ALLOWED,
            )
        return partial(self._made, found)

    def _made(self, function: Callable[..., Any], shape: tuple[int, ...], classes: int) -> Any:
        """The module, tried once: that gives lazy layers their sizes, and finds what fails."""
        import torch

        try:
            module = function(shape, classes)
            if isinstance(module, torch.nn.Module):
                with torch.no_grad():
                    module(torch.zeros(3, *shape))
        except Exception as error:
            raise SetupError(
                where=f"--network {self.path}, {self.function}",
                found=in_one_line(error),
                allowed=f"a module for inputs of shape (n, {', '.join(map(str, shape))}) "
                f"and {classes} classes",
            ) from error
        return module


def own_network(text: str) -> OwnNetwork:
    """What FILE.py:FUNCTION names, not yet run. Raises SetupError."""
    name, colon, function = text.rpartition(":")
    path = Path(name).resolve()
    if not (colon and function.isidentifier() and path.suffix == ".py"):
        raise SetupError(where="--network", found=text, allowed=ALLOWED)
    try:
        with open_plain(path) as stream:
            content = stream.read()
    except OSError as error:
        raise SetupError(
            where=f"--network {path}",
            found=f"no readable file ({error.strerror or error})",
            allowed=ALLOWED,
        ) from None
    return OwnNetwork(path, function, hashlib.sha256(content).hexdigest())
