"""Theorems of your own: what a module may hold for commands to take, and what is refused."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

from stability.conventions import Trust
from stability.errors import SetupError, did_you_mean, in_one_line
from stability.own_code import called, line_of
from stability.theorems.catalogue import CATALOGUE, distinct
from stability.theorems.kinds import Conversion, GeneralizationTheorem, StabilityTheorem, Theorem
from stability.theorems.kinds.constant import Origin
from stability.theorems.record_faults import faults

THEOREMS, DERIVATIONS = "THEOREMS", "DERIVATIONS"
"""The names of a module that commands read."""
KINDS = (StabilityTheorem, Conversion, GeneralizationTheorem)
ONE = "a StabilityTheorem, Conversion or GeneralizationTheorem, or a function that makes one"
ALLOWED = f"{ONE}, or several of these in a tuple or list"


@dataclass(frozen=True, eq=False)
class OwnTheorems:
    """Theorems of your own, and derivations of some of them by identifier.

    Each has the trust "of your own", whatever the file says, and what it was read from.
    """

    theorems: tuple[Theorem, ...] = ()
    derivations: Mapping[str, Callable[..., Any]] = field(default_factory=dict)

    def with_catalogue(self) -> tuple[Theorem, ...]:
        """Those of the library and your own. Raises SetupError for an identifier used twice."""
        return distinct((*CATALOGUE, *self.theorems))


def own_theorems(found: Any, origin: Origin, where: str) -> tuple[Theorem, ...]:
    """The theorems that a value of a person's module is, labelled as their own.

    Raises SetupError for something else, for none, and for a theorem whose record has a fault;
    OwnCodeError for what a function of theirs raises.

    >>> from stability.theorems.mohri2018 import replacement
    >>> one, = own_theorems([replacement], Origin("mine.py"), "mine.py, THEOREMS")
    >>> one.trust.value, one.origin.place
    ('of your own', 'mine.py')
    """
    if isinstance(found, (tuple, list)):
        made = [_made(one, f"{where}[{place}]") for place, one in enumerate(found)]
    else:
        made = [_made(found, where)] if not _is_maker(found) else _of_maker(found, where)
    if not made:
        raise SetupError(where=where, found="no theorem in it", allowed=ALLOWED)
    labelled = [replace(theorem, trust=Trust.OWN, origin=origin) for theorem in made]
    for theorem in labelled:
        _check(theorem, where)
    return tuple(labelled)


def named_in(module: ModuleType, name: str, where: str) -> Any:
    """A name of a person's module. Raises SetupError that says what could be meant."""
    if hasattr(module, name):
        return getattr(module, name)
    seen = sorted({n for n, value in vars(module).items() if _is_meant(module, value)})
    remedy = did_you_mean(name, vars(module), show=str)
    if name == THEOREMS and seen:
        listed = ", ".join(n if isinstance(vars(module)[n], KINDS) else f"{n}()" for n in seen)
        remedy = f"Add at its end: {THEOREMS} = ({listed}{',' if len(seen) == 1 else ''})"
    elif name == THEOREMS:
        remedy = f"Write theorems in it, and at its end: {THEOREMS} = (my_theorem(),)"
    raise SetupError(
        where=where,
        found=f"nothing called {name}" + (f", but {' and '.join(seen)}" if seen else ""),
        allowed=f"{name}: {ALLOWED}",
        remedy=remedy,
    )


def own_derivations(
    found: Any, theorems: Iterable[Theorem], where: str
) -> Mapping[str, Callable[..., Any]]:
    """The derivations that a person's module holds, by the identifier of its theorem.

    Raises SetupError for something else, and for the identifier of no theorem beside them.
    """
    known = [theorem.id for theorem in theorems]
    allowed = "a dictionary from the identifier of a theorem to a function of a Claim"
    if not isinstance(found, Mapping):
        raise SetupError(where=where, found=_words(found), allowed=allowed)
    for name, derive in found.items():
        if name not in known:
            raise SetupError(
                where=where,
                found=f"the key {name!r}",
                allowed=f"the identifiers of its theorems: {', '.join(known)}",
                remedy=did_you_mean(str(name), known, show=str),
            )
        if not callable(derive):
            raise SetupError(where=f"{where}[{name!r}]", found=_words(derive), allowed=allowed)
    return dict(found)


def _made(one: Any, where: str) -> Theorem:
    """One theorem, or what a function makes."""
    made = _of_maker(one, where)[0] if _is_maker(one) else one
    if not isinstance(made, KINDS):
        raise SetupError(where=where, found=_words(made), allowed=ONE)
    return made


def _of_maker(make: Callable[[], Any], where: str) -> list[Theorem]:
    name = getattr(make, "__name__", "it")
    made = called(f"{where}, {name}", make, allowed=f"a function without arguments; {ONE}")
    if isinstance(made, (tuple, list)):
        return [_made(one, f"{where}, {name}()[{place}]") for place, one in enumerate(made)]
    return [_made(made, f"{where}, {name}()")]


def _is_maker(found: Any) -> bool:
    return callable(found) and not isinstance(found, (*KINDS, type))


def _is_meant(module: ModuleType, value: Any) -> bool:
    """Whether it is a theorem, or a function of the module that says it gives one."""
    if isinstance(value, KINDS):
        return True
    own = inspect.isfunction(value) and value.__module__ == module.__name__
    said = value.__annotations__.get("return") if own else None
    return said in KINDS or str(said).rpartition(".")[2] in [kind.__name__ for kind in KINDS]


def _check(theorem: Theorem, where: str) -> None:
    """Raise SetupError for what is wrong with the record of a theorem, or cannot be read."""
    try:
        found = next(_in_order(theorem), None)
    except Exception as error:
        found = f"a record that cannot be read: {in_one_line(error)}{line_of(error)}"
    if found is not None:
        raise SetupError(
            where=f"{where}, {theorem.id}",
            found=found,
            allowed="a record like those of the library's theorems",
            remedy="`stability.testing.assert_contract` tries every law on a theorem.",
        )


def _in_order(theorem: Theorem) -> Iterator[str]:
    yield from faults(theorem)
    theorem.record()


def _words(found: Any) -> str:
    if isinstance(found, type):
        return f"the class {found.__name__}"
    return f"{type(found).__name__} {str(found)[:60]!r}"


__all__ = [
    "DERIVATIONS",
    "THEOREMS",
    "OwnTheorems",
    "named_in",
    "own_derivations",
    "own_theorems",
]
