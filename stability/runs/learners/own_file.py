"""A file of Python of the user's own: read once, run from the bytes that were read."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, Self

from stability.errors import RunError, SetupError
from stability.files import open_plain
from stability.own_code import called, is_local
from stability.runs.learners.own_sources import SourceFile, imported_by


@dataclass(frozen=True)
class OwnFile:
    """A name in a file of Python, and all that the file consists of, as it was read.

    `main` is the file, `modules` are those of its own that it imports. What runs, here and in
    every worker, are these bytes: they travel with it and are run once in each process. `place` is
    where a person names it, `allowed` what may stand there, `module` the name under which the file
    is a module.
    """

    place: ClassVar[str] = ""
    allowed: ClassVar[str] = ""
    module: ClassVar[str] = ""

    name: str
    main: SourceFile
    modules: tuple[SourceFile, ...] = field(default=(), repr=False)

    @classmethod
    def read(cls, text: str, beside: Path | None = None) -> Self:
        """What FILE.py:NAME names, not yet run; the file is relative to a folder, if given.

        Raises SetupError.
        """
        file, colon, name = text.rpartition(":")
        path = (Path() if beside is None else beside).joinpath(file).resolve()
        if not (colon and name.isidentifier() and path.suffix == ".py"):
            raise SetupError(where=cls.place, found=text, allowed=cls.allowed)
        try:
            with open_plain(path) as stream:
                content = stream.read()
        except OSError as error:
            raise SetupError(
                where=f"{cls.place} {path}",
                found=f"no readable file ({error.strerror or error})",
                allowed=cls.allowed,
            ) from None
        return cls(name, SourceFile(cls.module, path, content), imported_by(path, content))

    @property
    def path(self) -> Path:
        """The file."""
        return self.main.path

    @property
    def where(self) -> str:
        """The place and the file, for messages."""
        return f"{self.place} {self.path}"

    @property
    def digest(self) -> str:
        """The sha256 of the file's content."""
        return self.main.digest

    @property
    def digests(self) -> Mapping[str, Any]:
        """The sha256 of every file."""
        others = {module.file: module.digest for module in self.modules if module.content}
        return {"sha256": self.digest, **({"imports": others} if others else {})}

    def run(self) -> ModuleType:
        """Run the file, if this process has not. Raises SetupError if that is not possible."""
        return _loaded(self)[0]

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Inside, code of the file finds the modules that it imports."""
        with _loaded(self)[1].at_work():
            yield

    def require_unchanged(self) -> None:
        """Raise RunError if a file now holds something else than what was read."""
        changed = [str(source.path) for source in (self.main, *self.modules) if source.changed]
        if changed:
            raise RunError(
                where=self.where,
                found=f"that {', '.join(changed)} changed while the run was at work",
                allowed="the files with which it began",
                remedy="Put them back and go on with --resume, or start again in another folder.",
            )


class _Served(MetaPathFinder, Loader):
    """Gives `import` the bytes that were read, not what is on the disk by now."""

    def __init__(self, where: str, sources: Sequence[SourceFile]) -> None:
        self.where = where
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
                    where=self.where,
                    found=f"an import of {name} ({file}) by a name that is made at run time",
                    allowed="imports that stand in the text, so that what they bring is recorded",
                    remedy=f"Write: import {name}",
                )


@lru_cache(maxsize=16)
def _loaded(own: OwnFile) -> tuple[ModuleType, _Served]:
    served = _Served(own.where, (own.main, *own.modules))

    def run() -> ModuleType:
        spec = served.find_spec(own.module)
        assert spec is not None
        module = sys.modules[own.module] = ModuleType(own.module)
        module.__spec__, module.__loader__ = spec, served
        served.exec_module(module)
        return module

    with served.at_work():
        main = called(own.where, run, allowed="a file of Python that runs")
    return main, served
