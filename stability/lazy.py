"""Public names of a package that load the module they live in when they are first used.

A package lists its public names once, as imports that only type checkers and import-linter follow:

    if TYPE_CHECKING:
        from stability.bounds.analyse import analyse

    if not TYPE_CHECKING:
        __getattr__, __dir__ = names_on_demand(__name__)

Python calls a module's `__getattr__` for names that it does not find there (PEP 562). Type checkers
do not see it, so that they report names that are misspelt.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any


def names_on_demand(package: str) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The `__getattr__` and the `__dir__` of a package being imported.

    >>> find, names = names_on_demand("stability")
    >>> find("SetupError").__module__, "analyse" in names()
    ('stability.errors', True)
    """
    module = sys.modules[package]
    homes = declared_names(inspect.getsource(module))

    def find(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        home, original = homes[name]
        return getattr(import_module(home), original)

    return find, lambda: sorted({*vars(module), *homes})


def declared_names(source: str) -> dict[str, tuple[str, str]]:
    """What the block `if TYPE_CHECKING:` of a module imports: name to (module, name there).

    >>> declared_names("if TYPE_CHECKING:\\n    from stability.errors import Refusal as No")
    {'No': ('stability.errors', 'Refusal')}
    """
    blocks = (
        statement.body
        for statement in ast.parse(source).body
        if isinstance(statement, ast.If)
        and isinstance(statement.test, ast.Name)
        and statement.test.id == "TYPE_CHECKING"
    )
    return {
        alias.asname or alias.name: (line.module, alias.name)
        for block in blocks
        for line in block
        if isinstance(line, ast.ImportFrom) and line.module
        for alias in line.names
    }
