"""A network of the user's own, from a file of Python given at the command line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

from stability.errors import RunError, SetupError
from stability.files import open_plain
from stability.own_code import called, is_local
from stability.runs.learners.own_sources import SourceFile, imported_by

ALLOWED = "FILE.py:FUNCTION, a function (shape of an image, classes) that gives a torch.nn.Module"
MAIN = "network_of_the_user"
"""The name under which the file is a module."""


@dataclass(frozen=True)
class OwnNetwork:
    """A function in a file of Python, and all that the file consists of, as it was read.

    `main` is the file, `modules` are those of its own that it imports. What runs, here and in
    every worker, are these bytes: they travel with it and are run once in each process.
    """

    function: str
    main: SourceFile
    modules: tuple[SourceFile, ...] = field(default=(), repr=False)

    @property
    def path(self) -> Path:
        """The file."""
        return self.main.path

    @property
    def digest(self) -> str:
        """The sha256 of the file's content."""
        return self.main.digest

    def record(self) -> Mapping[str, Any]:
        """What decides the numbers: the function, and the sha256 of every file."""
        others = {module.file: module.digest for module in self.modules if module.content}
        found: dict[str, Any] = {"function": self.function, "sha256": self.digest}
        return {**found, "imports": others} if others else found

    def load(self) -> Callable[[tuple[int, ...], int], Any]:
        """The function. Runs the file, once. Raises SetupError if that is not possible."""
        return _loaded(self)

    def require_unchanged(self) -> None:
        """Raise RunError if a file now holds something else than what was read."""
        changed = [str(source.path) for source in (self.main, *self.modules) if source.changed]
        if changed:
            raise RunError(
                where=f"--network {self.path}",
                found=f"that {', '.join(changed)} changed while the run was at work",
                allowed="the files with which it began",
                remedy="Put them back and go on with --resume, or start again in another folder.",
            )


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
    return OwnNetwork(function, SourceFile(MAIN, path, content), imported_by(path, content))


class _Served(MetaPathFinder, Loader):
    """Gives `import` the bytes that were read, not what is on the disk by now."""

    def __init__(self, sources: Sequence[SourceFile]) -> None:
        self.sources = {source.name: source for source in sources if source.python}
        self.modules: dict[str, ModuleType] = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of a module that is served, None for others."""
        source = self.sources.get(fullname)
        if source is None:
            return None
        return spec_from_loader(fullname, self, origin=str(source.path), is_package=source.package)

    def exec_module(self, module: ModuleType) -> None:
        """Run the bytes of a module."""
        source = self.sources[module.__name__]
        module.__file__ = str(source.path)
        if source.package:
            inside = source.path.parent if source.path.is_file() else source.path
            module.__path__ = [str(inside)]
        exec(compile(source.content, str(source.path), "exec"), module.__dict__)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Inside, imports find the modules that were read. Raises SetupError for any other."""
        before = set(sys.modules)
        for name in self.sources:
            sys.modules.pop(name, None)
        sys.modules.update(self.modules)
        sys.meta_path.insert(0, self)
        try:
            yield
        finally:
            sys.meta_path.remove(self)
            self.modules = {n: sys.modules[n] for n in self.sources if n in sys.modules}
        for name in sorted(set(sys.modules) - before - set(self.sources)):
            file = getattr(sys.modules[name], "__file__", None)
            if file and Path(file).is_absolute() and is_local(file):
                raise SetupError(
                    where=f"--network {self.sources[MAIN].path}",
                    found=f"an import of {name} ({file}) by a name that is made at run time",
                    allowed="imports that stand in the text, so that what they bring is recorded",
                    remedy=f"Write: import {name}",
                )


@lru_cache(maxsize=4)
def _loaded(own: OwnNetwork) -> Callable[[tuple[int, ...], int], Any]:
    where = f"--network {own.path}"
    served = _Served((own.main, *own.modules))

    def run() -> ModuleType:
        spec = served.find_spec(MAIN)
        assert spec is not None
        module = sys.modules[MAIN] = ModuleType(MAIN)
        module.__spec__, module.__loader__ = spec, served
        served.exec_module(module)
        return module

    with served.at_work():
        main = called(where, run, allowed="a file of Python that runs")
    function = getattr(main, own.function, None)
    if not callable(function):
        raise SetupError(where=where, found=f"no function {own.function!r}", allowed=ALLOWED)

    def make(shape: tuple[int, ...], classes: int) -> Any:
        with served.at_work():
            return called(
                f"{where}, {own.function}", function, shape, classes,
                allowed=f"a module for inputs of shape (n, {', '.join(map(str, shape))}) and "
                f"{classes} classes",
            )  # fmt: skip

    return make
