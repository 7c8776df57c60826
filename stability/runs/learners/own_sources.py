"""The files of Python that a file of the user's own consists of: itself and what it imports."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

from stability.own_code import is_local


@dataclass(frozen=True)
class SourceFile:
    """A module by its `name`: where its file is, and the bytes that were read there.

    A folder without `__init__.py` is a package of no bytes. `python`: whether it is a text of
    Python; a compiled module is not.
    """

    name: str
    path: Path
    content: bytes = field(repr=False)
    package: bool = False
    python: bool = True

    @property
    def file(self) -> str:
        """The file as imports see it, such as `helpers/layers.py`."""
        place = self.name.replace(".", "/")
        if not self.package:
            return f"{place}{self.path.suffix}"
        return f"{place}/__init__.py" if self.path.is_file() else place

    @property
    def digest(self) -> str:
        """The sha256 (64 hex digits) of its bytes."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def changed(self) -> bool:
        """Whether the file now holds other bytes. On a machine that has no such folder: no."""
        if self.path.is_dir() or not self.path.parent.is_dir():
            return False
        try:
            return self.path.read_bytes() != self.content
        except OSError:
            return True


def imported_by(path: Path, content: bytes) -> tuple[SourceFile, ...]:
    """The local modules that a file of Python imports, and those that these import, by name.

    Local is what is neither part of Python nor installed (nor this library). Modules are looked
    for where Python looks, and then beside the file. Imports count wherever they stand, also
    inside functions. What is imported by a name made at run time is not seen.

    >>> imported_by(Path("net.py"), b"import json, torch")
    ()
    """
    found: dict[str, SourceFile] = {}
    left = [(name, path.parent) for name in _imports(content, None)]
    while left:
        name, folder = left.pop()
        for module in _along(name, folder):
            if module.name not in found:
                found[module.name] = module
                package = module.name if module.package else module.name.rpartition(".")[0]
                left += [(n, folder) for n in _imports(module.content, package, module.python)]
    return tuple(found[name] for name in sorted(found))


def _imports(content: bytes, package: str | None, python: bool = True) -> Iterator[str]:
    """The names of modules in the imports of a text, and names that may be modules."""
    try:
        tree = ast.parse(content if python else b"")
    except (SyntaxError, ValueError):  # told when it is run
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                if not package:
                    continue
                parts = package.split(".")
                above = parts[: len(parts) - node.level + 1]
                base = ".".join([*above, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names if alias.name != "*")


def _along(name: str, folder: Path) -> Iterator[SourceFile]:
    """The local modules on the way to a name: `a`, `a.b` and `a.b.c` for `a.b.c`."""
    known, places = "", None
    for part in name.split("."):
        spec = _spec(part, places, folder)
        if spec is None:
            return
        known = f"{known}.{part}" if known else part
        origin = spec.origin if spec.has_location else None
        places = spec.submodule_search_locations
        if origin is not None:
            if not is_local(origin):
                return
            with suppress(OSError):
                path = Path(origin).resolve()
                content = path.read_bytes()
                yield SourceFile(known, path, content, places is not None, path.suffix == ".py")
        elif places:
            if not all(map(is_local, places)):
                return
            yield SourceFile(known, Path(next(iter(places))).resolve(), b"", package=True)
        if places is None:
            return


def _spec(part: str, places: Sequence[str] | None, folder: Path) -> ModuleSpec | None:
    if places is not None:
        return PathFinder.find_spec(part, list(places))
    if not part or part in sys.stdlib_module_names or part.partition("_")[0] == "stability":
        return None
    for finder in sys.meta_path:
        spec = finder.find_spec(part, None) if hasattr(finder, "find_spec") else None
        if spec is not None:
            return spec
    return PathFinder.find_spec(part, [str(folder)])
