"""Every text of the library in other words: found by walking through its data, put back after.

A dataclass declares which of its strings are names, by `stability.conventions.Name`; every other
string in it is a text. Of the constants of modules a string with a space in it is a text, unless it
is declared to be a Name, and one without is a name.
"""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
import types
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any, get_args, get_type_hints

from stability.conventions import Name
from stability.errors import Refusal

PACKAGES = (
    "stability.bounds",
    "stability.report",
    "stability.setup",
    "stability.theorems",
    "stability_proofs.ledger",
    "stability_proofs.semantics",
    "stability_proofs.theorems",
)
"""The constants of their modules are walked through, with everything that hangs on them."""
FIELD = re.compile(r"(\{[^}]*\})")


def reworded(text: str) -> str:
    """Other letters and other marks between them; the fields of a format string stay.

    >>> reworded("trained by {}, at most")
    'TRAINED ~ BY ~ {}; ~ AT ~ MOST'
    """
    return "".join(
        part if FIELD.fullmatch(part) else part.swapcase().replace(",", ";").replace(" ", " ~ ")
        for part in FIELD.split(text)
    )


class Rewording:
    """Puts texts into other words, in place in dataclasses, and remembers what they were."""

    def __init__(self) -> None:
        self.texts: set[str] = set()
        self._names: set[str] = set()
        self._before: list[tuple[Any, str, Any]] = []
        self._seen: dict[int, Any] = {}

    def names_of(self, module: types.ModuleType) -> None:
        """Constants that are declared to be names: names also where they are imported."""
        for name, declared in get_type_hints(module, include_extras=True).items():
            if declared == Name:
                self._names.add(getattr(module, name))

    def module(self, module: types.ModuleType) -> None:
        """The constants of a module, and what hangs on them."""
        for name, old in list(vars(module).items()):
            if not name.startswith("__"):
                self._put(module, name, self.other(old))

    def other(self, value: Any, declared: Any = None) -> Any:
        """The value in other words; `declared` is its type, as far as it is known."""
        if isinstance(value, str) and not isinstance(value, Enum):
            constant = declared is not str
            if declared == Name or (constant and (" " not in value or value in self._names)):
                return value
            self.texts.add(value)
            return reworded(value)
        if type(value) is tuple:
            return tuple(map(self.other, value, _parts(declared, len(value))))
        if isinstance(value, (dict, types.MappingProxyType)):
            [_, inner] = _parts(declared, 2)
            found = {key: self.other(part, inner) for key, part in value.items()}
            return found if type(value) is dict else types.MappingProxyType(found)
        if dataclasses.is_dataclass(value) and id(value) not in self._seen:
            self._seen[id(value)] = value
            self._declared_in(value)
        return value

    def _declared_in(self, thing: Any) -> None:
        """Every field of a dataclass, of the class itself if that is what is given."""
        kind = thing if isinstance(thing, type) else type(thing)
        if not kind.__module__.startswith(PACKAGES):
            return
        for name, declared in get_type_hints(kind, include_extras=True).items():
            own = name in vars(kind) if thing is kind else hasattr(thing, name)
            of_class = str(declared).startswith("typing.ClassVar")
            if own and of_class is (thing is kind):
                self._put(thing, name, self.other(getattr(thing, name), _plain(declared)))
        if thing is kind:
            for field in dataclasses.fields(kind):
                self.other(dict(field.metadata))

    def _put(self, thing: Any, name: str, new: Any) -> None:
        old = getattr(thing, name)
        if new is not old and new != old:
            self._before.append((thing, name, old))
            _set(thing, name, new)

    def undo(self) -> None:
        """Everything as it was."""
        for thing, name, old in reversed(self._before):
            _set(thing, name, old)


def _set(thing: Any, name: str, value: Any) -> None:
    if isinstance(thing, (type, types.ModuleType)):
        setattr(thing, name, value)
    else:
        object.__setattr__(thing, name, value)


def _plain(declared: Any) -> Any:
    """The declared type without ClassVar and None around it."""
    inner = [part for part in get_args(declared) if part is not type(None)]
    wraps = str(declared).startswith(("typing.ClassVar", "typing.Optional")) or (
        isinstance(declared, types.UnionType) and len(inner) == 1
    )
    return inner[0] if wraps and inner else declared


def _parts(declared: Any, count: int) -> tuple[Any, ...]:
    """The declared types of what a tuple or a mapping holds, None for each that is not told."""
    parts = get_args(declared)
    if parts[1:] == (Ellipsis,):
        return parts[:1] * count
    return parts if len(parts) == count else (None,) * count


@contextmanager
def other_words(*roots: Any) -> Iterator[Rewording]:
    """Everything that the packages and the roots hold, and every refusal, in other words."""
    found, first = Rewording(), Refusal.__init__

    def refuse(self: Refusal, theorem: str, id_: str, *rest: Any) -> None:
        what, where, value, remedy, *others = rest
        shown = reworded(value) if isinstance(value, str) and " " in value else value
        first(self, theorem, id_, reworded(what), where, shown, reworded(remedy), *others)

    modules = list(_modules())
    for module in modules:
        found.names_of(module)
    try:
        for root in roots:
            found.other(root)
        for module in modules:
            found.module(module)
        Refusal.__init__ = refuse  # type: ignore[method-assign]
        yield found
    finally:
        Refusal.__init__ = first  # type: ignore[method-assign]
        found.undo()


def _modules() -> Iterator[types.ModuleType]:
    for name in PACKAGES:
        package = importlib.import_module(name)
        yield package
        for info in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not info.name.endswith("__main__"):
                yield importlib.import_module(info.name)
